"""GET /api/v1/weather."""

from datetime import timedelta

from places.records import WeatherFacts
from places.services import record_weather
from tests.factories import NOW, make_city

HOUR = timedelta(hours=1)


def tell(*, until=NOW + HOUR) -> None:
    facts = WeatherFacts(
        observed_at=NOW - HOUR,
        valid_until=until,
        temperature_c=24.3,
        condition="light rain",
        source="OWM",
        attribution="OpenWeather",
    )
    record_weather(make_city(legacy_id="in--bengaluru").id, facts, now=NOW)


def test_the_weather_of_a_city(get):
    tell()
    reported = get("weather", city="bengaluru")
    assert (reported["city"], reported["temperature_c"], reported["condition"], reported["attribution"]) == (
        "bengaluru",
        24.3,
        "light rain",
        "OpenWeather",
    )
    assert get("weather", city="in--bengaluru") == reported


def test_what_is_not_known_or_too_old_is_404(get):
    make_city()
    assert get("weather", city="bengaluru", code=404)["status"] == 404
    tell(until=NOW)
    assert "Nothing is known" in get("weather", city="bengaluru", code=404)["detail"]


def test_a_wrong_question_is_told(get):
    make_city()
    assert get("weather", code=400)["errors"][0]["field"] == "city"
    assert get("weather", city="atlantis", code=400)["errors"][0]["field"] == "city"


def test_the_city_page_says_it_with_its_source_while_it_holds(client, db):
    tell()
    page = client.get("/bengaluru/").content.decode()
    assert "24 °C, light rain <small>OpenWeather</small>" in page


def test_the_city_page_says_nothing_that_is_stale(client, db):
    tell(until=NOW)
    assert "24 °C" not in client.get("/bengaluru/").content.decode()
