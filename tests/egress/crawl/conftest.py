"""Crawling clients: a real spider and a real Chromium in a real child process, with servers on loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from egress.crawl.child import CrawlLimits
from egress.crawl.client import CrawlingClient, Means
from egress.crawl.runner import Runner
from egress.guard import Guard, Resolver, resolve
from egress.limits import MemoryBreaker, MemoryLimiter
from egress.records import RequestPolicy
from egress.robots import Robots
from pipeline.contract.crawl import CrawledPage, CrawlJob

MakeCrawler = Callable[..., CrawlingClient]


@pytest.fixture
def make_crawler(chromium_path: str) -> Iterator[MakeCrawler]:
    """Crawling clients with everything in memory and without waits.

    Policy fields and crawl limits by keyword.
    """
    with ExitStack() as stack:

        def make(
            *,
            allow_loopback: bool = True,
            resolver: Resolver = resolve,
            ports: tuple[int, ...] = (),
            limits: CrawlLimits | None = None,
            chromium: str = chromium_path,
            limiter: Any = None,
            means: dict[str, Any] | None = None,
            **policy: Any,
        ) -> CrawlingClient:
            guard = Guard(allow_loopback=allow_loopback, resolver=resolver, ports=ports)
            http = CrawlingClient(
                RequestPolicy(
                    **{
                        "rate": 10_000,
                        "user_agent": "Nocturne/0.1 (+https://nocturne.example)",
                        "obey_robots": False,
                        **policy,
                    }
                ),
                means=Means(
                    runner=Runner(guard, limits=limits or CrawlLimits(seconds=60)),
                    chromium=chromium,
                    **(means or {}),
                ),
                validators={},
                limiter=limiter or MemoryLimiter(),
                robots=Robots(),
                breaker=MemoryBreaker(),
                allow_loopback=allow_loopback,
                resolver=resolver,
                ports=ports,
            )
            return stack.enter_context(http)

        yield make


def job(*urls: str, **given: Any) -> CrawlJob:
    """A job whose events are `.ev`."""
    return CrawlJob(**{"urls": urls, "container": ".ev", "link": "a", **given})


def paths(pages: list[CrawledPage]) -> list[str]:
    """Path and query of each page, with its details in brackets."""

    def path(url: str) -> str:
        return "/" + url.split("/", 3)[3]

    return [
        " ".join([path(page.page.url), *(f"({path(detail.url)})" for detail in page.details)])
        for page in pages
    ]


def events(*names: str, more: str = "") -> str:
    """A page that lists these events."""
    cards = "".join(f'<div class="ev"><a href="/e/{name}">{name}</a></div>' for name in names)
    return f"<html><body>{cards}{more}<p>{'Text enough that nobody takes it for an empty frame. ' * 20}</p></body></html>"
