"""A city is found by what people write: its slug, or its name with its region or country."""

import pytest

from places.queries import named_city
from tests.factories import make_city

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("san-francisco", "san-francisco"),
        ("San Francisco, CA", "san-francisco"),
        ("san francisco,ca, US", "san-francisco"),
        ("Portland, OR", "portland"),
        ("Portland, ME", "portland-maine"),
        ("portland", "portland"),
        ("Portland", None),
        ("Springfield", None),
        ("San Francisco, NY", None),
        ("", None),
        ("\0", None),
    ],
)
def test_a_city_is_named_with_its_region_or_country(text, slug):
    for made, name, region in (
        ("san-francisco", "San Francisco", "CA"),
        ("portland", "Portland", "OR"),
        ("portland-maine", "Portland", "ME"),
        ("springfield-il", "Springfield", "IL"),
        ("springfield-ma", "Springfield", "MA"),
    ):
        make_city(slug=made, name=name, region=region, country="US")
    found = named_city(text)
    assert (found.slug if found else None) == slug
