"""The admin's read-only view of quota use."""

from django.contrib import admin
from django.http import HttpRequest

from audit.recorded import ModelAdmin
from egress.models import QuotaUse


@admin.register(QuotaUse)
class QuotaUseAdmin(ModelAdmin):
    """Windows, newest first. Only the HTTP client counts, so nothing can be edited."""

    list_display = [
        "key",
        "window_start",
        "seconds",
        "used",
        "granted",
        "cost",
        "currency",
        "alerted_at",
        "spent_at",
    ]
    list_filter = ["key", "seconds"]
    search_fields = ["key"]
    date_hierarchy = "window_start"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: QuotaUse | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: QuotaUse | None = None) -> bool:
        return False
