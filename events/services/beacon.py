"""Counts views, shares and clicks of events, without cookies and without the visitors (docs/popularity.md).

A visitor counts once a day for each event and act. Valkey keeps a HyperLogLog for each event, act and day, which tells how
many different visitors it was given but none of them; a task writes its totals to the database every minute. It writes totals,
not differences, so it may run twice. What is lost (Valkey away or restarted) is not counted, and nothing is counted twice.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from redis.exceptions import RedisError

from egress.factory import open_valkey
from events.enums import Act, Publication, VisitSource
from events.models import Event, EventDay, EventDaySource
from events.signals import counted

log = structlog.get_logger(__name__)
#: Rows of a day are forgotten after so long; the totals of an event stay (`EventCounters`).
KEPT: Final = timedelta(days=90)
#: So many events are counted a day for each act; what comes after that is not. One takes about 300 bytes of Valkey.
MOST_A_DAY: Final = 100_000
#: So many events are written in one transaction.
BATCH: Final = 2_000
_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)
_WORDS: Final = ("views", "shares", "clicks")
#: Only these have a page.
_SHOWN: Final = (Publication.APPROVED, Publication.ARCHIVED)

#: KEYS: the visitors of one event, act and day; the events of the day that changed, by time; how many are counted; from where the
#: event's visitors came. ARGV: the visitor; whether the event is known to exist; the most; act and event; seconds; the source.
#: -1: first make sure that it exists.
_NOTE = """
local first = redis.call('EXISTS', KEYS[1]) == 0
if first and ARGV[2] == '0' then return -1 end
if first and tonumber(redis.call('GET', KEYS[3]) or 0) >= tonumber(ARGV[3]) then return 0 end
if redis.call('PFADD', KEYS[1], ARGV[1]) == 0 then return 0 end
if ARGV[6] ~= '' then redis.call('HINCRBY', KEYS[4], ARGV[6], 1) end
local t = redis.call('TIME')
redis.call('ZADD', KEYS[2], tonumber(t[1]) * 1000000 + tonumber(t[2]), ARGV[4])
if first then
  redis.call('INCR', KEYS[3])
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[5]) end
end
return 1
"""

#: The totals of the day grow to those of Valkey, and the totals of the event by the difference.
_STORE = """
WITH told AS (
    SELECT t.event_id, %(day)s::date AS day, t.views, t.shares, t.clicks
    FROM unnest(%(events)s::uuid[], %(views)s::int[], %(shares)s::int[], %(clicks)s::int[]) AS t (event_id, views, shares, clicks)
    JOIN events_event e ON e.id = t.event_id AND e.publication = ANY(%(shown)s)
), before AS (
    SELECT d.event_id, d.views, d.shares, d.clicks FROM events_eventday d JOIN told USING (event_id, day)
), after AS (
    INSERT INTO events_eventday AS d (event_id, day, views, shares, clicks)
    SELECT event_id, day, views, shares, clicks FROM told ORDER BY event_id
    ON CONFLICT (event_id, day) DO UPDATE SET
        views = greatest(d.views, excluded.views),
        shares = greatest(d.shares, excluded.shares),
        clicks = greatest(d.clicks, excluded.clicks)
    RETURNING event_id, views, shares, clicks
), grown AS (
    SELECT event_id, after.views - coalesce(before.views, 0) AS views, after.shares - coalesce(before.shares, 0) AS shares,
        after.clicks - coalesce(before.clicks, 0) AS clicks
    FROM after LEFT JOIN before USING (event_id)
), added AS (
    INSERT INTO events_eventcounters AS c (event_id, views, registrations, shares)
    SELECT event_id, views, 0, shares FROM grown ORDER BY event_id
    ON CONFLICT (event_id) DO UPDATE SET views = c.views + excluded.views, shares = c.shares + excluded.shares
)
SELECT event_id, views, shares, clicks FROM grown
"""


#: What one knows of from where the visitors of a day came grows as well.
_STORE_SOURCES = """
INSERT INTO events_eventdaysource AS s (event_id, day, source, views)
SELECT t.event_id, %(day)s::date, t.source, t.views
FROM unnest(%(events)s::uuid[], %(sources)s::text[], %(views)s::int[]) AS t (event_id, source, views)
JOIN events_event e ON e.id = t.event_id AND e.publication = ANY(%(shown)s)
ORDER BY t.event_id, t.source
ON CONFLICT (event_id, day, source) DO UPDATE SET views = greatest(s.views, excluded.views)
"""


def note(act: Act, event_id: UUID, *, visitor: str, now: datetime, source: VisitSource | None = None) -> None:
    """Count an act of a visitor with an event, once a day (UTC). Never raises because Valkey is away.

    `source` is from where the visitor came who opened it: a word that many share, counted and not kept with the visitor.
    `visitor` tells visitors apart, such as network and kind of device; it is hashed at once, with a salt that is deleted at the
    end of the day.
    """
    day = now.astimezone(UTC).date()
    left = int((_midnight(day) - now).total_seconds()) + 1
    try:
        salt = _salt(day, left)
        said = "\0".join((visitor, act.value, event_id.hex)).encode()
        hashed = hmac.new(salt, said, hashlib.sha256).digest()[:16]
        word = source.value if source else ""
        if _count(act, event_id, day, hashed, left, word, is_known=False) == -1 and _is_shown(event_id):
            _count(act, event_id, day, hashed, left, word, is_known=True)
    except (RedisError, ValueError) as error:  # ValueError: the salt was evicted between the two commands
        log.debug("act_not_counted", error=str(error))


def add_up(*, now: datetime) -> int:
    """Write what changed since the last time, of today and yesterday. Returns how many rows."""
    today = now.astimezone(UTC).date()
    try:
        return sum(_add_up(day, min(now, _midnight(day) - _MOMENT)) for day in (today - _DAY, today))
    except RedisError as error:
        log.warning("acts_not_added_up", error=str(error))
        return 0


def forget(*, now: datetime, dry: bool = False) -> int:
    """Delete the rows of days that ended KEPT ago. Returns how many; with `dry` it only counts."""
    before = (now - KEPT).date()
    old = EventDay.objects.filter(day__lt=before)
    if dry:
        return old.count()
    EventDaySource.objects.filter(day__lt=before).delete()
    return old.delete()[0]


def _salt(day: date, seconds: int) -> bytes:
    """The salt of the day: random, only in Valkey, and deleted there when the day ends."""
    key = f"beacon:salt:{day}"
    cache.add(key, secrets.token_bytes(32), timeout=seconds)
    salt = cache.get(key)
    if not isinstance(salt, bytes):
        raise ValueError("no salt")
    return salt


def _count(
    act: Act, event_id: UUID, day: date, hashed: bytes, left: int, source: str, *, is_known: bool
) -> int:
    """1 where the visitor is new, 0 where not, -1 where the event is new today and not `is_known`."""
    keys = [
        _visitors(act, event_id, day),
        _changed(day),
        f"{_prefix(day)}:{act}:events",
        _sources(event_id, day),
    ]
    kept = left + int(_DAY.total_seconds())
    arguments: list[Any] = [hashed, int(is_known), MOST_A_DAY, f"{act}:{event_id.hex}", kept, source]
    answer: Any = open_valkey().eval(_NOTE, len(keys), *keys, *arguments)  # type: ignore[no-untyped-call]
    return int(answer)


def _is_shown(event_id: UUID) -> bool:
    return Event.objects.filter(pk=event_id, publication__in=_SHOWN).exists()


def _add_up(day: date, at: datetime) -> int:
    client, total = open_valkey(), 0
    while True:
        read: Any = client.zrange(_changed(day), 0, BATCH - 1, withscores=True)
        if not read:
            return total
        events = sorted({UUID(name.decode().partition(":")[2]) for name, _ in read})
        with transaction.atomic():
            if not _alone():
                return total
            grown = _store(events, _totals(events, day), day)
            _store_sources(events, day)
            if grown:
                counted.send(sender=EventDay, acts=grown, now=at)
        # What changed after it was read has a later time, and stays for the next call.
        client.zremrangebyscore(_changed(day), "-inf", read[-1][1])
        total += len(events)


def _totals(events: Iterable[UUID], day: date) -> list[list[int]]:
    """The visitors of the events, for each act."""
    pipe = open_valkey().pipeline(transaction=False)
    for event_id in events:
        for act in Act:
            pipe.pfcount(_visitors(act, event_id, day))
    found: list[int] = pipe.execute()
    return [found[place :: len(Act)] for place in range(len(Act))]


def _store(events: list[UUID], totals: list[list[int]], day: date) -> list[tuple[UUID, str, int]]:
    """What is new since the last time: event, word and number."""
    views, shares, clicks = totals
    told: dict[str, Any] = {"events": events, "views": views, "shares": shares, "clicks": clicks}
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {**told, "day": day, "shown": [word.value for word in _SHOWN]})
        rows = cursor.fetchall()
    return [
        (row[0], word, times) for row in rows for word, times in zip(_WORDS, row[1:], strict=True) if times
    ]


def _store_sources(events: list[UUID], day: date) -> None:
    pipe = open_valkey().pipeline(transaction=False)
    for event_id in events:
        pipe.hgetall(_sources(event_id, day))
    told = [
        (event_id, source.decode(), int(views))
        for event_id, found in zip(events, pipe.execute(), strict=True)
        for source, views in found.items()
    ]
    if told:
        columns = [list(column) for column in zip(*told, strict=True)]
        rows: dict[str, Any] = dict(zip(("events", "sources", "views"), columns, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(_STORE_SOURCES, {**rows, "day": day, "shown": [word.value for word in _SHOWN]})


def _alone() -> bool:
    """Whether no other process adds up: two would both add the difference to an event's totals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('beacon', 0))")
        (free,) = cursor.fetchone()
    return bool(free)


def _midnight(day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), UTC)


def _prefix(day: date) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:beacon:{day}"


def _visitors(act: Act, event_id: UUID, day: date) -> str:
    return f"{_prefix(day)}:{act}:{event_id.hex}"


def _sources(event_id: UUID, day: date) -> str:
    return f"{_prefix(day)}:sources:{event_id.hex}"


def _changed(day: date) -> str:
    return f"{_prefix(day)}:changed"
