"""The HTTP client: the only code that sends requests to other sites."""

import json as jsonlib
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import httpx
import stamina
import structlog

from egress import robots as robotstxt
from egress.exceptions import (
    AddressRefused,
    ConnectFailed,
    ProxiesDown,
    RobotsRefused,
    ServerFailed,
    TimedOut,
    TooManyRedirects,
)
from egress.exchange import Exchange, Redirect
from egress.facts import FactNotifier, Listener
from egress.guard import Guard, Resolver, resolve
from egress.limits import Breaker, Limiter
from egress.outgoing_request import Limits, OutgoingRequest, merged, redirected
from egress.pool import ProxyPool
from egress.quota import MemoryQuotas, Quotas
from egress.quota.allowance import allowances
from egress.records import RequestPolicy, Validators
from egress.robots import Robots
from egress.throttle import Throttle
from egress.transport import Deadline, GuardedBackend, GuardedTransport
from pipeline.contract.http import Response
from pipeline.contract.http_errors import EgressError, NotModified

log = structlog.get_logger(__name__)

USER_AGENT = "Nocturne/0.1"
#: Attempts of one GET.
TRIES = 3
ROBOTS_LIMITS = Limits(
    max_received=robotstxt.MAX_BYTES,
    max_decoded=robotstxt.MAX_BYTES,
    max_redirects=robotstxt.MAX_REDIRECTS,
    robots=False,
    paced=False,
    truncate=True,
)


class GuardedClient:
    """`pipeline.contract.http.HttpClient` over httpx, bound to one source's policy.

    It sends one request at a time and belongs to one run. `name` is the source's (its rate limit is counted
    under it). `validators` is read and updated, by URL; store it only after the answers were processed, or a
    304 would hide lost data. `listeners` are called for every request, including failed and refused ones and
    those for robots.txt. `resolver`, `sleep`, `clock`, `now`, `chance` and `tls` are for tests.
    """

    def __init__(
        self,
        policy: RequestPolicy,
        *,
        validators: MutableMapping[str, Validators],
        limiter: Limiter,
        robots: Robots,
        breaker: Breaker,
        quotas: Quotas | None = None,
        listeners: Sequence[Listener] = (),
        name: str = "",
        allow_loopback: bool = False,
        ports: Iterable[int] = (),
        pool: ProxyPool | None = None,
        user_agent: str = USER_AGENT,
        resolver: Resolver = resolve,
        refused: Callable[[str], bool] = lambda _host: False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
        tls: ssl.SSLContext | None = None,
        tries: int = TRIES,
    ) -> None:
        self._policy, self._validators, self._limiter, self._robots, self._breaker = (
            policy,
            validators,
            limiter,
            robots,
            breaker,
        )
        self._quotas = MemoryQuotas(now=now) if quotas is None else quotas
        self._name, self._facts = name, FactNotifier(listeners, now)
        self._agent, self._tries = policy.user_agent or user_agent, tries
        self._lock = threading.Lock()
        self._guard = Guard(allow_loopback=allow_loopback, ports=ports, resolver=resolver, refused=refused)
        self._deadline = Deadline(clock)
        self._throttle = Throttle(
            policy,
            limiter=limiter,
            breaker=breaker,
            quotas=self._quotas,
            deadline=self._deadline,
            name=name,
            sleep=sleep,
            chance=chance,
        )
        backend = GuardedBackend(self._guard, self._deadline, pool=pool)
        self._transport = GuardedTransport(backend, tls=tls)
        self._exchange = Exchange(self._transport, policy, self._deadline, now)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
    ) -> Response:
        """Fetch `url` with `params` added to its query.

        With `conditional` the stored validators are sent, and a 304 raises NotModified.
        """
        checked = self._checked("GET", url)
        ask = OutgoingRequest(
            method="GET",
            url=checked.copy_merge_params(dict(params)) if params else checked,
            headers=self._headers(headers),
            limits=Limits.of(self._policy),
            conditional=conditional,
        )
        return self._run(ask)

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send `json`, `data` as a form, or `content`, which is JSON, byte by byte.

        There is no retry, since the request may have had its effect.
        """
        if content is not None:
            kind = "application/json"
        elif data is None:
            kind, content = "application/json", jsonlib.dumps(json).encode()
        else:
            kind, content = "application/x-www-form-urlencoded", urlencode(dict(data)).encode()
        ask = OutgoingRequest(
            method="POST",
            url=self._checked("POST", url),
            headers=self._headers({"content-type": kind, **(headers or {})}),
            limits=Limits.of(self._policy),
            content=content,
        )
        return self._run(ask)

    def crawl_delay(self, url: str) -> float:
        """Seconds between two requests by the site's robots.txt, 0 to 30.

        Raises RobotsRefused where `url` must not be fetched.
        """
        limits = replace(Limits.of(self._policy), robots=True)
        with self._lock:
            self._deadline.start(self._policy.total_timeout)
            return self._crawl_delay(
                OutgoingRequest(
                    method="GET", url=self._guard.check_url(url), headers=self._headers(None), limits=limits
                )
            )

    def robots_rules(self, url: str) -> tuple[str, ...] | None:
        """What the robots.txt of the site says to us (`egress.robots.rules_for`), asked at most once a day.

        None where it cannot be read for now.
        """
        with self._lock:
            self._deadline.start(self._policy.total_timeout)
            verdict = self._robots.read(self._guard.check_url(url), fetch=self._fetch_robots)
        return robotstxt.rules_for(verdict.text, self._product) if verdict.reachable else None

    def close(self) -> None:
        """Close the idle connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _product(self) -> str:
        """The product token of our agent, by which robots.txt names it."""
        return self._agent.split("/")[0].split(" ")[0]

    def _headers(self, given: Mapping[str, str] | None) -> dict[str, str]:
        return merged({"user-agent": self._agent, "accept": "*/*"}, self._policy.headers, given or {})

    def _run(self, ask: OutgoingRequest) -> Response:
        logger = log.bind(url=ask.shown, source=self._name)
        with self._lock:
            self._deadline.start(self._policy.total_timeout)
            try:
                response = self._follow(ask)
            except NotModified:
                logger.info("egress.not_modified")
                raise
            except EgressError as error:
                error.url = error.url or ask.shown
                logger.warning(
                    "egress.failed", code=error.code, detail=error.detail, retry_after=error.retry_after
                )
                raise
        logger.info(
            "egress.fetched",
            status=response.status,
            size=len(response.content),
            seconds=round(response.seconds, 3),
        )
        return response

    def _checked(self, method: str, url: str) -> httpx.URL:
        try:
            return self._guard.check_url(url)
        except AddressRefused as error:
            self._facts.notify(method, error.url, error)
            raise

    def _follow(self, ask: OutgoingRequest) -> Response:
        """The answer at the end of the redirects.

        Each hop is guarded, throttled and checked against robots.txt like the first.
        """
        first = ask.shown
        for _ in range(ask.limits.max_redirects + 1):
            answer = self._try(ask, self._crawl_delay(ask))
            if isinstance(answer, Response):
                return answer
            if not ask.limits.max_redirects:
                raise TooManyRedirects("redirects are not followed", url=first, status=answer.status)
            ask = self._next(ask, answer)
        raise TooManyRedirects(f"more than {ask.limits.max_redirects} redirects", url=first)

    def _next(self, ask: OutgoingRequest, answer: Redirect) -> OutgoingRequest:
        try:
            return redirected(ask, status=answer.status, location=answer.location, guard=self._guard)
        except EgressError as error:
            self._facts.notify(ask.method, error.url, error, robots=not ask.limits.paced)
            raise

    def _try(self, ask: OutgoingRequest, delay: float) -> Response | Redirect:
        """One hop. A GET that failed temporarily is retried; a POST is not."""
        tries = self._tries if ask.method == "GET" else 1
        for attempt in stamina.retry_context(
            on=_in_passing, attempts=tries, timeout=None, wait_initial=0, wait_max=0, wait_jitter=0
        ):
            with attempt:
                self._throttle.reset()
                if attempt.num > 1:
                    self._throttle.back_off(attempt.num - 1)
                return self._attempt(ask, delay)
        raise AssertionError("stamina gives at least one attempt")

    def _attempt(self, ask: OutgoingRequest, delay: float) -> Response | Redirect:
        """Send one request when the limits permit it, and notify the listeners of its outcome."""
        started: float | None = None
        outcome: Response | Redirect | EgressError | None = None
        try:
            with self._throttle.slot(ask, delay):
                started = time.monotonic()
                outcome = self._counted(ask)
                return outcome
        except EgressError as error:
            outcome = error
            raise
        finally:
            seconds = 0.0 if started is None else time.monotonic() - started
            self._facts.notify(
                ask.method,
                ask.shown,
                outcome,
                seconds=seconds,
                waited=self._throttle.waited,
                robots=not ask.limits.paced,
            )

    def _crawl_delay(self, ask: OutgoingRequest) -> float:
        if not ask.limits.robots:
            return 0.0
        try:
            return self._robots.check(ask.url, agent=self._product, fetch=self._fetch_robots)
        except RobotsRefused as error:
            self._facts.notify(ask.method, ask.shown, error)
            raise

    def _fetch_robots(self, url: str) -> Response:
        headers = {"user-agent": self._agent, "accept": "text/plain, */*"}
        return self._follow(
            OutgoingRequest(
                method="GET", url=self._guard.check_url(url), headers=headers, limits=ROBOTS_LIMITS
            )
        )

    def _counted(self, ask: OutgoingRequest) -> Response | Redirect:
        """Send, store the validators, and report the outcome to the breaker and the limiter."""
        known = self._validators.get(str(ask.url)) if ask.conditional else None
        try:
            answer = self._exchange.send(ask, known)
        except EgressError as error:
            if isinstance(error, ConnectFailed | TimedOut | ServerFailed):
                self._breaker.failed(ask.site)
            elif not isinstance(error, AddressRefused | ProxiesDown):
                self._breaker.succeeded(ask.site)
            if error.retry_after and error.status:  # the site's own statement, whatever the status
                self._limiter.pause(ask.site, seconds=error.retry_after)
            self._correct_quotas(ask, error.headers)
            raise
        self._breaker.succeeded(ask.site)
        self._correct_quotas(ask, answer.headers)
        if isinstance(answer, Response) and ask.method == "GET" and ask.limits.paced:
            self._remember(answer)
        return answer

    def _correct_quotas(self, ask: OutgoingRequest, headers: Mapping[str, str]) -> None:
        if self._policy.quota_key and ask.limits.paced:
            self._quotas.correct(self._policy.quota_key, self._policy.quotas, allowances(headers))

    def _remember(self, answer: Response) -> None:
        etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        if etag or modified:
            self._validators[answer.url] = Validators(etag=etag, last_modified=modified)
        else:
            self._validators.pop(answer.url, None)


def _in_passing(error: Exception) -> bool:
    """Whether the failure may be temporary: a connection or a server error, except for a certificate."""
    if not isinstance(error, ConnectFailed | ServerFailed) or error.retry_after is not None:
        return False
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return False
        cause = cause.__cause__ or cause.__context__
    return True
