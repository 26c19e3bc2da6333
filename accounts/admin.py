"""Users and groups in the admin."""

from collections.abc import Set
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import granting
from accounts.actions import Word, record_action, target_of
from accounts.log import page  # noqa: F401 - registers the log's page
from accounts.models import User
from accounts.privacy import erasing, exporting
from accounts.rights import may
from accounts.staff.fresh import Grave, ask_again, is_fresh
from audit.enums import Action
from audit.recorded import ModelAdmin, column

admin.site.unregister(Group)
# Factors, sessions and addresses belong to the person; a form that can write them would bypass every check.
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession])

#: The fields of an account that say what it may do.
_RIGHTS = frozenset({"is_active", "is_staff", "is_superuser", "groups", "user_permissions"})


@admin.register(Group)
class GroupAdmin(Grave, ModelAdmin):
    """Roles. A user can only create roles with rights that the user has."""

    search_fields = ("name",)
    filter_horizontal = ("permissions",)

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        return Action.ROLE_CHANGED

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or granting.outranks_group(request.user, obj)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or granting.outranks_group(request.user, obj)
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """As Django does. If the result gives too many rights, everything is refused."""
        super().save_related(request, form, formsets, change)
        granting.require_over_group(request.user, form.instance)


@admin.register(User)
class UserAdmin(Grave, DjangoUserAdmin, ModelAdmin):
    """Users with accounts, known by their address.

    An account with more rights than one's own cannot be edited, nor can such rights be given.
    """

    shows_people = True
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    ordering = ("email",)
    list_display = (
        "email",
        "name",
        "is_staff",
        "is_active",
        column("last_login", "last signed in"),
        column("date_joined", "joined"),
    )
    list_filter = ("is_staff", "is_active")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "preferences")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)
    actions = ("export_data",)

    @admin.action(description="Export all data of one person", permissions=["export_person"])
    def export_data(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """The zip of one person. Written to the log."""
        chosen = list(queryset[:2])
        if len(chosen) != 1:
            self.message_user(request, "Choose one person.", messages.WARNING)
            return None
        response = HttpResponse(
            exporting.export_now(chosen[0], by=request.user), content_type="application/zip"
        )
        response["Content-Disposition"] = 'attachment; filename="person.zip"'
        return response

    def has_export_person_permission(self, request: HttpRequest) -> bool:
        """For the action."""
        return may(request.user, exporting.RIGHT)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """Close the account at once, and erase the person in all parts of the site."""
        erasing.ask_for_erasure(obj, by=request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """The same for several."""
        for person in queryset:
            erasing.ask_for_erasure(person, by=request.user)

    def action_for(self, usual: Action, fields: Set[str]) -> Action:
        if fields & {"password", "password1", "usable_password"}:
            return Action.PASSWORD_CHANGED if usual is Action.ROW_CHANGED else usual
        return Action.ROLE_CHANGED if fields & _RIGHTS and usual is Action.ROW_CHANGED else usual

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or granting.outranks(request.user, obj)
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (
            super().has_delete_permission(request, obj)
            and may(request.user, erasing.RIGHT)
            and (obj is None or granting.outranks(request.user, obj))
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only superusers may make superusers."""
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, "is_superuser")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """As Django does, and record other cities. If the result gives too many rights, everything is refused."""
        account, before = form.instance, _cities_of(form.instance)
        super().save_related(request, form, formsets, change)
        granting.require_over(request.user, account)
        if before != (after := _cities_of(account)):
            record_action(
                request.user,
                Action.ROLE_CHANGED,
                target=target_of(account),
                before={"cities": before},
                after={"cities": after},
            )

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """As Django does, for those who proved who they are a short while ago."""
        if self.has_change_permission(request) and not is_fresh(request):
            return ask_again(request)
        return super().user_change_password(request, id, form_url)


def _cities_of(account: User) -> set[Word]:
    """The slugs of the cities that are assigned to an account (places.CityModerator)."""
    bindings: Any = account.city_bindings  # type: ignore[attr-defined]
    return {Word(slug) for slug in bindings.values_list("city__slug", flat=True)}
