"""Geohashes of points."""

import pytest

from pipeline.geography.geohash import geohash


@pytest.mark.parametrize(
    ("lat", "lng", "length", "expected"),
    [(57.64911, 10.40744, 11, "u4pruydqqvj"), (-25.382708, -49.265506, 8, "6gkzwgjz"), (0.0, 0.0, 2, "s0")],
)
def test_geohashes(lat, lng, length, expected):
    assert geohash(lat, lng, length) == expected


def test_seven_letters_are_enough_for_a_neighbourhood():
    assert geohash(57.64911, 10.40744) == "u4pruyd"
