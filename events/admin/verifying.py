"""Events and organizers marked as verified or official: the history, and the form that asks for evidence."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.rights import may, may_any
from audit.recorded import ModelAdmin
from events.enums import Verification
from events.exceptions import EventError
from events.models import Event, Organizer, VerificationChange
from events.services.publication import CHANGE
from events.services.verifying import verify_event, verify_organizer
from places.own_cities import OwnCities


class VerificationForm(forms.ModelForm):
    """What is marked, as what, and by what evidence."""

    class Meta:
        model = VerificationChange
        fields = ("event", "organizer", "after", "evidence_url", "note")
        labels = {"after": "Is"}

    def clean(self) -> dict[str, Any]:
        """Exactly one is marked, with evidence unless a mark is taken back."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("event")) == bool(cleaned.get("organizer")):
            raise forms.ValidationError("Choose an event or an organizer, and not both.")
        if cleaned.get("after") != Verification.UNVERIFIED and not cleaned.get("evidence_url"):
            self.add_error("evidence_url", "Give the address of a page that proves it.")
        return cleaned


@admin.register(VerificationChange)
class VerificationAdmin(OwnCities, ModelAdmin):
    """The history of marks. Adding one goes through the service; nothing is changed or deleted here."""

    city_paths = ("event__city",)
    writes_by_service = True

    form = VerificationForm
    list_display = ("marked", "before", "after", "evidence", "by", "at")
    list_select_related = ("event", "organizer", "by")
    list_filter = ("after",)
    autocomplete_fields = ("event", "organizer")
    show_full_result_count = False

    @admin.display(description="what")
    def marked(self, row: VerificationChange) -> str:
        return str(row.event or row.organizer)

    @admin.display(description="evidence")
    def evidence(self, row: VerificationChange) -> SafeString | str:
        link = '<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>'
        return format_html(link, row.evidence_url) if row.evidence_url else "none"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form asks; a row that is there shows all of itself."""
        return (
            ("event", "organizer", "before", "after", "evidence", "note", "by", "at")
            if obj
            else VerificationForm.Meta.fields
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_any(request.user, "events.view_event", "events.view_organizer")

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Nothing: the service has recorded it."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Mark through the service, which checks rights and cities."""
        given = {"evidence": obj.evidence_url, "note": obj.note, "by": request.user}
        to = Verification(obj.after)
        of_event = obj.event_id is not None
        row = (
            verify_event(obj.event_id, to, **given)
            if of_event
            else verify_organizer(obj.organizer_id, to, **given)
        )
        obj.pk, obj.before, obj.by, obj.at = row.pk, row.before, row.by, row.at

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """As Django does; what the service refuses is said in words."""
        try:
            answer: HttpResponse = super().add_view(request, form_url, extra_context)
        except EventError as refused:
            messages.error(request, refused.detail)
            return HttpResponseRedirect(request.get_full_path())
        return answer


class ShowsVerification:
    """A ModelAdmin of events or organizers whose mark is shown, and changed with evidence only."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the link to the form for those who may not mark."""
        names = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        shown = "verified" if may(request.user, CHANGE) else "mark"
        return tuple(shown if name == "verified" else name for name in names)

    @admin.display(description="verification")
    def verified(self, marked: Event | Organizer) -> SafeString:
        """The mark, with links to its history and to the form."""
        name = "event" if isinstance(marked, Event) else "organizer"
        add = reverse("admin:events_verificationchange_add")
        return format_html(
            '{} · <a href="{}?{}={}">change, with evidence</a>', self.mark(marked), add, name, marked.pk
        )

    @admin.display(description="verification")
    def mark(self, marked: Event | Organizer) -> SafeString:
        """The mark, with a link to its history."""
        name = "event" if isinstance(marked, Event) else "organizer"
        rows = reverse("admin:events_verificationchange_changelist")
        return format_html(
            '{} · <a href="{}?{}__id__exact={}">history</a>', marked.verification, rows, name, marked.pk
        )
