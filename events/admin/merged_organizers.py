"""Organizers that were made one: the history, the form that merges two, and the action that parts them again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.rights import RightMissing, may
from audit.recorded import ModelAdmin
from events.exceptions import EventError
from events.models import OrganizerMerge
from events.services.merging_organizers import CHANGE_ORGANIZER, merge_organizers, part_organizers
from places.own_cities import OwnCities
from places.queries.reach import OVERSEE


class MergeForm(forms.ModelForm):
    """Which stays, and which goes."""

    class Meta:
        model = OrganizerMerge
        fields = ("survivor", "child", "note")
        labels = {"survivor": "Stays", "child": "Goes"}
        help_texts = {
            "child": "Its events, sources, drafts, followers and team become those of the one that stays; its address leads there.",
        }


@admin.register(OrganizerMerge)
class OrganizerMergeAdmin(OwnCities, ModelAdmin):
    """Adding one merges through the service; nothing is changed or deleted here."""

    city_paths = ()
    writes_by_service = True

    form = MergeForm
    list_display = ("child", "survivor", "by", "at", "undone_at")
    list_select_related = ("child", "survivor", "by")
    autocomplete_fields = ("survivor", "child")
    when_empty = "No two organizers were made one yet."
    show_full_result_count = False
    actions = ("part",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form asks; a row that is there shows all of itself."""
        return ("survivor", "child", "note", "by", "at", "undone_at") if obj else MergeForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "events.view_organizer", OVERSEE)

    has_module_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, CHANGE_ORGANIZER, OVERSEE)

    has_merge_permission = has_add_permission

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Nothing: the service has recorded it."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Merge through the service, which checks rights and keeps the row."""
        merge_organizers(obj.survivor_id, obj.child_id, note=obj.note, by=request.user)
        row = OrganizerMerge.objects.filter(child=obj.child_id).first()
        assert row is not None
        obj.pk, obj.by, obj.at, obj.undo = row.pk, row.by, row.at, row.undo

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """As Django does; what the service refuses is said in words."""
        try:
            answer: HttpResponse = super().add_view(request, form_url, extra_context)
        except EventError as refused:
            messages.error(request, refused.detail)
            return HttpResponseRedirect(request.get_full_path())
        return answer

    @admin.action(description="Part them again", permissions=["merge"])
    def part(self, request: HttpRequest, rows: QuerySet[OrganizerMerge]) -> None:
        """Undo the chosen merges; those that cannot be undone are named."""
        for row in rows.select_related("child"):
            try:
                part_organizers(row.child_id, by=request.user)
                messages.success(request, f"“{row.child}” stands for itself again.")
            except (EventError, RightMissing) as refused:
                messages.error(request, f"“{row.child}”: {refused}")
