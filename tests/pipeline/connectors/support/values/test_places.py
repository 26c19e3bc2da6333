"""Where an event takes place, and which point is asked about."""

import pytest

from pipeline.connectors.support.values import middle
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
