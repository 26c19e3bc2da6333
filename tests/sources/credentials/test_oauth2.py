"""OAuth 2: an expiring token is renewed once, however many workers need it."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connections
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.contract.enums import CredentialKind
from pipeline.contract.exceptions import CredentialsMissing
from sources.credentials.oauth2 import PATIENCE, UNSAID, renewed
from sources.credentials.store import credentials_for, opened
from sources.models import Alert, Credential
from tests.factories import NOW, make_credential
from tests.sources import platforms
from tests.sources.platforms import NAME, club_source, reachable

SOON = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def platform(monkeypatch: pytest.MonkeyPatch) -> None:
    platforms.install(monkeypatch)


@pytest.fixture
def asked(httpserver: HTTPServer, settings: Any) -> list[dict[str, str]]:
    """A token endpoint that stores its requests."""
    forms: list[dict[str, str]] = []

    def answer(request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()}
        forms.append({**form, "authorization": request.headers.get("authorization", "")})
        number = len(forms)
        body = {
            "access_token": f"new access token {number}",
            "refresh_token": f"new refresh token {number}",
            "expires_in": 3600,
        }
        return Response(json.dumps(body), content_type="application/json")

    reachable(httpserver, settings)
    httpserver.expect_request("/token", method="POST").respond_with_handler(answer)
    return forms


def token(url: str, *, expires_at: datetime | None, **more: str) -> Credential:
    values = {
        "access_token": "old access token", "refresh_token": "old refresh token", "token_url": url, "client_id": "us",
        "client_secret": "hush & hush", **more,
    }  # fmt: skip
    row = make_credential(connector=NAME, kind=CredentialKind.OAUTH2, **values)
    row.expires_at = expires_at
    row.save()
    return row


@pytest.mark.django_db
def test_a_token_that_lasts_is_left_alone(httpserver: HTTPServer, asked: list[Any]) -> None:
    row = token(httpserver.url_for("/token"), expires_at=NOW + timedelta(hours=1))
    assert (
        credentials_for(club_source("http://x.example", credential=row), now=NOW).get("access_token")
        == "old access token"
    )
    assert asked == []


@pytest.mark.django_db
def test_a_token_that_ends_is_renewed_and_the_new_refresh_token_kept(
    httpserver: HTTPServer, asked: list[Any]
) -> None:
    row = token(httpserver.url_for("/token"), expires_at=SOON)
    found = credentials_for(club_source("http://x.example", credential=row), now=NOW)
    assert found.get("access_token") == "new access token 1"
    row.refresh_from_db()
    assert opened(row.secret)["refresh_token"] == "new refresh token 1"
    assert row.expires_at == NOW + timedelta(hours=1)
    [form] = asked
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", "old refresh token")
    assert (form["client_id"], form["client_secret"], form["authorization"]) == ("us", "hush & hush", "")


@pytest.mark.django_db
def test_a_client_may_show_itself_by_basic(httpserver: HTTPServer, asked: list[Any]) -> None:
    renewed(token(httpserver.url_for("/token"), expires_at=SOON, token_auth="basic", scope="events"), now=NOW)
    [form] = asked
    assert form["authorization"] == "Basic dXM6aHVzaCslMjYraHVzaA=="
    assert "client_secret" not in form
    assert form["scope"] == "events"


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_asks(httpserver: HTTPServer, asked: list[Any]) -> None:
    row = token(httpserver.url_for("/token"), expires_at=SOON)
    together = Barrier(6)

    def work(_number: int) -> str:
        mine = Credential.objects.get(pk=row.pk)
        together.wait()
        try:
            return opened(renewed(mine, now=NOW).secret)["access_token"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(work, range(6))) == {"new access token 1"}
    assert len(asked) == 1


@pytest.mark.django_db
def test_an_answer_without_a_length_holds_an_hour(httpserver: HTTPServer, settings: Any) -> None:
    reachable(httpserver, settings)
    httpserver.expect_request("/token").respond_with_json({"access_token": "new"})
    row = renewed(token(httpserver.url_for("/token"), expires_at=SOON), now=NOW)
    assert row.expires_at == NOW + UNSAID
    assert opened(row.secret)["refresh_token"] == "old refresh token"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body"),
    [(400, '{"error": "invalid_grant"}'), (200, "<html>"), (200, '{"error": "x"}'), (200, "[]")],
)
def test_a_refused_renewal_is_an_alert_and_stops_only_what_has_ended(
    httpserver: HTTPServer, settings: Any, status: int, body: str
) -> None:
    reachable(httpserver, settings)
    httpserver.expect_request("/token").respond_with_data(body, status=status)
    row = token(httpserver.url_for("/token"), expires_at=SOON)
    source = club_source("http://x.example", credential=row)
    assert credentials_for(source, now=NOW).get("access_token") == "old access token"
    with pytest.raises(CredentialsMissing, match="has ended and could not be renewed"):
        credentials_for(source, now=SOON)
    [alert] = Alert.objects.all()
    assert alert.title == "The token of one could not be renewed"
    row.refresh_from_db()
    assert row.check_error.startswith("not renewed:")


@pytest.mark.django_db
def test_a_renewal_that_works_again_ends_the_alert(httpserver: HTTPServer, settings: Any) -> None:
    reachable(httpserver, settings)
    httpserver.expect_oneshot_request("/token").respond_with_data("", status=503)
    httpserver.expect_request("/token").respond_with_json({"access_token": "new", "expires_in": 60})
    row = token(httpserver.url_for("/token"), expires_at=SOON)
    renewed(row, now=NOW)
    later = NOW + PATIENCE
    assert opened(renewed(row, now=later).secret)["access_token"] == "new"
    assert Alert.objects.get().resolved_at == later


@pytest.mark.django_db
def test_a_platform_that_refused_is_left_alone_for_a_while(httpserver: HTTPServer, settings: Any) -> None:
    reachable(httpserver, settings)
    httpserver.expect_request("/token").respond_with_data("", status=400)
    row = token(httpserver.url_for("/token"), expires_at=SOON)
    for seconds in (0, 60, 299, 300):
        with suppress(CredentialsMissing):
            renewed(row, now=NOW + timedelta(seconds=seconds))
    assert len([request for request, _ in httpserver.log if request.path == "/token"]) == 2
