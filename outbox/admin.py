"""The outbox in the admin, read-only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.recorded import ModelAdmin
from outbox.models import Change, Cursor, Epoch


class ReadOnlyAdmin(ModelAdmin):
    """Read-only rows, which only services write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """The outbox, the newest first."""

    list_display = ("number", "type", "object_type", "object_id", "audience", "at", "request_id")
    list_filter = ("type", "audience")
    search_fields = ("object_id", "request_id")
    ordering = ("-number",)
    show_full_result_count = False


@admin.register(Epoch)
class EpochAdmin(ReadOnlyAdmin):
    """The epoch of the offsets."""

    list_display = ("epoch", "last_number", "pruned_to", "started_at")


@admin.register(Cursor)
class CursorAdmin(ReadOnlyAdmin):
    """How far each consumer has read."""

    list_display = ("name", "number", "updated_at")
