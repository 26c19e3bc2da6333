"""Facebook's public event pages: the answers that the page's own program starts from, spread over many
scripts, put together again.

The pages carry no structured data. Objects are named as in the site's own queries, which change without
notice; what is read here was seen in the recorded pages of 2023 to 2025.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from json import JSONDecoder
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.inline import scripts
from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.nested import counts, every_object
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.dates.moments import read_moment
from pipeline.dates.zone_names import abbreviated
from pipeline.dates.zones import zone_named
from pipeline.text.decoding import decode_payload

SITE: Final = "https://www.facebook.com"
_BEGIN: Final = patterns.compile(r'\{"(?:require|define|__bbox)":')
_TOLD: Final = ("event_place", "start_timestamp", "event_description", "day_time_sentence", "is_canceled")
_OFFSET: Final = patterns.compile(r"^UTC([+-])(\d{1,2})(?::?(\d{2}))?$")
#: Scripts of one page that are looked at, and the most that one of them may hold, in characters.
_MAX_SCRIPTS: Final = 1_600
_MAX_SCRIPT: Final = 4_000_000


def page_records(payload: sdk.RawPayload) -> list[sdk.RawRecord | sdk.Dropped]:
    """The event of the page (not those that it suggests); of a page that lists events each; [] where there is
    none."""
    found = [one for value in _values(decode_payload(payload).text) for one in every_object(value)]
    reported = [one for key, one in found if key == "event" and text(one, "id").isdigit() and not one.keys().isdisjoint(_TOLD)]  # fmt: skip
    events: dict[str, dict[str, Any]] = {}
    if reported:
        titled = (text(one, "id") for one in reported if "day_time_sentence" in one)
        main = next(titled, "") or text(reported[0], "id")
        for one in [*reported, *_sent_later(found)]:
            if text(one, "id") == main:
                _fill(events.setdefault(main, {}), one)
    else:
        for _, one in found:
            if text(one, "id").isdigit() and "name" in one and "start_timestamp" in one:
                _fill(events.setdefault(text(one, "id"), {}), one)
    times = [one for _, one in found if "end_timestamp" in one]
    return [_record(event, times) for event in events.values()]


def _values(page: str) -> Iterator[Any]:
    """The JSON in the scripts of a page, whole or as an argument of a call; a document that is JSON is its
    own."""
    if page.lstrip()[:1] == "{":
        yield parse_json(page, strict=False)
        return
    decoder = JSONDecoder(strict=False)
    for script in islice(scripts(page), _MAX_SCRIPTS):
        begin = _BEGIN.search(script) if len(script) <= _MAX_SCRIPT and "event" in script else None
        if begin is not None:
            with suppress(ValueError, RecursionError):
                yield decoder.raw_decode(script, begin.start())[0]


def _sent_later(found: list[tuple[str, dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """What was sent later of an event: `{"path": ["event"], "data": {"id": …}}`."""
    for _, one in found:
        if at(one, "path", 0) == "event" and isinstance(at(one, "data"), dict):
            yield one["data"]


def _fill(event: dict[str, Any], found: Mapping[str, Any]) -> None:
    """Put what was found where nothing was yet; places, told in several pieces, are put together too."""
    for key, value in found.items():
        if event.get(key) in (None, "", [], {}):
            event[key] = value
        elif key == "event_place" and isinstance(value, dict) and isinstance(event[key], dict):
            kept = {name: inner for name, inner in event[key].items() if inner not in (None, "")}
            event[key] = {**value, **kept}


def _span(
    event: Mapping[str, Any], times: list[dict[str, Any]]
) -> tuple[datetime | None, datetime | None, str]:
    """Start, end, and the zone by whose clock the page shows them.

    By a named zone ("PDT") the hours are those that people read: local ones, of the town where one is told. An
    offset is that of the place; else they are in UTC, and the zone is found later.
    """
    begin = event.get("start_timestamp") or event.get("current_start_timestamp")
    start = read_moment(begin)
    if not isinstance(start, datetime):
        return None, None, ""
    own: dict[str, Any] = next((one for one in times if one.get("start_timestamp") == begin), {})
    reported, end = line(own, "tz_display_name"), read_moment(own.get("end_timestamp"))
    end = end if isinstance(end, datetime) and end > start else None
    name = abbreviated(reported)
    shown = zone_named(name) if name not in ("", "UTC") else None
    if shown is None:
        return start.astimezone(_zone(reported)), end.astimezone(_zone(reported)) if end else None, ""
    return (
        start.astimezone(shown).replace(tzinfo=None),
        end.astimezone(shown).replace(tzinfo=None) if end else None,
        name,
    )


def _zone(reported: str) -> timezone:
    found = _OFFSET.match(reported)
    if found is None or int(found.group(2)) > 14:
        return UTC
    offset = timedelta(hours=int(found.group(2)), minutes=int(found.group(3) or 0))
    return timezone(-offset if found.group(1) == "-" else offset)


def _record(event: Mapping[str, Any], times: list[dict[str, Any]]) -> sdk.RawRecord | sdk.Dropped:
    start, end, zone = _span(event, times)
    title, kind, online = line(event, "name"), text(event, "event_kind"), event.get("is_online") is True
    return values.event(
        event,
        name=text(event, "id"),
        title=title,
        left_out="not public" if kind and "PUBLIC" not in kind else "" if title else "no title",
        description=text(event, "event_description", "text"),
        start=start,
        end=end,
        calendar_timezone=zone,
        venue=sdk.Venue() if online else _venue(event),
        online=str(sdk.Online.YES if online else sdk.Online.NO) if "is_online" in event else "",
        categories=values.lines(line(one, "label") for one in objects(event, "discovery_categories")),
        price_text=line(event, "price_info") or line(event, "price_info", "text"),
        url=f"{SITE}/events/{text(event, 'id')}/",
        ticket_url=link(event, "event_buy_ticket_url"),
        images=values.pictures([_cover(event)]),
        organizer=_organizer(event),
        status=str(sdk.Status.CANCELLED) if event.get("is_canceled") is True else "",
        popularity=counts(attending=_responses(event, "going"), interested=_responses(event, "interested")),
    )


def _venue(event: Mapping[str, Any]) -> sdk.Venue:
    place = event.get("event_place")
    spot = at(place, "location") or event.get("location")
    around = at(spot, "reverse_geocode")
    return values.venue(
        name=line(place, "contextual_name") or line(place, "name"),
        address=line(event, "one_line_address"),
        city=line(around, "city_page", "name") or line(place, "city", "contextual_name"),
        country=line(around, "country_alpha_two"),
        point=(at(spot, "latitude"), at(spot, "longitude")),
        facebook=line(place, "id"),
    )


def _cover(event: Mapping[str, Any]) -> str:
    photo = at(event, "cover_media_renderer", "cover_photo", "photo")
    video = at(event, "cover_media_renderer", "cover_video")
    kinds = ("full_image", "viewer_image", "image")
    return next((url for one in (photo, video) for kind in kinds if (url := link(one, kind, "uri"))), "")


def _organizer(event: Mapping[str, Any]) -> sdk.OrganizerRef | None:
    """The first host; only the page's own account makes it a business, and of a person no address is kept."""
    hosts = objects(event, "event_hosts_that_can_view_guestlist")
    host = hosts[0] if hosts else event.get("event_creator")
    name, url = line(host, "name"), link(host, "url")
    if "/people/" in url or "profile.php" in url:
        return values.organizer(name, type=sdk.OrganizerType.INDIVIDUAL)
    is_page = bool(at(event, "page_as_owner", "id"))
    return values.organizer(name, url, sdk.OrganizerType.BUSINESS if is_page else sdk.OrganizerType.UNKNOWN)


def _responses(event: Mapping[str, Any], what: str) -> int | None:
    reported = (number(one, f"event_connected_users_{what}", "count") for _, one in every_object(event))
    return next((count for count in reported if count is not None), None)
