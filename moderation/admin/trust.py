"""Sources and submitters in the admin: what verdicts say of their facts, and how that moved."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.rights import may
from moderation.models import TrustSubject
from moderation.trust_panel import groups_in_words, trust_panel
from outbox.admin import ReadOnlyAdmin
from places.queries.reach import OVERSEE


@admin.register(TrustSubject)
class TrustSubjectAdmin(ReadOnlyAdmin):
    """Whom verdicts trust, and with which groups of fields. Submitters are keyed hashes."""

    list_display = ("named", "kind", "verdicts_say", "updated_at")
    list_display_links = ("named",)
    list_filter = ("kind",)
    search_fields = ("name", "key")
    fields = ("kind", "name", "prior", "updated_at")
    readonly_fields = fields
    show_full_result_count = False
    change_form_outer_before_template = "admin/moderation/trust_subject.html"

    class Media:
        css = {"all": ["desk/desk.css", "desk/trust.css"]}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A source may list events of many cities, and a submitter send from any."""
        return super().has_view_permission(request, obj) and may(request.user, OVERSEE)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        subject = self.get_object(request, object_id)
        shown = {"trust": trust_panel(subject)} if isinstance(subject, TrustSubject) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    @admin.display(description="name", ordering="name")
    def named(self, subject: TrustSubject) -> str:
        return str(subject)

    @admin.display(description="right, by verdicts")
    def verdicts_say(self, subject: TrustSubject) -> SafeString:
        rows = (
            (name, words, "published without a look" if has_right else "a person looks first")
            for name, words, has_right in groups_in_words(subject)
        )
        return format_html_join("", "<div>{}: {} – {}</div>", rows) or format_html("{}", "no verdict yet")
