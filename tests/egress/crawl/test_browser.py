"""Lists that scripts build, by a real Chromium in a child process."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from egress.crawl.child import CrawlLimits
from egress.exceptions import CrawlFailed, MemoryExceeded, NoRenderer, SiteRefused
from pipeline.contract.crawl import CrawledPage, Login, LoginKind, Pagination, Render
from tests.egress.conftest import RawServer
from tests.egress.crawl.conftest import MakeCrawler, events, job
from tests.egress.crawl.test_spider import LOGIN, asked, children, log_in, serve, signed_in, start

#: A list that keeps the last three cards only, as virtual lists do, and loads two more when scrolled to its
#: end; six are all there are.
VIRTUAL = """<html><body style="height:3000px"><div id=root></div><img src=/img.png><script>
let shown = 0; const root = document.getElementById('root');
function more() { for (let i = 0; i < 2 && shown < 6; i++) { shown++;
  root.insertAdjacentHTML('beforeend', `<div class=ev><a href="/e/${shown}">Event ${shown}</a></div>`); }
  while (root.children.length > 3) root.firstChild.remove(); }
fetch('/data').then(() => { more(); addEventListener('scroll', () => { if (scrollY > 500) { scrollTo(0, 0); setTimeout(more, 20); } }); });
</script><div id=onetrust-banner-sdk class=cookie><button id=onetrust-accept-btn-handler onclick="fetch('/accepted')">Accept all</button>
<button id=onetrust-reject-all-handler onclick="fetch('/refused'); this.parentNode.remove()">Reject all</button></div></body></html>"""
#: A list with a button that loads one more, twice; its banner knows no tool but words, and its only other
#: button accepts.
BUTTON = """<html><body><div id=app></div><button id=more>Load more</button><div role=dialog aria-label="Cookie-Hinweis">Wir verwenden Cookies.
<a href="#" onclick="fetch('/accepted')">Alle akzeptieren</a><a href="#" onclick="fetch('/refused')">Nur notwendige Cookies</a></div><script>
let n = 0; function add() { n++; document.getElementById('app').insertAdjacentHTML('beforeend', `<p class=ev><a href=/e/${n}>E${n}</a></p>`);
  if (n > 2) document.getElementById('more').remove(); } add(); document.getElementById('more').onclick = add;</script></body></html>"""


def test_a_scrolled_list_keeps_what_it_dropped_and_its_banner_is_refused(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(
        httpserver,
        {
            "/list": VIRTUAL,
            "/data": "{}",
            **{f"/e/{number}": "<h1>One</h1>" for number in range(1, 7)},
            "/refused": "",
            "/accepted": "",
            "/img.png": "png",
        },
    )
    given = job(
        site + "/list",
        render=Render.BROWSER,
        pagination=Pagination.SCROLL,
        scrolls=9,
        details=1,
        timezone="Asia/Kolkata",
    )
    (page,) = make_crawler().crawl(given)
    assert sorted(set(re.findall(rb"Event \d", page.page.content))) == [
        f"Event {number}".encode() for number in range(1, 7)
    ]
    assert not page.cut, "the ninth scroll was not needed"
    assert (page.renderer, len(page.details)) == ("browser", 1)
    assert "/refused" in asked(httpserver)
    assert not {"/accepted", "/img.png"} & set(asked(httpserver)), "nothing accepted, no picture loaded"
    assert {request.headers["User-Agent"] for request, _ in httpserver.log} == {
        "Nocturne/0.1 (+https://nocturne.example)"
    }


def test_a_button_is_clicked_as_often_as_the_job_says(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(httpserver, {"/list": BUTTON, "/refused": "", "/accepted": ""})
    given = job(site + "/list", render=Render.BROWSER, pagination=Pagination.CLICK, next="#more", max_pages=2)
    (page,) = make_crawler().crawl(given)
    assert (page.page.content.count(b'class="ev"'), page.cut) == (2, True)
    assert [path for path in asked(httpserver) if path in ("/refused", "/accepted")] == ["/refused"]


def test_auto_takes_the_browser_where_the_plain_page_is_an_empty_frame(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(httpserver, {"/js": BUTTON, "/plain": events("a"), "/refused": ""})
    http = make_crawler()
    assert [page.renderer for page in http.crawl(job(site + "/plain"))] == ["http"]
    (page,) = http.crawl(job(site + "/js"))
    assert (page.renderer, page.page.content.count(b'class="ev"')) == ("browser", 1)
    with pytest.raises(NoRenderer, match="install Chromium .* FIRECRAWL_API_KEY"):
        list(make_crawler(chromium="/no/such/chromium").crawl(job(site + "/js")))


def test_a_site_that_refuses_is_not_asked_again_by_another_renderer(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(httpserver, {"/": Response("<title>Access Denied</title> Reference #18.2d", 403)})
    with pytest.raises(SiteRefused, match="Akamai|403"):
        list(make_crawler().crawl(job(site + "/")))
    assert asked(httpserver) == ["/"]


def test_a_form_is_filled_in_the_browser(make_crawler: MakeCrawler, httpserver: HTTPServer) -> None:
    site = serve(
        httpserver,
        {
            "/login": LOGIN.replace("</form>", "<button id=go>Go</button></form>"),
            "/in": log_in,
            "/list": signed_in,
        },
    )
    login = Login(
        kind=LoginKind.FORM,
        username="ann",
        password="hunter2",
        url=site + "/login",
        username_field="mail",
        password_field="pw",
        submit="#go",
    )
    (page,) = make_crawler().crawl(job(site + "/list", render=Render.BROWSER, login=login))
    assert b"members" in page.page.content


def test_too_much_memory_ends_it_and_chromium_with_it(
    make_crawler: MakeCrawler, raw_server: Callable[..., RawServer]
) -> None:
    """The page takes its time, so that all of Chromium is there to be weighed and killed."""
    over = threading.Event()

    def slow(request: bytes) -> Any:
        over.wait(60)
        yield b""

    got: list[CrawledPage | Exception] = []
    server = raw_server(by=slow)
    http = make_crawler(limits=CrawlLimits(megabytes=150, seconds=60))
    before = set(children())  # another test's browser may stand in this process
    thread = start(http.crawl(job(server.url, render=Render.BROWSER)), got)
    thread.join(timeout=60)
    over.set()
    assert isinstance(got[0], MemoryExceeded), got
    assert "CRAWL_MAX_MB" in got[0].detail
    assert [
        one
        for one in set(children()) - before
        if "egress.crawl" in " ".join(one.cmdline()) or "chrom" in one.name()
    ] == []


def test_a_browser_that_does_not_start_is_our_failure_and_not_the_sites(
    make_crawler: MakeCrawler, httpserver: HTTPServer
) -> None:
    site = serve(httpserver, {"/": events("a")})
    with pytest.raises(CrawlFailed, match="BrowserType.launch"):
        list(make_crawler(chromium="/bin/false").crawl(job(site + "/", render=Render.BROWSER)))
