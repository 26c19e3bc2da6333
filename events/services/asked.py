"""Counts what people look for, so that operators see what was not found.

A page or an answer of the API notes a text in a ring of Valkey, which takes less than a millisecond; a task adds the notes up in
the database every minute. A note that is lost (Valkey away, ring full) is no harm.
"""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from events.models import AskedQuery
from pipeline.masking import MASK, hide_people, hide_secrets
from pipeline.text.contacts import phones_in
from places.models import City

log = structlog.get_logger(__name__)
#: Rows are forgotten after so long.
KEPT: Final = timedelta(days=7)
#: So many notes wait at most; a newer one takes the place of the oldest.
RING: Final = 5000
#: So many different texts are counted a day; more would be a machine's.
MOST_A_DAY: Final = 20_000
LONGEST: Final = 200
_LAST, _DONE, _NOTE, _SECONDS = "asked:last", "asked:done", "asked:note:{}", 3600

_ADD = """
INSERT INTO events_askedquery (text, city_id, day, times, unanswered)
SELECT n.text, n.city, %s, n.times, n.unanswered FROM unnest(%s::text[], %s::uuid[], %s::int[], %s::int[]) AS n (text, city, times, unanswered)
ON CONFLICT (text, city_id, day) DO UPDATE
SET times = events_askedquery.times + excluded.times, unanswered = events_askedquery.unanswered + excluded.unanswered
"""


def note(text: str, *, city: str, is_answered: bool) -> None:
    """Note that `text` was searched for in a city (slug, '' for none). Never raises because Valkey is away."""
    said = kept_text(text)
    if not said:
        return
    try:
        cache.add(_LAST, 0, timeout=None)
        place = int(cache.incr(_LAST))
        cache.set(_NOTE.format(place % RING), json.dumps([place, said, city, is_answered]), timeout=_SECONDS)
    except (RedisError, ValueError) as error:  # ValueError: evicted between the two commands
        log.debug("query_not_noted", error=str(error))


def kept_text(text: str) -> str:
    """The text as it is kept: small letters, single spaces, personal addresses, secrets and telephone numbers masked, cut."""
    said = hide_secrets(hide_people(" ".join(text.split())[: 2 * LONGEST]))
    for number in phones_in(said):
        said = said.replace(number, MASK)
    return said.replace("\x00", "").casefold()[:LONGEST].strip()


def add_up(*, now: datetime) -> int:
    """Add what was noted since the last time to the rows of the day. Returns how many notes."""
    try:
        notes = _taken()
    except RedisError as error:
        log.warning("queries_not_added_up", error=str(error))
        return 0
    if notes:
        _store(notes, now.date())
    return len(notes)


def forget(*, now: datetime, dry: bool = False) -> int:
    """Delete the rows of days that ended a week ago. Returns how many; with `dry` it only counts."""
    old = AskedQuery.objects.filter(day__lt=(now - KEPT).date())
    return old.count() if dry else old.delete()[0]


def _taken() -> list[tuple[str, str, bool]]:
    last, done = int(cache.get(_LAST) or 0), int(cache.get(_DONE) or 0)
    if done > last:  # Valkey began anew
        done = 0
    cache.set(_DONE, last, timeout=None)
    places = range(max(done, last - RING) + 1, last + 1)
    found = cache.get_many([_NOTE.format(place % RING) for place in places]).values()
    read: list[list[Any]] = [json.loads(one) for one in found]
    return [(text, city, answered) for place, text, city, answered in read if place in places]


def _store(notes: list[tuple[str, str, bool]], day: date) -> None:
    cities = dict(City.objects.values_list("slug", "pk"))
    times: Counter[tuple[str, Any]] = Counter()
    unanswered: Counter[tuple[str, Any]] = Counter()
    for text, slug, is_answered in notes:
        one = (text, cities.get(slug))
        times[one] += 1
        unanswered[one] += not is_answered
    if AskedQuery.objects.filter(day=day).count() >= MOST_A_DAY:
        return
    rows = sorted(times, key=lambda one: (one[0], str(one[1])))
    columns = (
        [row[0] for row in rows],
        [row[1] for row in rows],
        [times[row] for row in rows],
        [unanswered[row] for row in rows],
    )
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [day, *columns])
