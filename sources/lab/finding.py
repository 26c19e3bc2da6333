"""Finds the events behind a web address.

Ways are tried in order of certainty; the first that yields events is used.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from pipeline.connectors import registry
from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import Detected, by_address, by_content, declared, unknown
from pipeline.connectors.support.platform import payload_of
from pipeline.contract.connector import Connector, FetchParams, Page
from pipeline.contract.exceptions import SourceError
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from pipeline.contract.raw import RawRecord
from sources.platform_keys import from_environment

#: At most so many ways beyond the page itself are tried, each with a request or more.
MOST_TRIES: Final = 3
#: A platform's fingerprint leads to all of a site's events, its page often only to the next ten.
SURER_THAN_THE_PAGE: Final = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A working way, and its pages, of which only the first record was read."""

    way: Detected
    pages: Iterable[Page]
    has_events: bool


#: A way, and a function that starts it.
_Attempt = tuple[Detected, Callable[[], Iterable[Page]]]


def connector_for(way: Detected) -> Connector:
    """The connector with its configuration, and the keys of the environment."""
    return configured(way.connector, way.config, from_environment(registry.get(way.connector).metadata))


def find(url: str, *, config: Mapping[str, Any], params: FetchParams, http: HttpClient) -> Found:
    """The first way to `url` that yields events.

    Tried in order: the platform of the address, a platform's fingerprint, the type of the answer, links
    declared by the page. Without events anywhere, the first readable way. `config` overrides what was
    detected. Raises the first error (SourceError or EgressError) where nothing could be read.
    """
    failures: list[SourceError | EgressError] = []
    empty: Found | None = None
    attempts = _attempts(url, config, params, http)
    while True:
        try:
            way, begin = next(attempts)
        except StopIteration:
            break
        except (SourceError, EgressError) as error:
            failures.append(error)
            break
        try:
            found = _peeked(way, begin())
        except (SourceError, EgressError) as error:
            failures.append(error)
            continue
        if found.has_events:
            return found
        empty = empty or found
    if empty is None:
        raise failures[0]
    return empty


def _attempts(
    url: str, config: Mapping[str, Any], params: FetchParams, http: HttpClient
) -> Iterator[_Attempt]:
    """Yield attempts lazily: later ones cost requests that are not sent if an earlier one works."""

    def fetched(way: Detected) -> _Attempt:
        full = replace(way, config={**way.config, **config})
        return full, lambda: connector_for(full).fetch(params, http)

    named = by_address(url)
    if named is not None:
        yield fetched(named)
    payload = payload_of(http.get(url))
    better = declared(payload)
    yield from (fetched(way) for way in better if way.score >= SURER_THAN_THE_PAGE)
    recognized = by_content(payload)

    def read(way: Detected, **more: Any) -> _Attempt:
        reader = replace(way, config={**more, **config})
        return replace(way, config={"url": url, **config}), lambda: [
            connector_for(reader).read(payload, params)
        ]

    for way in recognized[:2]:
        yield read(way, words=False) if way.connector == "page" else read(way)
    yield from (
        fetched(way) for way in [way for way in better if way.score < SURER_THAN_THE_PAGE][:MOST_TRIES]
    )
    # events from a page's prose rank below any calendar or feed that it declares
    yield from (read(way) for way in recognized[:2] if way.connector == "page")
    if not recognized:
        raise unknown(payload)


def _peeked(way: Detected, pages: Iterable[Page]) -> Found:
    """The same pages, with the first record read. The rest stays lazy."""
    iterator = iter(pages)
    first = next(iterator, None)
    if first is None:
        return Found(way=way, pages=(), has_events=False)
    records, seen = iter(first.records), []
    has_events = bool(first.places)
    for record in records:
        seen.append(record)
        if isinstance(record, RawRecord):
            has_events = True
            break
    return Found(
        way=way, pages=chain([replace(first, records=chain(seen, records))], iterator), has_events=has_events
    )
