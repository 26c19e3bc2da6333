"""Rain and heat for outdoor events: a badge on cards and pages, and indoor events nearby."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.queries import indoor_nearby, running_at
from places.prediction import Running
from places.records import WeatherFacts
from places.services import record_weather
from tests.factories import EVENING, make_city, make_event, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
HOUR = timedelta(hours=1)
#: 20:00 in Bengaluru, when events of the factory begin.
EIGHT = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
PARK = {"lat": 12.9784, "lng": 77.6408, "setting": "outdoor"}


def forecast(**step) -> None:
    hours = [
        {"at": (EVENING + n * 3 * HOUR).isoformat(), "temperature_c": 24.0, "condition": "clear sky", **step}
        for n in range(-1, 16)
    ]
    reported = WeatherFacts(
        observed_at=EVENING - HOUR,
        valid_until=EVENING + HOUR,
        temperature_c=24.0,
        hourly=hours,
        attribution="OpenWeather",
    )
    record_weather(make_city().id, reported, now=EVENING)


def badges(html: str) -> list[str]:
    return re.findall(r'class="outlook outlook--\w+">.*?</svg>([^<]*)</span>', html)


def page(client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"precipitation": 0.7}, ["Rain likely, 70 %"]),
        ({"temperature_c": 38.0}, ["Hot, 38 °C"]),
        ({"precipitation": 0.2}, []),
    ],
)
def test_the_badge_is_words_on_the_page_and_on_cards(client, step, words):
    forecast(**step)
    event = make_event(title="Lake Walk", **PARK)
    assert badges(page(client, event.get_absolute_url())) == words
    assert badges(page(client, "/bengaluru/")) == words
    assert badges(page(client, f"/events/{event.id}/card")) == words
    assert badges(page(client, "/search?q=lake")) == words


@pytest.mark.parametrize(
    "fields",
    [
        {"setting": "indoor"}, {"setting": "unknown"}, {"happening": "cancelled"}, {"online": "yes"},
        {"start": EIGHT - 30 * HOUR, "end_at": EIGHT - 28 * HOUR}, {"start": EIGHT + 96 * HOUR},
    ],
)  # fmt: skip
def test_who_does_not_get_wet_has_no_badge(client, fields):
    forecast(precipitation=0.9)
    event = make_event(title="Lake Walk", **{**PARK, **fields})
    assert badges(page(client, event.get_absolute_url())) == []


def test_days_without_a_clock_have_the_weather_of_the_day(client):
    forecast(precipitation=0.9)
    event = make_event(title="Fair", all_day=True, start=EIGHT + 24 * HOUR, end_at=EIGHT + 24 * HOUR, **PARK)
    assert badges(page(client, event.get_absolute_url())) == ["Rain likely, 90 %"]


def test_a_badge_brings_what_is_under_a_roof_nearby_the_same_day(client):
    forecast(precipitation=0.9)
    event = make_event(title="Lake Walk", **PARK)
    near = {"lat": 12.98, "lng": 77.64, "setting": "indoor"}
    make_event(title="Quartet", **{**near, "lat": 12.979})
    make_event(title="Farther Quartet", **{**near, "lat": 12.99})
    make_event(title="Exhibition", **near, start=EIGHT - 48 * HOUR, end_at=EIGHT + 48 * HOUR)
    make_event(title="Far Quartet", **{**near, "lat": 13.2})
    make_event(title="Tomorrow's Quartet", **near, start=EIGHT + 24 * HOUR)
    make_event(title="No Quartet", **near, happening="cancelled")
    make_event(title="Garden Quartet", **{**near, "setting": "outdoor"})
    html = page(client, event.get_absolute_url())
    block = html[html.index('id="indoors"') :].partition("</section>")[0]
    assert re.findall(r'class="card__title"><a[^>]*>([^<]*)<', block) == [
        "Quartet",
        "Exhibition",
        "Farther Quartet",
    ]
    assert 'href="#indoors"' in html
    assert "OpenWeather" in html


def test_what_most_likely_has_a_roof_is_offered_as_that(client):
    forecast(temperature_c=36.0)
    event = make_event(title="Lake Walk", **PARK)
    near = {"lat": 12.98, "lng": 77.64}
    make_event(title="Matinee", **near, category_id="film")
    make_event(title="Band", **near, category_id="music")
    make_event(title="Drive-in", **near, category_id="film", setting="outdoor")
    html = page(client, event.get_absolute_url())
    assert "Most likely under a roof nearby" in html
    assert [other.title for other in indoor_nearby(event, now=EVENING)] == ["Matinee"]


def test_in_fine_weather_nobody_is_sent_under_a_roof(client):
    forecast()
    make_event(title="Quartet", lat=12.98, lng=77.64, setting="indoor")
    assert "indoors" not in page(client, make_event(title="Lake Walk", **PARK).get_absolute_url())


def test_without_a_point_the_same_city_serves():
    make_event(title="Quartet", setting="indoor")
    found = indoor_nearby(make_event(title="Lake Walk", setting="outdoor"), now=EVENING)
    assert [event.title for event in found] == ["Quartet"]


def test_the_page_listens_to_the_weather_of_what_is_outdoors(client):
    event = make_event(title="Lake Walk", **PARK)
    assert f'data-live-topics="events:event:{event.id},weather:bengaluru"' in page(
        client, event.get_absolute_url()
    )


def test_the_number_of_queries_does_not_grow(client):
    forecast(precipitation=0.9)
    event = make_event(title="Lake Walk", **PARK)
    counts = []
    for number in range(1, 4):
        make_event(title=f"Quartet {number}", lat=12.98, lng=77.64, setting="indoor")
        with CaptureQueriesContext(connection) as queries:
            page(client, event.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 13


def test_what_is_on_at_a_place_now():
    place, other = (make_place(name=name, city=None) for name in ("a", "b"))
    make_event(
        title="On",
        place=place,
        start=EVENING - HOUR,
        end_at=EVENING + HOUR,
        capacity=200,
        popularity={"attending": 150},
    )
    make_event(title="On without an end", place=place, start=EVENING - 2 * HOUR, sold_out=True)
    make_event(title="Over", place=place, start=EVENING - 3 * HOUR, end_at=EVENING)
    make_event(title="Later", place=place, start=EVENING + HOUR)
    make_event(title="Off", place=place, start=EVENING - HOUR, end_at=EVENING + HOUR, happening="postponed")
    make_event(
        title="For days",
        place=place,
        start=EVENING - HOUR,
        end_at=EVENING + 90 * HOUR,
        opening_hours="Mo-Su 10:00-18:00",
    )
    make_event(title="Any time", place=place, all_day=True)
    make_event(
        title="Waiting", place=place, start=EVENING - HOUR, end_at=EVENING + HOUR, publication="pending"
    )
    make_event(title="Elsewhere", place=other, start=EVENING - HOUR, end_at=EVENING + HOUR)
    assert running_at([place.id], now=EVENING) == {
        place.id: [
            Running(title="On", until=EVENING + HOUR, filled=0.75),
            Running(title="On without an end", until=EVENING + HOUR, sold_out=True),
        ]
    }
