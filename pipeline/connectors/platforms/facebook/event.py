"""Events of the Graph API as records (https://developers.facebook.com/docs/graph-api/reference/event/)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import (
    at,
    coordinates,
    line,
    link,
    number,
    objects,
    pictures,
    postal,
    source_of,
    text,
)
from pipeline.contract.enums import Online, OrganizerType, Status
from pipeline.contract.normalized import OrganizerRef, Recurrence, Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.moments import raw_time
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE, bounded_id, clip

SITE: Final = "https://www.facebook.com"
FIELDS: Final = (
    "id,name,description,start_time,end_time,timezone,event_times,place{id,name,location},is_canceled,is_draft,is_online,type,category,cover{source},"
    "owner{id,name},ticket_uri,attending_count,interested_count"
)


def is_event(value: Any) -> bool:
    """Whether an object is an event of the Graph API."""
    return (
        isinstance(value, Mapping)
        and text(value, "id").isdigit()
        and isinstance(value.get("start_time"), str)
        and "name" in value
    )


def records(event: Mapping[str, Any]) -> list[RawRecord | Dropped]:
    """One record, or one for each time of an event that is held several times."""
    made = _record(event)
    times = objects(event, "event_times")
    if isinstance(made, Dropped) or not times:
        return [made]
    series = Recurrence(series_id=made.external_id)
    held = [_at_time(made, time, series) for time in times]
    return [
        one
        if one.start is not None
        else Dropped(reason="no start", external_id=one.external_id, title=one.title)
        for one in held
    ]


def _record(event: Mapping[str, Any]) -> RawRecord | Dropped:
    notes: list[str] = []
    name = bounded_id(text(event, "id"), notes=notes)
    title = clip(" ".join(text(event, "name").split()), MAX_TITLE, what="title", notes=notes)
    start = raw_time(event.get("start_time"))
    kind = text(event, "type").lower()
    reason = "not public" if event.get("is_draft") is True or kind in ("private", "group", "friends") else ""
    reason = reason or ("no title" if not title else "no start" if start is None else "")
    if reason:
        return Dropped(reason=reason, external_id=name, title=title, raw=source_of(event))
    return RawRecord(
        external_id=name,
        stable_id=bool(name),
        title=title,
        description=clip(text(event, "description"), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=raw_time(event.get("end_time")),
        timezone=line(event, "timezone"),
        venue=_venue(event.get("place")),
        online=_online(event),
        categories=_categories(event),
        url=f"{SITE}/events/{name}/",
        ticket_url=link(event, "ticket_uri"),
        images=pictures([link(event, "cover", "source")]),
        organizer=_organizer(event),
        status=str(Status.CANCELLED) if event.get("is_canceled") is True else "",
        popularity=counts(
            attending=number(event, "attending_count"), interested=number(event, "interested_count")
        ),
        raw=source_of(event),
        notes=tuple(notes),
    )


def _at_time(made: RawRecord, time: Mapping[str, Any], series: Recurrence) -> RawRecord:
    own = text(time, "id")
    return replace(
        made,
        external_id=own or made.external_id,
        recurrence_id="" if own else line(time, "start_time"),
        start=raw_time(time.get("start_time")),
        end=raw_time(time.get("end_time")),
        url=f"{SITE}/events/{own or made.external_id}/",
        ticket_url=link(time, "ticket_uri") or made.ticket_url,
        recurrence=series,
    )


def _venue(place: Any) -> Venue:
    spot = at(place, "location")
    lat, lng = coordinates(at(spot, "latitude"), at(spot, "longitude"))
    city, own = line(spot, "city"), line(place, "id")
    return Venue(
        name=line(place, "name"),
        address=postal(line(spot, "street"), line(spot, "zip"), city, line(spot, "state")),
        city=city,
        country=line(spot, "country"),
        lat=lat,
        lng=lng,
        external_ids={"facebook": own} if own else {},
    )


def _online(event: Mapping[str, Any]) -> str:
    if event.get("is_online") is not True:
        return str(Online.NO) if event.get("is_online") is False else ""
    return str(Online.BOTH if at(event, "place", "location") else Online.YES)


def _categories(event: Mapping[str, Any]) -> tuple[str, ...]:
    """`MUSIC_AND_AUDIO` as "music and audio"."""
    said = line(event, "category").replace("_", " ").lower()
    return (said,) if said else ()


def _organizer(event: Mapping[str, Any]) -> OrganizerRef | None:
    name, own = line(event, "owner", "name"), text(event, "owner", "id")
    url = f"{SITE}/{own}" if own.isdigit() else ""
    return OrganizerRef(name=name, url=url, type=OrganizerType.UNKNOWN) if name else None
