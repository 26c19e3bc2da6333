"""Platforms' facts about places.

Matched, filled in, never over a person's value, and deleted when they expire.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from places.enums import PlaceState
from places.models import Place
from places.records import PlaceFacts
from places.services import forget_expired, take_places
from tests.factories import NOW, make_area, make_city, make_place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def city():
    from places.queries import forget_gazetteer

    forget_gazetteer()
    make_area()
    yield make_city()
    forget_gazetteer()


def facts(name: str = "The Lantern Room", **fields) -> PlaceFacts:
    defaults = {
        "external_ids": {"google_place_id": f"g-{name}"}, "lat": 12.9790, "lng": 77.6400, "address": "12th Main", "phone": "+91 80 1", "rating": 4.4,
        "opening_hours": "Mo-Su 18:00-01:00", "timezone": "Asia/Kolkata", "kinds": ("bar",),
    }  # fmt: skip
    return PlaceFacts(name=name, **{**defaults, **fields})


def take(*given: PlaceFacts, by: str = "google_places", keeps_days: int | None = 30, now=NOW):
    return take_places(given, by=by, keeps_days=keeps_days, now=now)


def held(name: str = "The Lantern Room", **fields) -> Place:
    return make_place(name=name, **{"lat": 12.9790, "lng": 77.6400, **fields})


def test_a_new_place_is_made_with_its_city_and_area():
    taken = take(facts())
    place = Place.objects.get()
    assert (taken.ids, taken.new, taken.changed, taken.seen) == ((place.id,), 1, 0, 1)
    assert (place.city.slug, place.area.slug, place.folded_name, place.kinds) == (
        "bengaluru",
        "indiranagar",
        "the lantern room",
        ["bar"],
    )
    assert (place.rating, place.rating_expires_at) == (Decimal("4.4"), NOW + 30 * DAY)
    assert place.aliases.get().folded == "the lantern room"


def test_the_same_facts_again_change_nothing():
    take(facts())
    before = Place.objects.values().get()
    taken = take(facts(), now=NOW + timedelta(hours=2))
    assert (taken.new, taken.changed) == (0, 0)
    assert Place.objects.values().get() == before


def test_a_place_is_known_by_its_id_wherever_it_is_said_to_be():
    take(facts())
    taken = take(
        facts(
            name="Lantern Room Bar",
            external_ids={"google_place_id": "g-The Lantern Room"},
            lat=13.2,
            lng=77.9,
        )
    )
    place = Place.objects.get()
    assert (taken.ids, taken.new, place.name) == ((place.id,), 0, "The Lantern Room")


@pytest.mark.parametrize(
    ("name", "lat", "same"),
    [
        ("The Lantern Room", 12.9795, True),  # 56 m
        ("the lantern  room", 12.9830, True),  # 445 m, the same name
        ("The Lantern Room", 12.9990, False),  # 2 km: another of a chain
        ("The Lantern Rooms", 12.9792, True),  # 22 m, much like it
        ("The Lantern Rooms", 12.9830, False),  # much like it, but not close
        ("Corner Cup", 12.9790, False),
    ],
)
def test_without_an_id_name_and_distance_decide(name, lat, same):
    place = held()
    taken = take(facts(name, external_ids={}, lat=lat))
    assert (taken.ids == (place.id,)) is same
    assert Place.objects.count() == (1 if same else 2)


def test_a_merged_place_stands_for_its_survivor():
    survivor = held("Blue Room", lat=12.9, lng=77.6)
    held(external_ids={"google_place_id": "g-The Lantern Room"}, state="merged", merged_into=survivor)
    assert take(facts()).ids == (survivor.id,)


def test_what_another_filled_stays_and_what_is_empty_is_filled():
    place = held(phone="+91 80 9", provided={"phone": {"by": "yelp"}}, website="https://own.example/")
    take(facts(website="https://lantern.example/"))
    place.refresh_from_db()
    assert (place.phone, place.website, place.address) == ("+91 80 9", "https://own.example/", "12th Main")
    take(facts(address="14, 12th Main"))
    place.refresh_from_db()
    assert place.address == "14, 12th Main"


def test_a_locked_field_is_never_touched():
    place = held(opening_hours="", locked_fields=["opening_hours", "lat", "rating", "state", "kinds"])
    take(facts(lat=12.9791, closed_for_good=True))
    place.refresh_from_db()
    assert (place.opening_hours, place.lat, place.rating, place.state, place.kinds) == (
        "",
        12.9790,
        None,
        PlaceState.ACTIVE,
        [],
    )


def test_a_place_closes_for_good_and_opens_again_by_the_same_word():
    take(facts())
    take(facts(closed_for_good=True))
    assert Place.objects.get().state == PlaceState.CLOSED
    take(facts(), by="yelp")
    assert Place.objects.get().state == PlaceState.CLOSED
    take(facts())
    assert Place.objects.get().state == PlaceState.ACTIVE


def test_facts_without_name_or_place_are_not_counted_as_seen():
    taken = take(
        facts(name=""), facts("No Spot", external_ids={}, lat=None, lng=None), facts(name="", external_ids={})
    )
    assert (taken.ids, taken.seen) == ((None, None, None), 0)


def test_hostile_values_do_not_break_the_batch():
    take(
        facts(
            "x" * 5000,
            website="javascript:" + "x" * 600,
            opening_hours="y" * 900,
            timezone="Mars/Olympus",
            rating=99.0,
            kinds=("k" * 90,) * 40,
        ),
        facts("Null Island", lat=0.0, lng=0.0),
        facts(
            "Nul\x00 \ud800Bar",
            external_ids={"a\x00": "b\x00"},
            kinds=("\x00",),
            address="1\x1b[31m",
            photos=[{"url": "\x00"}],
            lat=12.95,
        ),
    )
    names = sorted(Place.objects.values_list("name", "timezone", "rating", "lat"))
    assert names == [
        ("Nul Bar", "Asia/Kolkata", Decimal("4.40"), 12.95),
        ("Null Island", "Asia/Kolkata", Decimal("4.40"), None),
        ("x" * 200, "", None, 12.979),
    ]
    bar = Place.objects.get(name="Nul Bar")
    assert (bar.external_ids, bar.address, bar.kinds) == ({"a": "b"}, "1 [31m", [])
    assert not Place.objects.filter(website__startswith="javascript").exists()


def test_two_facts_of_one_place_in_a_batch_make_one():
    taken = take(facts(), facts())
    assert (taken.new, len(set(taken.ids))) == (1, 1)


def test_the_number_of_queries_does_not_grow():
    take(facts())  # the gazetteer is read once
    counts = []
    for size in (2, 40):
        given = [facts(f"House {size} {n}", lat=12.9 + n / 500) for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            take(*given)
        with CaptureQueriesContext(connection) as again:
            take(*given, now=NOW + 2 * DAY)
        counts.append((len(queries), len(again)))
    assert counts[0] == counts[1]


def test_what_may_be_kept_for_a_time_goes_when_it_is_over():
    take(facts())
    Place.objects.update(locked_fields=["phone"])
    assert forget_expired(now=NOW + 29 * DAY) == 0
    assert forget_expired(now=NOW + 30 * DAY) == 1
    place = Place.objects.get()
    assert (place.name, place.external_ids) == ("The Lantern Room", {"google_place_id": "g-The Lantern Room"})
    assert (
        place.address,
        place.rating,
        place.opening_hours,
        place.lat,
        place.lng,
        place.rating_expires_at,
    ) == (
        "",
        None,
        "",
        None,
        None,
        None,
    )
    assert (place.phone, place.provided, place.provided_until) == ("+91 80 1", {}, None)


def test_a_fact_that_is_told_again_is_kept_longer():
    take(facts())
    take(facts(), now=NOW + 10 * DAY)
    assert forget_expired(now=NOW + 31 * DAY) == 0
    assert forget_expired(now=NOW + 41 * DAY) == 1


def test_what_has_no_bound_stays():
    take(facts(), keeps_days=None)
    assert Place.objects.get().provided_until is None
    assert forget_expired(now=NOW + 4000 * DAY) == 0
