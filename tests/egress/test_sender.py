"""What is sent to addresses that people chose: byte by byte, the status is the answer, and nobody else's limits."""

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_httpserver import HTTPServer

from egress.client import GuardedClient
from egress.exceptions import AddressRefused, ConnectFailed, ServerFailed, TooManyRedirects
from egress.factory import check_address, open_client, open_metrics, open_sender, refused_hosts
from egress.models import RefusedHost
from egress.records import RequestPolicy
from pipeline.contract.http_errors import ClientRefused
from tests.egress.conftest import RawServer, redirect

MakeHttp = Callable[..., GuardedClient]
RawServers = Callable[..., RawServer]
SENDING = RequestPolicy(
    obey_robots=False, max_redirects=0, only_status=True, max_received=64, max_decoded=64, total_timeout=15.0
)


@pytest.fixture
def loopback(settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True


def test_content_goes_byte_by_byte_as_json(httpserver: HTTPServer, make_http: MakeHttp) -> None:
    httpserver.expect_request("/").respond_with_data("")
    body = '{"b":1, "a":"ಜಾಝ್"}'.encode()
    make_http().post(httpserver.url_for("/"), content=body, headers={"webhook-id": "msg_1"})
    (asked, _), *_rest = httpserver.log
    assert (asked.data, asked.headers["Content-Type"]) == (body, "application/json")
    assert asked.headers["Webhook-Id"] == "msg_1"


def test_of_an_answer_only_the_beginning_is_kept(httpserver: HTTPServer, make_http: MakeHttp) -> None:
    httpserver.expect_request("/").respond_with_data("x" * 10_000)
    assert (
        make_http(only_status=True, max_received=64, max_decoded=64).post(httpserver.url_for("/")).content
        == b"x" * 64
    )


@pytest.mark.parametrize(
    ("status", "error"), [(404, ClientRefused), (410, ClientRefused), (500, ServerFailed)]
)
def test_of_a_refusal_the_beginning_is_kept(
    httpserver: HTTPServer, make_http: MakeHttp, status: int, error: type[Exception]
) -> None:
    httpserver.expect_request("/").respond_with_data("no such hook " * 99, status=status)
    with pytest.raises(error) as caught:
        make_http(only_status=True, max_received=64, max_decoded=64).post(httpserver.url_for("/"))
    assert caught.value.status == status  # type: ignore[attr-defined]
    assert caught.value.content == (b"no such hook " * 9)[:64]  # type: ignore[attr-defined]


def test_without_the_policy_a_refusal_has_no_content(httpserver: HTTPServer, make_http: MakeHttp) -> None:
    httpserver.expect_request("/").respond_with_data("no", status=404)
    with pytest.raises(ClientRefused) as caught:
        make_http().post(httpserver.url_for("/"))
    assert caught.value.content == b""


@pytest.mark.parametrize(
    "body",
    [b"no gzip at all", gzip.compress(b"x" * 4096)[:-20]],
    ids=["broken", "cut"],
)
def test_a_broken_body_does_not_undo_its_status(
    raw_server: RawServers, make_http: MakeHttp, body: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(body) + 9)
    assert make_http(only_status=True).post(raw_server(head + body).url).status == 200


def test_a_redirect_is_not_followed_nor_looked_at(httpserver: HTTPServer, make_http: MakeHttp) -> None:
    redirect(httpserver, "/", "http://169.254.169.254/latest/meta-data/", status=307)
    with pytest.raises(TooManyRedirects) as caught:
        make_http(max_redirects=0).post(httpserver.url_for("/"))
    assert caught.value.status == 307
    assert len(httpserver.log) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("loopback")
class TestSender:
    def test_a_dead_address_of_somebody_holds_nobody_back(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/dead").respond_with_data("", status=500)
        httpserver.expect_request("/fine").respond_with_data("ok")
        for _ in range(7):
            with open_sender(SENDING, name="webhooks") as http, pytest.raises(ServerFailed):
                http.post(httpserver.url_for("/dead"), content=b"{}")
        with open_sender(SENDING, name="webhooks") as http:
            assert http.post(httpserver.url_for("/fine"), content=b"{}").status == 200
        with open_client(RequestPolicy(obey_robots=False), name="a-source") as http:
            assert http.get(httpserver.url_for("/fine")).content == b"ok"

    def test_all_hosts_are_one_in_the_metrics(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/token-of-somebody").respond_with_data("ok")
        with open_sender(SENDING, name="webhooks") as http:
            http.post(httpserver.url_for("/token-of-somebody"), content=b"{}")
        told = {(series.host, series.endpoint) for series in open_metrics().series()}
        assert ("webhooks", "other") in told
        assert not any("token" in endpoint for _, endpoint in told)

    def test_opt_outs_hold(self, refused: str) -> None:
        with pytest.raises(AddressRefused):
            check_address(f"https://hooks.{refused}/in")
        with open_sender(SENDING, name="webhooks") as http, pytest.raises(AddressRefused):
            http.post(f"https://hooks.{refused}/in", content=b"{}")

    def test_nobody_there(self, raw_server: RawServers) -> None:
        server = raw_server(b"")
        server.close()
        with open_sender(SENDING, name="webhooks") as http, pytest.raises(ConnectFailed):
            http.post(server.url, content=b"{}")

    @pytest.fixture
    def refused(self) -> Iterator[str]:
        RefusedHost.objects.create(host="opted-out.example", since=now())
        refused_hosts().forget()
        yield "opted-out.example"
        refused_hosts().forget()
