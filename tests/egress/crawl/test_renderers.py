"""Renderers behind one interface: their order, and the services by their documentation."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from egress.client import GuardedClient
from egress.crawl.client import CrawlingClient, Means
from egress.crawl.renderers.chain import render
from egress.crawl.renderers.firecrawl import Firecrawl
from egress.crawl.renderers.hyperbrowser import LOOKS, Hyperbrowser
from egress.crawl.runner import Runner
from egress.exceptions import AddressRefused, CrawlFailed, NoRenderer, SiteRefused
from egress.guard import Guard
from egress.limits import MemoryBreaker, MemoryLimiter
from egress.records import RequestPolicy
from egress.robots import Robots
from pipeline.contract.crawl import (
    CrawledPage,
    CrawlJob,
    Fetched,
    Login,
    LoginKind,
    Pages,
    Pagination,
    Render,
)
from pipeline.contract.http_errors import ClientRefused, EgressError

MakeHttp = Callable[..., GuardedClient]
LIST = '<p class="ev"><a href="/e/1">One</a></p><p class="ev"><a href="/e/2">Two</a></p>'
FRAME = '<html><body><div id="root"></div><script src="/app.js"></script></body></html>'
SITE = "https://town.example"


def job(**given: Any) -> CrawlJob:
    return CrawlJob(**{"urls": (f"{SITE}/list",), "container": ".ev", "link": "a", **given})


class Fake:
    """A renderer that returns one page, or fails."""

    def __init__(self, name: str, html: str | EgressError, *, scripts: bool = False) -> None:
        self.name, self.runs_scripts, self._html, self.asked = name, scripts, html, 0

    def pages(self, job: CrawlJob) -> Pages:
        self.asked += 1
        if isinstance(self._html, EgressError):
            raise self._html
        page = Fetched(
            url=job.urls[0],
            asked=job.urls[0],
            status=200,
            content=self._html.encode(),
            content_type="text/html",
        )
        yield CrawledPage(
            page=page, number=1, cut=False, renderer=self.name, fetched_at=datetime(2026, 11, 21, tzinfo=UTC)
        )


def used(given: CrawlJob, *renderers: Fake) -> list[str]:
    return [page.renderer for page in render(given, renderers)]


def test_plain_http_is_enough_where_it_lists_events_or_needs_no_scripts() -> None:
    browser = Fake("browser", LIST, scripts=True)
    assert used(job(), Fake("http", LIST + "<script></script>"), browser) == ["http"]
    assert used(job(), Fake("http", "<p>Nothing on this week.</p>"), browser) == ["http"], (
        "no scripts: a browser would see no more"
    )
    assert browser.asked == 0


def test_an_empty_frame_goes_to_the_browser_and_what_broke_off_to_a_service() -> None:
    assert used(job(), Fake("http", FRAME), Fake("browser", LIST, scripts=True)) == ["browser"]
    broken = Fake("browser", CrawlFailed("it fell over"), scripts=True)
    assert used(job(), Fake("http", FRAME), broken, Fake("firecrawl", LIST, scripts=True)) == ["firecrawl"]


def test_a_refusal_is_final() -> None:
    service = Fake("firecrawl", LIST, scripts=True)
    with pytest.raises(SiteRefused):
        used(job(), Fake("http", FRAME), Fake("browser", SiteRefused("no robots"), scripts=True), service)
    assert service.asked == 0


def test_the_configuration_chooses() -> None:
    both = (Fake("http", FRAME), Fake("browser", LIST, scripts=True))
    assert used(job(render=Render.HTTP), *both) == ["http"]
    assert used(job(render=Render.BROWSER), *both) == ["browser"]
    with pytest.raises(NoRenderer, match="CHROMIUM_PATH"):
        used(job(render=Render.BROWSER), both[0])


def test_the_last_failure_is_the_one_that_is_told() -> None:
    with pytest.raises(CrawlFailed, match="it fell over"):
        used(job(), Fake("http", FRAME), Fake("browser", CrawlFailed("it fell over"), scripts=True))


def allowed(url: str) -> None:
    """Permit everything."""


def forbidden(url: str) -> None:
    raise AddressRefused("not public", url=url)


@pytest.fixture
def firecrawl(make_http: MakeHttp, httpserver: HTTPServer) -> Callable[..., Firecrawl]:
    return lambda allow=allowed: Firecrawl(make_http(), "fc-secret", allow, base=httpserver.url_for("/v2"))


def scraped(pages: dict[str, tuple[int, str]], seen: list[dict[str, Any]]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        body = request.get_json()
        seen.append({**body, "key": request.headers.get("Authorization")})
        status, html = pages.get(body["url"], (404, ""))
        facts = {"statusCode": status, "sourceURL": body["url"], "url": body["url"]}
        return Response(
            json.dumps({"success": True, "data": {"rawHtml": html, "metadata": facts}}),
            mimetype="application/json",
        )

    return answer


def test_firecrawl_gives_pages_and_details(
    firecrawl: Callable[..., Firecrawl], httpserver: HTTPServer
) -> None:
    seen: list[dict[str, Any]] = []
    pages = {
        f"{SITE}/list?p=1": (200, LIST), f"{SITE}/list?p=2": (200, "<p>No more"),
        f"{SITE}/e/1": (200, "One, at length"), f"{SITE}/e/2": (410, ""),
    }  # fmt: skip
    httpserver.expect_request("/v2/scrape", method="POST").respond_with_handler(scraped(pages, seen))
    given = job(pagination=Pagination.NUMBERED, page_parameter="p", max_pages=5, details=5)
    (page,) = firecrawl().pages(given)
    assert (page.renderer, page.page.content, [one.content for one in page.details]) == (
        "firecrawl",
        LIST.encode(),
        [b"One, at length"],
    )
    assert {one["key"] for one in seen} == {"Bearer fc-secret"}
    assert seen[0]["formats"] == ["rawHtml"]
    assert (seen[0]["proxy"], seen[0]["skipTlsVerification"]) == ("basic", False), (
        "nothing to get around a refusal, and certificates count"
    )


def test_an_address_that_does_not_pass_is_never_told_to_a_service(
    firecrawl: Callable[..., Firecrawl], httpserver: HTTPServer
) -> None:
    with pytest.raises(AddressRefused):
        list(firecrawl(forbidden).pages(job()))
    with pytest.raises(NoRenderer, match="no passwords"):
        list(firecrawl().pages(job(login=Login(kind=LoginKind.BASIC, username="a", password="b"))))
    assert httpserver.log == []


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ({"success": True, "data": {"rawHtml": "", "metadata": {"statusCode": 403}}}, SiteRefused, "403"),
        ({"success": True, "data": {"rawHtml": "", "metadata": {"statusCode": 404}}}, ClientRefused, "404"),
        ({"success": False, "error": "odd"}, CrawlFailed, "without a page"),
        ("[", CrawlFailed, "without a page"),
    ],
)
def test_what_firecrawl_says_of_the_site_is_told(
    firecrawl: Callable[..., Firecrawl],
    httpserver: HTTPServer,
    answer: Any,
    error: type[EgressError],
    words: str,
) -> None:
    text = answer if isinstance(answer, str) else json.dumps(answer)
    httpserver.expect_request("/v2/scrape").respond_with_data(text, content_type="application/json")
    with pytest.raises(error, match=words):
        list(firecrawl().pages(job()))


def test_a_service_that_refuses_our_key_is_no_refusal_of_the_site(
    firecrawl: Callable[..., Firecrawl], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v2/scrape").respond_with_data("{}", status=401)
    with pytest.raises(CrawlFailed, match="firecrawl") as error:
        list(firecrawl().pages(job()))
    assert not error.value.permanent


def test_hyperbrowser_is_asked_until_it_is_done(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    answers: Iterator[dict[str, Any]] = iter(
        [
            {"jobId": "j 1", "status": "pending"},
            {"status": "running"},
            {"status": "completed", "data": {"html": LIST}},
        ]
    )
    seen: list[dict[str, Any]] = []

    def start(request: Request) -> Response:
        seen.append({**request.get_json(), "key": request.headers["x-api-key"]})
        return Response('{"jobId": "j 1"}')

    httpserver.expect_request("/api/scrape", method="POST").respond_with_handler(start)
    httpserver.expect_request("/api/scrape/j 1", method="GET").respond_with_handler(
        lambda request: Response(json.dumps(next(answers)))
    )
    waits: list[float] = []
    service = Hyperbrowser(
        make_http(), "hb-secret", allowed, base=httpserver.url_for("/api"), sleep=waits.append
    )
    (page,) = service.pages(job())
    assert (page.page.content, page.renderer, len(waits)) == (LIST.encode(), "hyperbrowser", 2)
    assert seen[0]["key"] == "hb-secret"
    assert not any(seen[0]["sessionOptions"].values()), "no stealth, no captchas solved, no cookies accepted"


@pytest.mark.parametrize(
    ("found", "words", "looks"),
    [
        ({"status": "failed", "error": "no browser"}, "no browser", 1),
        ({"status": "running"}, "in time", LOOKS),
        ({"status": "completed"}, "without a page", 1),
    ],
)
def test_hyperbrowser_fails_in_words(
    make_http: MakeHttp, httpserver: HTTPServer, found: dict[str, str], words: str, looks: int
) -> None:
    httpserver.expect_request("/api/scrape").respond_with_data('{"jobId": "1"}')
    httpserver.expect_request("/api/scrape/1").respond_with_data(json.dumps(found))
    service = Hyperbrowser(
        make_http(), "hb-secret", allowed, base=httpserver.url_for("/api"), sleep=lambda seconds: None
    )
    with pytest.raises(CrawlFailed, match=words):
        list(service.pages(job()))
    assert len(httpserver.log) == 1 + looks


def test_a_door_with_a_key_and_no_chromium_uses_the_service_after_guard_and_robots(
    make_http: MakeHttp, httpserver: HTTPServer
) -> None:
    """The door's own list of renderers, with a name that resolves inside at the moment when the service would
    be told of it."""
    httpserver.expect_request("/js").respond_with_data(FRAME, content_type="text/html")
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /closed")
    reported: list[str] = []

    def http(**given: Any) -> CrawlingClient:
        def service(name: str, policy: RequestPolicy) -> GuardedClient:
            reported.append(name)
            return make_http()

        return CrawlingClient(
            RequestPolicy(rate=1000),
            means=Means(
                runner=Runner(Guard()), chromium="/none", keys={"firecrawl": "k"}, service_http=service
            ),
            validators={},
            limiter=MemoryLimiter(),
            robots=Robots(),
            breaker=MemoryBreaker(),
            **given,
        )

    with http(allow_loopback=True) as one, pytest.raises(EgressError, match="robots"):
        list(one.crawl(job(urls=(httpserver.url_for("/closed"),), render=Render.BROWSER)))
    with (
        http(resolver=lambda host, port, seconds: ["10.0.0.1"]) as two,
        pytest.raises(AddressRefused, match="not public"),
    ):
        list(two.crawl(job(urls=("http://inside.example.org/",), render=Render.BROWSER)))
    assert reported == ["firecrawl", "firecrawl"]
