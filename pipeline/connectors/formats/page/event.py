"""From a schema.org node to a RawRecord (https://schema.org/Event, and Google's and OpenActive's use of
it)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.formats.page.nodes import Found, Graph, Node, local, types
from pipeline.connectors.formats.page.offers import offered
from pipeline.connectors.formats.page.place import where
from pipeline.connectors.support.values import in_language, shared, url_identity
from pipeline.contract.enums import OrganizerType, Status
from pipeline.contract.fields import SIMPLE, read_simple
from pipeline.contract.normalized import Image, OrganizerRef
from pipeline.contract.raw import Dropped, RawRecord, RawTime
from pipeline.dates.clocks import read_clock
from pipeline.dates.moments import end_at, raw_time, read_duration
from pipeline.text.decoding import MAX_DESCRIPTION, MAX_ITEMS, MAX_LINE, MAX_RAW, bounded_id, clip
from pipeline.titles import kept

#: The simple fields that schema.org has, and its names for them.
_SIMPLE: Final = {name: how.schema_org for name, how in SIMPLE.items() if how.schema_org}
#: What an event takes from the one that it is a part of (`subEvent`, `superEvent`) where it says nothing
#: itself.
_INHERITED: Final = (
    "name",
    "description",
    "location",
    "organizer",
    "image",
    "offers",
    "url",
    "eventAttendanceMode",
    "performer",
    "inLanguage",
    *_SIMPLE.values(),
)
_STATUSES: Final = {
    "cancel": Status.CANCELLED,
    "postpone": Status.POSTPONED,
    "reschedul": Status.RESCHEDULED,
    "movedonline": Status.MOVED_ONLINE,
}
_PARTIES: Final = {
    "person": OrganizerType.INDIVIDUAL,
    "government": OrganizerType.GOVERNMENT,
    "ngo": OrganizerType.COMMUNITY,
}
_TEXTS: Final = frozenset({"name", "headline", "summary", "description"})
_LANGUAGE: Final = patterns.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")


def record(
    graph: Graph, found: Found, base: str, languages: Sequence[str] = ("en",)
) -> RawRecord | Dropped | None:
    """One event as a record; Dropped without a title or a start; None for a series that is nothing but its
    parts, and for a mere part of another event. `languages` are wanted, the best first.

    A start that is a date alone means that the time is unknown: `date` with `all_day` False.
    """
    node = _in_one_language(_with_parent(graph, found), languages)
    notes: list[str] = []
    identity = _identity(graph, found, base, notes)
    title = kept(graph.line(node, "name", "headline", "summary"), notes)
    start, end, doors = _times(graph, node)
    if start is None and (graph.values(found.node, "subEvent", "subEvents") or "EventSeries" in types(node)):
        return None
    if _is_session(graph, found, start):
        return None
    if start is None or not title:
        reason = "no start" if start is None else "no title"
        return Dropped(reason=reason, external_id=identity, title=title, raw=_raw(found.node))
    made = RawRecord(
        external_id=identity,
        stable_id=bool(identity),
        title=title,
        description=clip(_description(graph, node), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=end,
        doors=doors,
        duration_seconds=read_duration(graph.text(node, "duration")),
        previous_start=raw_time(graph.text(node, "previousStartDate")),
        url=_url(graph, node, base),
        raw=_raw(found.node),
        metadata={"syntax": found.syntax},
    )
    return replace(
        made,
        notes=tuple(notes),
        **_place(graph, node, base),
        **offered(graph, node, base),
        **_extras(graph, node, base),
    )


def _is_session(graph: Graph, found: Found, start: RawTime | None) -> bool:
    """Whether a part of an event (`subEvent`) has neither an address nor a place of its own and lies in the hours of
    the whole: a talk, a ticket, a parking space."""
    if found.parent is None or graph.values(found.node, "url", "location", "identifier"):
        return False
    begin, end, _ = _times(graph, found.parent)
    if not isinstance(begin, datetime) or not isinstance(start, datetime):
        return False
    last = end.date() if isinstance(end, datetime) else end if isinstance(end, date) else begin.date()
    return begin.date() <= start.date() <= last


def _in_one_language(node: Node, languages: Sequence[str]) -> Node:
    """The node with its texts in the first wanted language in which its name and its description are both told."""
    spoken = shared([value for key, value in node.items() if local(key) in _TEXTS], languages)
    return {key: in_language(value, spoken) for key, value in node.items()}


def _with_parent(graph: Graph, found: Found) -> Node:
    """The node with what it inherits; the event's own words win."""
    node = dict(found.node)
    for parent in (found.parent, graph.first(found.node, "superEvent")):
        if isinstance(parent, dict):
            node.update(
                {
                    name: graph.values(parent, name)
                    for name in _INHERITED
                    if not graph.values(node, name) and graph.values(parent, name)
                }
            )
    return node


def _identity(graph: Graph, found: Found, base: str, notes: list[str]) -> str:
    """The event's own id: `identifier`, `@id`, `url`; none is a blank node, a mere fragment, or the page's
    own address."""
    node = found.node
    for value in graph.values(node, "identifier"):
        text = graph.text(value, "value", "@value") if isinstance(value, dict) else graph.as_text(value)
        if text:
            return bounded_id(text, notes=notes)
    name = str(node.get("@id") or "")
    if name and not name.startswith(("_:", "#")):
        return bounded_id(absolute(base, name) or name, notes=notes)
    url = url_identity(_url(graph, node, base))
    return "" if url == url_identity(base) else bounded_id(url, notes=notes)


def _times(graph: Graph, node: Node) -> tuple[RawTime | None, RawTime | None, RawTime | None]:
    start, end = raw_time(graph.text(node, "startDate")), raw_time(graph.text(node, "endDate"))
    schedule = graph.first(node, "eventSchedule")
    if start is None and isinstance(schedule, dict):
        start = raw_time(graph.text(schedule, "startDate"))
    clock = read_clock(graph.text(node, "startTime"))
    if isinstance(start, date) and not isinstance(start, datetime) and clock:
        start = datetime.combine(start, clock.start)
    doors = _clock_on(start, graph.text(node, "doorTime"))
    if isinstance(start, datetime):
        end = _clock_on(start, graph.text(node, "endDate") or graph.text(node, "endTime"), after=True)
    return start, end, doors


def _clock_on(start: RawTime | None, text: str, *, after: bool = False) -> RawTime | None:
    """A moment; a time alone is on the day of the start, and `after` it the next day where it is earlier."""
    clock = read_clock(text)
    if clock is None:
        return raw_time(text)
    if not isinstance(start, datetime):
        return None
    return (
        end_at(start, clock.start)
        if after
        else datetime.combine(start.date(), clock.start, tzinfo=start.tzinfo)
    )


def _description(graph: Graph, node: Node) -> str:
    return graph.text(node, "description", "abstract", "disambiguatingDescription")


def _url(graph: Graph, node: Node, base: str) -> str:
    for text in (*graph.texts(node, "url"), graph.text(node, "mainEntityOfPage"), graph.text(node, "sameAs")):
        url = absolute(base, text)
        if url:
            return url
    return ""


def _place(graph: Graph, node: Node, base: str) -> dict[str, Any]:
    place = where(graph, node, base)
    return {"venue": place.venue, "online": place.online, "online_url": place.online_url}


def _extras(graph: Graph, node: Node, base: str) -> dict[str, Any]:
    status = local(graph.text(node, "eventStatus")).lower()
    capacity = graph.text(node, "maximumAttendeeCapacity").split(".")[0]
    language = (
        graph.text(graph.first(node, "inLanguage"), "alternateName")
        if isinstance(graph.first(node, "inLanguage"), dict)
        else ""
    )
    language = language or graph.text(node, "inLanguage")
    kinds = [t for t in types(node) if t not in ("Event", "Vevent", "vevent")]
    return {
        "status": str(next((word for start, word in _STATUSES.items() if start in status), "")),
        "capacity": int(capacity)
        if capacity.isascii() and capacity.isdigit() and len(capacity) < 8
        else None,
        "language": language if _LANGUAGE.match(language) else "",
        "categories": _bounded([*kinds, *map(local, graph.texts(node, "genre", "eventType", "category"))]),
        "tags": _bounded([tag for text in graph.texts(node, "keywords") for tag in text.split(",")]),
        "performers": _bounded([graph.plain(v) for v in graph.values(node, "performer", "performers")]),
        "images": _images(graph, node, base),
        "organizer": _organizer(graph, node, base),
        **{name: read_simple(name, graph.texts(node, theirs)) for name, theirs in _SIMPLE.items()},
    }


def _bounded(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip()[:MAX_LINE] for text in texts if text.strip()))[:MAX_ITEMS]


def _images(graph: Graph, node: Node, base: str) -> tuple[Image, ...]:
    images: dict[str, Image] = {}
    for value in graph.values(node, "image", "photo")[:MAX_ITEMS]:
        holder = value if isinstance(value, dict) else None
        url = absolute(
            base, graph.text(holder, "contentUrl", "url", "@id") if holder else graph.as_text(value)
        )
        if url:
            alt, credit = (
                graph.text(holder, "caption", "name")[:MAX_LINE],
                graph.text(holder, "creditText", "author")[:MAX_LINE],
            )
            images.setdefault(url, Image(url=url, alt=alt, credit=credit, is_primary=not images))
    return tuple(images.values())


def _organizer(graph: Graph, node: Node, base: str) -> OrganizerRef | None:
    value = graph.first(node, "organizer")
    holder = value if isinstance(value, dict) else None
    name = graph.line(holder, "name", "legalName") if holder else graph.plain(value)
    if not name or "@" in name:
        return None
    kind = " ".join(types(holder)).lower() if holder else ""
    party = next(
        (word for start, word in _PARTIES.items() if start in kind),
        OrganizerType.BUSINESS if "organization" in kind else OrganizerType.UNKNOWN,
    )
    return OrganizerRef(
        name=name[:MAX_LINE], type=party, url=absolute(base, graph.text(holder, "url", "sameAs"))
    )


def _raw(node: Node) -> str:
    dump: Callable[..., str] = json.dumps
    try:
        return dump(node, ensure_ascii=False, default=str)[:MAX_RAW]
    except RecursionError:
        return ""
