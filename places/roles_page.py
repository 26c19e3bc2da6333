"""The page of the admin that shows the roles, their rights, who has them, and the cities of each moderator."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.actions import Action, record_action
from accounts.models import User
from accounts.rights import may, require
from accounts.roles import ROLES, Role
from places.models import CityModerator
from places.queries.reach import OVERSEE

#: The rights to read the page.
READ: Final = ("accounts.view_user", "auth.view_group")


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownRole:
    """A group: its rights by app, its members, and how it differs from the shipped role of its name, if at all."""

    name: str
    is_shipped: bool
    rights: dict[str, list[str]]
    missing: list[str]
    more: list[str]
    members: list[User]


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A member of staff: their groups and own rights, and the cities where these count; None for all."""

    person: User
    groups: list[str]
    rights: list[str]
    cities: list[str] | None


def may_read_roles(request: HttpRequest) -> bool:
    """Whether the sidebar shows the page."""
    return may(request.user, *READ)


def roles_view(request: HttpRequest) -> HttpResponse:
    """Roles, rights, members and cities. That it was read is kept in the log: it shows addresses."""
    require(request.user, *READ)
    record_action(request.user, Action.PERSONAL_DATA_VIEWED, target="auth.group:all")
    shown = {"title": "Roles and rights", "roles": shown_roles(), "members": members()}
    return TemplateResponse(request, "admin/roles.html", {**admin.site.each_context(request), **shown})


def shown_roles() -> list[ShownRole]:
    """The shipped roles in their order, then the own groups; the number of queries does not grow with them."""
    staff = Prefetch("user_set", User.objects.filter(is_staff=True).order_by("email"))
    groups = Group.objects.prefetch_related("permissions__content_type", staff)
    place = {role.value: number for number, role in enumerate(Role)}
    every = set(_names(Permission.objects.select_related("content_type")))
    return [
        _shown(group, every)
        for group in sorted(groups, key=lambda one: (place.get(one.name, len(place)), one.name))
    ]


def members() -> list[Member]:
    """Everybody who may use the admin, by address; likewise."""
    bindings = Prefetch("city_bindings", CityModerator.objects.select_related("city").order_by("city__name"))
    people = User.objects.filter(is_staff=True, is_active=True).order_by("email")
    return [
        _member(person)
        for person in people.prefetch_related(
            "groups__permissions__content_type", "user_permissions__content_type", bindings
        )
    ]


def _shown(group: Group, every: set[str]) -> ShownRole:
    held = set(_names(group.permissions.all()))
    is_shipped = group.name in set(Role)
    rights = ROLES[Role(group.name)] if is_shipped else held
    wanted = every if rights is None else set(rights)
    by_app: dict[str, list[str]] = defaultdict(list)
    for name in sorted(held):
        app, _, codename = name.partition(".")
        by_app[app].append(codename)
    return ShownRole(
        name=group.name,
        is_shipped=is_shipped,
        rights=dict(by_app),
        missing=sorted(wanted - held),
        more=sorted(held - wanted),
        members=list(group.user_set.all()),
    )


def _member(person: User) -> Member:
    own = set(_names(person.user_permissions.all()))
    held = own.union(*(_names(group.permissions.all()) for group in person.groups.all()))
    everywhere = person.is_superuser or OVERSEE in held
    bindings: Any = person.city_bindings  # type: ignore[attr-defined] # places.CityModerator
    return Member(
        person=person,
        groups=["superuser"] * person.is_superuser + sorted(group.name for group in person.groups.all()),
        rights=sorted(own),
        cities=None if everywhere else [binding.city.name for binding in bindings.all()],
    )


def _names(permissions: Iterable[Permission]) -> list[str]:
    return [f"{one.content_type.app_label}.{one.codename}" for one in permissions]
