"""Rights of open connections: asked when a topic is subscribed, asked again when they may have changed.

Whoever changes them sends a notice to the hubs (`realtime.receivers`). Notices may be lost, and SQL sends
none, so every hub also asks again every half minute: two queries for all its persons, and more only for those
whose account or session is not what it was.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.timezone import now

from realtime.connections.identity import DECIDING, check_rights, session_key
from realtime.connections.limiter import ConnectionLimiter
from realtime.exceptions import Code, Refused
from realtime.feed import protocol
from realtime.feed.hub import Hub
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS
from realtime.feed.readers import Reader


@dataclass(slots=True)
class Grant:
    """Why a reader may hear what not everybody may: the request that it came with, its session, and how the
    account looked."""

    scope: Any
    session: str
    user_id: UUID
    account: tuple[Any, ...]


class Rights:
    """The readers of one hub that listen to what is for staff or for one person."""

    def __init__(self, hub: Hub, limiter: ConnectionLimiter) -> None:
        self._hub, self._limiter = hub, limiter
        self._held: dict[Reader, Grant] = {}
        self._notices = 0

    async def grant(self, reader: Reader, topics: Sequence[str], scope: Any) -> None:
        """Let `reader` subscribe to `topics`, where its person may. Raises Refused and django.db.Error.
        Public topics ask nothing."""
        seen = -1
        person = None
        while seen != self._notices:  # a notice while we asked: the answer may be of before
            seen = self._notices
            person = await check_rights(topics, scope)
        if person is None:
            return
        if reader.user_id is None:
            self._limiter.add_person(person.user_id)
        reader.user_id = person.user_id
        self._held[reader] = Grant(
            scope=scope, session=session_key(scope), user_id=person.user_id, account=person.account
        )

    def forget(self, reader: Reader) -> None:
        """The reader has gone."""
        self._held.pop(reader, None)

    async def noticed(self, *, user: str = "", session: str = "") -> None:
        """An account, or a session (its SHA-256), may not be what it was. Raises django.db.Error."""
        self._notices += 1
        await self._ask_again(
            [
                reader
                for reader, held in self._held.items()
                if user == str(held.user_id) or (session and session == digest(held.session))
            ]
        )

    async def sweep(self) -> None:
        """Ask again of whoever is not what they were, and of all staff, whose permissions have more than one
        source. Raises django.db.Error; whoever could not be asked then is still not what they were at the
        next sweep."""
        held = dict(self._held)
        accounts = await self._hub.database.run(_accounts, {each.user_id for each in held.values()})
        sessions = await self._hub.database.run(_sessions, {each.session for each in held.values()})
        doubtful = []
        for reader, each in held.items():
            account = accounts.get(each.user_id)
            if account != each.account or each.session not in sessions or _is_staff(reader):
                doubtful.append(reader)
        await self._ask_again(doubtful)
        for each in held.values():
            each.account = accounts.get(each.user_id, each.account)

    async def _ask_again(self, readers: Iterable[Reader]) -> None:
        for reader in readers:
            held = self._held.get(reader)
            for topic in _private(reader) if held else ():
                assert held is not None
                try:
                    person = await check_rights([topic], held.scope)
                    if (
                        self._held.get(reader) is not held
                    ):  # gone meanwhile, or asked itself and was answered later than this
                        break
                    if person is None or person.user_id != held.user_id:
                        raise Refused(Code.FORBIDDEN, "Somebody else is signed in now.")
                except Refused as refused:
                    if self._held.get(reader) is not held:
                        break
                    self._revoke(reader, topic, refused)

    def _revoke(self, reader: Reader, topic: str, refused: Refused) -> None:
        """The topic is silent from now on, and its reader is told why. A reader that has nothing else left,
        and cannot ask anew, goes."""
        listens = reader.listens
        self._hub.detach(reader)
        for key, subscription in list(reader.subscriptions.items()):
            if subscription.topic == topic:
                del reader.subscriptions[key]
        reader.push(protocol.error(refused, topics=[topic]))
        self._hub.counts["refused|revoked"] += 1
        if not _private(reader):
            self._held.pop(reader, None)
            if reader.user_id is not None:
                self._limiter.remove_person(reader.user_id)
                reader.user_id = None
        if listens:
            self._hub.attach(reader)
        if not reader.topics() and reader in self._hub.streams:
            reader.dismiss(protocol.CLOSE_OFF)


def digest(session: str) -> str:
    """How a session is named in a notice: its key opens the account."""
    return hashlib.sha256(session.encode()).hexdigest()


def _private(reader: Reader) -> list[str]:
    return [topic for topic in reader.topics() if topic == OWN_TOPIC or topic.startswith(STAFF_TOPICS)]


def _is_staff(reader: Reader) -> bool:
    return any(topic.startswith(STAFF_TOPICS) for topic in reader.topics())


def _accounts(user_ids: Collection[UUID]) -> dict[UUID, tuple[Any, ...]]:
    rows: QuerySet[Any, Any] = (
        get_user_model()._default_manager.filter(pk__in=user_ids, is_active=True).values_list("pk", *DECIDING)
    )
    return {row[0]: row[1:] for row in rows} if user_ids else {}


def _sessions(keys: Collection[str]) -> set[str]:
    if not keys:
        return set()
    return set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=now()).values_list(
            "session_key", flat=True
        )
    )
