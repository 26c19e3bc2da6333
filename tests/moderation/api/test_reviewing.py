"""The review queue by the API: filters, pages, evidence, verdicts with a version, and undo."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from events.models import Event
from moderation import services
from moderation.enums import ReviewKind
from moderation.models import Review
from tests.factories import make_city, make_origin, make_person, make_staff, record_event

pytestmark = pytest.mark.django_db
WAY = "/api/v1/admin/reviews"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def waiting(title, *, kind=ReviewKind.EVENT, **more):
    event = record_event(
        title=title, approved=False, origin=make_origin(slug=title[:4].lower()), external_id=title
    )
    evidence = {"facts": {"title": title}, **more}
    filing = services.Filing(
        kind=kind,
        object_id=event.id,
        title=title,
        city_id=event.city_id,
        starts_at=event.start_at,
        evidence=evidence,
    )
    services.file_reviews([filing])
    return Review.objects.get(object_id=event.id)


def test_the_queue_is_read_page_by_page_at_one_cost(staff):
    reviews = [waiting(f"{name} night") for name in ("Raga", "Jazz", "Film", "Talk", "Quiz")]
    costs = []
    for limit in (1, 5):
        with CaptureQueriesContext(connection) as made:
            assert len(staff.get(WAY, {"limit": limit}).json()["results"]) == limit
        costs.append(len(made))
    assert costs[0] == costs[1]
    seen, way = [], f"{WAY}?limit=2"
    while way:
        page = staff.get(way).json()
        seen += [row["id"] for row in page["results"]]
        way = page["next"]
    assert seen == [str(review.pk) for review in sorted(reviews, key=lambda one: (-one.priority, one.pk))]
    assert page["total"] == 5


def test_a_review_says_what_one_needs_to_decide_it(staff):
    review = waiting("Raga at Dusk")
    services.claim(review.pk, by=User.objects.get())
    (row,) = staff.get(WAY, {"q": "dusk", "city": "bengaluru", "kind": "event", "mine": "1"}).json()[
        "results"
    ]
    event = Event.objects.get()
    assert (row["object"], row["event_version"], row["version"]) == (str(event.pk), event.version, 1)
    assert row["claim"]["mine"]
    assert {"approve", "reject", "merge"} <= set(row["verdicts"])
    assert "evidence" not in row
    assert staff.get(WAY, {"include": "evidence"}).json()["results"][0]["evidence"]["facts"] == {
        "title": "Raga at Dusk"
    }
    assert staff.get(f"{WAY}/{review.pk}").json()["evidence"] == review.evidence
    for query in ({"kind": "dance"}, {"cursor": "!"}, {"cursor": "WzFd"}, {"colour": "red"}, {"limit": "0"}):
        assert staff.get(WAY, query).status_code == 400
    assert staff.get(WAY, {"state": "decided"}).json()["results"] == []


def test_a_verdict_carries_the_version_and_is_undone(staff):
    review = waiting("Raga")
    way = f"{WAY}/{review.pk}/verdict"
    send = lambda **body: staff.post(way, body, content_type="application/json")  # noqa: E731
    assert send(verdict="approve", version=7).status_code == 409
    assert send(verdict="reject", version=1).status_code == 400
    done = send(verdict="reject", version=1, reason="spam", note="an advertisement")
    assert (done.status_code, done.json()["reason"]) == (200, "spam")
    assert "rejected it" in send(verdict="approve", version=2).json()["detail"]
    assert staff.get(f"{WAY}/{review.pk}").json()["decisions"][0]["id"] == done.json()["id"]
    undo = f"/api/v1/admin/decisions/{done.json()['id']}/undo"
    assert [staff.post(undo).status_code, staff.post(undo).status_code] == [200, 409]
    assert Event.objects.get().publication == "pending"


def test_reviews_of_other_cities_are_not_there(client):
    review = waiting("Raga")
    client.force_login(
        make_person(
            rights=["moderation.view_review", "moderation.change_review"], cities=[make_city(slug="goa")]
        )
    )
    assert client.get(WAY).json()["results"] == []
    assert client.get(f"{WAY}/{review.pk}").status_code == 404
    assert (
        client.post(
            f"{WAY}/{review.pk}/verdict",
            {"verdict": "approve", "version": 1},
            content_type="application/json",
        ).status_code
        == 404
    )
