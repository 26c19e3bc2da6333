"""Actors and their rights.

Every service function that a person can reach checks the right here first, whichever way the request came.
The system itself acts as a `System` that names its part: the clock, the pipeline, or a command of an operator
with a shell on the machine. The caller names it explicitly, so that a forgotten actor is an error and not a
right. A person has the rights of their account and groups in Django, while the account is active and is
staff.
"""

from dataclasses import dataclass
from typing import Final, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User


@dataclass(frozen=True, slots=True)
class System:
    """The system itself. `name` is the part, and is stored where a run or a pause stores its actor."""

    name: str


#: Recording, matching, retention: automatic processing of data.
PIPELINE: Final = System("pipeline")
#: The schedule.
CLOCK: Final = System("clock")
#: A command: an operator with a shell on the machine needs no rights.
COMMAND: Final = System("command")

Actor = User | AnonymousUser | System


class RightMissing(PermissionDenied):
    """An actor lacks a right. `permission` is the missing right, '' where nobody is signed in."""

    def __init__(self, detail: str, *, permission: str = "") -> None:
        super().__init__(detail)
        self.permission = permission


def is_person(actor: Actor) -> TypeGuard[User]:
    """Whether the actor is a signed-in person."""
    return not isinstance(actor, System) and actor.is_authenticated


def person_of(actor: Actor) -> User | None:
    """The account to store with an action; None for the system."""
    return actor if is_person(actor) else None


def name_of(actor: Actor) -> str:
    """The actor's name in at most 60 characters: `user ID`, or the name of a part of the system."""
    return f"user {actor.pk}" if is_person(actor) else getattr(actor, "name", "anonymous")


def may(actor: Actor, *permissions: str) -> bool:
    """Whether `actor` has all of these rights (`events.publish_event`)."""
    return not _missing(actor, permissions)


def may_any(actor: Actor, *permissions: str) -> bool:
    """Whether `actor` has at least one of these rights."""
    return any(may(actor, permission) for permission in permissions)


def require(actor: Actor, *permissions: str) -> None:
    """Raise RightMissing (a PermissionDenied) with the first of these rights that `actor` lacks."""
    missing = _missing(actor, permissions)
    if not missing:
        return
    if not is_person(actor):
        raise RightMissing("Sign in first: this is for members of staff.")
    if actor.lacks_factor:
        raise RightMissing(
            "Rights of staff count with a second factor only. Sign in with yours, or set one up, at /accounts/2fa/.",
            permission=missing,
        )
    if actor.limited_to is not None:
        raise RightMissing(f"This API key does not pass on the right {missing}.", permission=missing)
    raise RightMissing(f"Your account lacks the right {missing}.", permission=missing)


def _missing(actor: Actor, permissions: tuple[str, ...]) -> str:
    """The first of these rights that `actor` lacks, '' for none.

    Rights do not count while an account is closed or is not staff, nor in a session of staff without a second
    factor (accounts.factors).
    """
    if isinstance(actor, System):
        return ""
    works_here = actor.is_active and actor.is_staff
    return next(
        (permission for permission in permissions if not works_here or not actor.has_perm(permission)), ""
    )
