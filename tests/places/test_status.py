"""The state of places: stored by one service, announced, and never invented."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from outbox.models import Change
from places.enums import Crowd, Openness, StatusSource
from places.models import Place, PlaceStatus
from places.queries import known_ids
from places.records import StatusFacts
from places.services import record_statuses
from tests.factories import NOW, make_place

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def said(place: Place, **fields) -> StatusFacts:
    defaults = {
        "source": StatusSource.GOOGLE, "openness": Openness.OPEN, "confidence": 0.9, "observed_at": NOW, "valid_until": NOW + 2 * HOUR,
    }  # fmt: skip
    return StatusFacts(place_id=place.id, **{**defaults, **fields})


def settle() -> None:
    """Run the checks of a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def bypass(place: Place) -> None:
    with transaction.atomic():
        PlaceStatus.objects.create(
            place=place, source="google", openness="open", observed_at=NOW, valid_until=NOW + HOUR
        )
        settle()


def test_evidence_is_stored_and_announced():
    place = make_place()
    assert record_statuses([said(place)], now=NOW) == 1
    settle()
    change = Change.objects.get()
    assert (change.type, change.object_type, change.object_id, change.topics) == (
        "place.status",
        "place",
        place.id,
        [f"place:{place.id}"],
    )
    assert (change.data["openness"], change.data["confidence"], change.data["crowd"]) == (
        "open",
        0.9,
        "unknown",
    )
    assert PlaceStatus.objects.get().openness == "open"


def test_another_way_is_refused_by_the_database():
    place = make_place()
    with pytest.raises(IntegrityError, match="outbox"):
        bypass(place)


def test_the_same_answer_again_tells_nobody_until_half_its_time_is_over():
    place = make_place()
    record_statuses([said(place)], now=NOW)
    later = NOW + timedelta(minutes=15)
    assert record_statuses([said(place, observed_at=later, valid_until=later + 2 * HOUR)], now=later) == 0
    later = NOW + timedelta(minutes=75)
    assert record_statuses([said(place, observed_at=later, valid_until=later + 2 * HOUR)], now=later) == 1
    assert PlaceStatus.objects.get().valid_until == later + 2 * HOUR
    assert Change.objects.count() == 2


def test_another_answer_tells_at_once_and_an_older_one_never():
    place = make_place()
    record_statuses([said(place)], now=NOW)
    assert (
        record_statuses(
            [said(place, openness=Openness.CLOSED, observed_at=NOW + timedelta(minutes=1))],
            now=NOW + timedelta(minutes=1),
        )
        == 1
    )
    assert record_statuses([said(place, observed_at=NOW)], now=NOW + timedelta(minutes=2)) == 0
    assert PlaceStatus.objects.get().openness == "closed"


@pytest.mark.parametrize(
    "fields",
    [
        {"openness": Openness.UNKNOWN},
        {"valid_until": NOW},
        {"observed_at": NOW - 3 * HOUR, "valid_until": NOW - HOUR},
    ],
)
def test_without_an_answer_that_holds_nothing_is_stored(fields):
    assert record_statuses([said(make_place(), **fields)], now=NOW) == 0
    assert not PlaceStatus.objects.exists()


def test_sources_stand_beside_each_other_and_the_surest_is_told():
    place = make_place()
    record_statuses(
        [
            said(place),
            said(
                place, source=StatusSource.USER, openness=Openness.UNKNOWN, crowd=Crowd.BUSY, confidence=0.4
            ),
        ],
        now=NOW,
    )
    settle()
    (change,) = Change.objects.all()
    assert (
        change.data["openness"],
        change.data["crowd"],
        [row["source"] for row in change.data["evidence"]],
    ) == (
        "open",
        "busy",
        ["google", "user"],
    )


def test_the_places_that_were_asked_longest_ago_come_first():
    fresh, stale, never, gone = (
        make_place(name=f"P{n}", external_ids={"google_place_id": f"g{n}"}) for n in range(4)
    )
    make_place(name="Elsewhere")
    record_statuses([said(fresh), said(stale, observed_at=NOW - HOUR)], now=NOW)
    Place.objects.filter(pk=gone.pk).update(state="closed")
    assert known_ids("google_place_id") == ["g2", "g1", "g0"]
    assert known_ids("google_place_id", city_id=never.city_id, limit=1) == ["g2"]
