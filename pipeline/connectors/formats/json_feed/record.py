"""From one JSON object to records: one, or one for each occurrence that it lists."""

import json
from collections.abc import Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.item_facts import facts_of
from pipeline.connectors.formats.json_feed.item_times import is_span, times, within
from pipeline.connectors.formats.json_feed.names import OCCURRENCES
from pipeline.connectors.formats.json_feed.place import misplaced, remarks, venue
from pipeline.connectors.formats.json_feed.price import price
from pipeline.connectors.formats.json_feed.reading import Reading
from pipeline.connectors.formats.json_feed.shape import named, present, squash
from pipeline.connectors.formats.json_feed.view import View, moments_of
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.support.json_text import CUT
from pipeline.connectors.support.values import status as status_of
from pipeline.connectors.support.values import url_identity
from pipeline.contract.enums import Status
from pipeline.contract.frozen import replace
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.contract.warnings import warning
from pipeline.dates.moments import raw_time
from pipeline.prose import Prose, announced
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_LINE, MAX_RAW, bounded_id, clip
from pipeline.text.markup import text_of_html, with_lead
from pipeline.titles import kept

#: Occurrences of one item, at most.
MAX_OCCURRENCES: Final = 400
_CUT: Final = f'"{CUT}"'
#: Names of a link to the event's page, and addresses of pictures and papers, which are none.
_PAGE: Final = patterns.compile(
    r"^(?:more|read|event|detail|info)?s?(?:info|details?|more|event)?(?:url|link|page|more|info)$",
    longest=40,
)
_FILE: Final = patterns.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|ics|mp[34])(?:[?#]|$)", patterns.IGNORECASE)
_OF_API: Final = frozenset(
    {"self", "next", "prev", "previous", "first", "last", "api", "image", "icon", "logo"}
)


def identity(item: Mapping[str, Any], reading: Reading) -> str:
    """The item's id, else its address, else ''."""
    return _identity(View.of(item, reading.fields, reading.languages), reading, [])


def records(item: Mapping[str, Any], reading: Reading) -> list[RawRecord | Dropped]:
    """The records of one item; dropped without a title or a start."""
    view = View.of(item, reading.fields, reading.languages)
    made = _record(view, item, reading)
    return [_explained(one, view) for one in _records(view, made, reading)]


def _records(view: View, made: RawRecord, reading: Reading) -> list[RawRecord | Dropped]:
    several = _occurrences(view, made, reading)
    if several:
        return [_checked(r) for r in several]
    if made.start is None and reading.prose and (made.title or made.description):
        return [_checked(one) if isinstance(one, RawRecord) else one for one in _from_prose(made, reading)]
    return [
        _checked(
            replace(made, notes=(*made.notes, "a value was left out: nested too deep"))
            if _CUT in made.raw
            else made
        )
    ]


def _record(view: View, item: Mapping[str, Any], reading: Reading) -> RawRecord:
    notes: list[str] = []
    when = times(view, day_first=reading.day_first)
    name = _identity(view, reading, notes)
    url = _url(view, reading) or _page_behind(view, reading)
    made = RawRecord(
        external_id=name,
        recurrence_id=view.text("recurrence_id")[:MAX_LINE],
        stable_id=bool(name),
        title=kept(view.text("title"), notes),
        description=clip(_description(view), MAX_DESCRIPTION, what="description", notes=notes),
        start=when.start,
        end=when.end,
        duration_seconds=when.duration_seconds,
        doors=_doors(view),
        previous_start=raw_time(view.get("previous_start")),
        all_day=bool(view.flag("all_day")) or (when.day_only and view.flag("all_day") is None),
        last_day_inclusive=not (when.day_only or "extendedprops" in view.values),  # FullCalendar's form
        timezone=when.timezone or view.as_text(_venue_zone(view)),
        calendar_timezone=reading.timezone,
        venue=venue(view),
        url=url,
        raw=_raw(item),
    )
    if made.venue.lat is None:
        notes += [warning(name, value) for name, value in misplaced(view)]
    if not url and (reported := view.text("url")):
        notes.append(warning("url", reported))
    return replace(made, notes=tuple(notes), **_happening(view), **facts_of(view, reading), **price(view))


def _explained(one: RawRecord | Dropped, view: View) -> RawRecord | Dropped:
    """A drop for want of a start with the start that was told and is none."""
    if isinstance(one, RawRecord) or one.reason != "no start" or not (reported := view.text("start")):
        return one
    return replace(one, detail="; ".join(filter(None, (warning("start", reported), one.detail))))


def _description(view: View) -> str:
    title = view.text("title")
    reported = [text for text in map(view.as_text, view.all("description")) if text and text != title]
    longer = next((text for text in reported[1:] if len(text) > len(reported[0])), "")
    return with_lead(reported[0], longer) if reported else remarks(view)


def _happening(view: View) -> dict[str, Any]:
    words = [text.lower() for text in map(view.as_text, view.all("status"))]
    # "Canceled" stands where the time of day stood
    words += [text for value in view.all("start_clock") if (text := view.as_text(value).lower()).isalpha()]
    said = " ".join(words)
    status = status_of(said)
    if view.flag("cancelled"):
        status = str(Status.CANCELLED)
    elif view.flag("postponed") and not status:
        status = str(Status.POSTPONED)
    return {
        "status": status,
        "sold_out": bool(view.flag("sold_out")) or squash(said) in ("soldout", "offsale"),
    }


def _identity(view: View, reading: Reading, notes: list[str]) -> str:
    name = view.text("id")
    return bounded_id(name or url_identity(_url(view, reading)), notes=notes)


def _url(view: View, reading: Reading) -> str:
    return _first_link(view.all("url"), reading)


def _page_behind(view: View, reading: Reading) -> str:
    """The page that an object called details leads to ("Meeting Details": {"label": …, "url": …}), or the only link by
    a name such as `moreInfo` or `detailUrl`. It is no identity: sources that are known by other means keep theirs.
    """
    values = view.values.items()
    behind = [value for key, value in values if key.endswith("details") and isinstance(value, dict)]
    pages = {
        value for key, value in values if isinstance(value, str) and _PAGE.search(key) and _is_page(value)
    }
    return _first_link([*behind, *(pages if len(pages) == 1 else ())], reading)


def _is_page(value: str) -> bool:
    return value.startswith(("https://", "http://")) and not _FILE.search(value)


def _first_link(values: list[Any], reading: Reading) -> str:
    for value in values:
        links = value if isinstance(value, list) else [value]
        for link in links[:5]:
            text = _target(link) if isinstance(link, dict) else link
            url = (
                absolute(reading.base, text)
                if isinstance(text, str) and ("/" in text or text.startswith("http"))
                else ""
            )
            if url:
                return url
    return ""


def _target(link: Mapping[str, Any]) -> str:
    """Where an object of links leads to: an API's own address of the event only where there is no page."""
    reported = {key: value for key, value in link.items() if isinstance(value, str)}
    pages = (value for key, value in reported.items() if key not in _OF_API and _is_page(value))
    return next((reported[key] for key in ("href", "url", "web") if key in reported), "") or next(
        pages, reported.get("self", "")
    )


def _occurrences(view: View, made: RawRecord, reading: Reading) -> list[RawRecord]:
    """One record for each of the occurrences that an item lists; those out of the window are left out unless
    all are."""
    values = next(
        (
            v
            for key in OCCURRENCES
            if isinstance(v := view.values.get(key), list) and len(v) > (1 if key in ("date", "dates") else 0)
        ),
        [],
    )
    values = values or (moments_of(view.values) if made.start is None else [])
    if (
        "start" in view.mapped
        or not values
        or is_span(values, view, reading.day_first)
        or _are_parts(values, made)
    ):
        return []
    found = [
        r for value in values[: 4 * MAX_OCCURRENCES] if (r := _occurrence(value, made, reading)) is not None
    ]
    wanted = [r for r in found if within(r.start, reading.params.start, reading.params.end)]
    return _named_apart((wanted or found[-1:])[:MAX_OCCURRENCES])


def _are_parts(values: list[Any], made: RawRecord) -> bool:
    """Whether a list tells the parts of an event, its talks for instance, which have titles of their own, and not its
    occurrences."""
    reported = {View.of(value).text("title") for value in values if isinstance(value, dict)} - {
        "",
        made.title,
    }
    return made.start is not None and len(reported) > 1


def _occurrence(value: Any, made: RawRecord, reading: Reading) -> RawRecord | None:
    inner = value if isinstance(value, dict) else {"start": value}
    while len(inner) == 1 and isinstance(nested := next(iter(inner.values())), dict):
        inner = nested
    own = View(named(inner))
    when = times(own, day_first=reading.day_first)
    if when.start is None:
        return None
    lasts, zone = when.duration_seconds or made.duration_seconds, when.timezone or made.timezone
    return replace(made, start=when.start, end=when.end, duration_seconds=lasts, timezone=zone)


def _named_apart(found: list[RawRecord]) -> list[RawRecord]:
    unique = {
        r.start if isinstance(r.start, str) else r.start.isoformat() if r.start else "": r for r in found
    }
    if len(unique) == 1:
        return list(unique.values())
    return [replace(r, recurrence_id=start) for start, r in unique.items()]


def _from_prose(made: RawRecord, reading: Reading) -> list[RawRecord | Dropped]:
    """What the title and the text announce, for feeds of articles."""
    prose = Prose(
        title=made.title,
        text=text_of_html(made.description) if "<" in made.description else made.description,
        now=reading.params.now,
        published=made.published,
        language=made.language or reading.params.language,
        timezone=made.timezone or reading.timezone or reading.params.timezone,
        url=made.url,
    )
    return announced(prose, replace(made, metadata={**made.metadata, "start_from": "text"}), reading.params)


def _checked(made: RawRecord) -> RawRecord | Dropped:
    if made.start is not None and made.title:
        return made
    reason = "no start" if made.start is None else "no title"
    return Dropped(
        reason=reason,
        external_id=made.external_id,
        recurrence_id=made.recurrence_id,
        title=made.title,
        raw=made.raw,
    )


def _doors(view: View) -> Any:
    value = view.get("doors")
    return raw_time(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _venue_zone(view: View) -> Any:
    return next(
        (
            v.get("timezone")
            for v in view.all("venue")
            if isinstance(v, dict) and isinstance(v.get("timezone"), str)
        ),
        "",
    )


def _raw(item: Mapping[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, default=str)[:MAX_RAW] if present(item) else ""
