"""Where in a JSON document its list of events is, and whether that list is all there is."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.names import NAMES, WRAPPERS
from pipeline.connectors.formats.json_feed.shape import is_identity, rows, squash
from pipeline.connectors.formats.json_feed.view import (
    follow,
    gathered,
    has,
    is_event,
    looks_like_event,
    opened,
)
from pipeline.contract.exceptions import SchemaChanged

#: Objects and lists that are looked at when searching, and items of a list that are judged.
MAX_VISITED: Final = 100_000
_SAMPLE: Final = 20
#: Lists of one object, and items of each, that are compared with one another.
_COMPARED: Final = 100
#: So large a part of a list must be events where none has more, such as one of places and events.
_FEW: Final = 0.05
_MANY: Final = 400
_ROUND: Final = 50

_TOTALS: Final = (
    "total", "totalcount", "totalresults", "totalentries", "totalelements", "totalitems", "objectcount", "nhits", "found", "numfound",
    "count",
)  # fmt: skip
_LIMITS: Final = ("limit", "perpage", "pagesize", "size", "maxresults", "itemsperpage")
_MORE: Final = (
    "hasmore", "hasmoreitems", "hasnextpage", "hasnext", "morepages", "next", "nextpage", "nextcursor", "nexturl", "nextpagetoken",
    "continuation",
)  # fmt: skip
#: A number or a day as an object's key.
_NUMBER: Final = patterns.compile(r"^\d[\d/.:T-]*$")
#: A name of the tz database; offsets and abbreviations of a calendar are not believed for all of its events.
_ZONE: Final = patterns.compile(r"^[A-Z][A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}$")
#: A key that only counts.
_INDEX: Final = patterns.compile(r"^\d{1,4}$")
_ERRORS: Final = ("error", "errors", "errormessage", "fault")
#: Lists of an event that are not events: what is sold.
_PARTS: Final = frozenset({
    "tickets", "tickettypes", "ticketprices", "offers", "prices", "addons", "presales", "upgrades", "products",
})  # fmt: skip
_LISTS: Final = ("events", "items", "data", "results", "entries", "records", "event", "value", "hits")


@dataclass(frozen=True, slots=True)
class Items:
    """The events of a document, and the objects around them, which may tell of more."""

    items: list[dict[str, Any]]
    around: tuple[Mapping[str, Any], ...] = ()


def locate(value: Any, path: str = "") -> Items:
    """The list of events: at `path`, else the largest of those that look like one. Raises SchemaChanged where
    there is none.

    Lists at the same place of several objects (the events of each of many days) count as one. An object keyed
    by id is a list too.
    """
    if path:
        return _at(value, path)
    if _is_one_event(value):
        return Items([value])
    table = _table_of(value)
    if table:
        return Items(table)
    groups: dict[tuple[str, ...], list[Items]] = {}
    empty = False
    mixed: list[Items] = []
    for place, items, around in _lists(value):
        empty = empty or (not items and bool(place) and place[-1] in _LISTS) or (not items and not place)
        if _is_of_events(items):
            groups.setdefault(place, []).append(Items([v for v in items if isinstance(v, dict)], around))
        elif len(items) >= _SAMPLE and not groups and _is_of_events(items, least=_FEW, size=_MANY):
            mixed.append(Items([v for v in items if isinstance(v, dict)], around))
    if not groups:
        return max(mixed, key=lambda found: len(found.items)) if mixed else _without_start(value, empty)
    best = max(
        groups.values(), key=lambda group: (sum(len(found.items) for found in group), -len(group[0].around))
    )
    return Items([item for found in best for item in found.items], best[0].around)


def cut(found: Items, whole: bool, limit: int = 0) -> bool:
    """Whether the list is surely or probably only a part of what there is.

    Surely: the document was cut off, a declared total is larger, or it says that there is more. Not so where
    a declared total is equal. Probably: as many as the source's or the document's own limit, or a multiple of
    50.
    """
    count = len(found.items)
    said = [
        inner
        for outer in found.around
        for inner in (outer, *(v for v in outer.values() if isinstance(v, dict)))
    ]
    facts = [{squash(k): v for k, v in one.items() if isinstance(k, str)} for one in said if one is not None]
    totals = [(key, int(f[key])) for f in facts for key in _TOTALS if _is_count(f.get(key))]
    if (
        not whole
        or any(total > count for _, total in totals)
        or any(_says_more(f.get(key)) for f in facts for key in _MORE)
    ):
        return True
    if any(total == count and key != "count" for key, total in totals):
        return False
    limits = {limit, *(int(f[key]) for f in facts for key in _LIMITS if _is_count(f.get(key)))} - {0}
    return count in limits or (count >= _ROUND and count % _ROUND == 0)


def zone_around(found: Items) -> str:
    """The name of a time zone that an object around the list tells for all of it (a calendar's `timeZone`),
    '' where none does."""
    for outer in reversed(found.around):
        facts = {squash(k): v for k, v in outer.items() if isinstance(k, str)}
        reported = next(
            (
                facts[key]
                for key in NAMES["timezone"]
                if isinstance(facts.get(key), str) and _ZONE.match(facts[key])
            ),
            "",
        )
        if reported:
            return str(reported)
    return ""


def _at(value: Any, path: str) -> Items:
    found = follow(value, path)
    around = tuple(
        v
        for v in (value, follow(value, path.rpartition(".")[0]) if "." in path else None)
        if isinstance(v, dict)
    )
    if isinstance(found, dict):
        found = list(found.values()) if all(isinstance(v, dict) for v in found.values()) else [found]
    if not isinstance(found, list):
        raise SchemaChanged(f"no list at {path}, where the configuration says the events are")
    return Items([v for v in found if isinstance(v, dict)], around)


def _lists(value: Any) -> Iterator[tuple[tuple[str, ...], list[Any], tuple[Mapping[str, Any], ...]]]:
    """Every list of a document, the outer ones first, and every object whose values are all objects: place
    (without indexes), items, what is around.

    Inside an event only lists of events are looked for by name: its presales and offers have names and dates
    too."""
    queue: deque[tuple[Any, tuple[str, ...], tuple[Mapping[str, Any], ...], bool]] = deque(
        [(value, (), (), False)]
    )
    visited = 0
    while queue and visited < MAX_VISITED:
        inner, place, around, is_item = queue.popleft()
        visited += 1
        if isinstance(inner, list):
            yield place, inner, around
            items = _is_of_events(inner)
            queue.extend((v, place, around, items) for v in inner if isinstance(v, dict | list))
        elif isinstance(inner, dict):
            keyed = _is_keyed(inner)
            listed = (len(inner) > 1 or keyed or any(map(is_identity, inner))) and all(
                isinstance(v, dict) for v in inner.values()
            )
            if listed:
                yield (
                    (*place, "*"),
                    [v if _INDEX.match(key) else {"id": key, **v} for key, v in inner.items()],
                    around,
                )
            wider = (*around, inner)[-3:]
            queue.extend(
                (v, (*place, "*" if keyed else squash(str(k))), wider, listed and looks_like_event(v))
                for k, v in inner.items()
                if isinstance(v, dict | list) and (not is_item or squash(str(k)) in _LISTS)
                if squash(str(k)) not in _PARTS or not looks_like_event(inner, shallow=True)
            )


def _table_of(value: Any) -> list[dict[str, Any]]:
    """The rows of a table of events, alone or in an object; [] where there is none."""
    for inner in (value, *(value.values() if isinstance(value, dict) else ())):
        found = rows(inner)
        if found and _is_of_events(found):
            return found
    return []


def _is_of_events(items: list[Any], *, least: float = 0.5, size: int = _SAMPLE) -> bool:
    """Whether more than this part of a list, judged by about `size` items from all over it, look like
    events."""
    sample = [v for v in items[:: max(1, len(items) // size)] if isinstance(v, dict)]
    return bool(sample) and sum(map(looks_like_event, sample)) > least * len(sample)


def _is_keyed(value: Mapping[Any, Any]) -> bool:
    """Whether an object's keys are no names of fields but numbers or days (`"2026-11-02": …`), or tell apart
    lists of events (rooms, cities), none of which begins with what another one has too."""
    if value and all(isinstance(key, str) and _NUMBER.match(key) for key in value):
        return True
    lists = [v for v in value.values() if v != []]
    if len(lists) < 2 or not all(isinstance(v, list) and looks_like_event(v[0]) for v in lists):
        return False
    some = [v[:_COMPARED] for v in lists[:_COMPARED]]
    return not any(one[0] in other for one in some for other in some if other is not one)


def _is_one_event(value: Any) -> bool:
    """Whether a document is one event, alone or in an object that is known to wrap one."""
    if not isinstance(value, dict) or _inner_list(value):
        return False
    wrapped = (v for k, v in value.items() if squash(str(k)) in WRAPPERS or "event" in str(k).lower())
    return looks_like_event(value, shallow=True) or any(map(looks_like_event, wrapped))


def _inner_list(value: Mapping[str, Any]) -> bool:
    """Whether an object that has a title and a date is a calendar with events in it, and not an event."""
    return any(
        isinstance(v, list) and v and looks_like_event(v[0]) for k, v in value.items() if squash(k) in _LISTS
    )


def _without_start(value: Any, empty: bool) -> Items:
    """No list of events: an empty one, one of things with a title and a place and no start, or something else
    altogether."""
    for place, items, around in _lists(value):
        sample = [v for v in items[:_SAMPLE] if isinstance(v, dict)]
        named = bool(place) and "event" in place[-1]
        if (
            sample
            and all(has(opened(v), "title") and (named or "venue" in "".join(opened(v))) for v in sample)
            and (named or not place)
        ):
            return Items([v for v in items if isinstance(v, dict)], around)
        gained = [gathered(v) for v in sample]
        if sample and all(map(is_event, gained)):
            return Items([gathered(v) for v in items if isinstance(v, dict)], around)
    if isinstance(value, dict) and is_event(whole := gathered(value)):
        return Items([whole])
    facts = {squash(k): v for k, v in _flat_facts(value)}
    error = next((facts[key] for key in _ERRORS if facts.get(key)), None)
    if error is not None:
        raise SchemaChanged(f"an error in place of events: {str(error)[:200]}")
    if empty or any(_is_count(facts.get(key)) and int(facts[key]) == 0 for key in _TOTALS):
        return Items([])
    raise SchemaChanged("no list of events in this JSON")


def _flat_facts(value: Any) -> Iterator[tuple[str, Any]]:
    for outer in (
        (value, *(v for v in value.values() if isinstance(v, dict))) if isinstance(value, dict) else ()
    ):
        yield from ((k, v) for k, v in outer.items() if isinstance(k, str))


def _is_count(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool) and value >= 0) or (
        isinstance(value, str) and value.isdigit() and len(value) < 10
    )


def _says_more(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in ("", "false", "null")
    return value is True or (isinstance(value, dict) and bool(value.get("href")))
