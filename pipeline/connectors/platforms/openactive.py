"""OpenActive: feeds of sport and leisure sessions, by Realtime Paged Data Exchange 1.0
(https://openactive.io/realtime-paged-data-exchange/)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pipeline.connectors.formats.page import read_graph
from pipeline.connectors.formats.page.jsonld import graph
from pipeline.connectors.formats.page.nodes import is_event
from pipeline.connectors.support.json_api import JsonApi
from pipeline.connectors.support.platform import json_of, payload_of, setting
from pipeline.connectors.support.values import (
    at,
    dropped,
    html_line,
    html_lines,
    objects,
    settled,
    source_of,
    text,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.text.decoding import http_url

#: Kinds of items that are no events: places to book, their slots, and orders.
_NO_EVENTS: Final = (
    "FacilityUse",
    "IndividualFacilityUse",
    "Slot",
    "Place",
    "Order",
    "OrderProposal",
    "OnDemandEvent",
)
_KEYWORDS: Final = {"type": "@type", "id": "@id"}
_CONTEXT: Final = b"openactive.io"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenActiveConfig:
    """Which feed to read."""

    url: str = setting("The feed's first page (RPDE), as the publisher's dataset site lists it.")
    series_url: str = setting(
        "The feed of the series (SessionSeries) that sessions only point to, where the publisher splits them."
    )
    expand: bool = setting(
        "Spread a series over its schedule where it lists no sessions; off where they have a feed of their own.",
        True,
    )
    max_pages: int = setting(
        "Pages that one run asks for, at most; the next run goes on where this one stopped.", 100
    )


class OpenActiveConnector(JsonApi):
    """Walks a feed to its end. An item that was deleted is left out, so that a whole walk tells what is
    gone."""

    metadata: ClassVar[Metadata] = Metadata(
        name="openactive",
        title="OpenActive",
        type=SourceType.API,
        tier=Tier.PROVED,
        allows="read everything: the feeds are open data",
        quota="none is stated; publishers ask that the last page be polled gently",
        storage="may be kept, under the licence that each page names (mostly CC BY 4.0)",
        attribution="This opportunity data is owned by the publisher and licensed under the licence that its feed names (CC BY 4.0)",
        credit="This opportunity data is owned by the publisher and licensed under CC BY 4.0 or the licence that its feed names",
        terms="https://creativecommons.org/licenses/by/4.0/",
        link="https://openactive.io/realtime-paged-data-exchange/",
    )
    config_type: ClassVar[type[OpenActiveConfig]] = OpenActiveConfig

    marks = ((_CONTEXT,),)

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.96 for a page of a feed, and for linked data of OpenActive's vocabulary, with an event in it."""
        nodes = [item.get("data") for item in _items(value)] if _is_feed(value) else objects(value)
        return 0.96 if any(isinstance(node, dict) and _holds_event(node) for node in nodes) else 0.0

    def check_credentials(self, http: HttpClient) -> None:
        """No key is needed; raises ConfigInvalid where an address is none."""
        self._address("url")

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Every page to the feed's end, on its own host. COMPLETE; where `max_pages` or a limit ends the walk
        PARTIAL and cut, and gone on with from the checkpoint."""
        series = self._series(http) if self.config.series_url else {}
        first = self._address("url")
        resumed = http_url(text(params.checkpoint.get("next")))
        resumed = resumed if urlsplit(resumed).netloc == urlsplit(first).netloc else ""
        left = params.limit
        for number, (payload, onward) in enumerate(self._feed(http, resumed or first), 1):
            page = self.read(_joined(payload, series) if series else payload, replace(params, limit=left))
            records = list(page.records)
            left = None if left is None else left - len(records)
            stopped = bool(onward) and (number >= self.config.max_pages or (left is not None and left <= 0))
            yield replace(
                page,
                records=records,
                coverage=Coverage.PARTIAL if stopped or resumed or params.limit else Coverage.COMPLETE,
                cut=stopped,
                checkpoint={"next": onward if stopped and params.limit is None else ""},
            )
            if stopped:
                return

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of a page of a feed, or of linked data. Raises SchemaChanged for everything else."""
        value = json_of(payload)
        base = payload.url if http_url(payload.url) else params.base_url
        if _is_feed(value):
            records = [one for item in _items(value) for one in self._read_item(item, params, base)]
        else:
            records = self._read_node(value, params, base) if isinstance(value, dict | list) else []
            if not records and not any(map(_holds_event, objects(value))):
                raise SchemaChanged(
                    f"no page of a feed and no event of OpenActive: {html_line(at(value, 'description')) or 'no list of items'}"
                )
            records = records or [
                dropped("no start", node, node.get("identifier"), html_line(node.get("name")))
                for node in objects(value)
            ]
        kept = settled(records)[: params.limit]
        return Page(payload=payload, records=kept, coverage=Coverage.PARTIAL, cut=params.limit is not None)

    def _read_item(
        self, item: dict[str, Any], params: FetchParams, base: str
    ) -> Iterator[RawRecord | Dropped]:
        """The events of one item; nothing where it was deleted."""
        node, kind = item.get("data"), text(item.get("kind"))
        if item.get("state") == "deleted":
            return
        if not isinstance(node, dict) or kind.rpartition("/")[2] in _NO_EVENTS or kind in _NO_EVENTS:
            yield dropped("not an event", item, item.get("id") or item.get("@id"), kind)
            return
        records = self._read_node(node, params, base)
        if not records:
            yield dropped(
                "no start", item, at(node, "identifier") or item.get("id"), html_line(node.get("name"))
            )
        yield from records

    def _read_node(self, node: Any, params: FetchParams, base: str) -> list[RawRecord | Dropped]:
        whole = [_sessions_only(_with_keywords(one), self.config.expand) for one in objects(node)]
        found = list(read_graph(graph(whole), params, base))
        return [_enriched(one) if isinstance(one, RawRecord) else one for one in found]

    def _address(self, name: str) -> str:
        url = http_url(str(getattr(self.config, name)))
        if not url:
            raise ConfigInvalid(
                f"{name}: missing or no web address; give the first page of the feed, as the publisher's dataset site lists it"
            )
        return url

    def _feed(self, http: HttpClient, url: str) -> Iterator[tuple[RawPayload, str]]:
        """Each page with the address of the next one, '' after the last: a page without items that names
        itself."""
        host = urlsplit(url).netloc
        while url:
            payload = payload_of(http.get(url))
            value = json_of(payload)
            if not _is_feed(value):
                raise SchemaChanged(
                    f"no page of a feed (RPDE): {html_line(at(value, 'description')) or html_line(at(value, 'message')) or 'no items'}"
                )
            onward = http_url(text(value.get("next")))
            last = not value["items"] or onward == url or urlsplit(onward).netloc != host
            yield payload, "" if last else onward
            url = "" if last else onward

    def _series(self, http: HttpClient) -> dict[str, dict[str, Any]]:
        """The series by their `@id`, those that were deleted left out."""
        found: dict[str, dict[str, Any]] = {}
        for number, (payload, _) in enumerate(self._feed(http, self._address("series_url")), 1):
            for item in _items(json_of(payload)):
                name = text(at(item, "data", "@id"))
                if name and item.get("state") != "deleted":
                    found[name] = item["data"]
            if number >= self.config.max_pages:
                break
        return found


def _is_feed(value: Any) -> bool:
    """Whether it is a page of a feed (RPDE), or one item of it or several that were taken out."""
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        return "next" in value or "license" in value
    taken = objects(value)
    return bool(taken) and all(isinstance(one.get("data"), dict) and "state" in one for one in taken)


def _items(value: Any) -> list[dict[str, Any]]:
    listed = value.get("items") if isinstance(value, dict) and "items" in value else value
    return [item for item in objects(listed) if "kind" in item or "data" in item or "state" in item]


def _holds_event(node: Mapping[str, Any]) -> bool:
    whole = _with_keywords(dict(node))
    return any(True for _ in graph([whole]).events()) or is_event(whole)


def _with_keywords(value: Any) -> Any:
    """JSON-LD with its keywords written out: OpenActive's context lets publishers write `type` and `id` for
    `@type` and `@id`."""
    if isinstance(value, list):
        return [_with_keywords(one) for one in value]
    if not isinstance(value, dict):
        return value
    bare = isinstance(value.get("type"), str | list) and "@type" not in value
    return {_KEYWORDS.get(name, name) if bare else name: _with_keywords(one) for name, one in value.items()}


def _sessions_only(node: dict[str, Any], expand: bool) -> dict[str, Any]:
    """A series that lists its sessions is those and nothing else: its schedule only describes them."""
    listed = any(one.get("startDate") for one in objects(node.get("subEvent")))
    left_out = ("eventSchedule", "startDate", "endDate") if listed else () if expand else ("eventSchedule",)
    return {name: value for name, value in node.items() if name not in left_out}


def _joined(payload: RawPayload, series: Mapping[str, dict[str, Any]]) -> RawPayload:
    """The page with each session's series in it, as if the publisher had embedded it: so that the payload
    that is kept can be read again alone."""
    value = json_of(payload)
    for item in _items(value):
        parent = at(item, "data", "superEvent")
        if isinstance(parent, str) and parent in series:
            item["data"]["superEvent"] = {
                name: part
                for name, part in series[parent].items()
                if name not in ("subEvent", "eventSchedule")
            }
    return replace(
        payload, content=json.dumps(value, ensure_ascii=False).encode(), content_type="application/json"
    )


def _enriched(one: RawRecord) -> RawRecord:
    """With what OpenActive adds to schema.org: activities, places left, ages, levels, and support for people
    with impairments."""
    try:
        node = json.loads(one.raw)
    except ValueError:
        return one
    parent = node.get("superEvent") if isinstance(node.get("superEvent"), dict) else {}
    both = {**parent, **{name: value for name, value in node.items() if value not in (None, "", [], {})}}
    ages = {
        f"age_{word}": at(both, "ageRange", f"{word}Value")
        for word in ("min", "max")
        if isinstance(at(both, "ageRange", f"{word}Value"), int)
    }
    support = [html_line(part.get("prefLabel")).lower() for part in objects(both.get("accessibilitySupport"))]
    kinds = [
        kind
        for kind in one.categories
        if kind not in ("SessionSeries", "ScheduledSession", "CourseInstance", "EventSeries", "HeadlineEvent")
    ]
    levels = both.get("level") if isinstance(both.get("level"), list) else [both.get("level")]
    return replace(
        one,
        categories=html_lines([*kinds, *(part.get("prefLabel") for part in objects(both.get("activity")))]),
        tags=html_lines([*one.tags, *(part for part in levels or [] if isinstance(part, str))]),
        sold_out=one.sold_out or both.get("remainingAttendeeCapacity") == 0,
        accessibility={name: True for name in support if name},
        metadata={**one.metadata, **ages},
        raw=source_of(node),
    )
