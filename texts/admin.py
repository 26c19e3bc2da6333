"""The texts of the site in the admin, with a preview of what is stored. The log has each change."""

from django.contrib import admin
from django.utils.safestring import SafeString

from audit.recorded import ModelAdmin, column
from texts.models import SiteText
from texts.services import rendered


@admin.register(SiteText)
class SiteTextAdmin(ModelAdmin):
    """Privacy, imprint and terms, by language."""

    list_display = ("page", "language", "is_public", column("updated_at", "changed"))
    list_filter = ("page", "language", "is_public")
    fields = ("page", "language", "body", "is_public", "preview")
    readonly_fields = ("preview",)
    when_empty = (
        "No text was written here: the pages show those that come with the software. Add one to replace it."
    )

    @admin.display(description="preview of what is stored")
    def preview(self, text: SiteText) -> SafeString | str:
        """The text as readers see it."""
        return rendered(text.body) if text.pk else "Save it first; it is not public before you say so."
