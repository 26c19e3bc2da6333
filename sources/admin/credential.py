"""Platform credentials in the admin: entered, checked, replaced without a gap; never shown."""

from collections.abc import Set
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from unfold.decorators import action

from accounts.rights import may
from accounts.staff.fresh import Grave
from audit.enums import Action
from audit.recorded import ModelAdmin, column
from pipeline.contract.exceptions import SourceError
from sources.credentials import store
from sources.forms.credential import VALUES, CredentialForm
from sources.models import Credential
from sources.setup import shared_keys


@admin.register(Credential)
class CredentialAdmin(Grave, ModelAdmin):
    """The credentials of a platform, and when they end."""

    form = CredentialForm
    list_display = (
        "name",
        column("connector", "platform"),
        "used_by",
        "accepted",
        column("checked_at", "asked"),
        column("expires_at", "ends"),
        column("issued_at", "set"),
    )
    when_empty = "No key is set here; those of the environment are used. Add one, and all sources of its platform can use it."
    list_filter = ("kind", "connector")
    search_fields = ("name", "connector")
    readonly_fields = ("issued_at", "previous_until", "checked_at", "check_error")
    actions = ("ask_platform",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Credential]:
        return super().get_queryset(request).annotate(users=Count("sources"))

    @admin.display(description="used by", ordering="users")
    def used_by(self, row: Credential) -> str:
        count = row.users  # type: ignore[attr-defined]
        return f"{count} source{'' if count == 1 else 's'}"

    @admin.display(description="the platform says")
    def accepted(self, row: Credential) -> str:
        return row.check_error or ("accepted" if row.checked_at else "not asked yet")

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        return Action.CREDENTIAL_CHANGED

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fieldsets. Values are never shown: the form of an existing credential starts empty, too."""
        values = tuple(f"value__{name}" for name in VALUES)
        reported = "To change one, enter all of them again. The platform is asked first; the old ones stay valid for two days."
        return [
            (None, {"fields": ("name", "connector", "kind", "expires_at", "rotation_days", "for_all")}),
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
        if form.cleaned_data.get("for_all") and may(request.user, shared_keys.CHANGE):
            given = shared_keys.give_key(obj, by=request.user, now=now())
            if given:
                link = f"{reverse('admin:sources_source_changelist')}?connector={obj.connector}"
                words = (
                    'Used by {} sources now. <a class="underline" href="{}">Enable those that you want</a>.'
                )
                messages.success(request, format_html(words, given, link))
        if not change:
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
