"""A program learns the questions and the places of a registration, and registers by what it learned."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.enums import Happening
from events.models import Event
from registrations.models import Registration, RegistrationSetup
from tests.factories import make_event

pytestmark = pytest.mark.django_db


def _terms(client: Client, event: Event, **headers: str):
    return client.get(f"/api/v1/events/{event.pk}/registration/terms", headers=headers or None)


def test_the_ids_of_the_questions_are_those_that_registering_takes(client: Client, setup, event):
    RegistrationSetup.objects.update(
        questions=[{"id": "q1", "label": "Diet?", "required": True}, {"id": "q2", "label": "Shoes?"}]
    )
    told = _terms(client, event)
    assert (told.status_code, told["Cache-Control"]) == (200, "public, max-age=0")
    asked = told.json()["questions"]
    assert [(one["label"], one["required"]) for one in asked] == [("Diet?", True), ("Shoes?", False)]
    said = {"name": "Ann", "email": "ann@example.org", "answers": {asked[0]["id"]: "None"}}
    answer = client.post(f"/api/v1/events/{event.pk}/registration", said, "application/json")
    assert answer.status_code == 201, answer.content
    assert '"q1": "None"' in Registration.objects.get().answers


def test_places_are_counted_and_the_close_says_why(client: Client, setup, event, comes):
    comes("Ann", guests=1)
    comes("Ben")
    told = _terms(client, event).json()
    assert (told["capacity"], told["free"], told["waiting"], told["most_guests"]) == (2, 0, 1, 2)
    assert (told["is_open"], told["closed_because"]) == (True, None)
    assert told["closes_at"] == event.start_at.isoformat()
    Event.objects.update(happening=Happening.CANCELLED)
    told = _terms(client, event, **{"Accept-Language": "fr"}).json()
    assert told["is_open"] is False
    assert "inscri" in told["closed_because"]
    Event.objects.update(happening=Happening.SCHEDULED)
    RegistrationSetup.objects.update(closes_at=timezone.now() - timedelta(minutes=1), capacity=None)
    told = _terms(client, event).json()
    assert (told["is_open"], told["closed_because"]) == (False, "Registration has ended.")
    assert (told["capacity"], told["free"]) == (None, None)


def test_merged_removed_unlisted_and_without_registration(client: Client, setup, event):
    other = make_event(title="Elsewhere")
    assert _terms(client, other).status_code == 404
    Event.objects.filter(pk=event.pk).update(publication="removed")
    assert _terms(client, event).status_code == 410
    Event.objects.filter(pk=event.pk).update(publication="pending")
    assert _terms(client, event).status_code == 404
    Event.objects.filter(pk=event.pk).update(publication="merged", merged_into=other)
    led = _terms(client, event)
    assert (led.status_code, led["Location"]) == (301, f"/api/v1/events/{other.pk}/registration/terms")


def test_the_number_of_queries_does_not_grow(client: Client, event, comes, django_assert_max_num_queries):
    for number in range(12):
        comes(f"P{number}")
    with django_assert_max_num_queries(5):
        assert _terms(client, event).json()["waiting"] == 10
