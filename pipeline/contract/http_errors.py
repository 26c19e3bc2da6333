"""Why a request failed, as connectors see it.

`egress.exceptions` has the other errors.

`permanent` means that the same request cannot succeed later.
"""

from collections.abc import Mapping
from types import MappingProxyType


class EgressError(Exception):
    """A request failed.

    `code` is a stable word for counts.

    `retry_after` is in seconds, where the other side stated it. `status` is the HTTP status and `headers` the
    response headers (lower-case names), where there was a response. `content` is the beginning of its body, for
    a policy that keeps it. `may_have_arrived`: the request may have had its effect although there was no answer.
    """

    code = "egress"
    permanent = False
    may_have_arrived = False
    headers: Mapping[str, str] = MappingProxyType({})
    content: bytes = b""

    def __init__(
        self, detail: str, *, url: str = "", retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.url = url
        self.retry_after = retry_after
        self.status = status


class NotModified(EgressError):
    """304: the kept copy is still current. There is nothing to do."""

    code = "not modified"


class RateLimited(EgressError):
    """Our own limit for the source, or the site's 429 or 503 with Retry-After."""

    code = "rate limited"


class ClientRefused(EgressError):
    """4xx other than 429. `status` is the HTTP status, None where the request could not be sent."""

    code = "client refused"
    permanent = True
