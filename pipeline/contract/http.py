"""What connectors know of HTTP: the client as a Protocol, an answer, and a platform's quota. `egress` implements it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer that was wholly received and decoded. Header names are lower-case; `content` is decoded from
    its content encoding."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    fetched_at: datetime
    seconds: float = 0.0

    @property
    def content_type(self) -> str:
        """The media type alone, lower-case: `text/calendar`."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """As many requests in so many seconds as the platform grants one key. `cost` of one request in
    `currency`, 0 where it is free.

    Windows begin at whole multiples of `seconds` since 1970, in UTC: an hour at its full minute, a day at
    midnight."""

    requests: int
    seconds: float
    cost: float = 0.0
    currency: str = "USD"


class HttpClient(Protocol):
    """The one way out, bound to one source's policy. Every failure is an `pipeline.contract.http_errors.EgressError`."""

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
    ) -> Response:
        """Fetch `url`. With `conditional`, sends the kept validators and raises `NotModified` on a 304."""
        ...

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send JSON or a form to `url`."""
        ...
