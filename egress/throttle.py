"""The throttle: a request waits for every limit, and for the host's single connection.

The limits are breakers, pauses, rates, crawl delays and quotas.
"""

import contextlib
import random
from collections.abc import Callable, Iterator

from egress.exceptions import CircuitOpen, QuotaSpent, TimedOut
from egress.limits import Breaker, Limiter
from egress.limits.rules import backoff
from egress.outgoing_request import OutgoingRequest
from egress.quota import Quotas
from egress.records import RequestPolicy
from egress.transport import Deadline
from pipeline.contract.http_errors import RateLimited

#: The longest wait for our own limits (seconds); a longer one raises RateLimited. Other waits may be longer.
LONGEST_WAIT = 35.0
LONGEST_HOST_WAIT = 65.0
LONGEST_CRAWL_WAIT = 120.0
LONGEST_QUOTA_WAIT = 65.0
HOLD_POLL = 0.25


class Throttle:
    """Lets one request at a time proceed when it may.

    `waited` counts the seconds since the last `reset`; these do not count toward the deadline.
    """

    def __init__(
        self,
        policy: RequestPolicy,
        *,
        limiter: Limiter,
        breaker: Breaker,
        quotas: Quotas,
        deadline: Deadline,
        name: str,
        sleep: Callable[[float], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._policy, self._limiter, self._breaker, self._quotas, self._deadline = (
            policy,
            limiter,
            breaker,
            quotas,
            deadline,
        )
        self._name, self._sleep, self._chance = name, sleep, chance
        self.waited = 0.0

    def reset(self) -> None:
        """Restart the count."""
        self.waited = 0.0

    @contextlib.contextmanager
    def slot(self, ask: OutgoingRequest, delay: float) -> Iterator[None]:
        """Hold the host's single connection during the block, once every limit permits `ask`.

        `delay` is the site's Crawl-delay, 0 for none. Raises CircuitOpen, RateLimited or QuotaSpent where the
        wait would be long.
        """
        self._ask_limits(ask, delay)
        with self._connection_of(ask):
            # the former holder of the connection may have been told to wait, or have failed once too often
            self._check_pause(ask)
            self._check_open(ask, self._breaker.check(ask.site))
            yield

    def back_off(self, retry: int) -> None:
        """Wait before retry number `retry`, if the deadline permits it."""
        seconds = backoff(retry, self._chance())
        if self._deadline.remaining() <= seconds:
            raise TimedOut("no time is left for another try")
        self._sleep(seconds)
        self.waited += seconds

    def _ask_limits(self, ask: OutgoingRequest, delay: float) -> None:
        """Wait for the host's breaker and pause, the source's rate, the host's, and the site's Crawl-delay.

        The key's quota comes last, so that no refused request is counted. The breaker is only checked: its
        single probe is claimed when nothing is left to wait for.
        """
        self._check_open(ask, self._breaker.shut(ask.site))
        self._check_pause(ask)
        if ask.limits.paced:
            key = f"source:{self._name or ask.site}"
            self._take(
                ask,
                key,
                self._policy.rate,
                self._policy.rate_window,
                LONGEST_WAIT,
                "the source's own rate limit",
            )
            self._take(
                ask,
                f"host:{ask.site}",
                *self._host_rate(),
                LONGEST_HOST_WAIT,
                "the rate of all sources of this host",
            )
        if delay > 0:
            words = f"robots.txt wants {delay:g} s between requests"
            self._take(ask, f"crawl:{ask.site}", 1, delay, LONGEST_CRAWL_WAIT, words)
        if ask.limits.paced and self._policy.quota_key and self._policy.quotas:
            self._spend(ask)

    @staticmethod
    def _check_open(ask: OutgoingRequest, shut: float) -> None:
        if shut > 0:
            raise CircuitOpen("the host failed too often and is left alone", url=ask.shown, retry_after=shut)

    def _host_rate(self) -> tuple[int, float]:
        """Requests and seconds: the host's own, or the source's where an operator has permitted more."""
        policy = self._policy
        if policy.rate * policy.host_window > policy.host_rate * policy.rate_window:
            return policy.rate, policy.rate_window
        return policy.host_rate, policy.host_window

    def _check_pause(self, ask: OutgoingRequest) -> None:
        paused = self._limiter.paused(ask.site)
        if paused > 0:
            raise RateLimited("the site asked us to wait", url=ask.shown, retry_after=paused)

    def _take(
        self, ask: OutgoingRequest, key: str, rate: int, window: float, longest: float, words: str
    ) -> None:
        waited = 0.0
        while (wait := self._limiter.take(key, rate=rate, window=window)) > 0:
            waited += wait
            if waited > longest:
                raise RateLimited(words, url=ask.shown, retry_after=wait)
            self._wait(wait)

    def _spend(self, ask: OutgoingRequest) -> None:
        """Count the request under its key, after a short wait for the next window if necessary."""
        waited = 0.0
        while True:
            try:
                return self._quotas.take(self._policy.quota_key, self._policy.quotas)
            except QuotaSpent as spent:
                spent.url = ask.shown
                wait = spent.retry_after or 0.0
                waited += wait
                if wait <= 0 or waited > LONGEST_QUOTA_WAIT:
                    raise
                self._wait(wait)

    @contextlib.contextmanager
    def _connection_of(self, ask: OutgoingRequest) -> Iterator[None]:
        """Hold the host's single connection, after other processes have released it."""
        waited = 0.0
        while not (token := self._limiter.hold(ask.site, seconds=self._policy.total_timeout + 5.0)):
            if waited >= LONGEST_WAIT:
                raise RateLimited(
                    "another fetch from this host is under way", url=ask.shown, retry_after=LONGEST_WAIT
                )
            self._wait(HOLD_POLL)
            waited += HOLD_POLL
        try:
            yield
        finally:
            self._limiter.release(ask.site, token)

    def _wait(self, seconds: float) -> None:
        self._sleep(seconds)
        self._deadline.extend(seconds)
        self.waited += seconds
