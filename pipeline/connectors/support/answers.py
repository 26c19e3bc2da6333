"""Values of a platform's JSON answer, each of which may be of any type: what is not of the wanted kind reads
as nothing. And pages of one listing as one.

Text stays as it came; for sites whose API gives titles as HTML, and to make whole records, there is `items`.
JSON of any shape is `json_feed`'s."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.connectors.support.identity import settled
from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.normalized import Image
from pipeline.contract.raw import Dropped, RawPayload, RawRecord, RawTime
from pipeline.dates.moments import read_moment
from pipeline.text.decoding import MAX_ITEMS, MAX_LINE, MAX_RAW, http_url, strip_controls

_FURTHEST: Final = timedelta(hours=14)
_QUARTER: Final = timedelta(minutes=15)


def at(value: Any, *path: str | int) -> Any:
    """What lies at `path` inside nested objects and lists; None where the path ends early."""
    for step in path:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def text(value: Any, *path: str | int) -> str:
    """Text or a number at a path, without outer space and control characters; '' for anything else."""
    found = at(value, *path)
    return (
        strip_controls(str(found)).strip()
        if isinstance(found, str | int | float) and not isinstance(found, bool)
        else ""
    )


def line(value: Any, *path: str | int) -> str:
    """As `text`, on one line of at most 1,000 characters."""
    return " ".join(text(value, *path).split())[:MAX_LINE]


def number(value: Any, *path: str | int) -> int | None:
    """A whole number that is not negative, also one written as text; None for anything else."""
    found = text(value, *path)
    return int(found) if found.isascii() and found.isdigit() and len(found) < 10 else None


def objects(value: Any, *path: str | int) -> list[dict[str, Any]]:
    """The objects of a list; one object alone counts as a list of it, unless it is empty."""
    found = at(value, *path)
    listed = found if isinstance(found, list) else [found] if found else []
    return [one for one in listed if isinstance(one, dict)]


def lines(values: Iterable[str]) -> tuple[str, ...]:
    """Texts without empty ones and repetitions, at most 50."""
    return tuple(dict.fromkeys(one for one in values if one))[:MAX_ITEMS]


def link(value: Any, *path: str | int) -> str:
    """A web address, '' where there is none. A scheme written twice (`http://https://…`) counts once."""
    found = text(value, *path)
    doubled = found.partition("://")[2]
    return http_url(doubled if doubled.startswith(("http://", "https://")) else found)


def pictures(addresses: Iterable[str]) -> tuple[Image, ...]:
    """Images by their addresses, the first one primary."""
    return images((address, "", "") for address in addresses)


def images(told: Iterable[tuple[str, str, str]]) -> tuple[Image, ...]:
    """Images of (address, alternative text, credit), each address once, the first one primary, at most 50."""
    found: dict[str, tuple[str, str]] = {}
    for address, alt, credit in told:
        url = http_url(address)
        if url:
            found.setdefault(url, (alt[:MAX_LINE], credit[:MAX_LINE]))
    kept = islice(found.items(), MAX_ITEMS)
    return tuple(
        Image(url=url, alt=alt, credit=credit, is_primary=not place)
        for place, (url, (alt, credit)) in enumerate(kept)
    )


def postal(*parts: str) -> str:
    """An address on one line out of its parts; what an earlier part already says is left out."""
    told: list[str] = []
    for part in parts:
        if part and part.casefold() not in ", ".join(told).casefold():
            told.append(part)
    return ", ".join(told)[:MAX_LINE]


def moment(local: Any, utc: Any = None) -> RawTime | None:
    """A start told twice, by the clock of the place and in UTC: the local time with the offset that follows.
    One of them where the other is missing or they cannot both be right (more than 14 hours apart, or no
    quarter of an hour)."""
    wall, instant = read_moment(local), read_moment(utc, utc=True)
    if not isinstance(wall, datetime) or not isinstance(instant, datetime) or wall.tzinfo is not None:
        return (
            wall
            if wall is not None and not (isinstance(instant, datetime) and not isinstance(wall, datetime))
            else instant
        )
    offset = wall - instant.astimezone(UTC).replace(tzinfo=None)
    if abs(offset) > _FURTHEST or offset % _QUARTER:
        return wall
    return wall.replace(tzinfo=timezone(offset) if offset else UTC)


def source_of(item: Any) -> str:
    """The part of an answer that a record was read from, as JSON of at most 64,000 characters."""
    return strip_controls(json.dumps(item, ensure_ascii=False, default=str))[:MAX_RAW]


def without(url: str, *names: str) -> str:
    """A web address without these parameters of its query."""
    parts = urlsplit(url)
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in names
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def kept_without(payload: RawPayload, *names: str) -> RawPayload:
    """A payload whose address does not tell the key that went with the request."""
    return replace(payload, url=without(payload.url, *names))


def once(records: Iterable[RawRecord | Dropped], seen: set[str]) -> list[RawRecord | Dropped]:
    """Records of one page among several: an id that an earlier page had already is dropped as "duplicate id",
    since lists shift while they are read."""
    out: list[RawRecord | Dropped] = []
    for record in settled(list(records)):
        name = f"{record.external_id}\n{record.recurrence_id}"
        if record.external_id and name in seen:
            record = Dropped(
                reason="duplicate id",
                external_id=record.external_id,
                recurrence_id=record.recurrence_id,
                title=record.title,
            )
        seen.add(name)
        out.append(record)
    return out


def up_to(pages: Iterable[Page], limit: int | None) -> Iterator[Page]:
    """At most `limit` records; with a limit absence means nothing, so that every page is partial and cut, and
    no checkpoint moves."""
    if limit is None:
        yield from pages
        return
    left = limit
    for page in pages:
        records = list(islice(page.records, left))
        left -= len(records)
        yield replace(page, records=records, coverage=Coverage.PARTIAL, cut=True, checkpoint={})
        if left <= 0:
            return
