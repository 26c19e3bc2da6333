"""For connectors of sites that run the same software: one way to make a record or to say why there is none,
occurrences, addresses of a site.

Their APIs give titles as HTML, so that `line` and `words` decode entities; `answers` has the values that are
the same for all."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.characters import unescape
from pipeline.connectors.support.answers import source_of, text
from pipeline.connectors.support.json_text import parse_json
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.frozen import replace
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.moments import UNKNOWN_TIMES, read_moment
from pipeline.dates.window import Window
from pipeline.text.decoding import (
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_LINE,
    MAX_TITLE,
    bounded_id,
    clip,
    decode_payload,
    http_url,
)

#: Occurrences of one event, at most.
MAX_OCCURRENCES: Final = 400
#: As many of one event are all read, whether past or to come.
SHORT: Final = 30

#: Characters of a page that its links are looked for in.
_HEAD: Final = 200_000

_ZONE: Final = patterns.compile(r"^[A-Za-z]+(/[A-Za-z0-9_+-]+){1,2}$|^UTC$")
_LINK: Final = patterns.compile(r"<link[^<>]*+", longest=_HEAD)
_HREF: Final = patterns.compile(r'href="([^"]{8,500})"', longest=_HEAD)


def line(value: Any) -> str:
    """As `text`, on one line, with HTML's entities decoded, at most `MAX_LINE` characters."""
    return " ".join(unescape(text(value)).split())[:MAX_LINE]


def truth(value: Any) -> bool:
    """Whether a value means yes: true, 1, "1", "true", "yes"."""
    return str(value).strip().lower() in ("true", "1", "yes")


def words(values: Iterable[Any]) -> tuple[str, ...]:
    """Each text once, on one line, empty ones left out, at most `MAX_ITEMS`."""
    return tuple(dict.fromkeys(one for one in map(line, values) if one))[:MAX_ITEMS]


def zone(value: Any) -> str:
    """The name of a time zone of the tz database; '' for offsets such as "UTC+2" and all else."""
    return text(value) if _ZONE.match(text(value)) else ""


def local_part(value: Any, languages: Sequence[str]) -> tuple[str, Any]:
    """Of `{"fr": …, "en": …}` the language and the value of the first wanted one that is not empty, else of
    the first there is.

    A value that is no such object has no language: ('', value)."""
    if not isinstance(value, Mapping):
        return "", value
    for language in (*languages, *value):
        if value.get(language):
            return str(language), value[language]
    return "", None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What `record` needs of any event: its own id and title, and the values of its start and end as they
    came."""

    item: Mapping[str, Any]
    id: Any = ""
    recurrence_id: str = ""
    title: str = ""
    description: str = ""
    start: Any = None
    end: Any = None
    notes: list[str] = field(default_factory=list)


def record(facts: Facts, **fields: Any) -> RawRecord | Dropped:
    """One record with its bounds kept, or why there is none: "no title", "no start", "unreadable start". An
    unreadable end is left out with a note."""
    notes = list(facts.notes)
    identity = bounded_id(text(facts.id), notes=notes)
    title = clip(" ".join(unescape(facts.title).split()), MAX_TITLE, what="title", notes=notes)
    start = read_moment(facts.start)
    if start is None or not title:
        unknown = "no start" if text(facts.start).casefold() in UNKNOWN_TIMES else "unreadable start"
        reason = unknown if title else "no title"
        return Dropped(
            reason=reason,
            external_id=identity,
            recurrence_id=facts.recurrence_id,
            title=title,
            detail=text(facts.start)[:200],
            raw=source_of(facts.item),
        )
    end = read_moment(facts.end)
    if end is None and text(facts.end).casefold() not in UNKNOWN_TIMES:
        notes.append(f"unreadable end {text(facts.end)[:80]!r}")
    return RawRecord(
        external_id=identity,
        stable_id=bool(identity),
        recurrence_id=facts.recurrence_id[:MAX_LINE],
        title=title,
        description=clip(facts.description.strip(), MAX_DESCRIPTION, what="description", notes=notes),
        start=start,
        end=end,
        raw=source_of(facts.item),
        notes=tuple(notes),
        **fields,
    )


def told_apart(records: Iterable[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
    """Records whose ids are theirs alone: what comes twice is dropped as "duplicate id"; different events
    under one id lose it, with a note."""
    listed = list(records)
    titles: dict[tuple[str, str], set[str]] = {}
    for one in listed:
        if isinstance(one, RawRecord) and one.external_id:
            titles.setdefault((one.external_id, one.recurrence_id), set()).add(one.title)
    seen: set[tuple[str, str, str]] = set()
    out: list[RawRecord | Dropped] = []
    for one in listed:
        key = (one.external_id, one.recurrence_id)
        if not isinstance(one, RawRecord) or not one.external_id:
            out.append(one)
        elif len(titles[key]) > 1:
            note = f"id {one.external_id[:80]} is shared by different events"
            out.append(
                replace(one, external_id="", recurrence_id="", stable_id=False, notes=(*one.notes, note))
            )
        elif (*key, one.title) in seen:
            out.append(
                Dropped(
                    reason="duplicate id",
                    external_id=key[0],
                    recurrence_id=key[1],
                    title=one.title,
                    raw=one.raw,
                )
            )
        else:
            out.append(one)
        seen.add((*key, one.title))
    return out


def dropped(reason: str, item: Any, identity: Any = "", title: str = "") -> Dropped:
    """An item that is left out, with what is known of it."""
    return Dropped(
        reason=reason,
        external_id=bounded_id(text(identity), notes=[]),
        title=title[:MAX_TITLE],
        raw=source_of(item),
    )


def names_of(moments: Sequence[datetime | date | None]) -> list[str]:
    """What tells the occurrences of one event apart: nothing for one alone, else the day, or the moment where
    a day has several.

    A day stands when the clock time of an occurrence changes."""
    if len(moments) < 2:
        return ["" for _ in moments]
    days = [(one.date() if isinstance(one, datetime) else one).isoformat() if one else "" for one in moments]
    if len(set(days)) == len(days):
        return days
    return [one.isoformat() if one else "" for one in moments]


def touching(moments: Sequence[datetime | date | None], window: Window) -> list[int]:
    """The places of an event's occurrences that are worth a record: of a long list those that touch the
    window, of a short one all.

    At most `MAX_OCCURRENCES`. A list that has none in the window stays as it is, so that it is counted as
    past or too far off, and not lost."""
    every = list(range(len(moments)))
    if len(moments) <= SHORT:
        return every
    days = [one.date() if isinstance(one, datetime) else one for one in moments]
    inside = [place for place, day in enumerate(days) if day is None or window.holds_day(day)]
    return (inside or every)[:MAX_OCCURRENCES]


def glance(payload: RawPayload, *signs: bytes) -> Any:
    """The JSON value of a payload that begins as JSON and has all of `signs` in it; None otherwise. For
    `recognizes`: most files are sorted out before anything is parsed."""
    content = payload.content
    head = content[:40].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith((b"{", b"[")) or not all(sign in content for sign in signs):
        return None
    try:
        return parse_json(decode_payload(payload).text, strict=False)
    except ValueError:
        return None


def has_all(value: Any, names: Collection[str]) -> bool:
    """Whether a value is an object with all of these keys."""
    return isinstance(value, dict) and all(name in value for name in names)


def site(url: str) -> str:
    """Scheme and host of a site's address, without a path. Raises ConfigInvalid, naming the field."""
    address = http_url(url)
    if not address:
        raise ConfigInvalid(
            "url: missing or no web address; give the address of the site, such as https://events.example.org"
        )
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def own_address(html: str, url: str) -> str:
    """Scheme and host of a page: of its address, else of what it names as its canonical address; '' where
    neither is there."""
    for address in (url, *_canonical(html[:_HEAD])):
        if http_url(address):
            return site(address)
    return ""


def _canonical(html: str) -> Iterator[str]:
    """The addresses that a page names as its canonical one."""
    for tag in _LINK.finditer(html):
        yield from _HREF.findall(tag.group().partition('rel="canonical"')[2])[-1:]
