"""Looking into JSON objects of unknown making: by configured path, or by the names that publishers use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.names import NAMES, OCCURRENCES, SPREAD, WRAPPERS

#: Numbers from here on count seconds or milliseconds since 1970 (this is 2001), not hours.
_EPOCH: Final = 1_000_000_000
_SIGNS: Final = patterns.compile(r"[^a-z0-9]")
_INDEX: Final = patterns.compile(r"\[(\d+|\*)\]")
_MAX_LIST: Final = 1_000
_TEXT_KEYS: Final = (
    "html",
    "text",
    "rendered",
    "value",
    "name",
    "title",
    "displayname",
    "label",
    "en",
    "local",
    "plain",
    "code",
)
#: What a wrapper says of itself, and gives way to what the event in it says.
_OF_WRAPPERS: Final = frozenset({"id", "type", "kind"})
_NAMED: Final = {name: frozenset(keys) for name, keys in NAMES.items()}
#: Objects of one feed have the same keys again and again; longer ones are nobody's names.
_LONGEST_KEY: Final = 40


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
        mapped = {name: follow_any(item, spec) for name, spec in (mapping or {}).items()}
        return cls(opened(item), mapped, languages)

    def get(self, name: str) -> Any:
        """The first value that is there for a field of `NAMES`; None where there is none."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[Any]:
        """All values that are there for a field, in the order of its names."""
        if name in self.mapped:
            return [self.mapped[name]] if present(self.mapped[name]) else []
        return [value for _, value in self.named(name)]

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
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, str | int | float):
            return str(value).strip()
        if isinstance(value, list):
            return next(
                (text for v in value[:20] if not isinstance(v, list) and (text := self.as_text(v))), ""
            )
        if isinstance(value, dict):
            plain = {squash(k): v for k, v in value.items()}
            for key in (*_TEXT_KEYS[:3], *self.languages, *_TEXT_KEYS[3:]):
                inner = plain.get(key)
                if (
                    isinstance(inner, str | int | float)
                    and not isinstance(inner, bool)
                    and str(inner).strip()
                ):
                    return str(inner).strip()
            if plain and all(len(k) == 2 and isinstance(v, str) for k, v in plain.items()):
                return next((v.strip() for v in plain.values() if v.strip()), "")
        return ""


@lru_cache(maxsize=256)
def _there(keys: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Of an object with these keys the names that it has for each field. Objects of one feed have the same
    keys again and again."""
    return {
        name: told
        for name, known in _NAMED.items()
        if not known.isdisjoint(keys) and (told := tuple(key for key in NAMES[name] if key in keys))
    }


def opened(item: Mapping[str, Any]) -> dict[str, Any]:
    """An object's values by plain name; where it wraps the event in `node`, `event`, `attributes` or the
    like, those come first."""
    plain = {squash(key): value for key, value in item.items() if isinstance(key, str)}
    out: dict[str, Any] = {}
    for key in (*WRAPPERS, *(key for key in plain if "event" in key and key not in WRAPPERS)):
        inner = plain.get(key)
        if isinstance(inner, dict) and looks_like_event(inner, shallow=True):
            out |= {squash(k): v for k, v in inner.items() if isinstance(k, str) and present(v)}
            for own in _OF_WRAPPERS.intersection(out):
                plain.pop(own, None)
    out = {**plain, **out}
    for key in SPREAD:
        inner = out.get(key)
        if isinstance(inner, dict):
            out = {squash(k): v for k, v in inner.items() if isinstance(k, str) and present(v)} | out
    embedded = plain.get("embedded")
    if isinstance(embedded, dict):
        out = {**{squash(k): v for k, v in embedded.items() if isinstance(k, str)}, **out}
    return _renamed(out)


def _renamed(out: dict[str, Any]) -> dict[str, Any]:
    """Two words that mean something else elsewhere: a `time` in seconds or milliseconds is the start
    (Meetup's old API), and where there is a `bodyid` the `body` is the council's committee that meets."""
    if (
        "start" not in out
        and isinstance(out.get("time"), int | float)
        and not isinstance(out["time"], bool)
        and out["time"] >= _EPOCH
    ):
        out = {**out, "starttimestamp": out["time"]}
    if present(out.get("bodyid")) and isinstance(out.get("body"), str) and "bodyname" not in out:
        out = {**out, "bodyname": out["body"]}
    return out


def looks_like_event(item: Any, *, shallow: bool = False) -> bool:
    """Whether an object has a title and something that may be a start."""
    if not isinstance(item, dict):
        return False
    plain = (
        _renamed({squash(key): value for key, value in item.items() if isinstance(key, str)})
        if shallow
        else opened(item)
    )
    return has(plain, "title") and (
        has(plain, "start") or any(isinstance(plain.get(key), list) and plain[key] for key in OCCURRENCES)
    )


def has(plain: Mapping[str, Any], name: str) -> bool:
    """Whether a value is there under any of a field's names."""
    return not _NAMED[name].isdisjoint(plain) and any(present(plain.get(key)) for key in NAMES[name])


def squash(key: str) -> str:
    """`start_date`, `startDate` and `Start-Date` as `startdate`."""
    return _squashed(key) if len(key) <= _LONGEST_KEY else _SIGNS.sub("", key.lower()) or key


@lru_cache(maxsize=4096)
def _squashed(key: str) -> str:
    return _SIGNS.sub("", key.lower()) or key


def present(value: Any) -> bool:
    """Whether a value says anything: not None, not empty."""
    return value is not None and value != "" and value != [] and value != {}


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
