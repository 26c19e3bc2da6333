"""One event of a list, by selectors, completed from its own page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml import html

from pipeline.connectors.formats.page.connector import read_document
from pipeline.connectors.formats.page.dom import Document, absolute, parse
from pipeline.connectors.formats.page.merge import filled
from pipeline.connectors.formats.scraper.config import FIELDS, ScraperConfig
from pipeline.connectors.formats.scraper.configured_dates import read_time
from pipeline.connectors.support.values import url_identity
from pipeline.contract.connector import FetchParams
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.normalized import Image, Venue
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.selectors import select
from pipeline.text.decoding import (
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_LINE,
    MAX_RAW,
    bounded_id,
    clip,
    http_url,
)
from pipeline.titles import kept

#: Matches of one selector that are put together.
_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What selectors gave, by field, addresses absolute."""

    values: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def joined(self, name: str, by: str) -> str:
        return by.join(dict.fromkeys(self.values.get(name, ())))

    def over(self, other: "Found") -> "Found":
        """These values, and those of `other` where there are none."""
        return Found({**other.values, **{name: values for name, values in self.values.items() if values}})


def from_container(container: html.HtmlElement, document: Document, config: ScraperConfig) -> Found:
    """What the list says of one event."""
    return _found(container, document, {name: getattr(config, name) for name in FIELDS})


def records(
    found: Found, config: ScraperConfig, params: FetchParams, detail: RawPayload | None, raw: str
) -> list[RawRecord | Dropped]:
    """The occurrences of one event: one, or as many as its own page tells apart. What lacks a title or a
    start is dropped with its reason."""
    document = parse(detail) if detail is not None else None
    reported = (
        []
        if document is None
        else [one for one in read_document(document, params) if isinstance(one, RawRecord)]
    )
    if document is not None:
        found = _found(document.root, document, config.detail).over(found)
    base = _record(found, config, params, raw)
    occurrences = [_completed(base, one) for one in _of_this(base, reported)] or [base]
    return [_kept_or_dropped(one) for one in occurrences]


def _found(element: html.HtmlElement, document: Document, selectors: Mapping[str, str]) -> Found:
    values: dict[str, tuple[str, ...]] = {}
    for name, selector in selectors.items():
        texts = (_value(one, document, name) for one in select(element, selector)[:_MOST])
        values[name] = tuple(text for text in texts if text)
    return Found(values)


def _value(found: html.HtmlElement | str, document: Document, name: str) -> str:
    if name in ("link", "image"):
        address = (
            found
            if isinstance(found, str)
            else found.get("href" if name == "link" else "src") or found.get("data-src") or ""
        )
        return absolute(document.base, address)
    if isinstance(found, str):
        return " ".join(found.split())
    if name in ("date", "end") and found.get("datetime"):
        return " ".join(str(found.get("datetime")).split())
    return document.text(found)


def _record(found: Found, config: ScraperConfig, params: FetchParams, raw: str) -> RawRecord:
    notes: list[str] = []
    link, image = http_url(found.first("link").split("#")[0]), http_url(found.first("image"))
    own = bounded_id(found.first("id") or (url_identity(link) if link else ""), notes=notes)
    return RawRecord(
        external_id=own,
        stable_id=bool(own),
        title=kept(found.first("title"), notes),
        description=clip(
            found.joined("description", "\n\n"), MAX_DESCRIPTION, what="description", notes=notes
        ),
        start=read_time(found.joined("date", " "), config, params.now),
        end=read_time(found.joined("end", " "), config, params.now),
        calendar_timezone=config.timezone,
        venue=Venue(name=found.joined("location", ", ")[:MAX_LINE]),
        categories=tuple(dict.fromkeys(found.values.get("category", ())))[:MAX_ITEMS],
        language=config.language,
        price_text=found.joined("price", " ")[:MAX_LINE],
        url=link,
        images=(Image(url=image, is_primary=True),) if image else (),
        method=ExtractionMethod.SELECTOR,
        raw=raw[:MAX_RAW],
        notes=tuple(notes),
    )


def _of_this(base: RawRecord, reported: list[RawRecord]) -> list[RawRecord]:
    """Which of the events that a page marks up are this one: those of its title, else the one that there is.
    Others are the page's asides."""
    title = base.title.casefold()
    same = [
        one for one in reported if title and (one.title.casefold() in title or title in one.title.casefold())
    ]
    return same or (reported if len(reported) == 1 else [])


def _completed(base: RawRecord, reported: RawRecord) -> RawRecord:
    """The list's words, with what the page's markup says exactly in place of what the list says in words."""
    if isinstance(reported.start, datetime) or (
        reported.start is not None and not isinstance(base.start, datetime)
    ):
        base = replace(base, start=reported.start, end=reported.end or base.end)
    return filled(base, reported)


def _kept_or_dropped(record: RawRecord) -> RawRecord | Dropped:
    missing = "no title" if not record.title else "no start" if record.start is None else ""
    if not missing:
        return record
    return Dropped(
        reason=missing, external_id=record.external_id, title=record.title, detail=record.url, raw=record.raw
    )
