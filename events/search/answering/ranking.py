"""The rank of events that hold every word: computed by the database, named part by part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from events.filters import EventFilter
from events.filters.words import parse
from events.models import Event
from events.queries import upcoming
from events.queries.conditions import Condition, named
from events.queries.counting import MOST_COUNTED, MOST_NAMED, Counted
from events.search.records import Place, Rank
from outbox.replica import cursor_of_readers

#: Of a very common word, only the soonest are ranked; the others follow in order of time.
MOST_RANKED: Final = MOST_NAMED
#: The same where more events than are counted hold it: they are looked for among all by their start.
MOST_RANKED_OF_MANY = 200
#: So many of those that were ranked, and were added among them since, are ranked for a further page.
_MOST_RANKED_AGAIN = 2_000
#: What each part of a score, 0 to 1, counts.
WEIGHTS = {
    "text": 1.0, "title": 0.8, "phrase": 0.4, "share": 0.6, "whole": 0.6, "kind": 0.4, "soon": 0.4, "near": 0.3, "quality": 0.1,
}  # fmt: skip

# Weights of D, C, B, A. A tsquery of NULL leaves its part at 0. What began over half a day ago is an exhibition: it can
# be visited for a while, and counts as if it began in a week. A week away, or 3 km, halves a part.
_RANKED = """
SELECT c.id, p.text, p.title, p.phrase, p.share, p.whole, p.kind, p.soon, p.near, c.quality_score,
  {score} AS score, first_value(c.start_at) OVER last AS last_start, first_value(c.id) OVER last AS last_id
FROM ({candidates}) AS c JOIN events_eventsearch s ON s.event_id = c.id CROSS JOIN LATERAL (SELECT
  coalesce(ts_rank('{{0.1, 0.3, 0.6, 1.0}}', s.document, %(all)s::tsquery), 0)::float8 AS text,
  coalesce(s.document @@ %(title)s::tsquery, false)::int::float8 AS title,
  coalesce(s.document @@ %(phrase)s::tsquery, false)::int::float8 AS phrase,
  CASE WHEN s.document @@ %(title)s::tsquery THEN least(1, %(letters)s / greatest(1.0, length(s.folded_title))) ELSE 0 END::float8 AS share,
  coalesce(s.document @@ %(whole)s::tsquery, false)::int::float8 AS whole,
  coalesce(s.document @@ %(kind)s::tsquery, false)::int::float8 AS kind,
  CASE WHEN c.start_at < %(now)s::timestamptz - interval '12 hours' THEN 0.5
  ELSE 1 / (1 + greatest(extract(epoch FROM c.start_at - %(now)s::timestamptz), 0) / 604800) END::float8 AS soon,
  coalesce(1 / (1 + earth_distance(ll_to_earth(c.lat, c.lng), ll_to_earth(%(lat)s, %(lng)s)) / 3000), 0)::float8 AS near
) AS p
{behind} WINDOW last AS (ORDER BY c.start_at DESC, c.id DESC)
ORDER BY c.is_sample, score DESC, c.start_at, c.id LIMIT %(limit)s OFFSET %(offset)s
"""
# The events are looked for once, to be counted and to be ranked. Where there are more than are counted, the soonest of all
# are looked for otherwise.
_COUNTED = """
WITH chosen AS MATERIALIZED ({chosen}),
counted AS (SELECT count(*) AS every, count(*) FILTER (WHERE NOT is_sample) AS real FROM chosen)
SELECT counted.every, counted.real, r.* FROM counted LEFT JOIN (SELECT row_number() OVER () AS place, k.* FROM ({ranked}) AS k) AS r ON true
ORDER BY r.place
"""
_BEHIND = """
WHERE {score} < %(score)s::float8 OR ({score} = %(score)s::float8 AND (c.start_at, c.id) > (%(start)s::timestamptz, %(id)s::uuid))
"""
_FEW = "SELECT * FROM chosen WHERE NOT is_sample AND (SELECT every FROM counted) <= %(counted)s ORDER BY start_at, id LIMIT %(ranked)s"
_COLUMNS = ("id", "start_at", "lat", "lng", "quality_score", "is_sample")
_SCORE = " + ".join(
    f"{weight} * {'c.quality_score' if part == 'quality' else f'p.{part}'}"
    for part, weight in WEIGHTS.items()
)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An event with the parts of its score, each 0 to 1, named as in `WEIGHTS`; `rank` where it was ranked by them."""

    event_id: UUID
    parts: dict[str, float]
    rank: Rank | None = None

    @property
    def score(self) -> float:
        return sum(WEIGHTS.get(part, 1.0) * value for part, value in self.parts.items())


def first_ranked(wanted: EventFilter, *, now: datetime, limit: int, roughly: bool = False) -> list[Ranked]:
    """The best of the `MOST_RANKED` soonest events that fulfil `wanted`, which asks for words. One query.

    Samples follow all others. `roughly` as in `upcoming`.
    """
    return list(_best(_soonest(wanted, now, None, roughly=roughly), wanted, now, 0, limit, MOST_RANKED))


def counted_and_ranked(
    wanted: EventFilter, *, now: datetime, offset: int, limit: int
) -> tuple[Counted, list[Ranked] | None]:
    """How many events fulfil `wanted`, which asks for words, and those from place `offset` on, best first. One query.

    None for these where some of them are samples or not ranked, or where there are more than are counted.
    """
    chosen, given = named(_soonest(wanted, now, None).order_by().values(*_COLUMNS)[: MOST_COUNTED + 1])
    sql = _COUNTED.format(chosen=chosen, ranked=_RANKED.format(candidates=_FEW, score=_SCORE, behind=""))
    bounds = {"limit": limit, "offset": offset, "counted": MOST_COUNTED, "ranked": MOST_RANKED}
    with cursor_of_readers() as cursor:
        cursor.execute(sql, {**given, **_asked(wanted, now), **bounds})
        rows = cursor.fetchall()
    found = [_row(pk, values) for _, _, _, pk, *values in rows if pk]
    counted = Counted(*rows[0][:2])
    is_whole = min(offset + limit, counted.all) <= min(counted.real, MOST_RANKED)
    return counted, found if is_whole and not counted.is_capped else None


def ranked(
    wanted: EventFilter,
    *,
    now: datetime,
    samples: bool,
    offset: int,
    limit: int,
    most: int = MOST_RANKED,
    began: datetime | None = None,
    known: Sequence[str] | None = None,
) -> list[Ranked]:
    """The events that fulfil `wanted`, which asks for words, best first: those from place `offset` on.

    Behind the `most` soonest, ranked (as of `began`), come the others by their start, without parts. `samples` chooses
    samples or real events; `known` are the ids of the `most` soonest, where they are known. One query, two where both kinds are
    on the page.
    """
    soonest = _soonest(wanted, now, samples)
    first_ones = soonest if known is None or len(known) > most else _these(known)
    found = list(_best(first_ones, wanted, began or now, offset, limit, most)) if offset < most else []
    missing = limit - len(found)
    if missing and offset + limit > most:
        first = max(offset, most)
        later = soonest.values_list("pk", flat=True)[first : first + missing]
        found += [Ranked(pk, {}) for pk in later]
    return found


def _best(
    soonest: QuerySet[Event], wanted: EventFilter, now: datetime, offset: int, limit: int, most: int
) -> Iterator[Ranked]:
    chosen, given = named(soonest.values(*_COLUMNS)[:most])
    sql = _RANKED.format(candidates=chosen, score=_SCORE, behind="")
    bounds = {"limit": min(limit, most - offset), "offset": offset}
    with cursor_of_readers() as cursor:
        cursor.execute(sql, {**given, **_asked(wanted, now), **bounds})
        for pk, *values in cursor.fetchall():
            yield _row(pk, values)


def ranked_behind(wanted: EventFilter, place: Place, *, now: datetime, limit: int) -> list[Ranked]:
    """The events of the same kind behind `place`, which has a rank, among those that were ranked with it. One query.

    What was added among these is ranked with them, while it is not much.
    """
    assert place.rank is not None  # said above
    last_start, last_id = place.rank.until
    soonest = _soonest(wanted, now, place.is_sample).filter(start_at__lte=last_start)
    soonest = soonest.exclude(start_at=last_start, id__gt=last_id)
    chosen, given = named(soonest.values(*_COLUMNS)[:_MOST_RANKED_AGAIN])
    sql = _RANKED.format(candidates=chosen, score=_SCORE, behind=_BEHIND.format(score=_SCORE))
    mark = {"score": place.rank.score, "start": place.start_at, "id": place.event_id}
    with cursor_of_readers() as cursor:
        asked = {**given, **_asked(wanted, place.began), **mark, "limit": limit, "offset": 0}
        cursor.execute(sql, asked)
        found = [_row(pk, values) for pk, *values in cursor.fetchall()]
    return [replace(row, rank=replace(row.rank, until=place.rank.until)) for row in found if row.rank]


def _row(pk: UUID, values: Sequence[Any]) -> Ranked:
    """An event of `_RANKED`."""
    *parts, score, last_start, last_id = values
    return Ranked(pk, dict(zip(WEIGHTS, parts, strict=True)), Rank(score, (last_start, last_id)))


def _soonest(
    wanted: EventFilter, now: datetime, samples: bool | None, *, roughly: bool = False
) -> QuerySet[Event]:
    """`samples` of None leaves in both samples and others."""
    kept = upcoming(wanted.without("ordering"), now=now, roughly=roughly)
    kept = kept if samples is None else kept.filter(is_sample=samples)
    return kept.order_by("start_at", "id")


def _these(ids: Sequence[str]) -> QuerySet[Event]:
    known = Condition("{id} = ANY({ids}::uuid[])", "id", ids=list(ids))
    return Event.objects.filter(known).order_by("start_at", "id")


def _asked(wanted: EventFilter, now: datetime) -> dict[str, Any]:
    """What `_RANKED` asks of each event."""
    place = {"now": now, "lat": wanted.lat, "lng": wanted.lng}
    return {**_questions(wanted.q, wanted.category_words), **place}


def _questions(words: str, kind: str) -> dict[str, Any]:
    """The tsqueries of the parts. None where there is nothing to ask, so that the part is 0."""
    asked = parse(words)
    complete = replace(asked.whole(), unwanted=())
    title = " & ".join(each.tsquery("A") for each in complete.wanted)
    return {
        "all": replace(asked, unwanted=()).tsquery() or None,
        "whole": complete.tsquery() or None,
        "title": title or None,
        "phrase": _either(_together(f"{words} {kind}"), _together(f"{kind} {words}"))
        if kind
        else _together(words),
        "letters": len(words),
        "kind": " & ".join(each.tsquery("ABC") for each in parse(kind).wanted) or None,
    }


def _either(*queries: str | None) -> str | None:
    return " | ".join(query for query in queries if query) or None


def _together(words: str) -> str | None:
    """All the words side by side in a title."""
    asked = parse(words)
    if asked.unwanted or not asked.wanted:
        return None
    plain = words.translate(dict.fromkeys(map(ord, '"“”„«»'), " "))
    together = parse(f'"{plain}"').wanted
    return together[0].tsquery("A") if together else None
