"""Saved searches in the admin, read-only."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from audit.recorded import column
from outbox.admin import ReadOnlyAdmin
from saved_searches.models import SavedSearch


@admin.register(SavedSearch)
class SavedSearchAdmin(ReadOnlyAdmin):
    """Which searches there are, the newest first. What people call theirs is not shown."""

    list_display = ("id", "query", "alert", "found", column("created_at", "saved"))
    fields = ("id", "query", "alert", "created_at", "updated_at")
    list_filter = ("alert",)
    ordering = ("-created_at",)
    show_full_result_count = False
    when_empty = "Nobody saved a search yet."

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedSearch]:
        """With the number of their hits."""
        return super().get_queryset(request).annotate(found=Count("hits"))

    @admin.display(description="found")
    def found(self, row: Any) -> int:
        """How many events came to match."""
        return int(row.found)
