"""A dry run: one payload read and refined, nothing stored. Needs neither a database nor a service."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from egress.records import Door
from places.atlas import CityFact
from sources.configuration import configured
from sources.connectors.base import HORIZON, http_url
from sources.connectors.remote import payload_of
from sources.detect import detect
from sources.files import read_file
from sources.lookups import Lookups, MemoryLookups
from sources.pipeline import refine
from sources.records import Draft, Dropped, FetchParams, Page, RawPayload, RawRecord, SourceContext

#: Occurrences that began this long ago are still read: they may be going on. The same as for a fetch.
LOOKBACK: Final = timedelta(days=31)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What to inspect, and how: `target` is a web address or a file's path, `connector` '' to detect it, `now` aware."""

    target: str
    now: datetime
    connector: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    city: CityFact | None = None
    base_url: str = ""

    @property
    def is_address(self) -> bool:
        """Whether the target is a web address rather than a file."""
        return "://" in self.target


@dataclass(kw_only=True, slots=True)
class Inspection:
    """What came of it, filled while `drafts` is read: `found` is `kept` and all of `dropped`."""

    connector: str
    pages: Iterable[Page]
    context: SourceContext
    lookups: Lookups
    begun: float
    found: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    def drafts(self) -> Iterator[Draft]:
        """The refined records that are kept, one by one."""
        for refined in refine(self._records(), self.context, self.lookups):
            self.dropped.update(record.reason for record in refined.dropped)
            self.kept += len(refined.drafts)
            yield from refined.drafts

    def summary(self) -> dict[str, Any]:
        """The object of contracts.md."""
        seconds = round(time.monotonic() - self.begun, 3)
        return {"connector": self.connector, "found": self.found, "kept": self.kept, "dropped": dict(self.dropped), "seconds": seconds}

    def _records(self) -> Iterator[RawRecord | Dropped]:
        for page in self.pages:
            for record in page.records:
                self.found += 1
                yield record


def inspect(wish: Wish, door: Door | None) -> Inspection:
    """Read the target: through the door, which must be given, where it is an address. Raises SourceError or EgressError, one clear line each."""
    begun = time.monotonic()
    params = _params(wish, base_url=wish.base_url or (wish.target if wish.is_address else ""))
    if wish.is_address and door is not None:
        name, pages = _from_address(wish, params, door)
    else:
        name, pages = _from_file(wish, params)
    return Inspection(connector=name, pages=pages, context=_context(wish), lookups=MemoryLookups(), begun=begun)


def _from_file(wish: Wish, params: FetchParams) -> tuple[str, Iterable[Page]]:
    payload = read_file(Path(wish.target), base_url=wish.base_url)
    return _read(wish, payload, params)


def _from_address(wish: Wish, params: FetchParams, door: Door) -> tuple[str, Iterable[Page]]:
    """With a connector named, what it fetches, page by page; else one answer, read by the connector that recognizes it."""
    url = http_url(wish.target) or wish.target
    if wish.connector:
        config = {"url": url, **wish.config}
        return wish.connector, configured(wish.connector, config).fetch(params, door)
    return _read(wish, payload_of(door.get(url)), params)


def _read(wish: Wish, payload: RawPayload, params: FetchParams) -> tuple[str, Iterable[Page]]:
    name = wish.connector or detect(payload).metadata.name
    return name, [configured(name, wish.config).read(payload, params)]


def _params(wish: Wish, *, base_url: str) -> FetchParams:
    city = wish.city
    return FetchParams(
        now=wish.now,
        start=wish.now - LOOKBACK,
        end=wish.now + HORIZON,
        lat=city.lat if city else None,
        lng=city.lng if city else None,
        radius_km=city.radius_km if city else None,
        timezone=city.timezone if city else "",
        base_url=base_url,
    )


def _context(wish: Wish) -> SourceContext:
    city = wish.city
    return SourceContext(
        source_key="inspect",
        source_name=wish.target[:200],
        city=city.slug if city else "",
        timezone=city.timezone if city else "",
        now=wish.now,
        horizon_days=HORIZON.days,
    )
