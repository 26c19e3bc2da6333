"""Runs with places and weather: stored, counted, and successful without events."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from outbox.models import Change
from pipeline.connectors.platforms.google_places import GooglePlacesConnector
from pipeline.contract.enums import SourceType
from pipeline.contract.raw import RawPayload
from places.models import Place, PlaceStatus, Weather
from places.queries import forget_gazetteer
from sources.enums import RunState
from sources.models import FetchRun, Source
from sources.setup.context import known_places, params_for
from sources.triggers import load as load_module
from tests.data import SHARED, needs_data
from tests.factories import NOW, make_area, make_city
from tests.pipeline.connectors.loopback import sample
from tests.sources.feeds import feed_source

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def gazetteer():
    forget_gazetteer()
    make_city()
    make_area()
    yield
    forget_gazetteer()


def source_of(connector: str, slug: str = "", **config: Any) -> Source:
    return feed_source(
        slug or connector.replace("_", "-"), connector=connector, type=SourceType.API, config=config
    )


def load(source: Source, *bodies: bytes, now=NOW, url: str = "https://places.example/answer") -> FetchRun:
    payloads = [
        RawPayload(url=f"{url}/{number}", content=body, fetched_at=now) for number, body in enumerate(bodies)
    ]
    run = load_module.load(source, payloads, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return run


def nearby(**changes: Any) -> bytes:
    answer = json.loads(sample("google_places/nearby.json"))
    answer["places"][0].update(changes)
    return json.dumps(answer).encode()


def test_a_run_with_places_alone_is_good_and_counted():
    run = load(source_of("google_places"), nearby())
    assert (run.state, run.events_found, run.error_code) == (RunState.SUCCESS, 0, "")
    assert run.steps["places"] == {"seen": 2, "new": 2, "changed": 0, "statuses": 2, "unplaced": 0}
    room = Place.objects.get(name="The Lantern Room")
    assert (room.city.slug, room.area.slug, room.opening_hours, room.rating_expires_at) == (
        "bengaluru", "indiranagar", "Mo-Su 18:00-01:00", NOW + timedelta(days=30),
    )  # fmt: skip
    assert Place.objects.get(name="Corner Cup").state == "closed"


def test_what_google_says_of_now_holds_as_long_as_the_hours_agree():
    # NOW is Saturday 17:30 in Bengaluru: the hours begin at 18:00
    load(source_of("google_places"), nearby(currentOpeningHours={"openNow": False}))
    status = PlaceStatus.objects.get(place__name="The Lantern Room")
    assert (status.source, status.openness, status.confidence, status.valid_until) == (
        "google",
        "closed",
        0.95,
        NOW + HOUR / 2,
    )
    reported = Change.objects.get(object_id=status.place_id)
    assert (reported.type, reported.topics, reported.data["openness"]) == (
        "place.status",
        [f"place:{status.place_id}"],
        "closed",
    )


def test_a_word_against_the_hours_is_believed_less_and_not_as_long():
    load(source_of("google_places"), nearby(currentOpeningHours={"openNow": True}))
    status = PlaceStatus.objects.get(place__name="The Lantern Room")
    assert (status.openness, status.confidence, status.valid_until) == ("open", 0.7, NOW + 2 * HOUR)


def test_hours_alone_say_less_and_nothing_says_nothing():
    silent = {
        "currentOpeningHours": None,
        "regularOpeningHours": {
            "periods": [{"open": {"day": 6, "hour": 9}, "close": {"day": 6, "hour": 23}}]
        },
    }
    load(source_of("google_places"), nearby(**silent))
    status = PlaceStatus.objects.get(place__name="The Lantern Room")
    assert (status.openness, status.confidence) == ("open", 0.6)
    load(
        source_of("google_places", "other"),
        nearby(
            id="other", displayName={"text": "Silent Bar"}, currentOpeningHours=None, regularOpeningHours=None
        ),
    )
    assert not PlaceStatus.objects.filter(place__name="Silent Bar").exists()


def test_an_old_answer_says_nothing_of_now():
    source = source_of("google_places")
    body = RawPayload(url="https://places.example/a", content=nearby(), fetched_at=NOW - timedelta(days=2))
    run = load_module.load(source, [body], now=NOW)
    assert run.steps["places"]["statuses"] == 0
    assert not PlaceStatus.objects.exists()


def test_the_state_of_places_that_are_known():
    load(source_of("google_places"), nearby())
    source = source_of("google_places", "status", mode="status")
    assert known_places(source) == {"place_ids": ["ChIJ-lantern-room"]}
    assert params_for(source, now=NOW).checkpoint["place_ids"] == ["ChIJ-lantern-room"]
    assert known_places(source_of("google_places", "given", mode="status", place_ids=["x"])) == {}
    later = NOW + 2 * HOUR
    run = load(
        source,
        sample("google_places/status.json"),
        now=later,
        url="https://places.googleapis.com/v1/places/ChIJ-lantern-room",
    )
    assert (run.steps["places"]["new"], run.steps["places"]["statuses"]) == (0, 1)
    assert PlaceStatus.objects.get(place__name="The Lantern Room").openness == "open"


def test_yelp_brings_the_same_place_with_its_own_id_and_events_beside():
    load(source_of("google_places"), nearby())
    run = load(source_of("yelp"), sample("yelp/businesses.json"), sample("yelp/events.json"))
    assert (run.steps["places"]["new"], run.events_found) == (0, 2)
    room = Place.objects.get(name="The Lantern Room")
    assert room.external_ids == {"google_place_id": "ChIJ-lantern-room", "yelp_business_id": "x1Lantern"}
    assert PlaceStatus.objects.get(place=room, source="prediction").openness == "closed"


def test_weather_of_several_answers_becomes_one():
    run = load(
        source_of("openweathermap"),
        sample("openweathermap/current.json"),
        sample("openweathermap/forecast.json"),
    )
    assert run.steps["weather"] == {"seen": 2, "changed": 1, "unplaced": 0}
    weather = Weather.objects.get()
    assert (weather.city.slug, weather.temperature_c, weather.precipitation, len(weather.hourly)) == (
        "bengaluru",
        24.3,
        0.7,
        3,
    )
    assert (weather.attribution, Change.objects.get(type="weather.update").topics) == (
        "Weather data provided by OpenWeather",
        ["weather:bengaluru"],
    )


def test_weather_outside_every_city_is_counted_and_left():
    far = json.loads(sample("openweathermap/current.json"))
    far["coord"] = {"lat": -40.0, "lon": 10.0}
    run = load(source_of("openweathermap"), json.dumps(far).encode())
    assert run.steps["weather"] == {"seen": 1, "changed": 0, "unplaced": 1}
    assert not Weather.objects.exists()


def test_a_malformed_answer_fails_the_run_and_stores_nothing():
    run = load(
        source_of("openweathermap"), b'{"weather": [{"test": "fake"}], "main": {}, "coord": {}, "cod": 200}'
    )
    assert run.state == RunState.FAILED
    assert not Weather.objects.exists()


@needs_data
def test_recorded_places_of_google_are_taken_in_once():
    folder = (
        SHARED / "api/google_places/googlemaps__google-maps-services-java/src/test/resources/com/google/maps"
    )
    bodies = [path.read_bytes() for path in sorted(folder.glob("*.json"))]
    taken = [
        body
        for body in bodies
        if GooglePlacesConnector.recognizes(RawPayload(url="https://x.example/", content=body))
    ]
    source = source_of("google_places")
    first = load(source, *taken)
    assert first.steps["places"]["seen"] == 109
    assert Place.objects.count() == first.steps["places"]["new"] > 70
    again = load(source, *taken, now=NOW + HOUR)
    assert (again.steps["places"]["new"], again.steps["places"]["changed"]) == (0, 0)
