"""One fact for each request, sent to every listener: a run's list of exchanges, and the metrics."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from egress.exchange import Redirect
from pipeline import patterns
from pipeline.contract.http import Response
from pipeline.contract.http_errors import EgressError, NotModified

log = structlog.get_logger(__name__)
#: Segments of a path that are words of an API rather than somebody's id or name: `v3`, `events`,
#: `upcoming-events`, `feed.ics`.
_WORD = patterns.compile(
    r"v\d{1,2}(\.\d{1,2})?|[a-z]{1,16}([-_][a-z]{1,10})?(\.[a-z]{2,5})?", patterns.IGNORECASE
)
#: Segments that are kept of a path; the rest is `…`.
DEEPEST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ExchangeFact:
    """One request: sent and answered, failed, or refused before it was sent.

    `url` is masked. `status` is the answer's, None where there was none; `code` the failure's word, '' where
    there is none ("not modified" with 304). `size` in bytes as decoded. `seconds` from sending to the last
    byte, `waited` what our own limits cost before it. `robots`: it was robots.txt.
    """

    at: datetime
    method: str
    url: str
    host: str
    endpoint: str
    status: int | None = None
    code: str = ""
    size: int = 0
    seconds: float = 0.0
    waited: float = 0.0
    from_cache: bool = False
    robots: bool = False


Listener = Callable[[ExchangeFact], None]


def endpoint_of(path: str) -> str:
    """`path` with ids and names replaced, so that a platform has few of them:
    `/v3/organizations/:id/events`."""
    segments = [segment for segment in path.split("?")[0].split("/") if segment]
    shown = [segment.lower() if _WORD.fullmatch(segment) else ":id" for segment in segments[:DEEPEST]]
    return "/" + "/".join([*shown, "…"] if len(segments) > DEEPEST else shown)


def place_of(shown: str) -> tuple[str, str]:
    """Host (with a port where it is unusual) and endpoint of a masked URL; ('', '') where it cannot be
    read."""
    try:
        split = urlsplit(shown)
        return split.netloc.rpartition("@")[2].lower()[:253], endpoint_of(split.path)
    except ValueError:
        return "", ""


class FactNotifier:
    """Tells `listeners` of each request. One that fails is logged and stops no fetch. `now` is the clock."""

    def __init__(self, listeners: Sequence[Listener], now: Callable[[], datetime]) -> None:
        self._listeners = tuple(listeners)
        self._now = now

    def notify(
        self,
        method: str,
        shown: str,
        outcome: Response | Redirect | EgressError | None,
        *,
        seconds: float = 0.0,
        waited: float = 0.0,
        robots: bool = False,
    ) -> None:
        """Make a fact of a request to the masked URL `shown`. `outcome` None is a defect of ours, which is
        told as such."""
        if not self._listeners:
            return
        error = outcome if isinstance(outcome, EgressError) else None
        host, endpoint = place_of(shown)
        fact = ExchangeFact(
            at=self._now(),
            method=method,
            url=shown,
            host=host,
            endpoint=endpoint,
            status=outcome.status if outcome else None,
            code=error.code if error else "" if outcome else "defect",
            size=len(outcome.content) if isinstance(outcome, Response) else 0,
            seconds=seconds,
            waited=waited,
            from_cache=isinstance(error, NotModified),
            robots=robots,
        )
        for listener in self._listeners:
            try:
                listener(fact)
            except Exception as failure:
                log.error("egress.listener_failed", error=type(failure).__name__)
