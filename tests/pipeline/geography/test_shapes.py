"""Points in polygons, holes, and which of two areas is the smaller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.geography.gazetteer import AreaFact, Gazetteer
from pipeline.geography.shapes import shape

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0], [1.0, 1.0]]
AWAY = [[10.0, 10.0], [11.0, 10.0], [11.0, 11.0], [10.0, 11.0]]


@pytest.mark.parametrize(
    ("coordinates", "lat", "lng", "inside"),
    [
        ([SQUARE], 3.0, 3.0, True),
        ([SQUARE], 5.0, 3.0, False),
        ([SQUARE, HOLE], 1.5, 1.5, False),
        ([SQUARE, HOLE], 0.5, 0.5, True),
        ([[SQUARE, HOLE], [AWAY]], 10.5, 10.5, True),
        (SQUARE, 3.0, 3.0, True),
        ({"type": "Polygon", "coordinates": [SQUARE]}, 3.0, 3.0, True),
    ],
)
def test_a_point_is_in_a_polygon_but_not_in_its_holes(coordinates, lat, lng, inside):
    found = shape(coordinates)
    assert found is not None
    assert found.holds(lat, lng) is inside


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        [],
        {},
        "x",
        [[]],
        [[1.0, 2.0]],
        [[["a", "b"], [1, 2], [2, 3]]],
        [[[500.0, 0], [0, 0], [1, 1]]],
        5,
    ],
)
def test_what_is_no_polygon_is_none(nothing):
    assert shape(nothing) is None


@given(st.floats(-1, 5), st.floats(-1, 5))
def test_a_square_holds_what_its_bounds_hold(lat, lng):
    found = shape([SQUARE])
    assert found is not None
    if all(abs(value - edge) > 1e-9 for value in (lat, lng) for edge in (0, 4)):
        assert found.holds(lat, lng) is (0 < lat < 4 and 0 < lng < 4)


def test_holes_make_a_polygon_smaller():
    whole, holed = shape([SQUARE]), shape([SQUARE, HOLE])
    assert whole is not None
    assert holed is not None
    assert holed.square_km == pytest.approx(whole.square_km * 15 / 16, rel=0.001)


def test_the_smallest_area_that_holds_a_point_wins():
    large = AreaFact(slug="large", name="Large", city="c", lat=2.0, lng=2.0, radius_km=400.0)
    small = AreaFact(
        slug="small", name="Small", city="c", lat=0.0, lng=0.0, radius_km=1.0, shape=shape([HOLE])
    )
    gazetteer = Gazetteer(areas=(large, small))
    assert [gazetteer.area_at(lat, 1.5).slug for lat in (1.5, 2.5)] == ["small", "large"]
    assert gazetteer.area_at(1.5, 1.5, city="other") is None
    assert gazetteer.area_at(60.0, 1.5) is None
