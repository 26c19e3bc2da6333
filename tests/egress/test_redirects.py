"""Every hop of a redirect is a separate request: guarded, counted, without another origin's credentials."""

from collections.abc import Callable

import httpx
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response as Answer

from egress.client import GuardedClient
from egress.exceptions import AddressRefused, BadAnswer, TooManyRedirects
from egress.guard import Guard
from egress.outgoing_request import Limits, OutgoingRequest, redirected
from egress.records import RequestPolicy
from pipeline.contract.http_errors import ClientRefused
from tests.egress.conftest import RawServer, local_names, redirect

MakeHttp = Callable[..., GuardedClient]
RawStart = Callable[..., RawServer]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_end(make_http: MakeHttp, httpserver: HTTPServer, status: int) -> None:
    redirect(httpserver, "/a", "/b", status)
    redirect(httpserver, "/b", httpserver.url_for("/c d?x=ä"), status)
    redirect(httpserver, "/c d", "e", status)
    httpserver.expect_request("/e").respond_with_data("end")
    answer = make_http().get(httpserver.url_for("/a"))
    assert (answer.content, answer.url) == (b"end", httpserver.url_for("/e"))


def test_a_fourth_redirect_and_a_loop_are_too_many(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    redirect(httpserver, "/loop", "/loop")
    with pytest.raises(TooManyRedirects) as error:
        make_http().get(httpserver.url_for("/loop"))
    assert len(httpserver.log) == 4
    assert error.value.permanent


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.0.0.1/",
        "//192.168.1.1/",
        "http://2130706433/",
        "file:///etc/passwd",
    ]
    + [
        "http://127.0.0.1\\@example.org/",
        "http://user:pw@example.org/",
        "http://[",
        "gopher://example.org/",
        "https://inside.test/",
    ],
)
def test_every_hop_is_guarded(make_http: MakeHttp, raw_server: RawStart, target: str) -> None:
    server = raw_server(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
    http = make_http(resolver=lambda host, port, seconds: ["10.0.0.7"])
    with pytest.raises((AddressRefused, BadAnswer)):
        http.get(server.url)
    assert len(server.asked) == 1


@pytest.mark.parametrize("location", ["/a\tb", "http://exa\nmple.org/", "\x00"])
def test_control_characters_in_a_redirect_are_refused_not_dropped(location: str) -> None:
    url = httpx.URL("https://example.org/")
    ask = OutgoingRequest(method="GET", url=url, headers={}, limits=Limits.of(RequestPolicy()))
    with pytest.raises(AddressRefused, match="control"):
        redirected(ask, status=302, location=location, guard=Guard())


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("http://a.org/", "https://a.org/", True),
        ("https://a.org/", "https://a.org:8443/", False),
        ("https://a.org/", "https://b.a.org/", False),
    ],
)
def test_which_origins_are_the_same(old: str, new: str, kept: bool) -> None:
    ask = OutgoingRequest(
        method="GET",
        url=httpx.URL(old),
        headers={"authorization": "t", "accept": "a"},
        limits=Limits.of(RequestPolicy()),
    )
    assert ("authorization" in redirected(ask, status=302, location=new, guard=Guard()).headers) is kept


def test_production_refuses_loopback_wherever_it_comes_from(
    make_http: MakeHttp, httpserver: HTTPServer
) -> None:
    http = make_http(allow_loopback=False, resolver=local_names("feed.example.org"))
    for url in (
        httpserver.url_for("/"),
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://localhost/",
        "http://feed.example.org/",
    ):
        with pytest.raises(AddressRefused):
            http.get(url)
    assert httpserver.log == []


def test_a_name_that_rebinds_after_the_check_is_refused_at_the_connection(
    make_http: MakeHttp, httpserver: HTTPServer
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    redirect(httpserver, "/", f"http://again.test:{httpserver.port}/secret")
    http = make_http(resolver=lambda host, port, seconds: next(answers))
    with pytest.raises(AddressRefused, match=r"again\.test leads to 10\.0\.0\.1"):
        http.get(f"http://feed.test:{httpserver.port}/")
    assert [request.path for request, _ in httpserver.log] == ["/"]


def test_the_checked_address_is_the_one_connected_to(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    asked: list[str] = []
    httpserver.expect_request("/").respond_with_handler(lambda request: Answer(request.host))
    http = make_http(resolver=lambda host, port, seconds: asked.append(host) or ["127.0.0.1"])
    assert http.get(f"http://feed.test:{httpserver.port}/").content == f"feed.test:{httpserver.port}".encode()
    assert asked == ["feed.test"]


def test_credentials_stay_with_their_origin(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    seen: list[dict[str, str]] = []
    for path in ("/same", "/other"):
        httpserver.expect_request(path).respond_with_handler(
            lambda request: seen.append(dict(request.headers)) or Answer("ok")
        )
    redirect(httpserver, "/to-same", "/same")
    redirect(httpserver, "/to-other", f"http://other.test:{httpserver.port}/other")
    http = make_http(headers={"X-Api-Key": "k"}, resolver=local_names("other.test"))
    http.get(httpserver.url_for("/to-same"), headers={"Authorization": "Bearer t", "Cookie": "c=1"})
    http.get(
        httpserver.url_for("/to-other"),
        headers={"Authorization": "Bearer t", "Cookie": "c=1", "Accept": "text/calendar"},
    )
    assert (seen[0]["Authorization"], seen[0]["Cookie"], seen[0]["X-Api-Key"]) == ("Bearer t", "c=1", "k")
    assert not {"Authorization", "Cookie", "X-Api-Key"} & set(seen[1])
    assert seen[1]["Accept"] == "text/calendar"


def test_a_redirected_post(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/target").respond_with_handler(
        lambda request: Answer(f"{request.method} {request.get_data().decode()} {request.content_type}")
    )
    redirect(httpserver, "/see", "/target", 303)
    redirect(httpserver, "/same", "/target", 307)
    redirect(httpserver, "/away", f"http://other.test:{httpserver.port}/target", 308)
    http = make_http(resolver=local_names("other.test"))
    assert http.post(httpserver.url_for("/see"), data={"a": "1"}).content == b"GET  None"
    assert (
        http.post(httpserver.url_for("/same"), data={"a": "1"}).content
        == b"POST a=1 application/x-www-form-urlencoded"
    )
    with pytest.raises(ClientRefused):
        http.post(httpserver.url_for("/away"), data={"a": "1"})
