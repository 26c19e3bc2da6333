"""The HTTP client of a source that may also crawl lists with a spider and a browser."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from egress.client import GuardedClient
from egress.crawl.child import GRACE, LOOK
from egress.crawl.chromium import find_chromium, may_sandbox
from egress.crawl.messages import Task
from egress.crawl.reading import PageView
from egress.crawl.renderers.base import Renderer
from egress.crawl.renderers.chain import render
from egress.crawl.renderers.firecrawl import Firecrawl
from egress.crawl.renderers.hyperbrowser import Hyperbrowser
from egress.crawl.renderers.local import Browser, PlainHttp
from egress.crawl.runner import Runner
from egress.exceptions import AddressRefused, ConnectFailed, ServerFailed, TimedOut
from egress.guard import effective_port
from egress.masking import mask_text
from egress.outgoing_request import Limits, OutgoingRequest
from egress.records import RequestPolicy
from pipeline.contract.crawl import CrawledPage, CrawlJob, Fetched, Pages
from pipeline.contract.http import HttpClient, Response
from pipeline.contract.http_errors import EgressError, RateLimited

log = structlog.get_logger(__name__)

#: The longest wait in seconds for another fetch from the same host.
LONGEST_WAIT = 60.0
#: The policy for a rendering service: without the source's rates and robots.txt, which concern the site.
SERVICE = RequestPolicy(
    obey_robots=False, read_timeout=90.0, total_timeout=120.0, max_received=32 << 20, max_decoded=32 << 20
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """What a crawl needs beyond the HTTP client.

    The runner of child processes, a Chromium ('' for none) and whether its sandbox works here, and the
    services' keys by name, with their HTTP clients. `cancelled` is called while a crawl runs.
    """

    runner: Runner
    chromium: str = ""
    sandbox: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)
    service_http: Callable[[str, RequestPolicy], contextlib.AbstractContextManager[HttpClient]] | None = None
    cancelled: Callable[[], bool] = lambda: False
    sleep: Callable[[float], None] = time.sleep


class CrawlingClient(GuardedClient):
    """An HTTP client that can also walk lists.

    The host's breaker, pauses, rates and single connection apply to the walk as well.
    """

    def __init__(self, policy: RequestPolicy, *, means: Means, **given: Any) -> None:
        super().__init__(policy, **given)
        self._means = means

    def crawl(self, job: CrawlJob) -> Pages:
        """The pages of the job's lists, from the first renderer that can render them."""
        for url in (*job.urls, *([job.login.url] if job.login and job.login.url else [])):
            self._checked("GET", job.page_url(url, 1))
        with contextlib.ExitStack() as services:
            yield from render(job, list(self._renderers(job, services)))

    def _renderers(self, job: CrawlJob, services: contextlib.ExitStack) -> Iterator[Renderer]:
        yield PlainHttp(partial(self._plain, job), self._walk)
        chromium = find_chromium(self._means.chromium)
        if chromium:
            yield Browser(chromium, self._walk)
        for name, kind in (("firecrawl", Firecrawl), ("hyperbrowser", Hyperbrowser)):
            key = self._means.keys.get(name)
            if key and self._means.service_http:
                yield kind(services.enter_context(self._means.service_http(name, SERVICE)), key, self._allow)

    def _plain(self, job: CrawlJob, url: str) -> Response:
        """A conditional request, except for frames that scripts will fill.

        An unchanged frame proves nothing about its events.
        """
        response = self.get(url, conditional=True)
        if PageView(response.content, response.url).count(job) == 0:
            self._validators.pop(response.url, None)
        return response

    def _allow(self, url: str) -> None:
        """Check an address by the guard and robots.txt, before a service requests it.

        The name is resolved again.
        """
        checked = self._checked("GET", url)
        self._guard.addresses(
            checked.raw_host.decode("ascii"), effective_port(checked), seconds=self._policy.connect_timeout
        )
        self.crawl_delay(url)

    def _walk(self, job: CrawlJob, browser: str) -> Pages:
        first = self._checked("GET", job.page_url(job.urls[0], 1))
        delay = self.crawl_delay(str(first)) if self._policy.obey_robots else 0.0
        ask = OutgoingRequest(
            method="GET", url=first, headers=self._headers(None), limits=Limits.of(self._policy)
        )
        policy, name = self._policy, "browser" if browser else "spider"

        def task(proxy: str) -> Task:
            return Task(
                job=job,
                proxy=proxy,
                agent=self._agent,
                delay=max(delay, policy.rate_window / max(policy.rate, 1)),
                max_bytes=policy.max_decoded,
                seconds=policy.connect_timeout + policy.read_timeout,
                max_redirects=policy.max_redirects,
                obey_robots=policy.obey_robots,
                browser=browser,
                sandbox=self._means.sandbox and may_sandbox(),
            )

        with self._throttle.slot(ask, 0.0):
            log.debug(
                "egress.crawl_begins", url=ask.shown, renderer=name
            )  # what forbids a request also forbids a walk
        with (
            self._host_held(ask),
            closing(self._means.runner.pages(task, renderer=name, cancelled=self._means.cancelled)) as pages,
        ):
            yield from self._reported(ask, pages)

    @contextlib.contextmanager
    def _host_held(self, ask: OutgoingRequest) -> Iterator[None]:
        """Hold the host's single connection for the whole walk."""
        seconds, waited = self._means.runner.limits.seconds + 2 * GRACE, 0.0
        while not (token := self._limiter.hold(ask.site, seconds=seconds)):
            if waited >= LONGEST_WAIT:
                raise RateLimited(
                    "another fetch from this host is under way", url=ask.shown, retry_after=LONGEST_WAIT
                )
            self._means.sleep(LOOK)
            waited += LOOK
        try:
            yield
        finally:
            self._limiter.release(ask.site, token)

    def _reported(self, ask: OutgoingRequest, pages: Iterator[CrawledPage]) -> Iterator[CrawledPage]:
        """Yield pages as they arrive.

        Each is reported to listeners, counted against the source's rate, and reported to the breaker.
        """
        try:
            for page in pages:
                for fetched in (page.page, *page.details):
                    self._limiter.take(
                        f"source:{self._name or ask.site}",
                        rate=self._policy.rate,
                        window=self._policy.rate_window,
                    )
                    self._facts.notify("GET", mask_text(fetched.asked), _response(fetched, page))
                self._breaker.succeeded(ask.site)
                yield page
        except EgressError as error:
            error.url = error.url or ask.shown
            if isinstance(error, ConnectFailed | TimedOut | ServerFailed):
                self._breaker.failed(ask.site)
            if error.retry_after and error.status:
                self._limiter.pause(ask.site, seconds=error.retry_after)
            if not isinstance(error, AddressRefused):
                log.warning(
                    "egress.crawl_failed",
                    code=error.code,
                    detail=error.detail,
                    url=ask.shown,
                    source=self._name,
                )
            self._facts.notify("GET", error.url, error)
            raise


def _response(fetched: Fetched, page: CrawledPage) -> Response:
    return Response(
        url=fetched.url,
        status=fetched.status,
        headers={"content-type": fetched.content_type},
        content=fetched.content,
        fetched_at=page.fetched_at,
    )
