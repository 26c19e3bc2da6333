"""Lists of one platform's events in JSON that somebody else took from it: read as any JSON is, with the
platform's own ids."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from pipeline.connectors.formats.json_feed.connector import JsonFeedConfig, JsonFeedConnector
from pipeline.connectors.formats.json_feed.document import parse
from pipeline.connectors.formats.json_feed.locate import locate
from pipeline.connectors.formats.json_feed.names import NAMES
from pipeline.connectors.formats.json_feed.shape import present
from pipeline.connectors.formats.json_feed.view import opened
from pipeline.connectors.support.platform import is_on
from pipeline.connectors.support.values import settled
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload, RawRecord

#: Items of a list whose addresses are looked at.
_SAMPLE: Final = 200


def is_taken(payload: RawPayload, hosts: tuple[str, ...]) -> bool:
    """Whether this is JSON that lists events without ids of their own, all of whose addresses are on one of
    `hosts`."""
    head = payload.content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith((b"{", b"[")) or not any(host.encode() in payload.content for host in hosts):
        return False
    try:
        items = locate(parse(payload).value, "").items[:_SAMPLE]
    except SchemaChanged:
        return False
    return bool(items) and all(_linked(item, hosts) for item in items)


def read_taken(payload: RawPayload, params: FetchParams, identity: Callable[[str], str]) -> Page:
    """The events of such a list, PARTIAL: nobody knows what was left out. `identity` gives the platform's id
    in an address, '' where there is none."""
    answer = JsonFeedConnector(JsonFeedConfig()).read(payload, params)
    return replace(answer, records=settled(_named(answer.records, identity)), coverage=Coverage.PARTIAL)


def _named(
    records: Iterable[RawRecord | Dropped], identity: Callable[[str], str]
) -> list[RawRecord | Dropped]:
    named: list[RawRecord | Dropped] = []
    for record in records:
        own = identity(record.url) if isinstance(record, RawRecord) else identity(record.external_id)
        named.append(replace(record, external_id=own) if own else record)
    return named


def _linked(item: dict[str, Any], hosts: tuple[str, ...]) -> bool:
    values = opened(item)
    if any(present(values.get(name)) for name in NAMES["id"]):
        return False
    return any(isinstance(url := values.get(name), str) and is_on(url, hosts) for name in NAMES["url"])
