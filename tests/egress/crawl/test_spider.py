"""Lists walked by Scrapy in a child process."""

import base64
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from egress.crawl.child import CrawlLimits
from egress.exceptions import (
    AddressRefused,
    CrawlCancelled,
    CrawlFailed,
    LoginFailed,
    RobotsRefused,
    SiteRefused,
    TimedOut,
    TooLarge,
)
from egress.limits import MemoryLimiter
from pipeline.contract.crawl import CrawledPage, Login, LoginKind, Pagination, Render
from pipeline.contract.http_errors import ClientRefused, EgressError, RateLimited
from tests.egress.conftest import RawServer
from tests.egress.crawl.conftest import MakeCrawler, events, job, paths

HTTP = {"render": Render.HTTP}
NEXT = {**HTTP, "pagination": Pagination.NEXT, "next": "a.next", "max_pages": 5}


def serve(httpserver: HTTPServer, pages: dict[str, str | Response | Callable[[Request], Response]]) -> str:
    """Serve these pages by path and query. Returns the site's address."""

    def answer(request: Request) -> Response:
        page = pages.get(request.full_path.removesuffix("?"), pages.get(request.path))
        if page is None:
            return Response("not here", 404)
        return (
            page(request)
            if callable(page) and not isinstance(page, Response)
            else page
            if isinstance(page, Response)
            else Response(page, mimetype="text/html")
        )

    httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
    return httpserver.url_for("").rstrip("/")


def asked(httpserver: HTTPServer) -> list[str]:
    return [request.full_path.removesuffix("?") for request, _ in httpserver.log]


def test_numbered_pages_until_one_is_empty_with_the_events_own_pages(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(
        httpserver,
        {
            "/list?page=1": events("a", "b", "c"), "/list?page=2": events("d"), "/list?page=3": "<p>No more</p>",
            "/e/a": "A", "/e/b": Response("gone", 410), "/e/d": "D",
        },
    )  # fmt: skip
    given = job(
        site + "/list", **HTTP, pagination=Pagination.NUMBERED, page_parameter="page", max_pages=9, details=2
    )
    pages = list(make_crawler().crawl(given))
    assert paths(pages) == ["/list?page=1 (/e/a)", "/list?page=2 (/e/d)"]
    assert [page.cut for page in pages] == [False, False]
    assert asked(httpserver)[-2:] == ["/e/d", "/list?page=3"]
    agents = {request.headers["User-Agent"] for request, _ in httpserver.log}
    assert agents == {"Nocturne/0.1 (+https://nocturne.example)"}


def test_the_next_link_is_followed_to_the_end_or_to_the_bound(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(
        httpserver,
        {
            "/1": events("a", more='<a class=next href="/2">more</a>'),
            "/2": events("b", more='<a class=next href="/2#top">'),
        },
    )
    whole = list(make_crawler().crawl(job(site + "/1", **NEXT)))
    assert (paths(whole), [page.cut for page in whole]) == (["/1", "/2"], [False, False])
    cut = list(make_crawler().crawl(job(site + "/1", **{**NEXT, "max_pages": 1})))
    assert (paths(cut), [page.cut for page in cut]) == (["/1"], [True])


def test_robots_txt_is_obeyed_on_every_page(make_crawler: MakeCrawler, httpserver: HTTPServer) -> None:
    site = serve(
        httpserver,
        {
            "/robots.txt": "User-agent: nocturne\nDisallow: /2\nDisallow: /e/secret",
            "/1": events("open", "secret", more='<a class=next href="/2">'), "/2": events("b"), "/e/open": "O", "/e/secret": "S",
        },
    )  # fmt: skip
    crawl = make_crawler(obey_robots=True).crawl(job(site + "/1", **NEXT, details=5))
    assert paths([next(crawl)]) == ["/1 (/e/open)"]
    with pytest.raises(RobotsRefused):
        next(crawl)
    with pytest.raises(RobotsRefused):
        list(make_crawler(obey_robots=True).crawl(job(site + "/2", **NEXT)))
    assert not {"/2", "/e/secret"} & set(asked(httpserver))


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Response("Forbidden", 403), SiteRefused, "403"),
        (
            Response('<title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/x.js">', 503),
            SiteRefused,
            "Cloudflare",
        ),
        (Response("slow down", 429, {"Retry-After": "120"}), RateLimited, "wait"),
        (Response("x" * 3_000_000), TooLarge, ""),
        (Response("", 302, {"Location": "http://elsewhere.example/"}), ClientRefused, "another site"),
    ],
    ids=["403", "challenge", "429", "large", "away"],
)
def test_what_the_site_says_is_what_is_told(
    make_crawler: MakeCrawler, httpserver: HTTPServer, answer: Response, error: type[EgressError], words: str
) -> None:
    site = serve(httpserver, {"/1": answer})
    limiter = MemoryLimiter()

    def local(host: str, port: int, seconds: float) -> list[str]:
        return ["127.0.0.1"]

    http = make_crawler(limiter=limiter, max_decoded=1_000_000, resolver=local)
    with pytest.raises(error, match=words) as caught:
        list(http.crawl(job(site + "/1", **NEXT)))
    assert caught.value.permanent == (error in (SiteRefused, ClientRefused, TooLarge))
    if error is RateLimited:
        assert caught.value.retry_after == 120
        assert limiter.paused(f"127.0.0.1:{httpserver.port}") > 100, "the host is left alone by all of us"


def test_one_page_is_one_conditional_request_without_a_child(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    serve(
        httpserver,
        {
            "/1": Response(events("a"), headers={"ETag": '"1"', "Content-Type": "text/html"}),
            "/2": Response("no", 403),
        },
    )
    http = make_crawler(limits=CrawlLimits(seconds=0.0))
    (page,) = http.crawl(job(httpserver.url_for("/1"), **HTTP))
    assert (page.renderer, page.page.content_type) == ("http", "text/html")
    list(http.crawl(job(httpserver.url_for("/1"))))
    assert httpserver.log[-1][0].headers["If-None-Match"] == '"1"', "with render auto too"
    with pytest.raises(SiteRefused, match="403"):
        list(http.crawl(job(httpserver.url_for("/2"), **HTTP)))


def signed_in(request: Request) -> Response:
    if request.cookies.get("who") != "ann":
        return Response("<form><input name=mail><input type=password name=pw></form>")
    return Response(events("members"), mimetype="text/html")


def log_in(request: Request) -> Response:
    good = (
        request.form.get("mail") == "ann"
        and request.form.get("pw") == "hunter2"
        and request.form.get("token") == "t1"
    )
    return Response("", 302, {"Location": "/list", **({"Set-Cookie": "who=ann; Path=/"} if good else {})})


def form(url: str, **changes: str) -> Login:
    return Login(
        **{
            "kind": LoginKind.FORM,
            "username": "ann",
            "password": "hunter2",
            "url": url,
            "username_field": "mail",
            "password_field": "pw",
            **changes,
        }  # type: ignore[arg-type]
    )


LOGIN = '<form method=post action="/in"><input type=hidden name=token value=t1><input name=mail><input type=password name=pw></form>'


def test_a_form_is_filled_and_the_cookie_kept(make_crawler: MakeCrawler, httpserver: HTTPServer) -> None:
    site = serve(httpserver, {"/login": LOGIN, "/in": log_in, "/list": signed_in})
    (page,) = make_crawler().crawl(job(site + "/list", **HTTP, login=form(site + "/login")))
    assert b"members" in page.page.content
    with pytest.raises(LoginFailed, match="check the user name, the password"):
        list(make_crawler().crawl(job(site + "/list", **HTTP, login=form(site + "/login", password="wrong"))))
    with pytest.raises(LoginFailed, match="no form with an input called 'secret'"):
        list(
            make_crawler().crawl(
                job(site + "/list", **HTTP, login=form(site + "/login", password_field="secret"))
            )
        )


def test_a_form_that_sends_the_password_elsewhere_is_not_sent(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(httpserver, {"/login": LOGIN.replace("/in", "http://thief.example/in")})
    with pytest.raises(LoginFailed, match="another site"):
        list(make_crawler().crawl(job(site + "/list", **HTTP, login=form(site + "/login"))))


def test_basic_goes_with_each_request_to_the_list(make_crawler: MakeCrawler, httpserver: HTTPServer) -> None:
    site = serve(httpserver, {"/list": events("a")})
    list(
        make_crawler().crawl(
            job(site + "/list", **HTTP, login=Login(kind=LoginKind.BASIC, username="ann", password="hunter2"))
        )
    )
    assert (
        httpserver.log[-1][0].headers["Authorization"] == "Basic " + base64.b64encode(b"ann:hunter2").decode()
    )


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def start(crawl: Any, into: list[CrawledPage | Exception]) -> threading.Thread:
    def run() -> None:
        try:
            into.extend(crawl)
        except Exception as error:
            into.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def silent(
    raw_server: Callable[..., RawServer], arrived: threading.Event, over: threading.Event
) -> RawServer:
    """A site that accepts a request and never answers."""

    def answer(request: bytes) -> Any:
        arrived.set()
        over.wait(60)
        yield b""

    return raw_server(by=answer)


def test_a_cancelled_crawl_ends_at_once_with_all_its_processes_and_showed_no_secret(
    make_crawler: MakeCrawler, raw_server: Callable[..., RawServer]
) -> None:
    arrived, over, cancelled = threading.Event(), threading.Event(), threading.Event()
    server = silent(raw_server, arrived, over)
    before = {process.pid for process in children()}
    got: list[CrawledPage | Exception] = []
    login = Login(kind=LoginKind.BASIC, username="ann", password="hunter2-is-secret")
    http = make_crawler(means={"cancelled": cancelled.is_set})
    thread = start(http.crawl(job(server.url, **NEXT, login=login)), got)
    assert arrived.wait(30)
    ours = [process for process in children() if process.pid not in before]
    assert len(ours) == 2, "the supervisor and the spider"
    shown = "".join(" ".join(process.cmdline()) + str(process.environ()) for process in ours)
    assert "hunter2" not in shown
    assert not {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} & set().union(
        *(process.environ() for process in ours)
    )
    began = time.monotonic()
    cancelled.set()
    thread.join(timeout=30)
    over.set()
    assert time.monotonic() - began < 5
    assert isinstance(got[0], CrawlCancelled)
    assert [
        process for process in ours if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ] == []


def test_a_crawl_that_takes_too_long_is_ended(
    make_crawler: MakeCrawler, raw_server: Callable[..., RawServer]
) -> None:
    over = threading.Event()
    server = silent(raw_server, threading.Event(), over)
    with pytest.raises(TimedOut, match=r"longer than 3 s .* fewer pages"):
        list(make_crawler(limits=CrawlLimits(seconds=3.0)).crawl(job(server.url, **NEXT)))
    over.set()


def test_a_spider_that_is_killed_is_a_failed_crawl(
    make_crawler: MakeCrawler, raw_server: Callable[..., RawServer]
) -> None:
    arrived, over = threading.Event(), threading.Event()
    server = silent(raw_server, arrived, over)
    before = {process.pid for process in children()}
    got: list[CrawledPage | Exception] = []
    thread = start(make_crawler().crawl(job(server.url, **NEXT)), got)
    assert arrived.wait(30)
    for process in children():
        if process.pid not in before and "egress.crawl.spider" in process.cmdline():
            process.kill()
    thread.join(timeout=30)
    over.set()
    assert isinstance(got[0], CrawlFailed)


def test_the_output_of_a_crawl_is_bounded(make_crawler: MakeCrawler, httpserver: HTTPServer) -> None:
    site = serve(
        httpserver, {"/list": lambda request: Response(events("a", more="x" * 400_000), mimetype="text/html")}
    )
    given = job(site + "/list", **HTTP, pagination=Pagination.NUMBERED, page_parameter="p", max_pages=50)
    with pytest.raises(TooLarge, match="more than 1,000,000 bytes"):
        list(make_crawler(limits=CrawlLimits(output=1_000_000, seconds=60)).crawl(given))


def test_no_address_inside_is_reached_by_link_redirect_or_robots(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    crawler = make_crawler(allow_loopback=False, ports=(httpserver.port,), obey_robots=True)
    with pytest.raises(AddressRefused):
        list(crawler.crawl(job(httpserver.url_for("/list"), **NEXT)))
    assert httpserver.log == []


def test_the_process_itself_cannot_go_around_the_proxy() -> None:
    code = (
        "import socket\nfrom egress.crawl.sandbox import allow_only_proxy\nallow_only_proxy('http://127.0.0.1:1')\n"
        "for go in (lambda: socket.create_connection(('127.0.0.1', 2)), lambda: socket.create_connection(('93.184.215.14', 80)),\n"
        "  lambda: socket.getaddrinfo('example.org', 80), lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53))):\n"
        "    try: go(); print('out')\n    except PermissionError: print('kept')\n"
        "try: socket.create_connection(('127.0.0.1', 1))\nexcept ConnectionRefusedError: print('tried')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["kept", "kept", "kept", "kept", "tried"]
