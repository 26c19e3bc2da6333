"""Answers about places and weather in which any value may be anything: read or refused, never a crash, and
the good ones stay within bounds."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.connectors.platforms.google_places import GooglePlacesConfig, GooglePlacesConnector
from pipeline.connectors.platforms.openweathermap import OpenWeatherMapConfig, OpenWeatherMapConnector
from pipeline.connectors.platforms.yelp import YelpConfig, YelpConnector
from pipeline.connectors.support.platform import Platform
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import Dropped, RawRecord
from tests.pipeline.connectors.loopback import sample
from tests.pipeline.connectors.platforms.test_hostile_answers import HOSTILE, places, spoilt
from tests.pipeline.connectors.reading import params, payload

CONNECTORS: list[tuple[Platform, str]] = [
    (GooglePlacesConnector(GooglePlacesConfig()), "google_places/nearby.json"),
    (GooglePlacesConnector(GooglePlacesConfig()), "google_places/status.json"),
    (YelpConnector(YelpConfig()), "yelp/events.json"),
    (YelpConnector(YelpConfig()), "yelp/businesses.json"),
    *(
        (OpenWeatherMapConnector(OpenWeatherMapConfig()), f"openweathermap/{name}.json")
        for name in ("current", "forecast", "onecall")
    ),
]


@pytest.mark.parametrize(
    ("connector", "name"), CONNECTORS, ids=lambda one: one if isinstance(one, str) else ""
)
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_any_value_may_be_anything(connector: Platform, name: str, data: st.DataObject) -> None:
    value = json.loads(sample(name))
    for _ in range(data.draw(st.integers(1, 3))):
        value = spoilt(value, data.draw(st.sampled_from(places(value))), data.draw(HOSTILE))
    body = payload(json.dumps(value))
    assert 0 <= connector.recognizes(body) <= 1
    try:
        page = connector.read(body, params())
    except SourceError:
        return
    assert all(isinstance(record, RawRecord | Dropped) for record in page.records)
    for place in page.places:
        assert place.rating is None or 0 <= place.rating <= 5
        assert (place.lat is None) == (place.lng is None)
        assert not place.website or place.website.startswith(("http://", "https://"))
    for weather in page.weather:
        assert weather.temperature_c is None or -95 <= weather.temperature_c <= 65
        assert weather.valid_until > weather.observed_at
        assert weather.precipitation is None or 0 <= weather.precipitation <= 1
