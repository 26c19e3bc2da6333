"""The upgrades that reserve slugs rename whoever has one, whatever else is there."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from places.models import Area, City
from tests.factories import make_area, make_category, make_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def unreserved():
    """The tables as before the upgrades: any slug may stand in them."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE places_city DROP CONSTRAINT city_slug_not_reserved")
        cursor.execute("ALTER TABLE places_area DROP CONSTRAINT area_slug_not_reserved")


def upgrade(name: str) -> None:
    importlib.import_module(f"places.migrations.{name}").rename(apps, None)


@pytest.mark.usefixtures("unreserved")
def test_0012_renames_beside_rows_that_have_the_new_name() -> None:
    for slug in ("go", "go-city", "go-city-2", "hi"):
        make_city(slug=slug, name=slug)
    make_area(city=City.objects.get(slug="hi"), slug="month")
    make_area(city=City.objects.get(slug="hi"), slug="month-area")
    make_area(city=City.objects.get(slug="hi"), slug="2026-12")
    upgrade("0012_more_reserved_slugs")
    assert dict(City.objects.values_list("name", "slug")) == {
        "go": "go-city-3",
        "go-city": "go-city",
        "go-city-2": "go-city-2",
        "hi": "hi",  # what later versions reserve is not its business
    }
    assert City.objects.get(name="go").legacy_id == "go"
    assert set(Area.objects.values_list("slug", flat=True)) == {"month-area-2", "month-area", "2026-12-area"}


@pytest.mark.usefixtures("unreserved")
def test_0013_keeps_the_old_slug_even_of_a_city_with_a_name_at_platforms() -> None:
    for slug in ("hi", "hi-city", "kn", "terms"):
        make_city(slug=slug, name=slug, legacy_id=f"in--{slug}")
    make_area(city=City.objects.get(slug="hi"), slug="trending")
    upgrade("0013_languages_are_no_cities")
    found = City.objects.values_list("name", "slug", "legacy_id", "former_slugs").order_by("name")
    assert list(found) == [
        ("hi", "hi-city-2", "in--hi", ["hi"]),
        ("hi-city", "hi-city", "in--hi-city", []),
        ("kn", "kn-city", "in--kn", ["kn"]),
        ("terms", "terms-city", "in--terms", ["terms"]),
    ]
    assert list(Area.objects.values_list("slug", flat=True)) == ["trending-area"]


@pytest.mark.usefixtures("unreserved")
def test_0015_makes_room_for_the_page_of_status_and_the_old_addresses_of_its_city_lead_on(client) -> None:
    make_city(slug="status", name="Status")
    upgrade("0015_slugs_of_people_and_organizers")
    assert City.objects.get(name="Status").slug == "status-city"
    make_category(slug="music")
    answer = client.get("/status/music/")
    assert (answer.status_code, answer["Location"]) == (301, "/status-city/music/")
