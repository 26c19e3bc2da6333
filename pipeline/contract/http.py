"""HTTP as connectors see it: the client as a Protocol, a response, and a platform's quota.

`egress` implements it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """A response that was received and decoded completely.

    Header names are lower-case; `content` is decoded from its content encoding.
    """

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
    """How many requests in how many seconds a platform grants one key.

    `cost` is the price of one request in `currency`, 0 where it is free. Windows begin at whole multiples of
    `seconds` since 1970, in UTC: an hour at its full minute, a day at midnight.
    """

    requests: int
    seconds: float
    cost: float = 0.0
    currency: str = "USD"


class HttpClient(Protocol):
    """The only way for a connector to send requests, bound to the policy of one source.

    Every failure is a `pipeline.contract.http_errors.EgressError`.
    """

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
    ) -> Response:
        """Fetch `url`. With `conditional`, send the kept validators and raise `NotModified` on a 304."""
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
