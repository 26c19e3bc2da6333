"""Where an event takes place, how one takes part, and which point is asked about."""

import pytest

from pipeline.connectors.support.values import attendance, middle, venue
from tests.pipeline.connectors.reading import params


@pytest.mark.parametrize(
    ("configured", "city", "asked"),
    [
        ((1.0, 2.0), (3.0, 4.0), (1.0, 2.0)),
        ((None, None), (3.0, 4.0), (3.0, 4.0)),
        ((0.0, None), (3.0, 4.0), (0.0, 4.0)),
        ((None, None), (None, 4.0), None),
    ],
)
def test_the_configured_point_is_asked_about_before_that_of_the_city(configured, city, asked):
    assert middle(*configured, params(lat=city[0], lng=city[1])) == asked


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({"parts": ("4 Mill &amp; Co", None, "Leeds", "Leeds")}, "4 Mill & Co, Leeds"),
        ({"address": "1 Low Road", "parts": ("Leeds",)}, "1 Low Road"),
        ({"street": "1 Low Road", "area": ["Leeds"]}, "1 Low Road, Leeds"),
        ({"area": ["Leeds"]}, ""),
    ],
)
def test_an_address_is_whole_or_of_parts(reported, expected):
    assert venue(name="The Cellar", **reported).address == expected


@pytest.mark.parametrize(
    ("online", "place", "expected"),
    [(True, "Hall", "both"), (True, None, "yes"), (False, "Hall", ""), (False, None, "")],
)
def test_how_one_takes_part(online, place, expected):
    assert attendance(online, place) == expected
