"""The door against real servers: answers, redirects, statuses, retries, conditional requests."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
import structlog
from pytest_httpserver import HTTPServer
from werkzeug import Request
from werkzeug import Response as Answer

from egress.asks import Ask, Limits, redirected
from egress.door import HttpDoor
from egress.exceptions import (
    AddressRefused,
    BadAnswer,
    CircuitOpen,
    ClientRefused,
    ConnectFailed,
    EgressError,
    NotModified,
    RateLimited,
    ServerFailed,
    TimedOut,
    TooManyRedirects,
)
from egress.guard import Guard
from egress.limits import MemoryLimiter
from egress.records import Door, DoorPolicy, Validators
from tests.egress.conftest import Clock, RawServer, local_names

MakeDoor = Callable[..., HttpDoor]
RawStart = Callable[..., RawServer]


def test_an_answer_with_all_its_facts(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed.ics").respond_with_data(
        "BEGIN:VCALENDAR", content_type="Text/Calendar; charset=utf-8", headers={"Set-Cookie": "a=b"}
    )
    door: Door = make_door(now=lambda: datetime(2026, 11, 21, tzinfo=UTC))
    answer = door.get(httpserver.url_for("/feed.ics#x"))
    assert (answer.status, answer.content, answer.content_type) == (200, b"BEGIN:VCALENDAR", "text/calendar")
    assert answer.url == httpserver.url_for("/feed.ics")
    assert answer.fetched_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert answer.seconds > 0
    assert "set-cookie" not in answer.headers


def test_what_is_sent(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    seen: list[Request] = []
    httpserver.expect_request("/api").respond_with_handler(lambda request: seen.append(request) or Answer("{}"))
    door = make_door(user_agent="Nocturne/0.1 (+https://nocturne.test/bot)", headers={"Accept": "text/calendar", "X-Team": "1"})
    door.get(httpserver.url_for("/api?a=1"), params={"b": "two words"}, headers={"x-team": "2", "Host": "evil", "Range": "bytes=0-1"})
    sent = seen[0]
    assert sent.args.to_dict() == {"a": "1", "b": "two words"}
    assert sent.headers["User-Agent"] == "Nocturne/0.1 (+https://nocturne.test/bot)"
    assert (sent.headers["Accept"], sent.headers["X-Team"], sent.headers["Accept-Encoding"]) == ("text/calendar", "2", "gzip, deflate")
    assert sent.host != "evil"
    assert "Range" not in sent.headers


def test_cookies_are_not_kept(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    seen: list[str | None] = []
    httpserver.expect_request("/").respond_with_handler(
        lambda r: seen.append(r.headers.get("Cookie")) or Answer("", headers={"Set-Cookie": "id=1; Path=/"})
    )
    door = make_door()
    door.get(httpserver.url_for("/"))
    door.get(httpserver.url_for("/"))
    assert seen == [None, None]


@pytest.mark.parametrize(
    ("given", "kind", "body"),
    [({"json": {"a": [1]}}, "application/json", b'{"a": [1]}'), ({"data": {"q": "a b"}}, "application/x-www-form-urlencoded", b"q=a+b")],
)
def test_post_sends_json_or_a_form(make_door: MakeDoor, httpserver: HTTPServer, given: dict[str, object], kind: str, body: bytes) -> None:
    seen: list[tuple[str | None, bytes]] = []
    httpserver.expect_request("/", method="POST").respond_with_handler(
        lambda r: seen.append((r.content_type, r.get_data())) or Answer("ok", status=201)
    )
    assert make_door().post(httpserver.url_for("/"), **given).status == 201  # type: ignore[arg-type]
    assert seen == [(kind, body)]


def test_one_connection_serves_several_requests(make_door: MakeDoor, raw_server: RawStart) -> None:
    server = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", keep=True)
    door = make_door()
    assert [door.get(server.url).content for _ in range(3)] == [b"hi"] * 3
    assert (len(server.asked), server.connections) == (3, 1)


# --- Redirects


def redirect(httpserver: HTTPServer, path: str, target: str, status: int = 302) -> None:
    httpserver.expect_request(path).respond_with_data("", status=status, headers={"Location": target})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_end(make_door: MakeDoor, httpserver: HTTPServer, status: int) -> None:
    redirect(httpserver, "/a", "/b", status)
    redirect(httpserver, "/b", httpserver.url_for("/c d?x=ä"), status)
    redirect(httpserver, "/c d", "e", status)
    httpserver.expect_request("/e").respond_with_data("end")
    answer = make_door().get(httpserver.url_for("/a"))
    assert (answer.content, answer.url) == (b"end", httpserver.url_for("/e"))


def test_a_fourth_redirect_and_a_loop_are_too_many(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    redirect(httpserver, "/loop", "/loop")
    with pytest.raises(TooManyRedirects) as error:
        make_door().get(httpserver.url_for("/loop"))
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
def test_every_hop_is_guarded(make_door: MakeDoor, raw_server: RawStart, target: str) -> None:
    server = raw_server(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
    door = make_door(resolver=lambda host, port, seconds: ["10.0.0.7"])
    with pytest.raises((AddressRefused, BadAnswer)):
        door.get(server.url)
    assert len(server.asked) == 1


@pytest.mark.parametrize("location", ["/a\tb", "http://exa\nmple.org/", "\x00"])
def test_control_characters_in_a_redirect_are_refused_not_dropped(location: str) -> None:
    url = httpx.URL("https://example.org/")
    ask = Ask(method="GET", url=url, headers={}, limits=Limits.of(DoorPolicy()))
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
    ask = Ask(method="GET", url=httpx.URL(old), headers={"authorization": "t", "accept": "a"}, limits=Limits.of(DoorPolicy()))
    assert ("authorization" in redirected(ask, status=302, location=new, guard=Guard()).headers) is kept


def test_production_refuses_loopback_wherever_it_comes_from(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    door = make_door(allow_loopback=False, resolver=local_names("feed.example.org"))
    for url in (httpserver.url_for("/"), "http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://feed.example.org/"):
        with pytest.raises(AddressRefused):
            door.get(url)
    assert httpserver.log == []


def test_a_name_that_rebinds_after_the_check_is_refused_at_the_connection(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    redirect(httpserver, "/", f"http://again.test:{httpserver.port}/secret")
    door = make_door(resolver=lambda host, port, seconds: next(answers))
    with pytest.raises(AddressRefused, match=r"again\.test leads to 10\.0\.0\.1"):
        door.get(f"http://feed.test:{httpserver.port}/")
    assert [request.path for request, _ in httpserver.log] == ["/"]


def test_the_checked_address_is_the_one_connected_to(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    asked: list[str] = []
    httpserver.expect_request("/").respond_with_handler(lambda request: Answer(request.host))
    door = make_door(resolver=lambda host, port, seconds: asked.append(host) or ["127.0.0.1"])
    assert door.get(f"http://feed.test:{httpserver.port}/").content == f"feed.test:{httpserver.port}".encode()
    assert asked == ["feed.test"]


def test_credentials_stay_with_their_origin(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    seen: list[dict[str, str]] = []
    for path in ("/same", "/other"):
        httpserver.expect_request(path).respond_with_handler(lambda request: seen.append(dict(request.headers)) or Answer("ok"))
    redirect(httpserver, "/to-same", "/same")
    redirect(httpserver, "/to-other", f"http://other.test:{httpserver.port}/other")
    door = make_door(headers={"X-Api-Key": "k"}, resolver=local_names("other.test"))
    door.get(httpserver.url_for("/to-same"), headers={"Authorization": "Bearer t", "Cookie": "c=1"})
    door.get(httpserver.url_for("/to-other"), headers={"Authorization": "Bearer t", "Cookie": "c=1", "Accept": "text/calendar"})
    assert (seen[0]["Authorization"], seen[0]["Cookie"], seen[0]["X-Api-Key"]) == ("Bearer t", "c=1", "k")
    assert not {"Authorization", "Cookie", "X-Api-Key"} & set(seen[1])
    assert seen[1]["Accept"] == "text/calendar"


def test_a_redirected_post(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/target").respond_with_handler(
        lambda request: Answer(f"{request.method} {request.get_data().decode()} {request.content_type}")
    )
    redirect(httpserver, "/see", "/target", 303)
    redirect(httpserver, "/same", "/target", 307)
    redirect(httpserver, "/away", f"http://other.test:{httpserver.port}/target", 308)
    door = make_door(resolver=local_names("other.test"))
    assert door.post(httpserver.url_for("/see"), data={"a": "1"}).content == b"GET  None"
    assert door.post(httpserver.url_for("/same"), data={"a": "1"}).content == b"POST a=1 application/x-www-form-urlencoded"
    with pytest.raises(ClientRefused):
        door.post(httpserver.url_for("/away"), data={"a": "1"})


# --- Statuses


@pytest.mark.parametrize(
    ("status", "headers", "error", "wait"),
    [
        (429, {"Retry-After": "120"}, RateLimited, 120.0),
        (429, {}, RateLimited, 60.0),
        (429, {"Retry-After": "99999999999999999999"}, RateLimited, 86400.0),
        (503, {"Retry-After": "Sat, 21 Nov 2026 00:05:00 GMT"}, RateLimited, 300.0),
        (503, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, RateLimited, 86400.0),
        (503, {"Retry-After": "soon"}, ServerFailed, None),
        (500, {}, ServerFailed, None),
        (404, {}, ClientRefused, None),
        (410, {}, ClientRefused, None),
        (408, {}, TimedOut, None),
        (304, {}, BadAnswer, None),
        (302, {}, BadAnswer, None),
        (206, {}, BadAnswer, None),
    ],
)
def test_statuses(
    make_door: MakeDoor, httpserver: HTTPServer, status: int, headers: dict[str, str], error: type[EgressError], wait: float | None
) -> None:
    httpserver.expect_request("/").respond_with_data("", status=status, headers=headers)
    with pytest.raises(error) as raised:
        make_door(now=lambda: datetime(2026, 11, 21, tzinfo=UTC)).get(httpserver.url_for("/"))
    assert raised.value.retry_after == wait
    assert raised.value.url == httpserver.url_for("/")
    assert getattr(raised.value, "status", status) == status


def test_a_site_that_asks_to_wait_is_left_alone_for_so_long(make_door: MakeDoor, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("", status=429, headers={"Retry-After": "120"})
    httpserver.expect_ordered_request("/b").respond_with_data("ok")
    door = make_door()
    for _ in range(2):
        with pytest.raises(RateLimited):
            door.get(httpserver.url_for("/"))
    assert len(httpserver.log) == 1
    clock.now += 120
    assert door.get(httpserver.url_for("/b")).content == b"ok"


def test_a_get_that_fails_in_passing_is_tried_again(make_door: MakeDoor, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_ordered_request("/").respond_with_data("", status=502)
    httpserver.expect_ordered_request("/").respond_with_data("", status=500)
    httpserver.expect_ordered_request("/").respond_with_data("third")
    assert make_door().get(httpserver.url_for("/")).content == b"third"
    assert clock.slept == [0.5, 2.0]


def test_tries_are_bounded(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=500)
    with pytest.raises(ServerFailed):
        make_door().get(httpserver.url_for("/"))
    assert len(httpserver.log) == 3


def test_a_post_and_a_refusal_are_not_tried_again(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    httpserver.expect_request("/", method="POST").respond_with_data("", status=500)
    with pytest.raises(ClientRefused):
        make_door().get(httpserver.url_for("/gone"))
    with pytest.raises(ServerFailed):
        make_door().post(httpserver.url_for("/"), json={})
    assert len(httpserver.log) == 2


def test_no_second_try_without_time_for_it(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("", status=500)
    with pytest.raises(TimedOut, match="another try"):
        make_door(total_timeout=0.4).get(httpserver.url_for("/"))
    assert len(httpserver.log) == 1


def test_a_connection_that_is_refused_or_closed_is_tried_again(make_door: MakeDoor, raw_server: RawStart, clock: Clock) -> None:
    server = raw_server()
    with pytest.raises(ConnectFailed, match="without an answer"):
        make_door().get(server.url)
    assert len(server.asked) == 3
    server.close()
    with pytest.raises(ConnectFailed):
        make_door().get(server.url)
    assert clock.slept == [0.5, 2.0] * 2


def test_a_name_that_does_not_resolve_fails_to_connect(make_door: MakeDoor) -> None:
    with pytest.raises(ConnectFailed, match="does not resolve"):
        make_door(resolver=local_names()).get("http://nowhere.test/")


def test_the_next_address_is_tried_when_one_refuses(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    door = make_door(resolver=lambda host, port, seconds: ["127.0.0.77", "127.0.0.1"])
    assert door.get(f"http://feed.test:{httpserver.port}/").content == b"ok"


def test_a_host_that_keeps_failing_is_left_alone_then_probed(make_door: MakeDoor, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/").respond_with_data("", status=500)
    httpserver.expect_request("/well").respond_with_data("ok")
    door = make_door()
    for error in (ServerFailed, CircuitOpen, CircuitOpen):
        with pytest.raises(error):
            door.get(httpserver.url_for("/"))
    assert len(httpserver.log) == 5
    clock.now += 61
    assert door.get(httpserver.url_for("/well")).content == b"ok"
    assert door.get(httpserver.url_for("/well")).content == b"ok"


# --- Conditional requests


def test_validators_are_remembered_and_sent(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    def feed(request: Request) -> Answer:
        if request.headers.get("If-None-Match") == 'W/"1"' and request.headers.get("If-Modified-Since") == "Sat, 21 Nov 2026 00:00:00 GMT":
            return Answer(status=304)
        return Answer("data", headers={"ETag": 'W/"1"', "Last-Modified": "Sat, 21 Nov 2026 00:00:00 GMT"})

    httpserver.expect_request("/feed").respond_with_handler(feed)
    redirect(httpserver, "/moved", "/feed")
    kept: dict[str, Validators] = {}
    door = make_door(validators=kept)
    assert door.get(httpserver.url_for("/moved"), conditional=True).content == b"data"
    assert kept == {httpserver.url_for("/feed"): Validators(etag='W/"1"', last_modified="Sat, 21 Nov 2026 00:00:00 GMT")}
    with pytest.raises(NotModified):
        door.get(httpserver.url_for("/moved"), conditional=True)
    assert door.get(httpserver.url_for("/feed")).content == b"data"


def test_validators_that_are_no_longer_given_are_forgotten(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("new")
    kept = {httpserver.url_for("/"): Validators(etag='"old"')}
    make_door(validators=kept).get(httpserver.url_for("/"), conditional=True)
    assert kept == {}


def test_a_failed_answer_leaves_no_validators(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("junk", headers={"ETag": '"1"', "Content-Encoding": "gzip"})
    kept: dict[str, Validators] = {}
    with pytest.raises(BadAnswer):
        make_door(validators=kept).get(httpserver.url_for("/"), conditional=True)
    assert kept == {}


# --- Limits of our own


def test_short_waits_for_the_rate_limit_are_slept_and_long_ones_raise(make_door: MakeDoor, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    short = make_door(name="a", rate=1, rate_window=10)
    for _ in range(3):
        short.get(httpserver.url_for("/"))
    assert clock.slept == pytest.approx([10.0, 10.0])
    long = make_door(name="b", rate=1, rate_window=3600)
    long.get(httpserver.url_for("/"))
    with pytest.raises(RateLimited) as error:
        long.get(httpserver.url_for("/"))
    assert error.value.retry_after == pytest.approx(3600)


def test_another_fetch_from_the_same_host_is_waited_for(make_door: MakeDoor, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    limiter = MemoryLimiter(clock=clock)
    limiter.hold(f"127.0.0.1:{httpserver.port}", seconds=1)
    make_door(limiter=limiter).get(httpserver.url_for("/"))
    assert clock.slept == [0.25] * 4
    limiter.hold(f"127.0.0.1:{httpserver.port}", seconds=1000)
    with pytest.raises(RateLimited, match="under way"):
        make_door(limiter=limiter).get(httpserver.url_for("/"))


def test_the_connection_is_given_back_after_a_failure(make_door: MakeDoor, httpserver: HTTPServer, clock: Clock) -> None:
    httpserver.expect_request("/").respond_with_data("", status=404)
    door = make_door()
    for _ in range(2):
        with pytest.raises(ClientRefused):
            door.get(httpserver.url_for("/"))
    assert clock.slept == []


@pytest.mark.parametrize("headers", [{"X-Evil": "a\r\nHost: b"}, {"X-Evil\n": "a"}, {"X Evil": "a"}, {"": "a"}, {"X": "ä"}])
def test_a_header_that_cannot_be_sent_is_refused(make_door: MakeDoor, httpserver: HTTPServer, headers: dict[str, str]) -> None:
    with pytest.raises(ClientRefused, match="header"):
        make_door().get(httpserver.url_for("/"), headers=headers)
    assert httpserver.log == []


def test_logs_and_errors_hold_no_secrets(make_door: MakeDoor, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/ok").respond_with_data("ok")
    httpserver.expect_request("/gone").respond_with_data("", status=404)
    httpserver.expect_request("/broken").respond_with_data("", status=500)
    door = make_door(headers={"Authorization": "Bearer hunter2"})
    texts: list[str] = []
    with structlog.testing.capture_logs() as logs:
        door.get(httpserver.url_for("/ok?token=hunter2"))
        for path in ("/gone?apikey=hunter2", "/broken?key=hunter2"):
            with pytest.raises(EgressError) as error:
                door.get(httpserver.url_for(path))
            texts.append(f"{error.value!r} {error.value.url}")
    assert "hunter2" not in repr(logs) + "".join(texts)
    assert re.search(r"token=\*\*\*", repr(logs))
