"""The user of a connection.

It is looked up only for topics that are not public, so public readers cost no query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from channels.auth import get_user
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http.cookie import parse_cookie

from realtime.exceptions import Code, Refused
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS

#: Fields of an account that affect its rights. When one changes, the account's readers are checked again.
DECIDING = ("password", "is_active", "is_staff", "is_superuser")
#: Permissions for staff topics, by the prefix of the topic. One of each set is enough.
PERMISSIONS = {
    "run:": frozenset({"sources.view_fetchrun"}),
    "desk:": frozenset({"moderation.view_review", "moderation.change_review"}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """A signed-in user.

    `permissions` as Django names them, read for staff only; `account` has the values of DECIDING.
    """

    user_id: UUID
    is_staff: bool
    account: tuple[Any, ...]
    permissions: frozenset[str] = frozenset()


async def by_session(scope: Any) -> Identity | None:
    """The user of the session cookie; None without one, or where the account is closed."""
    if key := session_key(scope):
        user = await get_user({**scope, "session": SessionStore(key)})
        if user.is_authenticated and user.is_active:
            held = await database_sync_to_async(user.get_all_permissions)() if user.is_staff else ()
            return Identity(
                user_id=user.pk,
                is_staff=user.is_staff,
                account=tuple(getattr(user, name) for name in DECIDING),
                permissions=frozenset(held),
            )
    return None


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
    person = await by_session(scope)
    if person is None:
        raise Refused(Code.FORBIDDEN, "Sign in first.")
    if staff and not person.is_staff:
        raise Refused(Code.FORBIDDEN, "This topic is for staff.")
    for start, enough in PERMISSIONS.items():
        if any(topic.startswith(start) for topic in topics) and enough.isdisjoint(person.permissions):
            raise Refused(Code.FORBIDDEN, f"Your account lacks the right {min(enough)}.")
    return person
