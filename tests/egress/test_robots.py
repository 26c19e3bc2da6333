"""robots.txt by RFC 9309."""

import gzip
import time
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego
from pytest_httpserver import HTTPServer
from werkzeug import Response as Answer

from egress.client import GuardedClient
from egress.exceptions import ConnectFailed, RobotsRefused
from egress.limits import MemoryStore
from egress.robots import Robots, RobotsUnreachable, relevant, rules_for
from pipeline.contract.http import Response
from pipeline.contract.http_errors import RateLimited
from tests.egress.conftest import Clock, RawServer, local_names

MakeHttp = Callable[..., GuardedClient]
RULES = """User-agent: *
Disallow: /private
Crawl-delay: 2

User-agent: Nocturne
User-agent: Other
Disallow: /no
Allow: /no/but
Crawl-delay: 90
"""


@pytest.fixture
def site(httpserver: HTTPServer) -> HTTPServer:
    for path in ("/", "/private", "/no", "/no/but", "/feed"):
        httpserver.expect_request(path).respond_with_data("page")
    return httpserver


def serve(site: HTTPServer, text: str | bytes = "", **given: object) -> None:
    site.expect_request("/robots.txt").respond_with_data(text, **given)  # type: ignore[arg-type]


def times_asked(site: HTTPServer) -> int:
    return sum(request.path == "/robots.txt" for request, _ in site.log)


def test_the_group_of_our_name_counts_and_the_longest_rule_wins(
    make_http: MakeHttp, site: HTTPServer
) -> None:
    serve(site, RULES)
    http = make_http(obey_robots=True, user_agent="Nocturne/0.1 (+https://nocturne.test/bot)")
    assert http.get(site.url_for("/private")).content == b"page"
    assert http.get(site.url_for("/no/but")).content == b"page"
    with pytest.raises(RobotsRefused) as error:
        http.get(site.url_for("/no"))
    assert error.value.permanent
    assert times_asked(site) == 1


def test_another_name_gets_the_group_for_all(make_http: MakeHttp, site: HTTPServer) -> None:
    serve(site, RULES)
    with pytest.raises(RobotsRefused):
        make_http(obey_robots=True, user_agent="Elsewhere/1").get(site.url_for("/private"))


def test_the_crawl_delay_is_waited_for(make_http: MakeHttp, site: HTTPServer, clock: Clock) -> None:
    serve(site, RULES)
    http = make_http(obey_robots=True, user_agent="Nocturne/0.1")
    for _ in range(3):
        http.get(site.url_for("/feed"))
    assert clock.slept == pytest.approx([90.0, 90.0])


def test_a_crawl_delay_that_is_too_long_to_wait_for_is_kept_all_the_same(
    make_http: MakeHttp, site: HTTPServer, clock: Clock
) -> None:
    serve(site, "User-agent: *\nCrawl-delay: 600")
    http = make_http(obey_robots=True)
    http.get(site.url_for("/feed"))
    with pytest.raises(RateLimited, match=r"robots\.txt wants 600 s") as error:
        http.get(site.url_for("/feed"))
    assert error.value.retry_after == pytest.approx(600)
    assert clock.slept == []
    clock.now += 600
    http.get(site.url_for("/feed"))


def test_a_source_may_be_exempt(make_http: MakeHttp, site: HTTPServer) -> None:
    serve(site, "User-agent: *\nDisallow: /")
    assert make_http(obey_robots=False).get(site.url_for("/feed")).content == b"page"
    assert times_asked(site) == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_4xx_allows_everything(make_http: MakeHttp, site: HTTPServer, status: int) -> None:
    serve(site, status=status)
    assert make_http(obey_robots=True).get(site.url_for("/private")).content == b"page"


@pytest.mark.parametrize(
    ("status", "headers"),
    [(500, {}), (503, {}), (503, {"Retry-After": "5"}), (429, {}), (200, {"Content-Encoding": "gzip"})],
)
def test_5xx_429_and_rubbish_forbid_everything_for_now(
    make_http: MakeHttp, site: HTTPServer, status: int, headers: dict[str, str]
) -> None:
    serve(site, "not gzip", status=status, headers=headers)
    http = make_http(obey_robots=True)
    for _ in range(2):
        with pytest.raises(RobotsUnreachable) as error:
            http.get(site.url_for("/feed"))
    assert not error.value.permanent
    assert error.value.retry_after == 600
    assert "/feed" not in [request.path for request, _ in site.log]


def test_a_site_without_an_answer_fails_as_itself(make_http: MakeHttp) -> None:
    with pytest.raises(ConnectFailed):
        make_http(obey_robots=True, resolver=local_names()).get("http://nowhere.test/feed")


def test_redirects_are_followed_up_to_five_and_then_allow(make_http: MakeHttp, site: HTTPServer) -> None:
    for number in range(7):
        path = "/robots.txt" if number == 0 else f"/r{number}"
        site.expect_request(path).respond_with_data("", status=302, headers={"Location": f"/r{number + 1}"})
    site.expect_request("/r7").respond_with_data("User-agent: *\nDisallow: /")
    assert make_http(obey_robots=True).get(site.url_for("/feed")).content == b"page"
    site.clear()
    site.expect_request("/robots.txt").respond_with_data("", status=301, headers={"Location": "/r1"})
    site.expect_request("/r1").respond_with_data("User-agent: *\nDisallow: /")
    with pytest.raises(RobotsRefused):
        make_http(obey_robots=True).get(site.url_for("/feed"))


def test_the_target_of_a_redirect_is_asked_for_its_own_rules(make_http: MakeHttp, site: HTTPServer) -> None:
    site.expect_request("/moved").respond_with_data(
        "", status=302, headers={"Location": f"http://other.test:{site.port}/no"}
    )
    site.expect_request("/robots.txt").respond_with_handler(
        lambda r: Answer("User-agent: *\nDisallow: /no") if "other" in r.host else Answer("", status=404)
    )
    with pytest.raises(RobotsRefused):
        make_http(obey_robots=True, resolver=local_names("other.test")).get(site.url_for("/moved"))


def test_only_the_first_500_kib_count(make_http: MakeHttp, site: HTTPServer) -> None:
    start = "User-agent: *\nDisallow: /private\n"
    serve(site, start + "#" * (500 * 1024 - len(start)) + "\nDisallow: /feed\n")
    http = make_http(obey_robots=True)
    assert http.get(site.url_for("/feed")).content == b"page"
    with pytest.raises(RobotsRefused):
        http.get(site.url_for("/private"))


def test_an_endless_robots_txt_is_cut(make_http: MakeHttp, raw_server: Callable[..., RawServer]) -> None:
    body = b"User-agent: *\nDisallow: /private\n" + b"#" * 3_000_000
    server = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body)
    with pytest.raises(RobotsRefused):
        make_http(obey_robots=True).get(server.url + "private")


def test_an_endless_compressed_nothing_is_cut(make_http: MakeHttp, site: HTTPServer) -> None:
    serve(site, gzip.compress(b"") * 100_000, headers={"Content-Encoding": "gzip"})
    assert make_http(obey_robots=True).get(site.url_for("/private")).content == b"page"


def test_rules_are_kept_for_a_day_and_failures_for_ten_minutes(clock: Clock) -> None:
    asked: list[str] = []

    def fetch(url: str) -> Response:
        asked.append(url)
        return Response(url=url, status=200, headers={}, content=b"", fetched_at=None)  # type: ignore[arg-type]

    robots, url = Robots(store=MemoryStore(clock=clock)), httpx.URL("https://example.org/a")
    for later in (0, 86_300, 200):
        clock.now += later
        robots.check(url, agent="Nocturne", fetch=fetch)
    assert asked == ["https://example.org/robots.txt"] * 2


def test_parsed_rules_of_many_sites_do_not_pile_up() -> None:
    robots = Robots()
    for number in range(100):
        text = f"User-agent: *\nDisallow: /{number}".encode()
        robots.check(
            httpx.URL(f"https://s{number}.example.org/"),
            agent="Nocturne",
            fetch=lambda url, text=text: Response(
                url=url, status=200, headers={}, content=text, fetched_at=None
            ),  # type: ignore[arg-type, misc]
        )
    assert len(robots._parsed) == 64


def test_a_hostile_file_with_many_robots_is_read_quickly() -> None:
    text = (
        "".join(f"User-agent: robot{number}\n" for number in range(12_000))
        + "User-agent: *\n"
        + "Disallow: /a*b\n" * 12_000
    )
    content = text.encode()[: 500 * 1024]

    def fetch(url: str) -> Response:
        return Response(url=url, status=200, headers={}, content=content, fetched_at=None)  # type: ignore[arg-type]

    started = time.process_time()
    assert Robots().check(httpx.URL("https://example.org/x"), agent="Nocturne", fetch=fetch) == 0
    assert time.process_time() - started < 5  # minutes, were each rule copied to each robot


def test_only_lines_that_name_other_robots_are_renamed() -> None:
    text = "\ufeffUser-Agent: NOCTURNE # us\nuseragent Googlebot\nDisallow: /user-agent: x\nUser-agent: *"
    assert (
        relevant(text, "Nocturne")
        == "User-Agent: NOCTURNE # us\nUser-agent: some-other-robot\nDisallow: /user-agent: x\nUser-agent: *"
    )


PATHS = ("/", "/a", "/a/b", "/b", "/private/x", "/z?q=1")
_FIELD = st.sampled_from(
    [
        "User-agent",
        "user agent",
        "Useragent",
        "Allow",
        "Disallow",
        "dissalow",
        "Crawl-delay",
        "Sitemap",
        "Host",
        "Noindex",
        "# note",
        "",
    ]
)
_VALUE = st.sampled_from(
    [
        "*",
        "Nocturne",
        "nocturne*",
        "Other",
        "/",
        "/a",
        "/a*b",
        "/private",
        "7",
        "",
        "x # why",
        "https://x.example/s.xml",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(_FIELD, st.sampled_from([": ", ":", " "]), _VALUE), max_size=14))
def test_the_rules_for_us_say_what_the_whole_file_says_to_us(lines: list[tuple[str, str, str]]) -> None:
    text = "\n".join("".join(parts) for parts in lines)
    kept = Protego.parse("\n".join(["User-agent: *", *rules_for(text, "Nocturne")]))
    whole = Protego.parse(text)
    assert [kept.can_fetch(path, "Nocturne") for path in PATHS] == [
        whole.can_fetch(path, "Nocturne") for path in PATHS
    ], text


def test_comments_sitemaps_order_and_other_robots_change_no_rule() -> None:
    before = "User-agent: *\nDisallow: /b\nDisallow: /a\nCrawl-delay: 3\n"
    after = "# new\nSitemap: https://x.example/s.xml\nUser-agent: Other\nDisallow: /\n\nuser-agent: * # all\nCrawl-delay: 3\ndisallow: /a\nDisallow:/b"
    assert (
        rules_for(before, "Nocturne")
        == rules_for(after, "Nocturne")
        == ("Crawl-delay: 3", "Disallow: /a", "Disallow: /b")
    )
    assert rules_for(after + "\nUser-agent: Nocturne\nAllow: /", "Nocturne") == ("Allow: /",)
    assert rules_for("User-agent: Nocturne\nDisallow:\nUser-agent: *\nDisallow: /", "Nocturne") == ()
