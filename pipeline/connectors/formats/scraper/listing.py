"""One page of a list with its detail pages, as one payload: what is kept of a fetch is all that a later
reading needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.contract.crawl import CrawledPage, Fetched
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode

CONTENT_TYPE: Final = "application/vnd.nocturne.listing+json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """`page` is the list's page; `details` the events' own pages, by the address that the list gives.
    `number` counts from 1, `cut`: the list goes on beyond what was read."""

    page: RawPayload
    number: int = 1
    cut: bool = False
    details: Mapping[str, RawPayload] = field(default_factory=dict)


def pack(crawled: CrawledPage) -> RawPayload:
    """The payload of a crawled page."""
    body = {
        "number": crawled.number,
        "cut": crawled.cut,
        "renderer": crawled.renderer,
        "page": _text(crawled.page),
        "details": [_text(detail) for detail in crawled.details],
    }
    return RawPayload(
        url=crawled.page.url,
        content=json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        content_type=CONTENT_TYPE,
        status=crawled.page.status,
        fetched_at=crawled.fetched_at,
    )


def unpack(payload: RawPayload) -> Listing:
    """The reverse of `pack`; any other payload is a list's first page by itself. Raises SchemaChanged for a
    broken one."""
    if not payload.content_type.startswith(CONTENT_TYPE):
        return Listing(page=payload)
    try:
        body = json.loads(payload.content)
        details = {str(detail["asked"]): _payload(detail) for detail in body["details"]}
        return Listing(
            page=_payload(body["page"]), number=int(body["number"]), cut=bool(body["cut"]), details=details
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SchemaChanged(f"the kept listing cannot be read: {type(error).__name__}") from error


def _text(page: Fetched) -> dict[str, str]:
    return {
        "url": page.url,
        "asked": page.asked,
        "html": decode(page.content, content_type=page.content_type).text,
    }


def _payload(kept: Mapping[str, str]) -> RawPayload:
    return RawPayload(
        url=str(kept["url"]),
        content=str(kept["html"]).encode("utf-8", "replace"),
        content_type="text/html; charset=utf-8",
    )
