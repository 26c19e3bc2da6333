"""Points that sources give for places.

Stored whether believed or not, and used when the next record names one.
"""

import pytest

from pipeline.geography.coordinates import point_key
from places.models import Place
from places.queries import venues_named_at
from places.services import WantedPlace, ensure_places
from tests.factories import make_city

pytestmark = pytest.mark.django_db

POINT = point_key(39.75, -104.99)


def test_a_new_place_keeps_the_point_that_it_was_told_at_even_without_coordinates() -> None:
    denver = make_city(slug="denver")
    wanted = [
        WantedPlace(city=denver.slug, name=f"Bar {number}", address=f"{number} Main St", told_at=POINT)
        for number in (1, 2, 3)
    ]
    ensure_places(wanted)
    assert sorted(venues_named_at([POINT, "0.00000,0.00000"])) == [
        (POINT, f"{number} Main St") for number in (1, 2, 3)
    ]
    assert not Place.objects.filter(lat__isnull=False).exists()


def test_places_without_a_point_or_an_address_are_no_houses() -> None:
    denver = make_city(slug="denver")
    ensure_places(
        [
            WantedPlace(city=denver.slug, name="Bar", address="1 Main St"),
            WantedPlace(city=denver.slug, name="Pub", told_at=POINT),
        ]
    )
    assert venues_named_at([POINT, ""]) == []
    assert venues_named_at([]) == []
