"""The texts as readers see them."""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from languages.codes import DEFAULT
from languages.reading import current_code
from pipeline.text.markdown import as_html, is_markdown
from pipeline.text.sanitize import rich
from texts.models import LONGEST, Page, SiteText


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A sanitized text, and the code of its language, which may not be that of the page."""

    html: SafeString
    language: str


def shown_text(page: Page) -> Shown | None:
    """The public text in the active language, else the English one; None where the software's own text stands. One query."""
    code = current_code()
    found = {
        text.language: text
        for text in SiteText.objects.filter(page=page, language__in={code, DEFAULT}, is_public=True)
    }
    text = found.get(code) or found.get(DEFAULT)
    return Shown(html=rendered(text.body), language=text.language) if text else None


def rendered(body: str) -> SafeString:
    """Markdown or HTML as HTML that runs nothing."""
    made = as_html(body) if is_markdown(body) else body
    return mark_safe(rich(made, limit=LONGEST * 2))  # noqa: S308 (`rich` sanitizes)
