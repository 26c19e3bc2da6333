"""Places that may be the same: sure pairs are merged, doubtful ones asked about once."""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.rights import PIPELINE
from moderation import services as moderation
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Review
from places.enums import PlaceState
from places.models import Place, PlaceMatch
from places.services import liken_places, mark_places_different
from places.tasks import liken_places as task
from tests.factories import EVENING, make_event, make_place

pytestmark = pytest.mark.django_db
HERE = {"lat": 12.97, "lng": 77.6}


def liken():
    return liken_places(since=EVENING - timedelta(days=9999), now=EVENING)


def test_the_same_house_is_merged_without_a_person():
    one = make_place(name="The Blue Room", address="12 Main St", **HERE)
    two = make_place(name="Blue Room", address="12 Main Street", lat=12.9701, lng=77.6)
    done = liken()
    assert (done.merged, done.asked) == (1, 0)
    assert {place.state for place in Place.objects.all()} == {PlaceState.ACTIVE, PlaceState.MERGED}
    match = PlaceMatch.objects.get()
    assert (match.first_id, match.second_id) == tuple(sorted([one.id, two.id]))
    assert "same name" in match.reasons
    assert liken().merged == 0


def test_what_is_doubtful_is_asked_about_once_with_both_sides():
    one = make_place(name="Blue Room", phone="1")
    two = make_place(name="The Blue Room Bengaluru")
    make_event(place=two)
    assert liken().asked == 1
    review = Review.objects.get()
    assert (review.kind, review.city_id) == (ReviewKind.VENUE, one.city_id)
    assert {side["name"] for side in review.evidence["places"]} == {"Blue Room", "The Blue Room Bengaluru"}
    assert sorted(side["events"] for side in review.evidence["places"]) == [0, 1]
    assert liken().asked == 0
    assert PlaceMatch.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"lat": 12.97, "lng": 77.6}, {"lat": 12.90, "lng": 77.7}),
        ({"address": "12 Main St", "phone": "080 1234567"}, {"address": "7 Elm Ave", "phone": "080 7654321"}),
    ],
)
def test_branches_of_a_chain_are_left_alone(one, other):
    make_place(name="Third Wave Coffee", **one)
    make_place(name="Third Wave Coffee", **other)
    assert liken() == type(liken())(merged=0, asked=0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"external_ids": {"google_place_id": "a"}}, {"external_ids": {"google_place_id": "b"}}),
        ({"phone": "1", "locked_fields": ["phone"]}, {"phone": "2", "locked_fields": ["phone"]}),
    ],
)
def test_what_a_platform_or_people_hold_apart_no_machine_merges(one, other):
    make_place(name="Blue Room", address="12 Main St", **HERE, **one)
    make_place(name="The Blue Room", address="12 Main St", **HERE, **other)
    assert liken().merged == 0


def test_different_is_never_asked_again():
    one, two = make_place(name="Blue Room"), make_place(name="The Blue Room")
    mark_places_different(one.id, two.id, by=PIPELINE)
    assert liken().asked == 0


def test_a_shared_telephone_number_brings_places_together():
    make_place(name="Ranga", phone="080 1234567")
    make_place(name="Ranga Shankara Theatre", phone="080 1234567")
    assert PlaceMatch.objects.count() == 0
    assert liken().asked + Place.objects.filter(state=PlaceState.MERGED).count() == 1


def asked() -> tuple[Review, User]:
    make_place(name="Blue Room", phone="1")
    make_place(name="The Blue Room Bengaluru")
    liken()
    return Review.objects.get(), User.objects.create_superuser(email="desk@example.org", password="x")


def test_a_moderator_merges_and_takes_it_back(client):
    review, person = asked()
    client.force_login(person)
    page = client.get(f"/admin/moderation/review/{review.pk}/change/")
    assert "The Blue Room Bengaluru" in page.text
    assert "One venue" in page.text
    review.refresh_from_db()
    kept = next(side["id"] for side in review.evidence["places"] if side["name"] == "The Blue Room Bengaluru")
    client.post(
        f"/admin/moderation/review/{review.pk}/decide/",
        {"verdict": "merge", "version": review.version, "other": kept},
    )
    assert Place.objects.get(name="Blue Room").merged_into == Place.objects.get(pk=kept)
    review.refresh_from_db()
    assert review.state == ReviewState.DECIDED
    moderation.undo(review.decisions.get(verdict="merge").pk, by=person)
    assert {place.state for place in Place.objects.all()} == {PlaceState.ACTIVE}
    review.refresh_from_db()
    assert review.state == ReviewState.OPEN


def test_a_moderator_keeps_them_apart():
    review, person = asked()
    moderation.decide(review.pk, Verdict.DIFFERENT, by=person, version=review.version)
    assert PlaceMatch.objects.get().outcome == "different"
    assert liken().asked == 0


def test_a_survivor_that_is_neither_is_refused():
    review, person = asked()
    with pytest.raises(ModerationError, match="neither"):
        moderation.decide(review.pk, Verdict.MERGE, by=person, other=make_place(name="C").id)


def test_the_task_looks_at_what_changed_lately():
    make_place(name="Blue Room", address="12 Main St", **HERE)
    make_place(name="The Blue Room", address="12 Main St", **HERE)
    assert task() == 1
