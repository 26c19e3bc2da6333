"""Feature flags in the admin."""

from collections.abc import Set
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.enums import Action
from audit.recorded import ModelAdmin, column
from flags.models import FlagSwitch
from flags.services import forget


@admin.register(FlagSwitch)
class FlagSwitchAdmin(ModelAdmin):
    """An operator's choice. The environment (FLAG_NAME) takes precedence."""

    list_display = ("name", "is_on", column("updated_at", "switched"))
    when_empty = (
        "No feature is switched here: each has its default, or what FLAG_NAME says. Add one to switch it."
    )

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        return Action.FLAG_CHANGED

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        forget()
