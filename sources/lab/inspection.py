"""A dry run: one payload is read and refined, and nothing is stored.

Needs neither a database nor a service.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipeline.budget import Budget
from pipeline.connectors import registry
from pipeline.connectors.bounded import READ_SECONDS, records_within, stalled
from pipeline.connectors.detect import Detected, detect
from pipeline.connectors.files import read_file
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.http import HttpClient
from pipeline.contract.quality import QualityRules, Report
from pipeline.contract.raw import Dropped, PlaceRecord, RawRecord, WeatherRecord
from pipeline.dates.window import HORIZON, LOOKBACK
from pipeline.geography.gazetteer import CityFact
from pipeline.refinement.lookups import Lookups, MemoryLookups
from pipeline.refinement.pipeline import refine
from pipeline.text.decoding import http_url
from sources.lab.finding import Found, connector_for, find

#: How many dropped records are kept for display.
MOST_REFUSED: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What to inspect.

    `target` is a web address or a file's path, `connector` '' to detect it, `now` aware, `quality` the gates
    to apply. `step_seconds` and `read_seconds` limit the processor time of one record in one step, and of
    reading one answer.
    """

    target: str
    now: datetime
    connector: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    city: CityFact | None = None
    base_url: str = ""
    quality: QualityRules = QualityRules()
    step_seconds: float = 2.0
    read_seconds: float = READ_SECONDS

    @property
    def is_address(self) -> bool:
        """Whether the target is a web address rather than a file."""
        return "://" in self.target


@dataclass(kw_only=True, slots=True)
class Inspection:
    """The result, which is filled while `drafts` is read.

    `found` is `kept` plus all of `dropped`; `refused` are the first dropped ones.
    """

    connector: str
    config: Mapping[str, Any]
    because: str
    pages: Iterable[Page]
    context: SourceContext
    lookups: Lookups
    begun: float
    found: int = 0
    kept: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    refused: list[Dropped] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    places: list[PlaceRecord] = field(default_factory=list)
    weather: list[WeatherRecord] = field(default_factory=list)

    def drafts(self) -> Iterator[Draft]:
        """Yield the kept refined records."""
        for refined in refine(self._records(), self.context, self.lookups):
            self.dropped.update(record.reason for record in refined.dropped)
            self.refused += refined.dropped[: max(0, MOST_REFUSED - len(self.refused))]
            self.kept += len(refined.drafts)
            for draft in refined.drafts:
                self.report.add(draft.event.quality)
            yield from refined.drafts

    def summary(self) -> dict[str, Any]:
        """The summary that commands print (docs/interfaces.md).

        `quality` is the report over the kept records (`Report.to_json`). The numbers of places and weather
        records are added where there are any.
        """
        seconds = round(time.monotonic() - self.begun, 3)
        counts = {
            "connector": self.connector,
            "found": self.found,
            "kept": self.kept,
            "dropped": dict(self.dropped),
            "seconds": seconds,
        }
        counts["quality"] = self.report.to_json()
        beside = {"places": len(self.places), "weather": len(self.weather)}
        return {**counts, **{name: count for name, count in beside.items() if count}}

    def _records(self) -> Iterator[RawRecord | Dropped]:
        for page in self.pages:
            for record in page.records:
                self.found += 1
                yield record
            self.places += page.places
            self.weather += page.weather


def inspect(wish: Wish, http: HttpClient | None) -> Inspection:
    """Read the target; an address needs `http`.

    Raises SourceError or EgressError, one clear line each.
    """
    begun = time.monotonic()
    params = params_of(wish, base_url=wish.base_url or (wish.target if wish.is_address else ""))
    budget = Budget(wish.read_seconds, "reading")
    with stalled(budget, wish.target), budget:
        found = (
            _from_address(wish, params, http)
            if wish.is_address and http is not None
            else _from_file(wish, params)
        )
    return Inspection(
        connector=found.way.connector,
        config=found.way.config,
        because=found.way.because,
        pages=_within(found.pages, budget, wish.target),
        context=context_of(wish),
        lookups=MemoryLookups(),
        begun=begun,
    )


def _within(pages: Iterable[Page], budget: Budget, target: str) -> Iterator[Page]:
    """Yield the pages and their records within the remaining budget. Raises ReadingStalled."""
    with stalled(budget, target):
        for page in budget.over(pages):
            yield replace(page, records=records_within(budget, page.records, target))


def _from_file(wish: Wish, params: FetchParams) -> Found:
    payload = read_file(Path(wish.target), base_url=wish.base_url)
    way = Detected(connector=wish.connector or detect(payload).metadata.name, config=dict(wish.config))
    return Found(way=way, pages=[connector_for(way).read(payload, params)], has_events=True)


def _from_address(wish: Wish, params: FetchParams, http: HttpClient) -> Found:
    """With a named connector its pages, else those of the way that is found."""
    url = http_url(wish.target) or wish.target
    if not wish.connector:
        return find(url, config=wish.config, params=params, http=http)
    config = registry.get(wish.connector).config_for(url) or {"url": url}
    way = Detected(connector=wish.connector, config={**config, **wish.config})
    return Found(way=way, pages=connector_for(way).fetch(params, http), has_events=True)


def params_of(wish: Wish, *, base_url: str) -> FetchParams:
    """The parameters for the connector."""
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


def context_of(wish: Wish) -> SourceContext:
    """The context of a source that is only examined."""
    city = wish.city
    return SourceContext(
        source_key="inspect",
        source_name=wish.target[:200],
        city=city.slug if city else "",
        timezone=city.timezone if city else "",
        now=wish.now,
        horizon_days=HORIZON.days,
        quality=wish.quality,
        step_seconds=wish.step_seconds,
    )
