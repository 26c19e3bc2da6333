"""Reports over time: expiry, erased authors, predictions for watched places, merges."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.rights import PIPELINE
from outbox.models import Change
from places.enums import Crowd, Openness
from places.models import Place, PlaceReport, PlaceStatus
from places.prediction import Running
from places.queries import places_now
from places.services import forget_reporters, let_expire, merge_places, refresh_places, report, unmerge_places
from places.visitor_reports import VisitorReport
from tests.factories import NOW, make_place

pytestmark = pytest.mark.django_db
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def visitor_report(address: str = "a", at=NOW, **said) -> VisitorReport:
    return VisitorReport(address=address, at=at, **(said or {"crowd": Crowd.BUSY}))


def settle() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def earlier(place: Place, *weeks: int, crowd: str = "busy") -> None:
    PlaceReport.objects.bulk_create(
        PlaceReport(place=place, crowd=crowd, reported_at=NOW - n * WEEK + HOUR / 2) for n in weeks
    )


def test_what_is_over_goes_and_readers_are_told():
    place = make_place()
    report(place.id, visitor_report())
    assert let_expire(now=NOW + timedelta(minutes=44)) == 0
    assert let_expire(now=NOW + timedelta(minutes=45)) == 1
    settle()
    assert [change.data["crowd"] for change in Change.objects.order_by("at")] == ["busy", "unknown"]


def test_who_reported_is_forgotten_after_a_day_and_what_after_half_a_year():
    place = make_place()
    report(place.id, visitor_report())
    assert forget_reporters(now=NOW + 23 * HOUR) == 0
    assert forget_reporters(now=NOW + 24 * HOUR) == 1
    assert list(PlaceReport.objects.values_list("address_hash", "crowd")) == [("", "busy")]
    forget_reporters(now=NOW + timedelta(days=180))
    assert not PlaceReport.objects.exists()


def test_a_watched_place_is_predicted_and_told_once():
    place = make_place(opening_hours="Sa 12:00-23:00")
    earlier(place, 1, 2, 3)
    running = {place.id: [Running(title="Moonlit Jazz", until=NOW + 2 * HOUR)]}
    assert refresh_places([place.id], running=running, now=NOW) == 3
    settle()
    known = places_now([place.id], now=NOW)[place.id]
    assert [(name, known[name], known["answers"][name]["source"]) for name in ("openness", "crowd", "special")] == [
        ("openness", "open", "prediction"), ("crowd", "busy", "prediction"), ("special", "On now: Moonlit Jazz", "prediction"),
    ]  # fmt: skip
    quarter = NOW + timedelta(minutes=15)
    assert refresh_places([place.id], running=running, now=quarter) == 0
    assert Change.objects.count() == 1


def test_what_is_no_longer_likely_goes():
    place = make_place()
    refresh_places([place.id], running={place.id: [Running(title="Jazz", until=NOW + 2 * HOUR)]}, now=NOW)
    assert refresh_places([place.id], running={}, now=NOW + timedelta(minutes=15)) == 2
    settle()
    assert not PlaceStatus.objects.exists()


def test_another_weekday_and_hour_say_nothing():
    place = make_place()
    PlaceReport.objects.bulk_create(
        PlaceReport(place=place, crowd="busy", reported_at=NOW - n * WEEK + shift)
        for n in (1, 2, 3, 4)
        for shift in (3 * HOUR, 24 * HOUR)
    )
    assert refresh_places([place.id], running={}, now=NOW) == 0


def test_what_a_platform_said_is_not_replaced_by_a_prediction():
    place = make_place(opening_hours="Mo 10:00-11:00")
    row = {
        "source": "prediction",
        "openness": "open",
        "confidence": 0.95,
        "observed_at": NOW,
        "valid_until": NOW + HOUR,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        PlaceStatus.objects.create(place=place, basis="said by Yelp", **row)
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert refresh_places([place.id], running={}, now=NOW) == 0
    assert refresh_places([place.id], running={}, now=NOW + HOUR) == 1
    assert PlaceStatus.objects.get().openness == "closed"


def test_the_number_of_queries_does_not_grow():
    counts = []
    for number in (1, 3):
        places = [make_place(name=f"P{number}{n}", opening_hours="24/7") for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert refresh_places([place.id for place in places], running={}, now=NOW) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_merge_brings_earlier_reports_and_evidence_and_takes_them_back():
    kept, gone = make_place(), make_place(name="Blue room bar")
    earlier(gone, 1, 2, 3)
    report(gone.id, visitor_report(openness=Openness.OPEN))
    merge_places(kept.id, gone.id, now=NOW, by=PIPELINE)
    assert places_now([kept.id], now=NOW)[kept.id]["openness"] == "open"
    assert refresh_places([kept.id], running={}, now=NOW) == 1
    unmerge_places(gone.id, now=NOW, by=PIPELINE)
    settle()
    assert places_now([gone.id], now=NOW)[gone.id]["openness"] == "open"
