"""Visitor reports through the API: what is accepted, what is refused and why, and what readers get."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import User
from outbox.models import Change
from places.models import Place, PlaceReport, PlaceStatus
from tests.factories import NOW, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def tell(place_id, body, *, client: Client | None = None, address: str = "203.0.113.1", code: int = 200):
    response = (client or Client()).post(
        f"/api/v1/places/{place_id}/status",
        json.dumps(body),
        content_type="application/json",
        REMOTE_ADDR=address,
    )
    assert response.status_code == code, response.content
    with connection.cursor() as cursor:  # what a commit would check
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return response.json()


def member(email: str = "vera@example.com") -> tuple[User, Client]:
    user, client = User.objects.create_user(email, "correct horse battery"), Client()
    client.force_login(user)
    return user, client


def test_a_report_is_what_is_known_and_readers_hear_of_it(place):
    now = tell(
        place.id, {"openness": "open", "crowd": "busy", "waiting_minutes": 15, "special": "Live music"}
    )
    assert [now[name] for name in ("openness", "crowd", "waiting_minutes", "special")] == [
        "open",
        "busy",
        15,
        "Live music",
    ]
    assert now["answers"]["crowd"] == {
        "source": "user", "confidence": 0.45, "basis": "1 visitor", "age_seconds": 0, "observed_at": NOW.isoformat(),
        "valid_until": (NOW + timedelta(minutes=45)).isoformat(),
    }  # fmt: skip
    (change,) = Change.objects.all()
    assert (change.type, change.topics, change.data["crowd"]) == (
        "place.status",
        [f"place:{place.id}"],
        "busy",
    )
    assert "address" not in json.dumps(change.data)


def test_others_who_agree_make_it_surer_and_others_who_do_not_take_it_back(place):
    for number in (1, 2, 3):
        now = tell(place.id, {"openness": "closed"}, address=f"203.0.113.{number}")
    assert (now["openness"], now["confidence"], now["answers"]["openness"]["basis"]) == (
        "closed",
        0.79,
        "3 visitors",
    )
    for number in (4, 5, 6):
        now = tell(place.id, {"openness": "open"}, address=f"203.0.113.{number}")
    assert (now["openness"], now["evidence"]) == ("unknown", [])
    assert not PlaceStatus.objects.exists()


def test_a_network_of_ipv6_has_one_voice(place, monkeypatch):
    """Thirty addresses of one /64 are no thirty visitors."""
    for number in range(30):
        later = NOW + number * timedelta(minutes=3)
        monkeypatch.setattr(timezone, "now", lambda later=later: later)
        now = tell(place.id, {"openness": "closed"}, address=f"2001:db8:1:2::{number + 1:x}")
        cache.clear()
    assert (
        now["answers"]["openness"]["basis"],
        PlaceReport.objects.values("address_hash").distinct().count(),
    ) == ("1 visitor", 1)


def test_the_same_person_waits_and_is_told_how_long(place, monkeypatch):
    tell(place.id, {"crowd": "quiet"})
    refused = tell(place.id, {"crowd": "packed"}, code=429)
    assert "just reported" in refused["detail"]
    tell(place.id, {"crowd": "packed"}, address="203.0.113.2")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=3))
    assert tell(place.id, {"crowd": "packed"})["answers"]["crowd"]["basis"] == "2 visitors"


def test_one_address_reports_so_often(place):
    client = Client()
    places = [make_place(name=f"P{n}", city=None) for n in range(13)]
    codes = [
        client.post(
            f"/api/v1/places/{one.id}/status", '{"crowd": "quiet"}', content_type="application/json"
        ).status_code
        for one in places
    ]
    assert codes == [200] * 12 + [429]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "openness", "at least one thing"),
        ({"openness": "ajar"}, "openness", "not a valid choice"),
        ({"openness": "unknown", "crowd": "unknown"}, "openness", "at least one thing"),
        ({"crowd": "full"}, "crowd", "not a valid choice"),
        ({"waiting_minutes": -1}, "waiting_minutes", "greater than or equal to 0"),
        ({"waiting_minutes": 900}, "waiting_minutes", "less than or equal to 600"),
        ({"special": "Buy my pills"}, "special", "visitors choose from Live music"),
        ({"special": "x" * 121}, "special", "no more than 120"),
    ],
)
def test_what_cannot_be_used_is_told(place, body, field, words):
    (error,) = tell(place.id, body, code=400)["errors"]
    assert (error["field"], words in error["detail"]) == (field, True), error
    assert not PlaceReport.objects.exists()


def test_unknown_and_closed_places(place):
    assert "There is no place" in tell(uuid7(), {"crowd": "busy"}, code=404)["detail"]
    Place.objects.update(state="closed")
    assert tell(place.id, {"crowd": "busy"}, code=409)["detail"] == "This place has closed for good."


def test_only_json_is_read(place, client):
    assert client.post(f"/api/v1/places/{place.id}/status", {"crowd": "busy"}).status_code == 415


def test_an_owner_speaks_for_the_place_in_own_words(place):
    owner, client = member()
    place.owners.add(owner)
    now = tell(place.id, {"openness": "open", "special": "Fado from nine"}, client=client)
    assert (now["openness"], now["special"], now["source"], now["confidence"]) == (
        "open",
        "Fado from nine",
        "business",
        0.9,
    )
    now = tell(place.id, {"openness": "closed"})
    assert (now["openness"], now["source"]) == ("open", "business")


def test_who_is_signed_in_and_no_owner_is_a_visitor(place):
    _, client = member()
    assert tell(place.id, {"crowd": "busy"}, client=client)["answers"]["crowd"]["basis"] == "1 visitor"
    assert (
        tell(place.id, {"crowd": "busy"})["answers"]["crowd"]["basis"] == "1 visitor"
    )  # the same address without the account


def test_a_session_needs_its_csrf_token(place):
    user, _ = member()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert "CSRF" in tell(place.id, {"crowd": "busy"}, client=client, code=403)["detail"]
