"""A text about the site, in one language."""

from enum import StrEnum

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models

#: Characters of the longest text.
LONGEST = 60_000


class Page(StrEnum):
    """The pages whose text whoever runs the site may write."""

    PRIVACY = "privacy"
    IMPRINT = "imprint"
    TERMS = "terms"


class SiteText(models.Model):
    """The text of a page in a language, in Markdown or simple HTML.

    It is shown once it is public; until then the admin shows it alone. Where a language has none the English one is
    shown, where that is missing the one that comes with the software.
    """

    page = models.CharField(max_length=10, choices=[(page.value, page.value) for page in Page])
    language = models.CharField(
        max_length=5, default="en", choices=[(code, name) for code, name in settings.LANGUAGES]
    )
    body = models.TextField(
        validators=[MaxLengthValidator(LONGEST)],
        help_text="Markdown, or HTML of paragraphs, lists, links and emphasis; the rest is taken out",
    )
    is_public = models.BooleanField(
        default=False, help_text="off: only the preview below shows it, and readers see what was there before"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["page", "language"]
        verbose_name = "text of the site"
        verbose_name_plural = "texts of the site"
        constraints = [models.UniqueConstraint(fields=["page", "language"], name="site_text_unique")]

    def __str__(self) -> str:
        return f"{self.page} ({self.language})"
