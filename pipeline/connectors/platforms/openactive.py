"""OpenActive: feeds of sport and leisure sessions, by Realtime Paged Data Exchange 1.0
(https://openactive.io/realtime-paged-data-exchange/)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline.connectors.formats.page import read_graph
from pipeline.connectors.formats.page.jsonld import graph
from pipeline.connectors.formats.page.nodes import is_event
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, html_line, html_lines, objects, several, text
from pipeline.text.decoding import http_url

#: Kinds of items that are no events: places to book, their slots, and orders.
_NO_EVENTS: Final = frozenset(
    ["FacilityUse", "IndividualFacilityUse", "Slot", "Place", "Order", "OrderProposal", "OnDemandEvent"]
)
#: Kinds of events that say nothing of what is done there.
_NO_CATEGORIES: Final = frozenset(
    ["SessionSeries", "ScheduledSession", "CourseInstance", "EventSeries", "HeadlineEvent"]
)
_KEYWORDS: Final = {"type": "@type", "id": "@id"}


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenActiveConfig:
    """Which feed to read."""

    url: str = sdk.setting("The feed's first page (RPDE), as the publisher's dataset site lists it.")
    series_url: str = sdk.setting(
        "The feed of the series (SessionSeries) that sessions only point to, where the publisher splits them."
    )
    expand: bool = sdk.setting(
        "Spread a series over its schedule where it lists no sessions; off where they have a feed of their own.",
        True,
    )
    max_pages: int = sdk.setting(
        "Pages that one run asks for, at most; the next run goes on where this one stopped.", 100
    )


class OpenActiveConnector(sdk.JsonApi):
    """Walks a feed to its end. An item that was deleted is left out, so that a whole walk tells what is
    gone."""

    metadata = sdk.Metadata(
        name="openactive",
        title="OpenActive",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        allows="read everything: the feeds are open data",
        quota="none is stated; publishers ask that the last page be polled gently",
        storage="may be kept, under the licence that each page names (mostly CC BY 4.0)",
        attribution="This opportunity data is owned by the publisher and licensed under the licence that its feed names (CC BY 4.0)",
        credit="This opportunity data is owned by the publisher and licensed under CC BY 4.0 or the licence that its feed names",
        terms="https://creativecommons.org/licenses/by/4.0/",
        link="https://openactive.io/realtime-paged-data-exchange/",
    )
    config_type = OpenActiveConfig
    marks = ((b"openactive.io",),)
    errors = ("description", "message")
    paging = sdk.Paging(start="", whole=sdk.Coverage.COMPLETE, checkpoint="next")
    #: The series that sessions point to, by their `@id`.
    series: Mapping[str, dict[str, Any]] = {}

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.96 for a page of a feed, and for linked data of OpenActive's vocabulary, with an event in it."""
        nodes = [item.get("data") for item in _items(value)] if _is_feed(value) else objects(value)
        return 0.96 if any(isinstance(node, dict) and _holds_event(node) for node in nodes) else 0.0

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """No key is needed; raises ConfigInvalid where an address is none."""
        self._address("url")

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """Every page to the feed's end, on its own host."""
        self.series = self._read_series(http) if self.config.series_url else {}
        yield from self.pages(params, http)

    def resumed(self, checkpoint: Mapping[str, Any]) -> str:
        """The address that an earlier run left, on the feed's host."""
        kept = http_url(text(checkpoint, "next"))
        return kept if urlsplit(kept).netloc == urlsplit(self._address("url")).netloc else ""

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: str) -> sdk.RawPayload:
        """One page, with the series of its sessions."""
        payload = self._ask(http, here or self._address("url"))
        return _joined(payload, self.series) if self.series else payload

    def onward(self, value: Any, here: str) -> str | None:
        """The next page; the last one has no items and names itself."""
        here = here or self._address("url")
        return values.next_address(text(value, "next"), here) if at(value, "items") else None

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """The events of a page of a feed, or of linked data. Raises SchemaChanged for everything else."""
        value = sdk.json_of(payload)
        base = payload.url if http_url(payload.url) else params.base_url
        if _is_feed(value):
            records = [one for item in _items(value) for one in self._read_item(item, params, base)]
        else:
            records = self._read_nodes(value, params, base)
            if not records and not any(map(_holds_event, objects(value))):
                said = html_line(value, "description") or "no list of items"
                raise sdk.SchemaChanged(f"no page of a feed and no event of OpenActive: {said}")
            records = records or [_undated(node, node, node.get("identifier")) for node in objects(value)]
        return self.page(payload, records, params)

    def _read_item(
        self, item: dict[str, Any], params: sdk.FetchParams, base: str
    ) -> list[sdk.RawRecord | sdk.Dropped]:
        """The events of one item; nothing where it was deleted."""
        node, kind = item.get("data"), text(item, "kind")
        if item.get("state") == "deleted":
            return []
        if not isinstance(node, dict) or kind.rpartition("/")[2] in _NO_EVENTS:
            return [values.dropped("not an event", item, item.get("id") or item.get("@id"), kind)]
        records = self._read_nodes(node, params, base)
        return records or [_undated(item, node, at(node, "identifier") or item.get("id"))]

    def _read_nodes(
        self, nodes: Any, params: sdk.FetchParams, base: str
    ) -> list[sdk.RawRecord | sdk.Dropped]:
        whole = [_sessions_only(_with_keywords(one), self.config.expand) for one in objects(nodes)]
        found = read_graph(graph(whole), params, base)
        return [_enriched(one) if isinstance(one, sdk.RawRecord) else one for one in found]

    def _address(self, name: str) -> str:
        wanted = "give the first page of the feed, as the publisher's dataset site lists it"
        return values.address(getattr(self.config, name), f"{name}: missing or no web address; {wanted}")

    def _ask(self, http: sdk.HttpClient, url: str) -> sdk.RawPayload:
        payload = self.ask(http, url)
        value = sdk.json_of(payload)
        if not _is_feed(value):
            raise sdk.SchemaChanged(f"no page of a feed (RPDE): {self.error_of(value) or 'no items'}")
        return payload

    def _read_series(self, http: sdk.HttpClient) -> dict[str, dict[str, Any]]:
        """The series by their `@id`, those that were deleted left out."""
        found: dict[str, dict[str, Any]] = {}
        url: str | None = self._address("series_url")
        for _ in range(max(1, self.config.max_pages)):
            value = sdk.json_of(self._ask(http, url)) if url else {}
            for item in _items(value):
                if text(item, "data", "@id") and item.get("state") != "deleted":
                    found[text(item, "data", "@id")] = item["data"]
            url = self.onward(value, url) if url else None
        return found


def _is_feed(value: Any) -> bool:
    """Whether it is a page of a feed (RPDE), or one item of it or several that were taken out."""
    if isinstance(at(value, "items"), list):
        return "next" in value or "license" in value
    taken = objects(value)
    return bool(taken) and all(isinstance(one.get("data"), dict) and "state" in one for one in taken)


def _items(value: Any) -> list[dict[str, Any]]:
    listed = value.get("items") if isinstance(value, dict) and "items" in value else value
    return [item for item in objects(listed) if "kind" in item or "data" in item or "state" in item]


def _undated(source: Any, node: Mapping[str, Any], name: Any) -> sdk.Dropped:
    return values.dropped("no start", source, name, html_line(node, "name"))


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
    listed = any(one.get("startDate") for one in objects(node, "subEvent"))
    left_out = ("eventSchedule", "startDate", "endDate") if listed else () if expand else ("eventSchedule",)
    return {name: value for name, value in node.items() if name not in left_out}


def _joined(payload: sdk.RawPayload, series: Mapping[str, dict[str, Any]]) -> sdk.RawPayload:
    """The page with each session's series in it, as if the publisher had embedded it: so that the payload
    that is kept can be read again alone."""
    value = sdk.json_of(payload)
    for item in _items(value):
        parent = at(item, "data", "superEvent")
        if isinstance(parent, str) and parent in series:
            kept = {**series[parent]}
            kept.pop("subEvent", None)
            kept.pop("eventSchedule", None)
            item["data"]["superEvent"] = kept
    content = json.dumps(value, ensure_ascii=False).encode()
    return replace(payload, content=content, content_type="application/json")


def _enriched(one: sdk.RawRecord) -> sdk.RawRecord:
    """With what OpenActive adds to schema.org: activities, places left, ages, levels, and support for people
    with impairments."""
    try:
        node = json.loads(one.raw)
    except ValueError:
        return one
    parent = node.get("superEvent") if isinstance(node.get("superEvent"), dict) else {}
    both = {**parent, **{name: value for name, value in node.items() if value not in (None, "", [], {})}}
    ages = {f"age_{word}": at(both, "ageRange", f"{word}Value") for word in ("min", "max")}
    support = [html_line(part, "prefLabel").lower() for part in objects(both, "accessibilitySupport")]
    kinds = [kind for kind in one.categories if kind not in _NO_CATEGORIES]
    return replace(
        one,
        categories=html_lines([*kinds, *(part.get("prefLabel") for part in objects(both, "activity"))]),
        tags=html_lines([*one.tags, *(level for level in several(both, "level") if isinstance(level, str))]),
        sold_out=one.sold_out or both.get("remainingAttendeeCapacity") == 0,
        accessibility={name: True for name in support if name},
        metadata={**one.metadata, **{name: age for name, age in ages.items() if isinstance(age, int)}},
        raw=values.source_of(node),
    )
