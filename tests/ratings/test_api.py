"""Ratings through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tokens.families import start_family
from events.models import Event, Organizer, OrganizerMember
from ratings.models import Rating
from tests.ratings.conftest import comes, confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(event):
    person = confirmed("ann")
    comes(event, person, is_checked_in=True)
    return {"Authorization": f"Bearer {start_family(person, methods=('pwd',)).access}"}


def put(client, path, body, headers):
    return client.put(path, body, "application/json", headers=headers)


def test_one_rates_reads_changes_and_deletes(client, event, ann):
    path = f"/api/v1/events/{event.pk}/ratings/mine"
    assert client.get(path, headers=ann).status_code == 404
    made = put(client, path, {"stars": 5}, ann)
    assert (made.status_code, made.json()["basis"], made.json()["state"]) == (201, "checked_in", "shown")
    assert client.get(path, headers=ann)["ETag"] == made["ETag"]
    changed = put(client, path, {"stars": 4, "text": "Loud."}, {**ann, "If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["state"]) == (200, "waiting")
    assert put(client, path, {"stars": 1}, {**ann, "If-Match": made["ETag"]}).status_code == 412
    assert client.delete(path, headers={**ann, "If-Match": made["ETag"]}).status_code == 412
    assert client.delete(path, headers=ann).status_code == 204
    assert client.delete(path, headers=ann).status_code == 204
    assert not Rating.objects.exists()


@pytest.mark.parametrize("body", [{}, {"stars": 0}, {"stars": 6}, {"stars": "5"}, {"stars": 5, "text": 7}])
def test_what_is_no_rating_is_refused(client, event, ann, body):
    assert put(client, f"/api/v1/events/{event.pk}/ratings/mine", body, ann).status_code == 400


def test_what_is_not_over_is_a_conflict(client, event, ann):
    later = timezone.now() + timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(
        start_at=later, end_at=None, start_date=later.date(), end_date=later.date()
    )
    answer = put(client, f"/api/v1/events/{event.pk}/ratings/mine", {"stars": 5}, ann)
    assert (answer.status_code, "when it is over" in answer.json()["detail"]) == (409, True)


def test_readers_see_what_passed_page_by_page_and_nobody_by_name(client, event, place, rates):
    for number in range(3):
        rates(f"p{number}", 5 - number, now=timezone.now() - timedelta(hours=number))
    rates("hidden", 1, "Not read yet.")
    first = client.get(f"/api/v1/events/{event.pk}/ratings?limit=2").json()
    assert [row["stars"] for row in first["results"]] == [5, 4]
    assert (first["count"], first["is_shrunk"], first["has_more"]) == (3, True, True)
    rest = client.get(first["next"]).json()
    assert [row["stars"] for row in rest["results"]] == [3]
    assert set(first["results"][0]) == {"id", "stars", "text", "basis", "at", "language", "answer"}
    assert client.get(f"/api/v1/places/{place.pk}/ratings").json()["average"] is None


def test_a_team_answers(client, event, rates, ann):
    rating = rates("bob", 2)
    path = f"/api/v1/ratings/{rating.pk}/answer"
    assert put(client, path, {"text": "Sorry."}, ann).status_code == 404
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    from accounts.models import User

    OrganizerMember.objects.create(
        organizer=owls, user=User.objects.get(email="ann@example.org"), role="owner"
    )
    Event.objects.filter(pk=event.pk).update(organizer=owls)
    made = put(client, path, {"text": "Sorry."}, ann)
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    assert client.get(path, headers=ann).json()["text"] == "Sorry."
    assert client.delete(path, headers={**ann, "If-Match": made["ETag"]}).status_code == 204
    assert client.get(path, headers=ann).status_code == 404
