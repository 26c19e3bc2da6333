"""A pool of outgoing proxies, used in rotation. A dead proxy is skipped for a while and then tried again."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog

from egress.exceptions import ProxiesDown
from egress.proxies import Proxy

log = structlog.get_logger(__name__)

#: A failed proxy is skipped for this long (seconds), twice as long after each failure in a row, up to the
#: longest.
REST = 30.0
LONGEST_REST = 1800.0


@dataclass(slots=True)
class _State:
    proxy: Proxy
    failures: int = 0
    until: float = 0.0


class ProxyPool:
    """The configured proxies, shared by the threads of a process.

    Each process detects dead ones by itself.
    """

    def __init__(self, proxies: Iterable[Proxy], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._states = [_State(proxy) for proxy in dict.fromkeys(proxies)]
        self._clock = clock
        self._lock = threading.Lock()
        self._next = 0

    @classmethod
    def from_urls(cls, urls: Iterable[str]) -> "ProxyPool | None":
        """A pool of `http://[user:password@]host:port`; None without any.

        Raises ValueError for an invalid URL.
        """
        proxies = [Proxy.from_url(url.strip()) for url in urls if url.strip()]
        return cls(proxies) if proxies else None

    def __len__(self) -> int:
        return len(self._states)

    def pick(self) -> Proxy:
        """The next usable proxy. Raises ProxiesDown, with the seconds until one may be tried again."""
        with self._lock:
            now = self._clock()
            for offset in range(len(self._states)):
                state = self._states[(self._next + offset) % len(self._states)]
                if state.until <= now:
                    self._next = (self._next + offset + 1) % len(self._states)
                    if state.failures:  # one attempt only: the others wait for its result
                        state.until = now + REST
                    return state.proxy
        raise self._down("none answered when it was tried last")

    def check(self, *, because: str) -> None:
        """Raise ProxiesDown, naming the last failure, where every proxy is skipped."""
        if self.alive() == 0:
            raise self._down(because)

    def worked(self, proxy: Proxy) -> None:
        """Mark the proxy as alive."""
        state = self._state(proxy)
        with self._lock:
            back, state.failures, state.until = state.failures > 0, 0, 0.0
        if back:
            log.info("egress.proxy_back", proxy=f"{proxy.host}:{proxy.port}")

    def failed(self, proxy: Proxy, reason: str) -> None:
        """Mark the proxy as failed: it is skipped for a while."""
        state = self._state(proxy)
        with self._lock:
            rest = min(REST * 2**state.failures, LONGEST_REST)
            state.failures, state.until = min(state.failures + 1, 16), self._clock() + rest
        log.warning(
            "egress.proxy_down", proxy=f"{proxy.host}:{proxy.port}", reason=reason[:200], seconds=rest
        )

    def alive(self) -> int:
        """How many proxies are not skipped."""
        with self._lock:
            return sum(state.failures == 0 for state in self._states)

    def _down(self, because: str) -> ProxiesDown:
        wait = min(state.until for state in self._states) - self._clock()
        return ProxiesDown(
            f"all {len(self._states)} outgoing proxies are down ({because}); check PROXY_URL and PROXY_URLS, or the proxies themselves",
            retry_after=max(0.0, wait),
        )

    def _state(self, proxy: Proxy) -> _State:
        return next(state for state in self._states if state.proxy == proxy)
