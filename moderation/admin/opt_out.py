"""Wishes of owners in the admin: what waits, what stands, and their history."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from accounts.rights import may
from audit.recorded import ModelAdmin
from events.exceptions import EventError
from moderation.exceptions import ModerationError
from moderation.models import OptOut
from moderation.services import opting_out
from places.queries.reach import OVERSEE


@admin.register(OptOut)
class OptOutAdmin(ModelAdmin):
    """For those who work in all cities, since a domain belongs to none."""

    shows_people = True
    writes_by_service = True

    list_display = ("title", "kind", "state", "is_proven", "asked_at", "due", "decided_by", "done_at")
    list_filter = ("state", "kind")
    list_select_related = ("decided_by",)
    search_fields = ("title", "value")
    show_full_result_count = False
    fields = (
        "title", "kind", "value", "state", "note", "address", "is_mailed", "is_proven", "asked_at", "due", "decided_at", "decided_by", "done_at",
        "undone_at", "took_away",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("obey", "refuse", "undo")

    @admin.display(description="due", ordering="due_at")
    def due(self, row: OptOut) -> str:
        late = row.done_at is None and row.due_at < timezone.now()
        return f"{date_format(row.due_at, 'DATETIME_FORMAT')}{' (overdue)' if late else ''}"

    @admin.display(description="took away")
    def took_away(self, row: OptOut) -> str:
        return f"{len(row.removed)} events, {len(row.pictures)} pictures"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "moderation.view_review", OVERSEE)

    has_module_permission = has_view_permission

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return may(request.user, *opting_out.NEEDED)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission

    @admin.action(description="Obey them: fetch, list and show nothing of it", permissions=["decide"])
    def obey(self, request: HttpRequest, rows: QuerySet[OptOut]) -> None:
        self._each(request, rows, lambda row: opting_out.decide(row.pk, accept=True, by=request.user))

    @admin.action(description="Refuse them", permissions=["decide"])
    def refuse(self, request: HttpRequest, rows: QuerySet[OptOut]) -> None:
        self._each(request, rows, lambda row: opting_out.decide(row.pk, accept=False, by=request.user))

    @admin.action(description="Undo them: what they removed is as before", permissions=["decide"])
    def undo(self, request: HttpRequest, rows: QuerySet[OptOut]) -> None:
        self._each(request, rows, lambda row: opting_out.undo(row.pk, by=request.user))

    def _each(self, request: HttpRequest, rows: QuerySet[OptOut], act: Callable[[OptOut], None]) -> None:
        done = 0
        for row in rows:
            try:
                act(row)
                done += 1
            except (ModerationError, EventError) as error:
                messages.error(request, error.detail)
        if done:
            messages.success(request, f"{done} done.")
