"""What a crawler reads in a page: events, links to more, empty frames for scripts, refusals.

It also tests the selectors.
"""

import pytest
from lxml import html

from egress.crawl.messages import Task
from egress.crawl.reading import PageView, is_same_site
from egress.crawl.refusals import refusal
from pipeline.contract.crawl import CrawlJob, Login, LoginKind, Pagination
from pipeline.selectors import SelectorInvalid, for_browser, select

PAGE = html.fromstring(
    '<ul><li class="a" data-id="7"><a href="/x">One <b>two</b></a></li><li><a href="/y">Three</a></li><!-- c --></ul>'
)
TEXT = "Words that a reader would read. " * 40


def texts(selector: str) -> list[str]:
    return [one if isinstance(one, str) else one.text_content() for one in select(PAGE, selector)]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("a", ["One two", "Three"]), ("li.a a::attr(href)", ["/x"]), ("a::text", ["One ", "Three"]), ("//a/@href", ["/x", "/y"]),
        ("xpath:li/@data-id", ["7"]), ("(.//a)[2]", ["Three"]), ("xpath:concat('n', ./li/@data-id)", ["n7"]), ("xpath:string(./none)", []),
        (".none", []), ("", []), ("//comment()", []), ("xpath:count(./li)", ["2.0"]),
    ],
)  # fmt: skip
def test_selectors_in_css_and_xpath(selector: str, found: list[str]) -> None:
    assert texts(selector) == found


@pytest.mark.parametrize("selector", ["li[", "//li[", "a:nonsense", "xpath:unknown()("])
def test_a_selector_that_cannot_be_read_says_so(selector: str) -> None:
    with pytest.raises(SelectorInvalid, match="is no"):
        select(PAGE, selector)


def test_the_browser_is_told_the_same_in_its_own_words() -> None:
    assert [for_browser(one) for one in ("li a::attr(href)", "//li", "xpath:(//a)[1]")] == [
        "li a",
        "xpath=.//li",
        "xpath=(//a)[1]",
    ]


JOB = CrawlJob(
    urls=("https://town.example/list",), container="li", link="a", next="a.next", pagination=Pagination.NEXT
)


def test_events_lead_to_pages_of_their_own_site_each_once() -> None:
    view = PageView(
        b"<ul><li><a href='/1#x'>1</a><li><a href='/1'>1</a><li><a href='https://www.town.example/2'>2</a><li><a href='https://shop.example/3'>3</a>"
        b"<li><a href='javascript:go()'>4</a><li><a href='http://[broken'>5</a><li><a href=' '>6</a></ul><a class=next href='?page=2'>on</a>",
        JOB.urls[0],
    )
    assert view.count(JOB) == 7
    assert view.detail_links(JOB) == ["https://town.example/1", "https://www.town.example/2"]
    assert view.next_link(JOB) == "https://town.example/list?page=2"
    assert PageView(b"", JOB.urls[0]).next_link(JOB) == ""
    assert PageView(b"<base href='/en/'><li><a href='1'>1</a>", JOB.urls[0]).detail_links(JOB) == [
        "https://town.example/en/1"
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.town.example/", "http://town.example:8080/", True), ("https://tickets.town.example/", "https://town.example/", True),
        ("https://town.example.evil.example/", "https://town.example/", False), ("https://eviltown.example/", "https://town.example/", False),
        ("ftp://town.example/", "https://town.example/", False), ("chrome-error://chromewebdata/", "https://town.example/", False),
    ],
)  # fmt: skip
def test_what_is_one_site(one: str, other: str, same: bool) -> None:
    assert is_same_site(one, other) is same


@pytest.mark.parametrize(
    ("page", "frame"),
    [
        ('<div id="root"></div><script src="/app.js"></script>', True),
        (f'<div id="__next"><p>{TEXT}</p></div><script></script>', True),
        (f"<p>{TEXT}</p><script>track()</script>", False),
        ("<p>Closed for the season.</p>", False),
        (f"<noscript>Please enable JavaScript.</noscript><p>{TEXT}</p><script></script>", True),
        ("", False),
    ],
)
def test_a_frame_that_scripts_would_fill_is_recognized(page: str, frame: bool) -> None:
    assert PageView(page, "https://town.example/").is_script_built() is frame


CAPTCHA = '<script src="https://www.google.com/recaptcha/api.js"></script><div class="g-recaptcha"></div>'


@pytest.mark.parametrize(
    ("status", "headers", "page", "empty", "why"),
    [
        (200, {}, "<title>Just a moment...</title>", True, "a challenge of Cloudflare"),
        (403, {"cf-mitigated": "challenge"}, "", True, "a challenge of Cloudflare"),
        (
            403,
            {},
            "<TITLE>Access Denied</TITLE> ... Reference&#32;&#35;18.1 https://errors.edgesuite.net/18.1",
            True,
            "a challenge of Akamai",
        ),
        (200, {}, '<div id="px-captcha"></div>', True, "a challenge of PerimeterX"),
        (
            403,
            {},
            '<script src="https://ct.captcha-delivery.com/c.js"></script>',
            True,
            "a challenge of DataDome",
        ),
        (200, {}, '<iframe src="/_Incapsula_Resource?x=1"></iframe>', True, "a challenge of Imperva"),
        (202, {"x-amzn-waf-action": "challenge"}, "", True, "a challenge of AWS WAF"),
        (200, {}, CAPTCHA, True, "a captcha"),
        (401, {}, "", True, "401 Unauthorized"),
        (403, {}, "Forbidden", True, "403 Forbidden"),
        (451, {}, "", True, "451 Unavailable For Legal Reasons"),
        (200, {}, CAPTCHA, False, ""),
        (200, {}, "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>", False, ""),
        (404, {}, "Not found", True, ""),
        (500, {}, "Oops", True, ""),
        (200, {}, "<p>Nothing on</p>", True, ""),
    ],
)
def test_how_sites_say_no(status: int, headers: dict[str, str], page: str, empty: bool, why: str) -> None:
    assert refusal(status, headers, page, empty=empty) == why


@pytest.mark.parametrize(
    ("url", "parameter", "second"),
    [
        ("https://town.example/p/{page}", "", "https://town.example/p/2"),
        ("https://town.example/?q=a&page=9", "page", "https://town.example/?q=a&page=2"),
        ("https://town.example/", "page", "https://town.example/?page=2"),
    ],
)
def test_numbered_addresses(url: str, parameter: str, second: str) -> None:
    assert (
        CrawlJob(
            urls=(url,), container="x", pagination=Pagination.NUMBERED, page_parameter=parameter
        ).page_url(url, 2)
        == second
    )


def test_a_task_survives_its_way_to_the_child() -> None:
    login = Login(kind=LoginKind.FORM, username="ann", password="pässwörd", url="https://town.example/in")
    job = CrawlJob(
        urls=("https://town.example/",), container=".ev", pagination=Pagination.SCROLL, login=login
    )
    task = Task(
        job=job,
        proxy="http://127.0.0.1:1",
        agent="Nocturne/0.1",
        delay=1.5,
        max_bytes=1000,
        seconds=30,
        browser="/usr/bin/chromium",
    )
    assert Task.load(task.dump()) == task
