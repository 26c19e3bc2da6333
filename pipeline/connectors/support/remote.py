"""What connectors that read one address share: its configuration, and one conditional request through the
door."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.http import HttpClient, Response
from pipeline.contract.raw import RawPayload


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressConfig:
    """`url`: where to ask. `complete`: the answer always lists all upcoming events, so that what is absent is
    gone."""

    url: str = field(default="", metadata={"help": "Address of the feed or page."})
    complete: bool = field(
        default=False,
        metadata={"help": "The answer always lists all upcoming events: what is absent is gone."},
    )


class Reads(Protocol):
    """A connector, as far as `fetch_one` needs to know it."""

    def read(self, payload: RawPayload, params: FetchParams) -> Page: ...


def payload_of(response: Response) -> RawPayload:
    """The payload of an answer, with its charset still in the content type."""
    return RawPayload(
        url=response.url,
        content=response.content,
        content_type=response.headers.get("content-type", ""),
        status=response.status,
        fetched_at=response.fetched_at,
    )


def fetch_one(
    connector: Reads, url: str, params: FetchParams, http: HttpClient, **request: Any
) -> Iterator[Page]:
    """One conditional GET of `url`, read. Raises ConfigInvalid without a url, NotModified on a 304, and any
    other EgressError."""
    if not url:
        raise ConfigInvalid("url: missing; give the address of the feed or page")
    yield connector.read(payload_of(http.get(url, conditional=True, **request)), params)
