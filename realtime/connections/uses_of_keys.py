"""What the API keys of live connections are used for, noted as for requests: on connecting, and while they are held."""

from collections.abc import Iterable

from channels.db import database_sync_to_async

from accounts.keys.holding import ByKey
from accounts.keys.scopes import Scope
from accounts.keys.using import RIGHTS, note_use
from realtime.connections.identity import Identity
from realtime.feed.protocol import OWN_TOPIC, STAFF_TOPICS


def scopes_for(topics: Iterable[str]) -> set[str]:
    """The scopes that topics use, RIGHTS for those of staff."""
    return {
        Scope.ME_READ
        if topic == OWN_TOPIC
        else RIGHTS
        if topic.startswith(STAFF_TOPICS)
        else Scope.EVENTS_READ
        for topic in topics
    }


async def note_uses(person: Identity, scopes: Iterable[str]) -> None:
    """Note that the API key of `person` used `scopes` today; nothing without a key. Raises django.db.Error."""
    if person.key is not None:
        await database_sync_to_async(_note)(person.key, sorted(map(str, scopes)))


def _note(held: ByKey, scopes: list[str]) -> None:
    for scope in scopes:
        note_use(held, scope)
