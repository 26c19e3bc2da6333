"""The HTTP client with real servers: what is sent, returned and stored."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request
from werkzeug import Response as Answer

from egress.client import GuardedClient
from egress.exceptions import BadAnswer
from egress.records import Validators
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import NotModified
from tests.egress.conftest import RawServer, redirect

MakeHttp = Callable[..., GuardedClient]
RawStart = Callable[..., RawServer]


def test_an_answer_with_all_its_facts(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed.ics").respond_with_data(
        "BEGIN:VCALENDAR", content_type="Text/Calendar; charset=utf-8", headers={"Set-Cookie": "a=b"}
    )
    http: HttpClient = make_http(now=lambda: datetime(2026, 11, 21, tzinfo=UTC))
    answer = http.get(httpserver.url_for("/feed.ics#x"))
    assert (answer.status, answer.content, answer.content_type) == (200, b"BEGIN:VCALENDAR", "text/calendar")
    assert answer.url == httpserver.url_for("/feed.ics")
    assert answer.fetched_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert answer.seconds > 0
    assert "set-cookie" not in answer.headers


def test_what_is_sent(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    seen: list[Request] = []
    httpserver.expect_request("/api").respond_with_handler(
        lambda request: seen.append(request) or Answer("{}")
    )
    http = make_http(
        user_agent="Nocturne/0.1 (+https://nocturne.test/bot)",
        headers={"Accept": "text/calendar", "X-Team": "1"},
    )
    http.get(
        httpserver.url_for("/api?a=1"),
        params={"b": "two words"},
        headers={"x-team": "2", "Host": "evil", "Range": "bytes=0-1"},
    )
    sent = seen[0]
    assert sent.args.to_dict() == {"a": "1", "b": "two words"}
    assert sent.headers["User-Agent"] == "Nocturne/0.1 (+https://nocturne.test/bot)"
    assert (sent.headers["Accept"], sent.headers["X-Team"], sent.headers["Accept-Encoding"]) == (
        "text/calendar",
        "2",
        "gzip, deflate",
    )
    assert sent.host != "evil"
    assert "Range" not in sent.headers


def test_cookies_are_not_kept(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    seen: list[str | None] = []
    httpserver.expect_request("/").respond_with_handler(
        lambda r: seen.append(r.headers.get("Cookie")) or Answer("", headers={"Set-Cookie": "id=1; Path=/"})
    )
    http = make_http()
    http.get(httpserver.url_for("/"))
    http.get(httpserver.url_for("/"))
    assert seen == [None, None]


@pytest.mark.parametrize(
    ("given", "kind", "body"),
    [
        ({"json": {"a": [1]}}, "application/json", b'{"a": [1]}'),
        ({"data": {"q": "a b"}}, "application/x-www-form-urlencoded", b"q=a+b"),
    ],
)
def test_post_sends_json_or_a_form(
    make_http: MakeHttp, httpserver: HTTPServer, given: dict[str, object], kind: str, body: bytes
) -> None:
    seen: list[tuple[str | None, bytes]] = []
    httpserver.expect_request("/", method="POST").respond_with_handler(
        lambda r: seen.append((r.content_type, r.get_data())) or Answer("ok", status=201)
    )
    assert make_http().post(httpserver.url_for("/"), **given).status == 201  # type: ignore[arg-type]
    assert seen == [(kind, body)]


def test_one_connection_serves_several_requests(make_http: MakeHttp, raw_server: RawStart) -> None:
    server = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", keep=True)
    http = make_http()
    assert [http.get(server.url).content for _ in range(3)] == [b"hi"] * 3
    assert (len(server.asked), server.connections) == (3, 1)


def test_validators_are_remembered_and_sent(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    def feed(request: Request) -> Answer:
        if (
            request.headers.get("If-None-Match") == 'W/"1"'
            and request.headers.get("If-Modified-Since") == "Sat, 21 Nov 2026 00:00:00 GMT"
        ):
            return Answer(status=304)
        return Answer("data", headers={"ETag": 'W/"1"', "Last-Modified": "Sat, 21 Nov 2026 00:00:00 GMT"})

    httpserver.expect_request("/feed").respond_with_handler(feed)
    redirect(httpserver, "/moved", "/feed")
    kept: dict[str, Validators] = {}
    http = make_http(validators=kept)
    assert http.get(httpserver.url_for("/moved"), conditional=True).content == b"data"
    assert kept == {
        httpserver.url_for("/feed"): Validators(etag='W/"1"', last_modified="Sat, 21 Nov 2026 00:00:00 GMT")
    }
    with pytest.raises(NotModified):
        http.get(httpserver.url_for("/moved"), conditional=True)
    assert http.get(httpserver.url_for("/feed")).content == b"data"


def test_validators_that_are_no_longer_given_are_forgotten(
    make_http: MakeHttp, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/").respond_with_data("new")
    kept = {httpserver.url_for("/"): Validators(etag='"old"')}
    make_http(validators=kept).get(httpserver.url_for("/"), conditional=True)
    assert kept == {}


def test_a_failed_answer_leaves_no_validators(make_http: MakeHttp, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(
        "junk", headers={"ETag": '"1"', "Content-Encoding": "gzip"}
    )
    kept: dict[str, Validators] = {}
    with pytest.raises(BadAnswer):
        make_http(validators=kept).get(httpserver.url_for("/"), conditional=True)
    assert kept == {}
