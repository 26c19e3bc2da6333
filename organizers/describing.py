"""What a form holds as an event that is not stored: for the preview that is the page, and to find what may be the same."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from accounts import user_input
from accounts.exceptions import InputRefused
from events.facts import columns
from events.models import Event, Organizer
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import Online
from pipeline.contract.fields import SIMPLE
from pipeline.contract.normalized import NormalizedEvent, OrganizerRef, Price, Venue
from pipeline.contract.raw import RawRecord
from pipeline.dates.event_times import zone_or_utc
from pipeline.money.prices import read_text
from pipeline.text.folding import fold
from pipeline.text.readable import from_readable
from places.models import City, Place
from places.queries import Asked, NearPlace, places_for
from sources.triggers.inbox import submissions_source

#: Possible duplicates that are shown.
MOST_ALIKE: Final = 5


def submission_fields(said: Mapping[str, Any], *, organizer: str, rule: str) -> dict[str, Any]:
    """What the form holds as the fields of a submission (`pipeline.connectors.inbound.submission`)."""
    is_day = bool(said.get("all_day"))
    times = {
        name: said[name][:10] if is_day else said[name]
        for name in ("start", "end", "doors")
        if said.get(name)
    }
    same = (
        "title", "city", "venue", "address", "category", "language", "age_limit", "price", "url", "ticket_url", "online_url",
    )  # fmt: skip
    found = {name: said[name] for name in same if said.get(name)}
    return {
        **found,
        **times,
        "description": from_readable(said.get("description", "")),
        "tags": tags_of(said),
        "performers": performers_of(said),
        "all_day": is_day,
        "online": bool(said.get("online")),
        "registration_required": bool(said.get("register")),
        "accessibility": dict.fromkeys(said.get("accessibility", ()), True),
        "capacity": said.get("capacity"),
        "organizer": organizer,
        "rrule": rule,
    }


def tags_of(said: Mapping[str, Any]) -> list[str]:
    """The tags that were typed with commas."""
    return [tag.strip()[:60] for tag in str(said.get("tags", "")).split(",") if tag.strip()][:20]


def performers_of(said: Mapping[str, Any]) -> list[str]:
    """The performers that were typed one in a line."""
    lines = str(said.get("performers", "")).splitlines()
    return list(dict.fromkeys(name for line in lines if (name := _line("performers", line.strip()[:200]))))[
        :50
    ]


def price_of(text: str, city: City | None) -> Price:
    """The price in one's own words; a bare number counts in the currency of the city's country."""
    return read_text(text, country=city.country if city else "")[0]


def known_place(name: str, city: City) -> NearPlace | None:
    """The venue of that name in the city, where exactly one is known."""
    found = places_for([Asked(name=fold(name), city=city.slug, exact=True)])[0] if name else []
    return found[0] if len(found) == 1 else None


def normalized(said: Mapping[str, Any], city: City, *, organizer: str = "") -> NormalizedEvent:
    """The first date of what a form holds. Raises ValueError for times that cannot be read."""
    zone = zone_or_utc(city.timezone)
    is_day = bool(said.get("all_day"))
    near = known_place(said.get("venue", ""), city)
    return NormalizedEvent(
        external_id="",
        title=_line("title", said["title"]),
        description=_markup(from_readable(said.get("description", ""))),
        start=_time(said["start"], is_day=is_day, zone=zone),
        end=_time(said["end"], is_day=is_day, zone=zone) if said.get("end") else None,
        timezone=city.timezone,
        doors=_doors(said, is_day=is_day, zone=zone),
        all_day=is_day,
        time_known=not is_day,
        performers=tuple(performers_of(said)),
        venue=Venue(
            name=_line("venue", said.get("venue", "")),
            address=_line("address", said.get("address", "")) or (near.address if near else ""),
            city=city.name,
            country=city.country,
            lat=near.lat if near else None,
            lng=near.lng if near else None,
        ),
        online=Online.YES
        if said.get("online") and not said.get("venue")
        else Online.BOTH
        if said.get("online")
        else Online.NO,
        online_url=said.get("online_url", ""),
        category=said.get("category") or "other",
        tags=tuple(tags_of(said)),
        language=said.get("language", ""),
        price=price_of(said.get("price", ""), city),
        url=said.get("url", ""),
        ticket_url=said.get("ticket_url", ""),
        organizer=OrganizerRef(name=organizer) if organizer else None,
        capacity=said.get("capacity"),
        registration_required=bool(said.get("register")),
        accessibility=dict.fromkeys(said.get("accessibility", ()), True),
        age_limit=SIMPLE["age_limit"].read(said["age_limit"]) if said.get("age_limit") else None,
    )


def event_of(said: Mapping[str, Any], city: City, organizer: Organizer) -> Event:
    """The event as its page would show it. It is not stored, and its id is nobody's."""
    event = Event(**columns(normalized(said, city).to_json()), id=uuid4())
    event.city, event.organizer, event.area = city, organizer, None
    near = known_place(said.get("venue", ""), city)
    event.place = Place.objects.filter(pk=near.id).first() if near else None
    event.series = None
    # lists that are empty: nothing of it is stored
    event._prefetched_objects_cache = {"images": [], "listings": []}  # type: ignore[attr-defined]
    return event


def alike(said: Mapping[str, Any], city: City, *, now: datetime) -> list[Event]:
    """Events that may be the same as what a form holds, the most similar first, by the matcher of the pipeline.

    `said` needs a title and a start. What readers do not see is not among them.
    """
    source = submissions_source()
    from pipeline.matching.batch import match  # noqa: PLC0415 - costly
    from sources.ingest.lookups import DatabaseLookups  # noqa: PLC0415 - costly

    draft = Draft(
        raw=RawRecord(external_id=""),
        event=normalized(said, city),
        city=city.slug,
        place_id=_place_id(said, city),
    )
    context = SourceContext(source_key=str(source.pk), city=city.slug, timezone=city.timezone, now=now)
    decisions = match([draft], context, DatabaseLookups(source_id=source.pk, held=frozenset()))
    ids = [UUID(str(one.other)) for one in sorted(decisions, key=lambda one: -one.score)]
    known = Event.objects.filter(publication="approved").select_related("city").in_bulk(ids)
    return [known[pk] for pk in ids if pk in known][:MOST_ALIKE]


def _place_id(said: Mapping[str, Any], city: City) -> str:
    near = known_place(said.get("venue", ""), city)
    return str(near.id) if near else ""


def _time(text: str, *, is_day: bool, zone: Any) -> datetime | date:
    moment = datetime.fromisoformat(text)
    return moment.date() if is_day else moment.replace(tzinfo=zone)


def _doors(said: Mapping[str, Any], *, is_day: bool, zone: Any) -> datetime | None:
    found = _time(said["doors"], is_day=False, zone=zone) if said.get("doors") and not is_day else None
    return found if isinstance(found, datetime) else None


def _line(name: str, value: str) -> str:
    try:
        return user_input.line(name, value, most=400) if value else ""
    except InputRefused:
        return ""


def _markup(value: str) -> str:
    try:
        return user_input.markup("description", value) if value else ""
    except InputRefused:
        return ""
