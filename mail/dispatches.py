"""The rows of the door: one statement each, so that nothing stands between a mail and its record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.timezone import now as clock

from mail.enums import DispatchState, Stream
from mail.exceptions import NotMine
from mail.models import Dispatch

#: Longer than any provider takes (its timeouts), so that an older `handing` is a process that died.
LEASE: Final = timedelta(minutes=5)
LOST: Final = "The process that handed it over died: nobody knows whether it went."

_LOOK: Final = """
SELECT d.id, d.state, d.handed_at, d.tries, d.reason, d.code, coalesce(s.reason, ''), c.name IS NOT NULL
  FROM unnest(%(keys)s::text[], %(addresses)s::text[], %(campaigns)s::text[]) WITH ORDINALITY mail (key, address, campaign, number)
  LEFT JOIN mail_dispatch d ON d.key = mail.key
  LEFT JOIN mail_suppression s ON s.address_hash = mail.address
  LEFT JOIN mail_campaign c ON c.name = mail.campaign AND c.stopped_at IS NOT NULL
 ORDER BY mail.number
"""
_TOOK: Final = """
UPDATE mail_dispatch mine
   SET state = 'accepted', provider_id = mail.name, reason = '', code = '', settled_at = %(now)s
  FROM unnest(%(ids)s::uuid[], %(names)s::text[]) mail (id, name)
 WHERE mine.id = mail.id AND mine.state IN ('handing', 'unknown')
"""
#: Takes the key, or takes it over where it was not taken by a provider. No row comes back where somebody else has it.
_WRITE: Final = """
INSERT INTO mail_dispatch AS mine
       (id, key, stream, kind, campaign, address_hash, provider, provider_id, state, tries, claim, code, reason, handed_at, settled_at)
VALUES (%(id)s, %(key)s, %(stream)s, %(kind)s, %(campaign)s, %(address)s, %(provider)s, '', %(state)s, 1, %(claim)s, %(code)s, %(reason)s,
        %(now)s, NULL)
    ON CONFLICT (key) DO UPDATE
   SET state = EXCLUDED.state, provider = EXCLUDED.provider, claim = EXCLUDED.claim, handed_at = EXCLUDED.handed_at,
       code = EXCLUDED.code, reason = EXCLUDED.reason, address_hash = EXCLUDED.address_hash,
       tries = mine.tries + CASE WHEN mine.claim = EXCLUDED.claim THEN 0 ELSE 1 END
 WHERE mine.state IN ('deferred', 'suppressed') OR (mine.state = 'handing' AND mine.claim = EXCLUDED.claim)
RETURNING id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A mail as the door writes it down. `is_once`: nobody tries it again."""

    key: str
    stream: Stream
    kind: str
    campaign: str
    address_hash: str
    is_once: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known before a mail is tried: its row, and whether its address or campaign may get mail."""

    id: UUID | None
    state: str
    handed_at: datetime | None
    tries: int
    reason: str
    code: str
    suppressed: str
    is_stopped: bool


def look(entries: Sequence[Entry]) -> list[Known]:
    """What is known of each, in their order, by one query."""
    asked = {
        "keys": [entry.key for entry in entries],
        "addresses": [entry.address_hash for entry in entries],
        "campaigns": [entry.campaign for entry in entries],
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, asked)
        return [
            Known(
                id=id_, state=state or "", handed_at=handed_at, tries=tries or 0, reason=reason or "", code=code or "",
                suppressed=suppressed, is_stopped=is_stopped,
            )
            for id_, state, handed_at, tries, reason, code, suppressed, is_stopped in cursor.fetchall()
        ]  # fmt: skip


def begin(entry: Entry, id_: UUID, claim: UUID, provider: str, now: datetime) -> None:
    """Write that a provider is getting the mail. Raises NotMine where another process has it, or had it."""
    values = _values(entry, id_, DispatchState.HANDING, provider=provider, claim=claim, now=now)
    if not _write(values):
        raise NotMine


def took(mails: Mapping[UUID, str]) -> None:
    """Write that providers have these mails, with their own names of them, whoever meant meanwhile that they were lost."""
    with connection.cursor() as cursor:
        cursor.execute(_TOOK, {"ids": list(mails), "names": list(mails.values()), "now": clock()})


def note(
    entry: Entry,
    id_: UUID,
    state: DispatchState,
    reason: str,
    now: datetime,
    *,
    code: str = "",
    provider: str = "",
    claim: UUID | None = None,
) -> None:
    """Write an end that is no hand-over: suppressed, deferred, dead, or unknown."""
    _write(
        _values(entry, id_, state, reason=reason, code=code, provider=provider, claim=claim or id_, now=now)
    )


def lose(id_: UUID) -> None:
    """Write that the process which handed the mail over is gone."""
    Dispatch.objects.filter(pk=id_, state=DispatchState.HANDING).update(
        state=DispatchState.UNKNOWN, reason=LOST
    )


def lose_old(*, now: datetime) -> int:
    """The same for every mail whose process is gone. Returns how many."""
    lost = Dispatch.objects.filter(state=DispatchState.HANDING, handed_at__lte=now - LEASE)
    return lost.update(state=DispatchState.UNKNOWN, reason=LOST)


def _write(values: dict[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        return cursor.fetchone() is not None


def _values(
    entry: Entry, id_: UUID, state: DispatchState, *, provider: str, claim: UUID, now: datetime, reason: str = "", code: str = ""
) -> dict[str, Any]:  # fmt: skip
    return {
        "id": id_, "key": entry.key, "stream": entry.stream.value, "kind": entry.kind[:40], "campaign": entry.campaign[:60],
        "address": entry.address_hash, "provider": provider, "state": state.value, "claim": claim, "code": code[:20],
        "reason": reason[:500], "now": now,
    }  # fmt: skip
