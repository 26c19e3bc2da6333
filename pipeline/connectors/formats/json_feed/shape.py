"""Nested values brought to plain ones by their shape: typed wrappers, texts in several languages, lists of names
and values, tables; and the known name that the words of an unknown key mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.names import FOREIGN, NAMES, NOISE, OTHER, PLACES, TYPED
from pipeline.connectors.support.values.localized import by_language, in_language, shared
from pipeline.dates.clocks import read_clock
from pipeline.dates.time_text import names_a_near_day

#: Values of values that are unwrapped, at most.
_DEEPEST: Final = 6
#: Members of a list that are looked at.
_MOST: Final = 100
#: Objects of one feed have the same keys again and again; longer ones are nobody's names.
_LONGEST_KEY: Final = 40
_SIGNS: Final = patterns.compile(r"[^a-z0-9]")
_WORDS: Final = patterns.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", longest=_LONGEST_KEY)
#: The only key of an object that says how its value is written: {"$date": …}, {"stringValue": …}, {"rendered": …}.
_HOW: Final = patterns.compile(r"[$#_]\w{1,30}|\w{1,30}Value|value|rendered|text|html", longest=_LONGEST_KEY)
_OF_LANGUAGE: Final = patterns.compile(
    r"(\w{2,40}?)(?:_|[:@.-])([a-z]{2}(?:[-_][A-Za-z]{2})?)", longest=_LONGEST_KEY
)
#: Roots of words for the time of day, and of words that say that it is the last.
_OF_CLOCK: Final = patterns.compile(r"time|hora|hore|heure|uhr|zeit|tijd|orari", longest=_LONGEST_KEY)
_OF_END: Final = patterns.compile(r"end|fin|bis|until", longest=_LONGEST_KEY)
_CLOCKS: Final = ("startclock", "endclock")
_KNOWN: Final = frozenset(name for names in NAMES.values() for name in names)
_OF_TEXT: Final = frozenset(NAMES["title"] + NAMES["description"])
_OF_PLACE: Final = frozenset(NAMES["venue"] + NAMES["address"])
_PLACE_NAME: Final = frozenset({"name", "title", "label", "displayname", "nom", "nombre"})
_LINK: Final = frozenset({"label", "url", "href", "text", "title", "name"})
_PAIR: Final = (frozenset({"name", "key", "field", "label"}), frozenset({"value", "val", "content", "text"}))


def squash(key: str) -> str:
    """`start_date`, `startDate` and `Start-Date` as `startdate`."""
    return _squashed(key) if len(key) <= _LONGEST_KEY else _SIGNS.sub("", key.lower()) or key


@lru_cache(maxsize=4096)
def _squashed(key: str) -> str:
    return _SIGNS.sub("", key.lower()) or key


def present(value: Any) -> bool:
    """Whether a value says anything: not None, not empty."""
    return value is not None and value != "" and value != [] and value != {}


@lru_cache(maxsize=4096)
def is_foreign(key: str) -> bool:
    """Whether a key names something beside the event: its series, its author."""
    return squash(key) in FOREIGN or not FOREIGN.isdisjoint(_words(key))


@lru_cache(maxsize=4096)
def is_identity(key: str) -> bool:
    """Whether a key is no name of a field but a number, a day or an id: `2026-11-02`, `ev_a1`."""
    return any(map(str.isdigit, key)) and name_of(key) not in _KNOWN


@lru_cache(maxsize=4096)
def name_of(key: str) -> str:
    """The known name that a key means: itself, without words that only say "event", or its last words where their
    values can be told by their looks ("teaser_image", "postal_town"); the squashed key where none does."""
    squashed = squash(key)
    words = _words(key)
    if squashed in _KNOWN or not (FOREIGN | OTHER).isdisjoint(words):
        return squashed
    while len(words) > 1 and words[0] in NOISE:
        words = words[1:]
    for glued in ("".join(words), *_behind(squashed, NOISE)):
        if glued in _KNOWN:
            return glued
    for rest in (*_behind("".join(words), PLACES),):
        if rest in _PLACE_NAME or rest in TYPED:
            return "venuename" if rest in _PLACE_NAME else rest
    parts = [
        *("".join(words[first:]) for first in range(1, len(words))),
        *("".join(words[:-last]) for last in range(1, len(words))),
    ]
    reported = next((part for part in parts if part in TYPED), "")
    if not reported and _OF_CLOCK.search(squashed):
        reported = _CLOCKS[_OF_END.search(squashed) is not None]
    return reported or squashed


def _behind(key: str, beginnings: frozenset[str]) -> list[str]:
    return [key.removeprefix(word) for word in beginnings if len(word) > 2 and key.startswith(word)]


def _words(key: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORDS.findall(key[:_LONGEST_KEY]))


def named(item: Mapping[str, Any], languages: Sequence[str] = ()) -> dict[str, Any]:
    """An object's values by plain name, each brought to a plain value. A key that is meant by its words gives way to
    one of that very name, and counts only where its value looks like one of the field."""
    out = {squash(key): unwrapped(value, languages) for key, value in item.items() if isinstance(key, str)}
    for key, value in item.items():
        if isinstance(key, str) and (name := name_of(key)) not in out:
            plain = unwrapped(value, languages)
            if present(plain) and _fits(name, plain) and not _says_nothing(key, name, plain):
                out[name] = plain
    for name, reported in _by_language(item).items():
        if not present(out.get(name)):
            out[name] = unwrapped(reported, languages)
    return out


def _says_nothing(key: str, name: str, value: Any) -> bool:
    """Whether the value of a key is a link, or repeats the key: "Meeting details" for `Meeting Details`."""
    return (name not in NAMES["url"] and is_link(value)) or (
        isinstance(value, str) and squash(value) == squash(key)
    )


def is_link(value: Any) -> bool:
    """Whether an object is only a link: an address and its label."""
    return isinstance(value, dict) and _LINK.issuperset(squash(str(key)) for key in value)


def unwrapped(value: Any, languages: Sequence[str] = ()) -> Any:
    """A value without what only says how it is written, in the wanted language or the first there is."""
    if value is None or isinstance(value, (str, int, float)):  # most values
        return value
    for _ in range(_DEEPEST):
        inner = _unwrapped_once(value, languages)
        if inner is value:
            break
        value = inner
    return value


def _unwrapped_once(value: Any, languages: Sequence[str]) -> Any:
    if isinstance(value, dict) and len(value) == 1:
        ((key, inner),) = value.items()
        if isinstance(key, str) and _HOW.fullmatch(key):
            return inner
    if (reported := in_language(value, languages)) is not value:
        return reported
    if isinstance(value, list) and 0 < len(value) <= _MOST and all(isinstance(v, dict) for v in value):
        pairs = _pairs(value)
        return pairs if pairs is not None and len(_KNOWN.intersection(map(squash, pairs))) > 1 else value
    return value


def shared_languages(item: Mapping[str, Any], languages: Sequence[str]) -> tuple[str, ...]:
    """The languages in which an event is read: those first in which it tells both its title and its text."""
    return shared(_texts(item), languages)


def _texts(item: Mapping[str, Any], depth: int = _DEEPEST) -> Iterator[Any]:
    """What an object, and what it groups or wraps, tells as title and text."""
    yield from (reported for name, reported in _by_language(item).items() if name in _OF_TEXT)
    for key, value in item.items():
        if isinstance(key, str) and name_of(key) in _OF_TEXT:
            yield from (value, *(value.values() if isinstance(value, dict) else ()))
        elif isinstance(value, dict) and isinstance(key, str) and depth and not is_foreign(key):
            yield from _texts(value, depth - 1) if name_of(key) not in _OF_PLACE else ()


def _by_language(item: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`title_fr` and `title_en` of an object as `title`, by language."""
    reported: dict[str, dict[str, Any]] = {}
    for key, value in item.items():
        found = _name_and_language(key) if isinstance(key, str) and len(key) <= _LONGEST_KEY else None
        if found:
            reported.setdefault(found[0], {})[found[1]] = value
    return reported


@lru_cache(maxsize=4096)
def _name_and_language(key: str) -> tuple[str, str] | None:
    """Of `title_fr` the known name and the language, None for any other key."""
    found = _OF_LANGUAGE.fullmatch(key)
    if found and by_language({found[2]: ""}) and squash(found[1]) in _KNOWN:
        return squash(found[1]), found[2]
    return None


def _pairs(values: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """A list of names and values as an object; None where it is something else."""
    reported: dict[str, Any] = {}
    for one in values:
        names = [key for key in one if squash(str(key)) in _PAIR[0]]
        worth = [key for key in one if squash(str(key)) in _PAIR[1] and key not in names]
        if (
            len(one) != 2
            or not names
            or not worth
            or not isinstance(name := one[names[0]], str)
            or name in reported
        ):
            return None
        reported[name] = one[worth[0]]
    return reported


def rows(value: Any) -> list[dict[str, Any]] | None:
    """The rows of a table by the names of its columns: a first row of names, or `columns` beside `rows`; None for
    what is no table."""
    if isinstance(value, dict):
        lists = [v for v in value.values() if isinstance(v, list) and v]
        heads = [[_head(one) for one in v] for v in lists if not isinstance(v[0], list)]
        bodies = [v for v in lists if isinstance(v[0], list)]
        return _table(heads[0], bodies[0]) if len(heads) == 1 and len(bodies) == 1 else None
    if isinstance(value, list) and len(value) > 1 and all(isinstance(v, list) for v in value[:_MOST]):
        return _table(value[0], value[1:])
    return None


def _head(column: Any) -> Any:
    if isinstance(column, dict):
        return next(
            (
                column[key]
                for key in ("name", "key", "field", "label", "id")
                if isinstance(column.get(key), str)
            ),
            None,
        )
    return column


def _table(head: Sequence[Any], body: Sequence[Any]) -> list[dict[str, Any]] | None:
    if not all(isinstance(name, str) and name for name in head) or len(set(head)) < max(2, len(head)):
        return None
    if not any(name_of(name) in _KNOWN for name in head):
        return None
    return [dict(zip(head, row, strict=False)) for row in body if isinstance(row, list)]


def _fits(name: str, value: Any) -> bool:
    """Whether a value looks like one of the field that a name belongs to."""
    if name in _CLOCKS:
        return _is_clock(value)
    return all(test(value) for field, test in _LOOKS.items() if name in NAMES[field])


def _is_time(value: Any) -> bool:
    if isinstance(value, str):
        numbers = sum(map(str.isdigit, value[:40])) > 2 and "://" not in value
        return numbers or _is_clock(value) or (len(value) <= _LONGEST_KEY and names_a_near_day(value))
    return not isinstance(value, bool | float)


def _is_clock(value: Any) -> bool:
    """Whether a value is a time of day, or a span of one: "8h", "10:00 a 22:00"; a bare number is none."""
    return (
        isinstance(value, str)
        and len(value) <= _LONGEST_KEY
        and not value.replace(".", "").isdigit()
        and read_clock(value) is not None
    )


def _is_link(value: Any) -> bool:
    return "/" in value or "." in value[-6:] if isinstance(value, str) else isinstance(value, dict | list)


def _is_words(value: Any) -> bool:
    return isinstance(value, dict | list) or (
        isinstance(value, str) and not value.isdigit() and "://" not in value
    )


def _is_sum(value: Any) -> bool:
    return not isinstance(value, bool) and (not isinstance(value, str) or "://" not in value)


def _is_degrees(value: Any) -> bool:
    try:
        return abs(float(value)) <= 180
    except (TypeError, ValueError):
        return False


#: By field what its value looks like.
_LOOKS: Final[dict[str, Callable[[Any], bool]]] = {
    "start": _is_time, "end": _is_time, "image": _is_link, "address": _is_words, "city": _is_words, "price": _is_sum,
    "lat": _is_degrees, "lng": _is_degrees, "url": _is_link,
}  # fmt: skip
