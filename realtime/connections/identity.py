"""The user of a connection.

It is looked up only for topics that are not public, so public readers cost no query.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from channels.auth import get_user
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http.cookie import parse_cookie

from accounts.exceptions import TokenRefused
from accounts.factors import methods_of, weighed
from accounts.keys.holding import ByKey, read_key
from accounts.keys.scopes import Scope
from accounts.keys.secret import looks_like_key
from accounts.tokens.families import read_access
from places.queries.reach import cities_of
from places.staff_topics import city_of_topic
from realtime.exceptions import Code, Refused
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS

#: Fields of an account that affect its rights. When one changes, the account's readers are checked again.
DECIDING = ("password", "is_active", "is_staff", "is_superuser")
#: Permissions for staff topics, by the prefix of the topic. One of each set is enough.
PERMISSIONS = {
    "run:": frozenset({"sources.view_fetchrun"}),
    "desk:": frozenset({"moderation.view_review", "moderation.change_review"}),
}

#: The key of a token in the scope of a connection.
_TOKEN = "nocturne.token"  # noqa: S105 - no token


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """A signed-in user.

    `permissions` as Django names them, read for staff only, and `cities` in which they count, None for all;
    `account` has the values of DECIDING. With a token `family_id` is its family, with an API key `key` what it says;
    `until` says when either expires.
    """

    user_id: UUID
    is_staff: bool
    account: tuple[Any, ...]
    permissions: frozenset[str] = frozenset()
    cities: frozenset[UUID] | None = frozenset()
    family_id: UUID | None = None
    key: ByKey | None = None
    until: datetime | None = None

    def require(self, scope: Scope) -> None:
        """Raise Refused where an API key lacks the scope. Without a key nothing is asked."""
        if self.key is not None and scope not in self.key.scopes:
            raise Refused(Code.FORBIDDEN, f"This API key lacks the scope {scope}.")


async def person_of(scope: Any) -> Identity | None:
    """The user of the token, else of the session cookie; None without either.

    Raises Refused for a token that is not accepted: its session is not looked at.
    """
    token = token_of(scope)
    return await by_token(token) if token else await by_session(scope)


async def by_token(token: str) -> Identity:
    """The user of an access token or an API key. Raises Refused."""
    try:
        if looks_like_key(token):
            held = await database_sync_to_async(read_key)(token)
            return replace(await _identity(held.user), key=held, until=held.until)
        signed_in = await database_sync_to_async(read_access)(token)
    except TokenRefused as refused:
        raise Refused(Code.AUTH, refused.detail) from refused
    found = await _identity(weighed(signed_in.user, signed_in.methods))
    return replace(found, family_id=signed_in.family_id, until=signed_in.until)


async def by_connection(scope: Any) -> Identity | None:
    """The user whose API key, or token in the header of the request, opened the whole connection, also where its topics need none.

    None without either; a token in a frame opens topics only. Raises Refused.
    """
    return await by_token(token_of(scope)) if opens_connection(scope) else None


def opens_connection(scope: Any) -> bool:
    """Whether the connection ends with its API key, or with the token of its request."""
    token = token_of(scope)
    return looks_like_key(token) or bool(token and not scope.get(_TOKEN))


async def by_session(scope: Any) -> Identity | None:
    """The user of the session cookie; None without one, or where the account is closed."""
    if key := session_key(scope):
        session = SessionStore(key)
        user = await get_user({**scope, "session": session})
        if user.is_authenticated and user.is_active:
            weighed(user, methods_of(session, user))
            return await _identity(user)
    return None


async def _identity(user: Any) -> Identity:
    held, cities = await database_sync_to_async(_reach)(user) if user.is_staff else ((), frozenset())
    return Identity(
        user_id=user.pk,
        is_staff=user.is_staff,
        account=tuple(getattr(user, name) for name in DECIDING),
        permissions=frozenset(held),
        cities=cities,
    )


def _reach(user: Any) -> tuple[Collection[str], frozenset[UUID] | None]:
    return user.get_all_permissions(), cities_of(user)


def with_token(scope: Any, token: str) -> Any:
    """`scope` of a connection whose client has sent a token in a frame."""
    return {**scope, _TOKEN: token}


def token_of(scope: Any) -> str:
    """The token of the frame `auth`, else of the header Authorization (RFC 6750, 2.1); '' without one."""
    if token := scope.get(_TOKEN):
        return str(token)
    for name, value in scope.get("headers", ()):
        scheme, _, token = value.decode("latin1").partition(" ")
        if name == b"authorization" and scheme.lower() == "bearer":
            return token.strip() or "-"
    return ""


def session_key(scope: Any) -> str:
    """The value of the session cookie; '' without one, or where it contains NUL, which PostgreSQL refuses."""
    for name, value in scope.get("headers", ()):
        if name == b"cookie" and (
            key := parse_cookie(value.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
        ):
            return str(key) if key.isalnum() else ""
    return ""


async def check_rights(topics: Sequence[str], scope: Any) -> Identity | None:
    """The user, if `topics` need one. Raises Refused where a right is missing."""
    own, staff = OWN_TOPIC in topics, any(topic.startswith(STAFF_TOPICS) for topic in topics)
    if not own and not staff:
        return None
    person = await person_of(scope)
    if person is None:
        raise Refused(Code.FORBIDDEN, "Sign in first.")
    if own:
        person.require(Scope.ME_READ)
    if staff and not person.is_staff:
        raise Refused(Code.FORBIDDEN, "This topic is for staff.")
    for start, enough in PERMISSIONS.items():
        if any(topic.startswith(start) for topic in topics) and enough.isdisjoint(person.permissions):
            raise Refused(Code.FORBIDDEN, f"Your account lacks the right {min(enough)}.")
    if staff and person.cities is not None:
        await database_sync_to_async(_require_cities)(topics, person.cities)
    return person


def _require_cities(topics: Sequence[str], own: frozenset[UUID]) -> None:
    """Raise Refused where a topic for staff is about another city than their own, or about all."""
    for topic in topics:
        if topic.startswith(STAFF_TOPICS) and city_of_topic(topic) not in own:
            raise Refused(Code.FORBIDDEN, "This topic is of another city, or of all.")
