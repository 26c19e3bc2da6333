"""The outbox in the admin, read-only."""

from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from audit.recorded import ModelAdmin, column
from outbox.models import Change, Cursor, Epoch


class ReadOnlyAdmin(ModelAdmin):
    """Read-only rows, which only services write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


#: Types are offered that occur among so many of the newest changes.
_LOOKED_AT: Final = 10_000


class TypeFilter(admin.SimpleListFilter):
    """Filters by a type that occurred lately: to ask all changes for their types would read them all."""

    title = "type"
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        newest = Change.objects.order_by("-number").values("type")[:_LOOKED_AT]
        return [(word, word) for word in sorted({row["type"] for row in newest})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        return queryset.filter(type=self.value()) if self.value() else queryset


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """The outbox, the newest first."""

    list_display = (
        "number",
        column("at", "when"),
        "type",
        "audience",
        column("object_type", "of"),
        column("object_id", "id"),
    )
    when_empty = "Nothing has changed yet."
    list_filter = (TypeFilter, "audience")
    search_fields = ("object_id", "request_id")
    search_help_text = "the id of an event, or of a request"
    ordering = ("-number",)
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Change], search_term: str
    ) -> tuple[QuerySet[Change], bool]:
        """Search by a whole id, through the indexes."""
        word = search_term.strip()
        if not word:
            return queryset, False
        asked = Q(request_id=word)
        with suppress(ValueError):
            asked |= Q(object_id=UUID(word))
        return queryset.filter(asked), False


@admin.register(Epoch)
class EpochAdmin(ReadOnlyAdmin):
    """The epoch of the offsets."""

    list_display = (
        "epoch",
        column("last_number", "last number"),
        column("pruned_to", "pruned to"),
        column("started_at", "since"),
    )


@admin.register(Cursor)
class CursorAdmin(ReadOnlyAdmin):
    """How far each consumer has read."""

    list_display = ("name", column("number", "has read to"), column("updated_at", "at"))
