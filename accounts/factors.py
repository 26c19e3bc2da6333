"""The second factor of staff: without one no right counts.

The one place that decides it. Three ways in ask here, each with the methods by which the person signed in: a browser's
session (accounts.staff.middleware), a token (accounts.authentication) and the live feed (realtime.connections.identity).
`User.has_perm` obeys, so that the admin, the API, the services and the topics for staff follow by themselves.
"""

from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import Any, Final, TypeVar

from allauth.account.authentication import get_authentication_records
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import User

#: Methods that prove a second factor: allauth's `mfa` (a code of an app, a recovery code, a passkey), and as RFC 8176
#: names them in a token. A passkey proves two at once: it is held, and asks for a finger or a PIN.
FACTORS: Final = frozenset({"mfa", "otp", "hwk", "swk"})
#: Kinds of authenticators that count as a factor; recovery codes only stand in for one.
KINDS: Final = ("totp", "webauthn")

U = TypeVar("U", User, AnonymousUser, User | AnonymousUser)


def weighed(user: U, methods: Iterable[str]) -> U:
    """`user` as it may act: the rights of staff count if one of `methods` proves a second factor."""
    if settings.STAFF_SECOND_FACTOR and isinstance(user, User) and user.is_staff:
        user.lacks_factor = FACTORS.isdisjoint(methods)
    return user


def methods_of(session: Any, user: User | AnonymousUser) -> list[str]:
    """How `user` signed in in this session, as allauth noted it."""
    records: Collection[dict[str, Any]] = get_authentication_records(SimpleNamespace(session=session), user)  # type: ignore[arg-type]
    return [str(each.get("method", "")) for each in records]


def has_factor(user: User) -> bool:
    """Whether the account has a second factor to sign in with."""
    authenticators = apps.get_model("mfa", "Authenticator")._default_manager
    return bool(authenticators.filter(user=user, type__in=KINDS).exists())
