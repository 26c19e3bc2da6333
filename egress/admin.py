"""The admin's read-only view of quota use."""

from django.contrib import admin
from django.http import HttpRequest

from audit.recorded import ModelAdmin, column
from egress.models import QuotaUse


@admin.register(QuotaUse)
class QuotaUseAdmin(ModelAdmin):
    """Windows, newest first. Only the HTTP client counts, so nothing can be edited."""

    list_display = [
        "key",
        column("window_start", "window from"),
        column("seconds", "seconds long"),
        "used_of_granted",
        "costs",
        column("alerted_at", "nearly used up"),
        column("spent_at", "used up"),
    ]
    when_empty = "No request with a key was counted yet."
    list_filter = ["key", "seconds"]
    search_fields = ["key"]
    date_hierarchy = "window_start"

    @admin.display(description="used", ordering="used")
    def used_of_granted(self, row: QuotaUse) -> str:
        return f"{row.used} of {row.granted}"

    @admin.display(description="cost", ordering="cost", empty_value="–")
    def costs(self, row: QuotaUse) -> str | None:
        return f"{row.cost:.2f} {row.currency}" if row.cost else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: QuotaUse | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: QuotaUse | None = None) -> bool:
        return False
