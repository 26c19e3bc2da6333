import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.budget import Budget
from pipeline.dates.zones import zone_named
from pipeline.geography import coordinates
from pipeline.geography.coordinates import coordinates_problem, haversine_km, timezone_at
from pipeline.geography.countries import country_code
from pipeline.geography.plus_codes import plus_code
from pipeline.text.folding import fold, fold_name

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def test_haversine_of_new_york_and_los_angeles() -> None:
    assert haversine_km(40.7128, -74.0060, 34.0522, -118.2437) == pytest.approx(3936, abs=2)


@given(latitudes, longitudes, latitudes, longitudes)
def test_haversine_is_symmetric_and_bounded(lat1: float, lng1: float, lat2: float, lng2: float) -> None:
    there = haversine_km(lat1, lng1, lat2, lng2)
    assert there == pytest.approx(haversine_km(lat2, lng2, lat1, lng1))
    assert 0 <= there <= 20_016


@pytest.mark.parametrize(
    ("lat", "lng", "problem"),
    [
        (12.97, 77.59, ""),
        (None, None, ""),
        (1.0, None, "only one of latitude and longitude"),
        (float("nan"), 1.0, "coordinates are no numbers"),
        (0.0, 0.0, "coordinates 0, 0 stand for unknown"),
        (-118.2, 34.0, "latitude and longitude look swapped"),
        (95.0, 200.0, "coordinates out of range"),
    ],
)
def test_coordinates_problem_names_what_is_wrong(lat: float | None, lng: float | None, problem: str) -> None:
    assert coordinates_problem(lat, lng) == problem


@pytest.mark.parametrize(
    ("lat", "lng", "zone"),
    [
        (12.9784, 77.6408, "Asia/Kolkata"),
        (40.7128, -74.0060, "America/New_York"),
        (0.0, -30.0, "Etc/GMT+2"),
        (91.0, 0.0, ""),
    ],
)
def test_timezone_at(lat: float, lng: float, zone: str) -> None:
    assert timezone_at(lat, lng) == zone


@pytest.mark.parametrize("name", ["America/New_York", "america/new york", " AMERICA/NEW_YORK "])
def test_zone_named_ignores_case(name: str) -> None:
    zone = zone_named(name)
    assert zone is not None
    assert zone.key == "America/New_York"


@pytest.mark.parametrize(
    "name", ["", "Nowhere/City", "../../etc/passwd", "/etc/localtime", "Factory", "Eastern Standard Time"]
)
def test_zone_named_refuses_what_is_no_zone(name: str) -> None:
    assert zone_named(name) is None


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café  Zoë", "cafe zoe"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Sørensen", "sorensen"),
        ("  a\n b ", "a b"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_twice_is_fold_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_fold_name_drops_punctuation() -> None:
    assert fold_name("St. Louis, (MO)") == "st louis mo"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("Deutschland", "DE"),
        ("india", "IN"),
        ("in", "IN"),
        ("United Kingdom", "GB"),
        ("Narnia", ""),
    ],
)
def test_country_code(text: str, code: str) -> None:
    assert country_code(text) == code


def test_plus_code_of_indiranagar() -> None:
    assert plus_code(12.9784, 77.6408) == "7J4VXJHR+98"


def test_reading_the_map_of_zones_counts_toward_no_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow() -> None:
        begun = time.process_time()
        while time.process_time() < begun + 0.05:
            pass

    monkeypatch.setattr("timezonefinder.TimezoneFinder", slow)
    coordinates._finder.cache_clear()
    with Budget(60, "a record") as budget:
        coordinates._finder()
        left = budget.remaining()
    coordinates._finder.cache_clear()
    assert left > 60 - 0.02
