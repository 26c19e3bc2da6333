"""Converts events to the matcher's records."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from pipeline.contract.candidates import Candidate
from pipeline.contract.normalized import exact_point
from pipeline.dates.event_times import zone_or_utc
from pipeline.geography.place_text import called

#: The asking source's listings are filtered, not searched: for a source without statistics the planner would
#: scan all listings for each event.
CANDIDATE_COLUMNS = """
e.id, e.title, e.start_at, e.end_at, e.start_date, e.end_date, e.timezone, e.all_day, e.time_known, e.venue_name, e.address, e.venue_city,
e.lat, e.lng, e.url, e.ticket_url, o.name, e.price_min, e.price_max, e.category_id, left(e.description, 400), e.provenance->'start'->>'origin', e.place_id,
(SELECT json_agg(json_build_array(l.external_id, l.recurrence_id, l.facts->>'start', l.facts->'recurrence'->>'series_id',
                                  coalesce(l.facts->>'opening_hours', '') <> ''))
    FILTER (WHERE l.origin_id = %(source)s AND l.missing_since IS NULL)
 FROM events_listing l WHERE l.event_id = e.id)
"""
_BY_ID = f"""
SELECT {CANDIDATE_COLUMNS} FROM events_event e LEFT JOIN events_organizer o ON o.id = e.organizer_id WHERE e.id = ANY(%(ids)s) ORDER BY e.id
"""  # noqa: S608 - the parts are constants of this module
_APART = """
SELECT first_id, second_id FROM events_duplicatematch WHERE outcome = 'different' AND first_id = ANY(%(ids)s) AND second_id = ANY(%(ids)s)
"""


def as_candidates(event_ids: Collection[UUID]) -> list[Candidate]:
    """The matcher's records of these events, each with the source that gave its start (one query)."""
    return (
        [candidate_of(row, "") for row in rows_of(_BY_ID, {"ids": list(event_ids), "source": None})]
        if event_ids
        else []
    )


def apart(event_ids: Collection[Any]) -> frozenset[frozenset[str]]:
    """The pairs among these events that were declared different (one query)."""
    if not event_ids:
        return frozenset()
    return frozenset(
        frozenset((str(one), str(other))) for one, other in rows_of(_APART, {"ids": list(event_ids)})
    )


def of_facts(key: str, source_key: str, facts: Mapping[str, Any]) -> Candidate:
    """The matcher's record of a listing's stored facts."""
    venue, price = facts.get("venue") or {}, facts.get("price") or {}
    name, address = venue.get("name") or "", venue.get("address") or ""
    lat, lng = exact_point(venue)
    dated = bool(facts.get("all_day")) or not facts.get("time_known", True)
    return Candidate(
        id=key, source=source_key, title=facts.get("title") or "", start=_moment(facts.get("start")), end=_moment(facts.get("end")),
        all_day=bool(facts.get("all_day")), time_known=not dated, venue=called(name, address), location=address,
        city=venue.get("city") or (facts.get("located") or {}).get("city") or "", lat=lat, lon=lng, url=facts.get("url") or "",
        ticket_url=facts.get("ticket_url") or "", organizer=(facts.get("organizer") or {}).get("name") or "", price_min=price.get("min"),
        price_max=price.get("max"), category=facts.get("category") or "", description=facts.get("description") or "",
    )  # fmt: skip


def rows_of(statement: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows that `statement` finds."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def candidate_of(row: tuple[Any, ...], source_key: str, *, crowded: bool = False) -> Candidate:
    """A row of CANDIDATE_COLUMNS as the matcher sees it, asked for by the source `source_key`.

    `crowded`: whether its venue holds many events at once.
    """
    (pk, title, start_at, end_at, start_date, end_date, zone, all_day, time_known, venue, address, city, lat, lng, url, ticket_url, organizer,
     price_min, price_max, category, description, origin, place, ours) = row  # fmt: skip
    dated = all_day or not time_known
    return Candidate(
        id=str(pk), source=source_key if ours else origin or "", title=title,
        start=start_date if dated else _local(start_at, zone), end=end_date if dated else _local(end_at, zone),
        all_day=all_day, time_known=time_known, venue=called(venue, address), location=address, city=city, lat=lat, lon=lng, url=url, ticket_url=ticket_url,
        organizer=organizer or "", price_min=None if price_min is None else float(price_min), price_max=None if price_max is None else float(price_max),
        category=category, description=description, place=str(place or ""), crowded=crowded,
    )  # fmt: skip


def _local(moment: datetime | None, zone: str) -> datetime | None:
    return None if moment is None else moment.astimezone(zone_or_utc(zone))


def _moment(value: Any) -> date | datetime | None:
    """ISO 8601 text as date or datetime."""
    if not isinstance(value, str):
        return None
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
