"""The API by token, with the methods for staff as an example."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.tokens.families import rotate, start_family
from tests.factories import NOW, make_person

pytestmark = pytest.mark.django_db
SOURCES = "/api/v1/admin/sources"


def bearer(token: str, **headers: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}", **headers}, enforce_csrf_checks=True)


def operator():
    return make_person(rights=("sources.view_source", "sources.add_pause"))


def test_a_token_opens_what_its_person_may_without_cookie_or_csrf():
    api = bearer(start_family(operator(), methods=("pwd",)).access)
    answer = api.get(SOURCES)
    assert (answer.status_code, answer.cookies) == (200, {})
    assert api.post("/api/v1/admin/pipeline/pause", {}, content_type="application/json").status_code != 403
    refused = api.post(f"{SOURCES}/x/trigger", {}, content_type="application/json")
    assert (refused.status_code, refused.json()["right"]) == (403, "sources.run_source")


def test_without_a_token_the_challenge_names_both_ways():
    assert Client().get(SOURCES)["WWW-Authenticate"].startswith('Bearer realm="Nocturne", Session ')


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 5000])
def test_a_refused_token_is_a_problem_even_with_a_session(token):
    api = bearer(token)
    api.force_login(operator())
    refused = api.get(SOURCES)
    assert (refused.status_code, refused["Content-Type"]) == (401, "application/problem+json")
    assert 'error="invalid_token"' in refused["WWW-Authenticate"]


def test_an_access_token_lasts_a_quarter_of_an_hour_and_ends_with_its_family():
    pair = start_family(operator(), methods=("pwd",))
    with time_machine.travel(NOW + timedelta(minutes=16)):
        assert bearer(pair.access).get(SOURCES).status_code == 401
        pair = rotate(pair.refresh)
        assert bearer(pair.access).get(SOURCES).status_code == 200
        operator_now = pair.family.user
        operator_now.is_staff = False
        operator_now.save()
        assert bearer(pair.access).get(SOURCES).status_code == 401
