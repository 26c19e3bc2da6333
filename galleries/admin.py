"""What was taken down, in the admin: who deletes a row lets the picture come again."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.rights import may
from audit.recorded import ModelAdmin
from galleries.models import TakenDown
from moderation.services.claiming import JUDGE
from places.queries.reach import OVERSEE


@admin.register(TakenDown)
class TakenDownAdmin(ModelAdmin):
    """For those who work in all cities, since a picture belongs to none."""

    list_display = ("pixel_hash", "reason", "at")
    search_fields = ("pixel_hash", "reason")
    show_full_result_count = False
    fields = ("pixel_hash", "look", "reason", "at")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, JUDGE, OVERSEE)

    has_module_permission = has_view_permission
    has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
