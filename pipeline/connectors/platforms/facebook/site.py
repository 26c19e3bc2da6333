"""Facebook's public event pages: the answers that the page's own program starts from, spread over many
scripts, put together again.

The pages carry no structured data. Objects are named as in the site's own queries, which change without
notice; what is read here was seen in the recorded pages of 2023 to 2025.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from json import JSONDecoder
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.platforms.facebook.event import SITE
from pipeline.connectors.support.inline import scripts
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.nested import counts, every_object
from pipeline.connectors.support.values import (
    at,
    coordinates,
    line,
    lines,
    link,
    number,
    objects,
    pictures,
    source_of,
    text,
)
from pipeline.contract.enums import Online, OrganizerType, Status
from pipeline.contract.normalized import OrganizerRef, Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_TITLE, bounded_id, clip, decode_payload

_BEGIN: Final = patterns.compile(r'\{"(?:require|define|__bbox)":')
_TOLD: Final = ("event_place", "start_timestamp", "event_description", "day_time_sentence", "is_canceled")
_OFFSET: Final = patterns.compile(r"^UTC([+-])(\d{1,2})(?::?(\d{2}))?$")
#: Scripts of one page that are read, and the most that one of them may hold, in characters.
_MAX_SCRIPTS: Final = 400
_MAX_SCRIPT: Final = 4_000_000


def is_page(payload: RawPayload) -> bool:
    """Whether this is one of Facebook's pages, or the JSON of one, that tells of an event."""
    content = payload.content
    if b'"event_place"' not in content and b'"day_time_sentence"' not in content:
        return False
    return b"facebook" in content and (b'"__bbox"' in content or b"data-sjs" in content)


def page_records(payload: RawPayload) -> list[RawRecord | Dropped]:
    """The event of the page (not those that it suggests); of a page that lists events each; [] where there is
    none."""
    values = list(_values(decode_payload(payload).text))
    told: list[Mapping[str, Any]] = [
        found for value in values for key, found in every_object(value) if key == "event" and _is_told(found)
    ]
    if not told:
        return _listed(values)
    main = next((text(found, "id") for found in told if "day_time_sentence" in found), "") or text(
        told[0], "id"
    )
    told += [found for value in values for found in _pieces(value, main)]
    event: dict[str, Any] = {}
    for found in told:
        if text(found, "id") == main:
            _fill(event, found)
    return [_record(event, _span(values, event))]


def _listed(values: list[Any]) -> list[RawRecord | Dropped]:
    """The events of a page's own list, each told in one piece or in several."""
    events: dict[str, dict[str, Any]] = {}
    for value in values:
        for _, found in every_object(value):
            if text(found, "id").isdigit() and "name" in found and "start_timestamp" in found:
                _fill(events.setdefault(text(found, "id"), {}), found)
    return [_record(event, _span(values, event)) for event in events.values()]


def _fill(event: dict[str, Any], found: Mapping[str, Any]) -> None:
    """Put what was found where nothing was yet; places, told in several pieces, are put together too."""
    for key, value in found.items():
        if event.get(key) in (None, "", [], {}):
            event[key] = value
        elif key == "event_place" and isinstance(value, dict) and isinstance(event[key], dict):
            event[key] = {
                **value,
                **{name: inner for name, inner in event[key].items() if inner not in (None, "")},
            }


def _is_told(found: Mapping[str, Any]) -> bool:
    return text(found, "id").isdigit() and any(key in found for key in _TOLD)


def _pieces(value: Any, main: str) -> Iterator[Mapping[str, Any]]:
    """What was sent later of the same event: `{"path": ["event"], "data": {"id": …}}`."""
    for _, found in every_object(value):
        path = found.get("path")
        if (
            isinstance(path, list)
            and path[:1] == ["event"]
            and isinstance(found.get("data"), dict)
            and text(found, "data", "id") == main
        ):
            yield found["data"]


def _values(page: str) -> Iterator[Any]:
    """The JSON in the scripts of a page, whole or as an argument of a call; a document that is JSON is its
    own."""
    if page.lstrip()[:1] == "{":
        yield parse_json(page, strict=False)
        return
    decoder = JSONDecoder(strict=False)
    for count, script in enumerate(scripts(page)):
        if count >= _MAX_SCRIPTS * 4 or len(script) > _MAX_SCRIPT or "event" not in script:
            continue
        begin = _BEGIN.search(script)
        if begin is None:
            continue
        try:
            yield decoder.raw_decode(script, begin.start())[0]
        except (ValueError, RecursionError):
            continue


def _span(values: list[Any], event: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Start and end. The offset is that of the place where the page names one as such; else UTC, and the
    place's zone is found later."""
    begin = event.get("start_timestamp") or event.get("current_start_timestamp")
    start = read_moment(begin)
    if not isinstance(start, datetime):
        return None, None
    found = (
        o
        for value in values
        for _, o in every_object(value)
        if o.get("start_timestamp") == begin and "end_timestamp" in o
    )
    times: Mapping[str, Any] = next(found, {})
    zone = _zone(line(times, "tz_display_name"))
    end = read_moment(times.get("end_timestamp"))
    return start.astimezone(zone), end.astimezone(zone) if isinstance(end, datetime) and end > start else None


def _zone(told: str) -> timezone:
    found = _OFFSET.match(told)
    if found is None or int(found.group(2)) > 14:
        return UTC
    offset = timedelta(hours=int(found.group(2)), minutes=int(found.group(3) or 0))
    return timezone(-offset if found.group(1) == "-" else offset)


def _record(event: Mapping[str, Any], span: tuple[datetime | None, datetime | None]) -> RawRecord | Dropped:
    notes: list[str] = []
    name = bounded_id(text(event, "id"), notes=notes)
    title = clip(line(event, "name"), MAX_TITLE, what="title", notes=notes)
    kind = text(event, "event_kind")
    reason = (
        "not public"
        if kind and "PUBLIC" not in kind
        else "no title"
        if not title
        else "no start"
        if span[0] is None
        else ""
    )
    if reason:
        return Dropped(reason=reason, external_id=name, title=title, raw=source_of(event))
    online = event.get("is_online") is True
    return RawRecord(
        external_id=name,
        title=title,
        description=clip(
            text(event, "event_description", "text"), MAX_DESCRIPTION, what="description", notes=notes
        ),
        start=span[0],
        end=span[1],
        venue=Venue() if online else _venue(event),
        online=str(Online.YES if online else Online.NO) if "is_online" in event else "",
        categories=lines(line(one, "label") for one in objects(event, "discovery_categories")),
        price_text=line(event, "price_info") or line(event, "price_info", "text"),
        url=f"{SITE}/events/{name}/",
        ticket_url=link(event, "event_buy_ticket_url"),
        images=pictures([_cover(event)]),
        organizer=_organizer(event),
        status=str(Status.CANCELLED) if event.get("is_canceled") is True else "",
        popularity=_responses(event),
        raw=source_of(event),
        notes=tuple(notes),
    )


def _venue(event: Mapping[str, Any]) -> Venue:
    place = event.get("event_place")
    spot = at(place, "location") or event.get("location")
    lat, lng = coordinates(at(spot, "latitude"), at(spot, "longitude"))
    own = line(place, "id")
    return Venue(
        name=line(place, "contextual_name") or line(place, "name"),
        address=line(event, "one_line_address"),
        city=line(at(spot, "reverse_geocode"), "city_page", "name") or line(place, "city", "contextual_name"),
        country=line(at(spot, "reverse_geocode"), "country_alpha_two"),
        lat=lat,
        lng=lng,
        external_ids={"facebook": own} if own else {},
    )


def _cover(event: Mapping[str, Any]) -> str:
    photo = at(event, "cover_media_renderer", "cover_photo", "photo")
    video = at(event, "cover_media_renderer", "cover_video")
    kinds = ("full_image", "viewer_image", "image")
    return next((url for one in (photo, video) for kind in kinds if (url := link(one, kind, "uri"))), "")


def _organizer(event: Mapping[str, Any]) -> OrganizerRef | None:
    """The first host; only the page's own account makes it a business, and of a person no address is kept."""
    host = next(iter(objects(event, "event_hosts_that_can_view_guestlist")), None) or event.get(
        "event_creator"
    )
    name = line(host, "name")
    url = link(host, "url")
    if "/people/" in url or "profile.php" in url:
        return OrganizerRef(name=name, type=OrganizerType.INDIVIDUAL) if name else None
    kind = OrganizerType.BUSINESS if at(event, "page_as_owner", "id") else OrganizerType.UNKNOWN
    return OrganizerRef(name=name, url=url, type=kind) if name else None


def _responses(event: Mapping[str, Any]) -> dict[str, int]:
    found = [inner for _, inner in every_object(event)]
    going = (number(inner, "event_connected_users_going", "count") for inner in found)
    interested = (number(inner, "event_connected_users_interested", "count") for inner in found)
    return counts(
        attending=next((n for n in going if n is not None), None),
        interested=next((n for n in interested if n is not None), None),
    )
