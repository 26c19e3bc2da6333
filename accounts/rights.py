"""Who acts, and whether they may. Every service function that a person can reach checks the right here first,
whichever way the request came.

The house itself acts as a `System` that says which part of it: its clock, its pipeline, the command of an
operator who has a shell on the machine. It is named by the caller, never assumed, so that a forgotten actor
is an error and not a right. A person has the rights of their account and groups as Django keeps them, while
the account is active and may use the desk.
"""

from dataclasses import dataclass
from typing import Final, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User


@dataclass(frozen=True, slots=True)
class System:
    """The house itself; `name` says which part, and is kept where a run or a pause keeps who asked for it."""

    name: str


#: Recording, matching, retention: what machines do with what comes in.
PIPELINE: Final = System("pipeline")
#: The schedule.
CLOCK: Final = System("clock")
#: A command: whoever has a shell on the machine needs no right of the desk.
COMMAND: Final = System("command")

Actor = User | AnonymousUser | System


class RightMissing(PermissionDenied):
    """Somebody wants what they may not; `permission` is the right that is missing, '' where nobody is signed
    in."""

    def __init__(self, detail: str, *, permission: str = "") -> None:
        super().__init__(detail)
        self.permission = permission


def is_person(actor: Actor) -> TypeGuard[User]:
    """Whether a person acts who is signed in."""
    return not isinstance(actor, System) and actor.is_authenticated


def person_of(actor: Actor) -> User | None:
    """The account to be kept beside what was done; None for the house itself."""
    return actor if is_person(actor) else None


def name_of(actor: Actor) -> str:
    """Who asked, in at most 60 characters: `user ID`, or the name of a part of the house."""
    return f"user {actor.pk}" if is_person(actor) else getattr(actor, "name", "anonymous")


def may(actor: Actor, *permissions: str) -> bool:
    """Whether `actor` has all of these rights (`events.publish_event`)."""
    return not _missing(actor, permissions)


def may_any(actor: Actor, *permissions: str) -> bool:
    """Whether `actor` has one of these rights at least."""
    return any(may(actor, permission) for permission in permissions)


def require(actor: Actor, *permissions: str) -> None:
    """Raise RightMissing (a PermissionDenied) that names the first of these rights that `actor` has not."""
    missing = _missing(actor, permissions)
    if missing and not is_person(actor):
        raise RightMissing("Sign in first: this is for members of staff.")
    if missing:
        raise RightMissing(f"Your account lacks the right {missing}.", permission=missing)


def _missing(actor: Actor, permissions: tuple[str, ...]) -> str:
    """The first of these that `actor` has not, '' for none. Rights sleep while an account is closed or may
    not use the desk."""
    if isinstance(actor, System):
        return ""
    works_here = actor.is_active and actor.is_staff
    return next(
        (permission for permission in permissions if not works_here or not actor.has_perm(permission)), ""
    )
