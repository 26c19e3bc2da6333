"""Why a request did not give an answer, as connectors see it. `permanent` says whether trying the same again can
help. `egress.exceptions` has the rest."""

from collections.abc import Mapping
from types import MappingProxyType


class EgressError(Exception):
    """A request failed. `code` is a stable word for counts, `retry_after` seconds where the other side named
    them, `status` the HTTP status and `headers` (lower-case names) what it said, where there was an
    answer."""

    code = "egress"
    permanent = False
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self, detail: str, *, url: str = "", retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.url = url
        self.retry_after = retry_after
        self.status = status


class NotModified(EgressError):
    """304: what is kept is still true. Nothing to do."""

    code = "not modified"


class RateLimited(EgressError):
    """Our own limit for the source, or the site's 429 or 503 with Retry-After."""

    code = "rate limited"


class ClientRefused(EgressError):
    """4xx other than 429; `status` is the HTTP status, None where the request could not even be sent."""

    code = "client refused"
    permanent = True
