"""Platform credentials in the admin: entered, checked, replaced without a gap; never shown."""

from collections.abc import Set
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from unfold.decorators import action

from accounts.staff.fresh import Grave
from audit.enums import Action
from audit.recorded import ModelAdmin
from pipeline.contract.exceptions import SourceError
from sources.credentials import store
from sources.forms.credential import VALUES, CredentialForm
from sources.models import Credential


@admin.register(Credential)
class CredentialAdmin(Grave, ModelAdmin):
    """The credentials of a platform, and when they end."""

    form = CredentialForm
    list_display = (
        "name",
        "connector",
        "kind",
        "issued_at",
        "expires_at",
        "rotation_days",
        "checked_at",
        "check_error",
    )
    list_filter = ("kind", "connector")
    search_fields = ("name", "connector")
    readonly_fields = ("issued_at", "previous_until", "checked_at", "check_error")
    actions = ("ask_platform",)

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        return Action.CREDENTIAL_CHANGED

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fieldsets. Values are never shown: the form of an existing credential starts empty, too."""
        values = tuple(f"value__{name}" for name in VALUES)
        reported = "To change one, enter all of them again. The platform is asked first; the old ones stay valid for two days."
        return [
            (None, {"fields": ("name", "connector", "kind", "expires_at", "rotation_days")}),
            (
                "Values",
                {
                    "fields": values,
                    "description": reported if obj else "They are stored encrypted and never shown again.",
                },
            ),
            *([("Known", {"fields": self.readonly_fields})] if obj else []),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = CredentialForm.Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        values = form.values()
        if not change:
            store.store(obj, values, by=request.user, now=now())
            return
        super().save_model(request, obj, form, change)
        if not values:
            return
        try:
            store.replace(obj, values, by=request.user, expires_at=obj.expires_at)
        except SourceError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, f"{obj.name} is replaced; the old values stay valid for two days.")

    @action(description="Check: ask the platform whether it accepts the key", permissions=["change"])
    def ask_platform(self, request: HttpRequest, rows: QuerySet[Credential]) -> None:
        for row in rows:
            error = store.check(row, by=request.user)
            if error:
                messages.error(request, f"{row.name}: {error}")
            else:
                messages.success(request, f"{row.name}: the platform accepts it.")
