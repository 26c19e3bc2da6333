"""Rights of open connections: checked when a reader subscribes, and again when they may have changed.

`realtime.receivers` sends the hubs a notice when rights change. A notice may get lost, and changes by SQL
send none, so every hub also sweeps every half minute: two or three queries for all its users, and more only
for users whose account, session or token changed or expired.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.timezone import now

from accounts.keys.holding import note_held, open_ids
from accounts.models import TokenFamily
from realtime.connections.identity import (
    DECIDING,
    Identity,
    by_connection,
    by_token,
    check_rights,
    opens_connection,
    session_key,
    token_of,
)
from realtime.connections.limiter import ConnectionLimiter
from realtime.connections.uses_of_keys import note_uses, scopes_for
from realtime.exceptions import Code, Refused
from realtime.feed import protocol
from realtime.feed.hub import Hub
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS
from realtime.feed.readers import Reader


@dataclass(slots=True)
class Grant:
    """Why a reader may receive topics that are not public: its request, session, and account at that time.

    With a token `session` is '', `family_id` the family of the token, or `key_id` the API key, and `until` when it expires.
    On the day `noted` the use of the key was noted last.
    """

    scope: Any
    session: str
    user_id: UUID
    account: tuple[Any, ...]
    family_id: UUID | None
    key_id: UUID | None
    until: datetime | None
    noted: date


class Rights:
    """The readers of one hub with topics for staff or for one user."""

    def __init__(self, hub: Hub, limiter: ConnectionLimiter) -> None:
        self._hub, self._limiter = hub, limiter
        self._held: dict[Reader, Grant] = {}
        self._notices = 0

    async def grant(self, reader: Reader, topics: Sequence[str], scope: Any) -> None:
        """Let `reader` subscribe to `topics` if its user may.

        Public topics cost no query, but with an API key or with a token in the request, which must be open. Raises Refused and
        django.db.Error.
        """
        seen = -1
        person = None
        while seen != self._notices:  # if a notice arrived during the query, the answer may be out of date
            seen = self._notices
            person = await check_rights(topics, scope) or await by_connection(scope)
        if person is None:
            return
        await note_uses(person, scopes_for(topics))
        if reader.user_id is None:
            self._limiter.add_person(person.user_id)
        reader.user_id = person.user_id
        self._held[reader] = _grant_of(person, scope)

    async def sign_in(self, reader: Reader, scope: Any) -> Identity:
        """The user of the token in `scope`, which counts from now on for what `reader` receives already.

        Raises Refused, also where the reader belongs to somebody else, and django.db.Error.
        """
        person = await by_token(token_of(scope))
        if reader.user_id not in (None, person.user_id):
            raise Refused(Code.AUTH, "Somebody else is signed in on this connection. Open another one.")
        if reader in self._held:
            self._held[reader] = _grant_of(person, scope)
        return person

    def forget(self, reader: Reader) -> None:
        """Forget a reader that has disconnected."""
        self._held.pop(reader, None)

    async def noticed(self, *, user: str = "", session: str = "") -> None:
        """Check the readers of a user or of a session (given as SHA-256) again. Raises django.db.Error."""
        self._notices += 1
        await self._ask_again(
            [
                reader
                for reader, held in self._held.items()
                if user == str(held.user_id) or (session and session == digest(held.session))
            ]
        )

    async def sweep(self) -> None:
        """Check again every reader whose account or session changed, and all staff.

        Permissions of staff also come from groups. Raises django.db.Error; the next sweep then checks the
        same readers again.
        """
        held = dict(self._held)
        accounts = await self._hub.database.run(_accounts, {each.user_id for each in held.values()})
        sessions = await self._hub.database.run(_sessions, {each.session for each in held.values()} - {""})
        families = await self._hub.database.run(
            _families, {each.family_id for each in held.values() if each.family_id}
        )
        keys = await self._hub.database.run(_keys, {each.key_id for each in held.values() if each.key_id})
        doubtful = []
        for reader, each in held.items():
            account = accounts.get(each.user_id)
            by_token = each.family_id or each.key_id
            is_open = (
                by_token in families | keys and _is_valid(each) if by_token else each.session in sessions
            )
            if account != each.account or not is_open or _is_staff(reader):
                doubtful.append(reader)
        await self._ask_again(doubtful)
        for each in held.values():
            each.account = accounts.get(each.user_id, each.account)
        if keys:
            await self._hub.database.run(note_held, keys)
        await self._note_day(keys)

    async def _note_day(self, keys: Collection[UUID]) -> None:
        """Note what the connections of open keys are used for, once on each day for each key. Raises django.db.Error."""
        today = now().date()
        used: defaultdict[UUID, set[str]] = defaultdict(set)
        grants: defaultdict[UUID, list[Grant]] = defaultdict(list)
        for reader, held in self._held.items():
            if held.key_id is not None and held.key_id in keys and held.noted < today:
                used[held.key_id] |= scopes_for(reader.topics())
                grants[held.key_id].append(held)
        for key_id, several in grants.items():
            with suppress(Refused):  # it ended meanwhile
                if person := await by_connection(several[0].scope):
                    await note_uses(person, used[key_id])
            for held in several:
                held.noted = today

    async def _ask_again(self, readers: Iterable[Reader]) -> None:
        for reader in readers:
            held = self._held.get(reader)
            if held is not None and opens_connection(held.scope) and await self._ended(reader, held):
                continue
            for topic in _private(reader) if held else ():
                assert held is not None
                try:
                    person = await check_rights([topic], held.scope)
                    if self._held.get(reader) is not held:  # the reader left meanwhile, or got a newer grant
                        break
                    if person is None or person.user_id != held.user_id:
                        raise Refused(Code.FORBIDDEN, "Somebody else is signed in now.")
                except Refused as refused:
                    if self._held.get(reader) is not held:
                        break
                    self._revoke(reader, topic, refused)

    async def _ended(self, reader: Reader, held: Grant) -> bool:
        """End the connection whose API key or token is not open any more, with its public topics too. Returns whether it was ended."""
        try:
            await by_connection(held.scope)
        except Refused as refused:
            if self._held.get(reader) is not held:  # the reader left meanwhile, or signed in with another one
                return False
            self._hub.detach(reader)
            topics = sorted(reader.topics())
            reader.subscriptions.clear()
            reader.push(protocol.error(refused, topics=topics))
            self._hub.counts["refused|revoked"] += 1
            reader.dismiss(protocol.CLOSE_KEY)
            return True
        return False

    def _revoke(self, reader: Reader, topic: str, refused: Refused) -> None:
        """Unsubscribe `reader` from `topic` and send it the reason.

        An event stream without topics is closed, since it cannot subscribe again.
        """
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


def _grant_of(person: Identity, scope: Any) -> Grant:
    return Grant(
        scope=scope,
        session="" if person.family_id or person.key else session_key(scope),
        user_id=person.user_id,
        account=person.account,
        family_id=person.family_id,
        key_id=person.key.key_id if person.key else None,
        until=person.until,
        noted=now().date(),
    )


def _is_valid(grant: Grant) -> bool:
    return grant.until is not None and grant.until > now()


def digest(session: str) -> str:
    """The SHA-256 by which a notice names a session. The key itself would give access to the account."""
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


def _families(ids: Collection[UUID]) -> set[UUID]:
    if not ids:
        return set()
    return set(TokenFamily.objects.filter(pk__in=ids, ended_at=None).values_list("pk", flat=True))


def _keys(ids: Collection[UUID]) -> set[UUID]:
    return open_ids(ids) if ids else set()
