"""The factory reads the settings, with and without services."""

import secrets
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response as Answer

from egress.exceptions import AddressRefused, ServerFailed
from egress.factory import open_client
from egress.records import RequestPolicy, Validators
from pipeline.contract.http_errors import RateLimited

pytestmark = pytest.mark.django_db
POLICY = RequestPolicy(obey_robots=False)


@pytest.fixture
def loopback(settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("shared", [True, False])
def test_a_door_from_the_settings_fetches(httpserver: HTTPServer, settings: Any, shared: bool) -> None:
    settings.EGRESS_USER_AGENT = "Nocturne/0.1 (+https://nocturne.test/bot)"
    seen: list[str] = []
    httpserver.expect_request("/").respond_with_handler(
        lambda r: seen.append(r.headers["User-Agent"]) or Answer("ok", headers={"ETag": '"1"'})
    )
    kept: dict[str, Validators] = {}
    with open_client(POLICY, kept, name=secrets.token_hex(4), shared=shared) as http:
        assert http.get(httpserver.url_for("/")).content == b"ok"
    assert seen == ["Nocturne/0.1 (+https://nocturne.test/bot)"]
    assert kept == {httpserver.url_for("/"): Validators(etag='"1"')}


@pytest.mark.usefixtures("loopback")
def test_a_request_is_tried_as_often_as_the_setting_says(httpserver: HTTPServer, settings: Any) -> None:
    settings.FETCH_ATTEMPTS = 1
    httpserver.expect_request("/").respond_with_data("", status=500)
    with open_client(POLICY, shared=False) as http, pytest.raises(ServerFailed):
        http.get(httpserver.url_for("/"))
    assert len(httpserver.log) == 1


@pytest.mark.usefixtures("loopback")
def test_two_doors_of_a_source_share_its_rate(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    slow, name = RequestPolicy(obey_robots=False, rate=1, rate_window=3600), secrets.token_hex(4)
    with open_client(slow, name=name) as first, open_client(slow, name=name) as second:
        first.get(httpserver.url_for("/"))
        with pytest.raises(RateLimited):
            second.get(httpserver.url_for("/"))
    with open_client(slow, name=name, shared=False) as alone:
        assert alone.get(httpserver.url_for("/")).content == b"ok"


def test_loopback_is_refused_unless_a_setting_allows_it(httpserver: HTTPServer, settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = False
    with open_client(POLICY, shared=False) as http, pytest.raises(AddressRefused):
        http.get(httpserver.url_for("/"))
    assert httpserver.log == []


def test_without_valkey_a_door_goes_by_its_own_counts(httpserver: HTTPServer, settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    httpserver.expect_request("/").respond_with_data("ok")
    with open_client(POLICY, name="any") as http:
        assert http.get(httpserver.url_for("/")).content == b"ok"
