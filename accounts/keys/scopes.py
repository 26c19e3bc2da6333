"""What a key may do: a few scopes, and for staff the rights that they chose of their own.

A view names the scope of each method in `scopes`. What names none, and is not public, no key opens: the account itself,
its password, its keys, an export (accounts.authentication).
"""

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import ROLES


class Scope(StrEnum):
    """A scope. Every key may read what is public."""

    EVENTS_READ = "events:read"
    ME_READ = "me:read"
    ME_WRITE = "me:write"
    EVENTS_WRITE = "events:write"
    REGISTRATIONS = "registrations:write"
    WEBHOOKS = "webhooks:write"


ABOUT: Final[dict[Scope, str | Promise]] = {
    Scope.EVENTS_READ: _("read what is public"),
    Scope.ME_READ: _(
        "read your account, preferences, saved events and searches, registrations, and the figures of your events; hear your own news live"
    ),
    Scope.ME_WRITE: _("change your preferences, saved events and searches, and what you follow"),
    Scope.EVENTS_WRITE: _(
        "tell of events, report on events and places, and change events of your organizers and venues"
    ),
    Scope.REGISTRATIONS: _("register you for events, and cancel"),
    Scope.WEBHOOKS: _("set up and remove your webhooks"),
}
#: Says where rights count, not what: a key has it wherever its person has.
WHERE: Final = "places.oversee_city"
#: Rights of these apps are for people, not for programs.
_NEVER: Final = ("accounts.", "audit.", "auth.", "django_celery_beat.")
_OF_ROLES: Final = frozenset[str]().union(*(rights for rights in ROLES.values() if rights))


def rights_to_choose(person: User) -> list[str]:
    """The rights of staff that a key of `person` may have: those that they have in this session."""
    if not (person.is_active and person.is_staff):
        return []
    held = _OF_ROLES & person.get_all_permissions()
    return sorted(right for right in held if not right.startswith(_NEVER) and right != WHERE)
