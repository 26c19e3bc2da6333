"""Keys: from a credential or the environment, checked first, replaced without a gap, counted by name."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now as clock
from pytest_httpserver import HTTPServer

from accounts.rights import PIPELINE
from pipeline.contract.enums import CredentialKind
from pipeline.contract.exceptions import CredentialsMissing
from sources.credentials.expiry import warn_of_ends
from sources.credentials.store import (
    OVERLAP,
    CheckFailed,
    CredentialInvalid,
    check,
    credentials_for,
    forget_previous,
    opened,
    quota_key,
    replace,
    store,
)
from sources.enums import Health
from sources.models import Alert, Credential, Source
from sources.setup.switch import disable, enable
from tests.factories import NOW, make_credential
from tests.sources import platforms
from tests.sources.platforms import NAME, VARIABLE, club_source, reachable

pytestmark = pytest.mark.django_db
GOOD, OLD, BAD = "good key of the club", "old key of the club", "bad key of the club"


@pytest.fixture(autouse=True)
def platform(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    platforms.install(monkeypatch)
    settings.PLATFORM_KEYS = {}


@pytest.fixture
def url(httpserver: HTTPServer, settings: Any) -> str:
    """The club's API, which accepts one key."""
    httpserver.expect_request("/me", headers={"authorization": f"Bearer {GOOD}"}).respond_with_data("{}")
    httpserver.expect_request("/me").respond_with_data("who are you", status=401)
    return reachable(httpserver, settings)


def test_a_source_has_its_own_credential_before_the_environments(settings: Any) -> None:
    settings.PLATFORM_KEYS = {VARIABLE: "from the environment"}
    source = club_source("http://club.example")
    assert credentials_for(source).get("key") == "from the environment"
    source.credential = make_credential(connector=NAME, key=OLD)
    assert (credentials_for(source).get("key"), credentials_for(source).kind) == (OLD, CredentialKind.KEY)


def test_requests_are_counted_under_the_keys_name_never_the_key(settings: Any) -> None:
    source = club_source("http://club.example")
    assert quota_key(source) == ""
    settings.PLATFORM_KEYS = {VARIABLE: GOOD}
    assert quota_key(source) == f"env:{VARIABLE}"
    source.credential = make_credential(connector=NAME, key=OLD)
    assert quota_key(source) == f"credential:{source.credential.pk}"


def test_a_credential_that_no_key_of_ours_opens_says_so(settings: Any) -> None:
    source = club_source("http://club.example", credential=make_credential(connector=NAME, key=OLD))
    settings.FIELD_ENCRYPTION_KEYS = ["another key " * 4]
    with pytest.raises(CredentialsMissing, match="cannot be read"):
        credentials_for(Source.objects.get(pk=source.pk))


def test_what_the_platform_takes_replaces_the_old_and_operators_hear_of_it(url: str) -> None:
    row = make_credential(connector=NAME, key=OLD)
    club_source(url, credential=row)
    after = replace(row, {"key": GOOD}, expires_at=NOW + timedelta(days=90), by=PIPELINE, now=NOW)
    assert (opened(after.secret), opened(after.previous)) == ({"key": GOOD}, {"key": OLD})
    assert (after.previous_until, after.issued_at, after.expires_at) == (
        NOW + OVERLAP,
        NOW,
        NOW + timedelta(days=90),
    )
    [reported] = Alert.objects.all()
    assert (reported.title, reported.resolved_at, reported.told_at) == (
        "The credential one was replaced",
        NOW,
        None,
    )


def test_what_the_platform_refuses_replaces_nothing(url: str) -> None:
    row = make_credential(connector=NAME, key=GOOD)
    club_source(url, credential=row)
    with pytest.raises(CheckFailed, match="401"):
        replace(row, {"key": BAD}, by=PIPELINE, now=NOW)
    row.refresh_from_db()
    assert (opened(row.secret), row.previous) == ({"key": GOOD}, "")
    assert not Alert.objects.exists()


def test_the_former_secret_is_forgotten_when_its_time_is_over(url: str) -> None:
    row = make_credential(connector=NAME, key=OLD)
    club_source(url, credential=row)
    replace(row, {"key": GOOD}, by=PIPELINE, now=NOW)
    assert forget_previous(now=NOW + OVERLAP - timedelta(seconds=1)) == 0
    assert forget_previous(now=NOW + OVERLAP) == 1
    row.refresh_from_db()
    assert (row.previous, row.previous_until, opened(row.secret)) == ("", None, {"key": GOOD})


@pytest.mark.parametrize(
    ("kind", "values", "named"),
    [
        (CredentialKind.KEY, {"key": " "}, "key: missing"),
        (CredentialKind.BASIC, {"username": "us"}, "password: missing"),
        (CredentialKind.FORM, {"password": "hush"}, "username: missing"),
        (CredentialKind.OAUTH2, {"client_id": "us"}, "access_token: missing"),
        (CredentialKind.OAUTH2, {"refresh_token": "r", "client_id": "us"}, "token_url: missing"),
    ],
)
def test_each_kind_says_what_it_lacks(kind: CredentialKind, values: dict[str, str], named: str) -> None:
    with pytest.raises(CredentialInvalid, match=named):
        store(Credential(name="one", connector=NAME, kind=kind.value), values, by=PIPELINE, now=NOW)


def test_a_check_is_written_down(url: str) -> None:
    row = make_credential(connector=NAME, key=BAD)
    club_source(url, credential=row)
    assert "401" in check(row, by=PIPELINE, now=NOW)
    row.secret = json.dumps({"key": GOOD})
    assert check(row, by=PIPELINE, now=NOW) == ""
    row.refresh_from_db()
    assert (row.checked_at, row.check_error) == (NOW, "")


def test_a_source_without_its_key_stays_off_and_names_the_variable() -> None:
    source = club_source("http://club.example")
    switched = enable(source, by=PIPELINE, now=NOW)
    source.refresh_from_db()
    assert (switched.ok, source.is_active, source.health) == (False, False, Health.NEEDS_KEY)
    assert VARIABLE in switched.error
    assert VARIABLE in source.health_detail


def test_a_source_whose_key_is_refused_stays_off_and_says_what_to_do(url: str) -> None:
    source = club_source(url, credential=make_credential(connector=NAME, key=BAD))
    switched = enable(source, by=PIPELINE, now=NOW)
    source.refresh_from_db()
    assert (switched.ok, source.is_active) == (False, False)
    assert "Give the source a credential or replace it" in switched.error


def test_a_source_whose_configuration_is_not_understood_stays_off(settings: Any) -> None:
    settings.PLATFORM_KEYS = {VARIABLE: GOOD}
    switched = enable(club_source("x", config={"adress": "http://club.example"}), by=PIPELINE, now=NOW)
    assert not switched.ok
    assert "config.adress" in switched.error


def test_a_source_with_a_good_key_is_on_and_due(url: str, settings: Any) -> None:
    settings.PLATFORM_KEYS = {VARIABLE: GOOD}
    source = club_source(url, next_fetch_at=clock() + timedelta(days=3))
    assert enable(source, by=PIPELINE, now=NOW).ok
    source.refresh_from_db()
    assert (source.is_active, source.next_fetch_at, source.health_detail) == (True, NOW, "Not asked yet.")
    disable(source, by=PIPELINE, now=NOW)
    source.refresh_from_db()
    assert (source.is_active, source.health, source.health_detail) == (
        False,
        Health.SLEEPING,
        "Switched off.",
    )


def test_operators_hear_two_weeks_before_the_end_and_once() -> None:
    row = make_credential(connector=NAME, key=GOOD)
    club_source("http://club.example", credential=row)
    Credential.objects.update(expires_at=NOW + timedelta(days=30))
    days = [warn_of_ends(now=NOW + timedelta(days=day)) for day in (0, 15, 16, 17, 31)]
    assert days == [0, 0, 1, 0, 0]
    [alert] = Alert.objects.all()
    assert (alert.title, alert.detail) == (
        "The credential one ends on 2026-12-21",
        "Used by Club. Get a new one from the platform and replace it.",
    )
    Credential.objects.update(expires_at=NOW + timedelta(days=300))
    warn_of_ends(now=NOW + timedelta(days=20))
    alert.refresh_from_db()
    assert alert.resolved_at == NOW + timedelta(days=20)


def test_operators_hear_when_a_rotation_is_due() -> None:
    make_credential(connector=NAME, key=GOOD)
    Credential.objects.update(issued_at=NOW, rotation_days=90)
    assert [warn_of_ends(now=NOW + timedelta(days=day)) for day in (89, 90, 91)] == [0, 1, 0]
    assert Alert.objects.get().title == "The credential one should be replaced"


def test_a_token_that_renews_itself_is_no_news() -> None:
    make_credential(
        connector=NAME,
        kind=CredentialKind.OAUTH2,
        access_token="a",
        refresh_token="r",
        token_url="u",
        client_id="c",
    )
    Credential.objects.update(expires_at=NOW + timedelta(hours=1))
    assert warn_of_ends(now=NOW) == 0
