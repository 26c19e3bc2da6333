"""A record of each request for every listener: a run's list of exchanges, and the metrics."""

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
#: Path segments that are words of an API rather than an id or a name: `v3`, `events`, `upcoming-events`,
#: `feed.ics`.
_WORD = patterns.compile(
    r"v\d{1,2}(\.\d{1,2})?|[a-z]{1,16}([-_][a-z]{1,10})?(\.[a-z]{2,5})?", patterns.IGNORECASE
)
#: At most so many segments of a path are kept; the rest is `…`.
DEEPEST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class ExchangeFact:
    """One request: answered, failed, or refused before it was sent.

    `url` is masked. `status` is the answer's, None without one. `code` is the failure's word, '' without one
    ("not modified" with 304). `size` is the decoded length in bytes. `seconds` is the time from sending to
    the last byte, `waited` the delay by our own limits before it. `robots`: a request for robots.txt.
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
    """`path` with placeholders for ids and names, so that a platform has few: `/v3/organizations/:id/events`."""
    segments = [segment for segment in path.split("?")[0].split("/") if segment]
    shown = [segment.lower() if _WORD.fullmatch(segment) else ":id" for segment in segments[:DEEPEST]]
    return "/" + "/".join([*shown, "…"] if len(segments) > DEEPEST else shown)


def place_of(shown: str) -> tuple[str, str]:
    """Host (with an unusual port) and endpoint of a masked URL; ('', '') if invalid."""
    try:
        split = urlsplit(shown)
        return split.netloc.rpartition("@")[2].lower()[:253], endpoint_of(split.path)
    except ValueError:
        return "", ""


class FactNotifier:
    """Notifies `listeners` of each request.

    A listener's error is logged and stops no fetch. `now` is the clock.
    """

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
        """Notify of a request to the masked URL `shown`. `outcome` None means an error of our own."""
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
