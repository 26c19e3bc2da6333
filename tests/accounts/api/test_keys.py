"""API keys over HTTP: made for the password, opening what their scopes name, with a limit of their own."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from accounts.keys.holding import KeyWish, make_key
from accounts.keys.scopes import Scope
from accounts.models import ApiKey, User
from accounts.tokens.families import start_family
from tests.factories import make_person
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
KEYS = "/api/v1/me/keys"


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    cache.clear()


@pytest.fixture
def vera() -> User:
    return make_person(email="vera@example.org", is_staff=False)


def bearing(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"}, enforce_csrf_checks=True)


@pytest.fixture
def api(vera: User) -> Client:
    return bearing(start_family(vera, methods=("pwd",)).access)


def make(api: Client, headers: Any = None, **more: Any) -> Any:
    body = {"name": "calendar", "scopes": ["me:read"], "password": PASSWORD, **more}
    return api.post(KEYS, body, content_type="application/json", headers=headers or {})


def with_scopes(person: User, *scopes: Scope) -> Client:
    from datetime import timedelta

    wish = KeyWish(name="a", scopes=scopes, expires_at=now() + timedelta(days=1))
    return bearing(make_key(person, wish, by=person, has_factor=False)[1])


def test_a_key_is_told_once_and_its_owner_gets_a_mail(api, vera, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = make(api)
    assert answer.status_code == 201
    secret = answer.json()["key"]
    assert bearing(secret).get("/api/v1/me").json()["email"] == vera.email
    listed = api.get(KEYS).json()["results"]
    assert [row["name"] for row in listed] == ["calendar"]
    assert secret not in str(listed)
    assert listed[0]["used_at"]
    (message,) = mail.outbox
    assert (message.to, "calendar" in message.body, secret in message.body) == ([vera.email], True, False)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"password": "wrong"}, "password"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"rights": ["sources.add_pause"]}, "rights"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2999-01-01T00:00:00Z"}, "expires_at"),
        ({"name": ""}, "name"),
        ({"name": "<b></b>"}, "name"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_by_field(api, wish, field):
    answer = make(api, **wish)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
    assert ApiKey.objects.count() == 0


def test_a_repeated_wish_makes_one_key_and_does_not_tell_it_again(api):
    first, second = (make(api, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.status_code, second.status_code, ApiKey.objects.count()) == (201, 201, 1)
    assert second.json() == {**first.json(), "key": ""}


def test_a_key_makes_lists_and_revokes_no_keys(api):
    by_key = bearing(make(api).json()["key"])
    answers = [make(by_key), by_key.get(KEYS), by_key.delete(f"{KEYS}/{ApiKey.objects.get().pk}")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert "No API key" in answers[0].json()["detail"]


def test_a_revoked_key_is_401_everywhere_from_the_next_request_on(api):
    made = make(api).json()
    by_key = bearing(made["key"])
    assert api.delete(f"{KEYS}/{made['id']}").status_code == 204
    assert api.delete(f"{KEYS}/{made['id']}").status_code == 204
    for path in ("/api/v1/me", "/api/v1/events", "/api/v1/categories"):
        answer = by_key.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_nobody_revokes_the_key_of_somebody_else(api):
    made = make(api).json()
    eve = bearing(start_family(make_person(email="eve@example.org"), methods=("pwd",)).access)
    assert eve.delete(f"{KEYS}/{made['id']}").status_code == 404
    assert bearing(made["key"]).get("/api/v1/me").status_code == 200


def test_a_scope_opens_its_methods_and_the_refusal_names_the_missing_one(vera):
    reader, writer = with_scopes(vera, Scope.ME_READ), with_scopes(vera, Scope.ME_WRITE)
    change = {"free_only": True}
    read = [each.get("/api/v1/me/preferences").status_code for each in (reader, writer)]
    refused = reader.patch("/api/v1/me/preferences", change, content_type="application/json")
    done = writer.patch("/api/v1/me/preferences", change, content_type="application/json")
    assert (read, refused.status_code, done.status_code) == ([200, 403], 403, 200)
    assert refused.json()["scope"] == "me:write"


def test_what_is_grave_no_key_opens(vera):
    everything = with_scopes(vera, *Scope)
    body = {"password": PASSWORD}
    answers = [
        everything.delete("/api/v1/me", body, content_type="application/json"),
        everything.patch("/api/v1/me", {"name": "x"}, content_type="application/json"),
        everything.post("/api/v1/me/export", {}, content_type="application/json"),
        everything.post("/api/v1/me/export/link", body, content_type="application/json"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    vera.refresh_from_db()
    assert vera.is_active


def test_a_key_in_the_address_is_not_looked_at(api):
    key = make(api).json()["key"]
    assert Client().get(f"/api/v1/me?token={key}&api_key={key}").status_code == 401


def test_a_key_has_a_limit_of_its_own(vera, settings):
    settings.API_RATE_LIMIT, settings.API_KEY_RATE_LIMIT = 2, 3
    one, two = with_scopes(vera, Scope.ME_READ), with_scopes(vera, Scope.ME_READ)
    answers = [one.get("/api/v1/categories") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"key";q=3;w=60'
    assert answers[0]["RateLimit"].startswith('"key";r=2;')
    assert (two.get("/api/v1/categories").status_code, Client().get("/api/v1/categories").status_code) == (
        200,
        200,
    )


def test_wrong_keys_count_for_their_network(settings):
    settings.API_RATE_LIMIT = 2
    assert [bearing("noc_x").get("/api/v1/categories").status_code for _ in range(2)] == [401, 401]
    assert Client().get("/api/v1/categories").status_code == 429


def test_staff_by_a_key_do_what_it_passes_on(settings):
    anna = make_person(email="anna@example.org", rights=["sources.view_source", "sources.view_fetchrun"])
    access = start_family(anna, methods=("pwd", "otp")).access
    key = make(bearing(access), rights=["sources.view_source"]).json()["key"]
    answers = [bearing(key).get(f"/api/v1/admin/{what}") for what in ("sources", "runs")]
    assert [answer.status_code for answer in answers] == [200, 403]
    assert answers[1].json()["right"] == "sources.view_fetchrun"
    settings.STAFF_SECOND_FACTOR = True
    assert (
        make(bearing(start_family(anna, methods=("pwd",)).access), rights=["sources.view_source"]).status_code
        == 400
    )


def test_the_list_costs_as_many_queries_for_30_keys_as_for_1(api, vera, django_assert_num_queries):
    counts = []
    for number in (1, 29):
        for _ in range(number):
            ApiKey.objects.create(
                user=vera, name="a", secret_hash=f"{ApiKey.objects.count():064}", shown="noc_", scopes=[], account_mark="", expires_at=now()
            )  # fmt: skip
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert api.get(KEYS).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
