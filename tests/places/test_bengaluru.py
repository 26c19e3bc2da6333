"""220 real places of Bengaluru, imported once, by id and by name and distance."""

import json
from datetime import timedelta

import pytest

from places.models import Place
from places.queries import forget_gazetteer
from places.records import PlaceFacts
from places.services import take_places
from tests.data import SHARED, needs_data
from tests.factories import NOW, make_city

pytestmark = [pytest.mark.django_db, needs_data]
FOLDER = SHARED / "place/SamEarth79__Goto/backend/data"


@pytest.fixture(autouse=True)
def gazetteer():
    forget_gazetteer()
    make_city()
    yield
    forget_gazetteer()


def reported(*, ids: bool) -> list[PlaceFacts]:
    rows = [row for path in sorted(FOLDER.glob("*.json")) for row in json.loads(path.read_text())]
    return [
        PlaceFacts(
            name=row["name"], external_ids={"google_place_id": row["place_id"]} if ids else {}, lat=row["latitude"], lng=row["longitude"],
            address=row["address"] or "", rating=row["rating"],
        )
        for row in rows
    ]  # fmt: skip


def test_each_place_is_made_once_and_found_again():
    first = take_places(reported(ids=True), by="google_places", keeps_days=30, now=NOW)
    distinct = {facts.external_ids["google_place_id"] for facts in reported(ids=True)}
    assert (first.seen, first.new) == (220, len(distinct))
    again = take_places(reported(ids=True), by="google_places", keeps_days=30, now=NOW + timedelta(hours=2))
    assert (again.ids, again.new, again.changed) == (first.ids, 0, 0)


def test_without_ids_name_and_distance_find_them():
    first = take_places(reported(ids=True), by="google_places", keeps_days=30, now=NOW)
    by_name = take_places(reported(ids=False), by="yelp", keeps_days=1, now=NOW)
    right = sum(one == other for one, other in zip(first.ids, by_name.ids, strict=True))
    assert right >= 0.97 * len(first.ids)
    assert Place.objects.filter(city__slug="bengaluru").count() >= 0.95 * first.new
