"""Looking into JSON objects of unknown making: by configured path, or by the names that publishers use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.names import NAMES, OCCURRENCES, WRAPPERS
from pipeline.connectors.formats.json_feed.shape import (
    is_foreign,
    is_identity,
    is_link,
    name_of,
    named,
    present,
    shared_languages,
    squash,
    unwrapped,
)

#: Numbers from here on count seconds or milliseconds since 1970 (this is 2001), not hours.
_EPOCH: Final = 1_000_000_000
_INDEX: Final = patterns.compile(r"\[(\d+|\*)\]")
_MAX_LIST: Final = 1_000
_DAY: Final = patterns.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}", longest=40)
_TEXT_KEYS: Final = (
    "html",
    "text",
    "rendered",
    "value",
    "name",
    "title",
    "displayname",
    "label",
    "local",
    "plain",
    "code",
)
#: Fields that may tell of one occurrence of an event, and of nothing else.
_OF_OCCURRENCE: Final = frozenset(
    key
    for name in ("start", "start_clock", "end", "end_clock", "duration", "all_day", "timezone", "doors", "id", "status", "sold_out")
    for key in NAMES[name]
)  # fmt: skip
#: Fields whose objects say more of the event than the field.
_SPREAD: Final = ("dates", "when", "details")
_OF_PLACES: Final = frozenset(NAMES["venue"] + NAMES["address"] + NAMES["point"])
#: What a wrapper says of itself, and gives way to what the event in it says.
_OF_WRAPPERS: Final = frozenset({"id", "type", "kind"})
_NAMED: Final = {name: frozenset(keys) for name, keys in NAMES.items()}
_KNOWN: Final = frozenset(name for keys in NAMES.values() for name in keys)
#: A longer text is no name.
_SHORT: Final = 80
#: Objects in objects that are looked into.
_DEEPEST: Final = 4


@dataclass(frozen=True, slots=True)
class View:
    """An object's values by plain name, those of its wrappers opened; `mapped` holds what the configuration
    names, and wins."""

    values: Mapping[str, Any]
    mapped: Mapping[str, Any] = field(default_factory=dict)
    languages: tuple[str, ...] = ("en",)
    _keys: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_keys", _there(frozenset(self.values)))

    @classmethod
    def of(
        cls,
        item: Mapping[str, Any],
        mapping: Mapping[str, Any] | None = None,
        languages: tuple[str, ...] = ("en",),
    ) -> "View":
        """The view of an item, with the field map of the configuration."""
        languages = shared_languages(item, languages)
        mapped = {name: follow_any(item, spec) for name, spec in (mapping or {}).items()}
        return cls(opened(item, languages), mapped, languages)

    def get(self, name: str) -> Any:
        """The first value that is there for a field of `NAMES`; None where there is none."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[Any]:
        """All values that are there for a field, in the order of its names."""
        if name in self.mapped:
            return [self.mapped[name]] if present(self.mapped[name]) else []
        return [value for key in self._keys.get(name, ()) if present(value := self.values[key])]

    def named(self, name: str) -> list[tuple[str, Any]]:
        """As `all`, each value with the publisher's name for it."""
        if name in self.mapped:
            return [(name, value) for value in self.all(name)]
        return [(key, value) for key in self._keys.get(name, ()) if present(value := self.values[key])]

    def text(self, name: str) -> str:
        """The first value of a field that gives a text."""
        return next((text for value in self.all(name) if (text := self.as_text(value))), "")

    def texts(self, name: str) -> list[str]:
        """Every text in the first value of a field: of a list each one's."""
        for value in self.all(name):
            texts = [self.as_text(v) for v in (value[:_MAX_LIST] if isinstance(value, list) else [value])]
            if any(texts):
                return [text for text in texts if text]
        return []

    def flag(self, name: str) -> bool | None:
        """A yes or no: true, 1, "yes"; None where it is neither."""
        for value in self.all(name):
            word = str(value).strip().lower()
            if word in ("true", "1", "yes", "y"):
                return True
            if word in ("false", "0", "no", "n"):
                return False
        return None

    def as_text(self, value: Any) -> str:
        """Text of a value: of an object its `html`, `text`, `name` or the like, or the words in the wanted
        language."""
        value = unwrapped(value, self.languages)
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, str | int | float):
            return str(value).strip()
        if isinstance(value, list):
            return next(
                (text for v in value[:20] if not isinstance(v, list) and (text := self.as_text(v))), ""
            )
        if isinstance(value, dict):
            plain = {squash(k): unwrapped(v, self.languages) for k, v in value.items() if isinstance(k, str)}
            reported = [
                str(plain[key]).strip() for key in _TEXT_KEYS if isinstance(plain.get(key), str | int | float)
            ]
            inner = [
                v
                for key, v in plain.items()
                if isinstance(v, dict) and (key in _TEXT_KEYS or len(plain) == 1)
            ]
            return next(
                (
                    text
                    for text in (*reported, *map(self.as_text, inner))
                    if text not in ("", "True", "False")
                ),
                "",
            )
        return ""


@lru_cache(maxsize=256)
def _there(keys: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Of an object with these keys the names that it has for each field. Objects of one feed have the same
    keys again and again."""
    return {
        name: reported
        for name, known in _NAMED.items()
        if not known.isdisjoint(keys) and (reported := tuple(key for key in NAMES[name] if key in keys))
    }


def opened(
    item: Mapping[str, Any], languages: tuple[str, ...] = (), *, depth: int = _DEEPEST
) -> dict[str, Any]:
    """An object's values by plain name. An event that it wraps wins over it; what it only groups, without a name of
    its own, counts as told by itself; where it lacks a title or a start, what holds one is opened too."""
    out = named(item, languages)
    inner = _wrapped(out, languages, depth)
    if inner:
        out = {
            **{key: value for key, value in out.items() if key not in _OF_WRAPPERS or key not in inner},
            **inner,
        }
    for group in _groups(out):
        out |= (
            {key: value for key, value in opened(group, languages, depth=depth - 1).items() if key not in out}
            if depth
            else {}
        )
    return _renamed(out)


def _wrapped(out: Mapping[str, Any], languages: tuple[str, ...], depth: int) -> dict[str, Any] | None:
    """The values of the event that an object wraps, None where it wraps none."""
    alone = is_event(_renamed(dict(out)))
    found = [
        inner
        for key, value in out.items()
        if isinstance(value, dict) and depth and not is_foreign(key) and not is_identity(key)
        if not alone or key in WRAPPERS or "event" in key
        if is_event(inner := opened(value, languages, depth=depth - 1))
    ]
    return {k: v for k, v in found[0].items() if present(v)} if len(found) == 1 or (found and alone) else None


def _groups(out: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Objects that have no name and are no field: they only group what the object around tells."""
    objects: dict[str, Mapping[str, Any]] = {
        key: value
        for key, value in out.items()
        if isinstance(value, dict) and not is_foreign(key) and not is_link(value)
    }
    groups: list[Mapping[str, Any]] = [
        v for k, v in objects.items() if k not in _KNOWN and not has(named(v), "title")
    ]
    return groups + [objects[key] for key in _SPREAD if key in objects]


def gathered(item: Mapping[str, Any]) -> dict[str, Any]:
    """An object whose title and start are told by two of its objects, `content` and `schedule`, as one."""
    out = opened(item)
    for name in ("title", "start"):
        reported = (
            v
            for k, v in out.items()
            if isinstance(v, dict) and not is_foreign(k) and name_of(k) not in _OF_PLACES
        )
        inner = (
            next((plain for v in reported if has(plain := opened(v), name)), {}) if not has(out, name) else {}
        )
        out |= {
            key: value
            for key, value in inner.items()
            if not present(out.get(key)) or isinstance(out[key], dict)
        }
    return out


def _renamed(out: dict[str, Any]) -> dict[str, Any]:
    """Two words that mean something else elsewhere: a `time` in seconds or milliseconds is the start
    (Meetup's old API), and where there is a `bodyid`, or no title and no text in it, the `body` is the council's
    committee that meets."""
    if (
        "start" not in out
        and isinstance(out.get("time"), int | float)
        and not isinstance(out["time"], bool)
        and out["time"] >= _EPOCH
    ):
        out = {**out, "starttimestamp": out["time"]}
    body = out.get("body")
    if isinstance(body, str) and body and "bodyname" not in out:
        short = len(body) <= _SHORT and not any(sign in body for sign in "<.\n") and not has(out, "title")
        out = {**out, "bodyname": body} if short or present(out.get("bodyid")) else out
    return out


def looks_like_event(item: Any, *, shallow: bool = False) -> bool:
    """Whether an object has a title and something that may be a start."""
    return isinstance(item, dict) and is_event(_renamed(named(item)) if shallow else opened(item))


def is_event(plain: Mapping[str, Any]) -> bool:
    """Whether values by plain name have a title and something that may be a start."""
    return has(plain, "title") and (
        has(plain, "start")
        or any(isinstance(plain.get(key), list) and plain[key] for key in OCCURRENCES)
        or bool(moments_of(plain))
    )


def moments_of(plain: Mapping[str, Any]) -> list[Any]:
    """The occurrences of an event, whatever their list is called: objects that tell a day, and nothing but times; []
    where there are none."""
    lists = (value for value in plain.values() if isinstance(value, list) and value)
    return next((reported for reported in lists if all(map(_is_occurrence, reported[:_MAX_LIST]))), [])


def _is_occurrence(value: Any) -> bool:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        return False
    days = (reported for key, reported in value.items() if name_of(key) in NAMES["start"])
    return all(name_of(key) in _OF_OCCURRENCE for key in value) and any(
        isinstance(reported, str) and bool(_DAY.match(reported)) for reported in days
    )


def has(plain: Mapping[str, Any], name: str) -> bool:
    """Whether a value is there under any of a field's names."""
    return not _NAMED[name].isdisjoint(plain) and any(present(plain.get(key)) for key in NAMES[name])


def follow_any(item: Any, spec: Any) -> Any:
    """What a field map's entry finds: a path, the first of several, or a constant `{"value": …}`."""
    if isinstance(spec, Mapping):
        return spec.get("value")
    for path in spec if isinstance(spec, list | tuple) else (spec,):
        found = follow(item, str(path))
        if present(found):
            return found
    return None


def follow(item: Any, path: str) -> Any:
    """The value at a dotted path such as `venue.name`, `venues[0].name` or `artists[*].name` (a list); None
    where it leads nowhere."""
    for part in _INDEX.sub(r".\1", path).strip(".").split("."):
        if part == "*" and isinstance(item, list):
            rest = path.split("*", 1)[1].lstrip("].")
            return [found for v in item[:_MAX_LIST] if present(found := follow(v, rest) if rest else v)]
        if isinstance(item, Mapping):
            item = item.get(part)
        elif isinstance(item, list) and part.isdigit() and int(part) < len(item):
            item = item[int(part)]
        else:
            return None
    return item
