import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.contract.enums import OrganizerType
from pipeline.contract.normalized import OrganizerRef
from places.models import City
from tests.factories import make_area, make_city, record_event


def organizer(name):
    return OrganizerRef(name=name, type=OrganizerType.COMMUNITY)


def test_cities_with_their_counts(get):
    record_event()
    make_city(slug="mumbai")
    assert {row["slug"]: row["upcoming"] for row in get("cities")["results"]} == {"bengaluru": 1, "mumbai": 0}


def test_one_city_by_slug_and_old_id(get):
    record_event(area="indiranagar")
    City.objects.filter(slug="bengaluru").update(legacy_id="in--bangalore")
    city = get("cities/in--bangalore")
    assert (city["slug"], city["upcoming"], city["timezone"]) == ("bengaluru", 1, "Asia/Kolkata")
    assert [(area["slug"], area["upcoming"]) for area in city["areas"]] == [("indiranagar", 1)]
    assert "/api/v1/cities" in get("cities/atlantis", code=404)["detail"]


def test_areas_of_all_and_of_one_city(get):
    record_event(area="indiranagar")
    make_area(slug="bandra", city=make_city(slug="mumbai"))
    assert [row["slug"] for row in get("areas")["results"]] == ["bandra", "indiranagar"]
    assert [row["upcoming"] for row in get("areas", city="bengaluru")["results"]] == [1]


def test_categories_are_all_there_in_their_order(get):
    record_event()
    rows = get("categories", city="bengaluru")["results"]
    assert len(rows) == 22
    assert rows[-1]["slug"] == "other"
    assert next(row for row in rows if row["slug"] == "music")["upcoming"] == 1


def test_tags_by_frequency(get):
    record_event(title="One", tags=("jazz", "late"))
    record_event(title="Two", tags=("jazz",))
    assert get("tags")["results"] == [{"tag": "jazz", "upcoming": 2}, {"tag": "late", "upcoming": 1}]
    assert get("tags", q="la", city="bengaluru", limit=1)["results"] == [{"tag": "late", "upcoming": 1}]


def test_organizers_who_make_most_first_in_pages(get):
    record_event(title="One", organizer=organizer("Few"))
    record_event(title="Two", organizer=organizer("Many"))
    record_event(title="Three", organizer=organizer("Many"))
    page = get("organizers", limit=1)
    assert [(row["name"], row["upcoming"]) for row in page["results"]] == [("Many", 2)]
    assert [row["name"] for row in get(page["next"])["results"]] == ["Few"]


@pytest.mark.parametrize("path", ["cities", "areas", "categories", "tags", "organizers", "cities/bengaluru"])
def test_the_number_of_queries_does_not_grow(client, db, path):
    counts = []
    for number in (1, 2, 3):
        make_city(slug=f"city-{number}")
        record_event(
            title=f"Raga {number}",
            area=f"area-{number}",
            organizer=organizer(f"Club {number}"),
            tags=(f"tag {number}",),
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]


@pytest.mark.parametrize("path", ["cities", "areas", "categories", "tags", "organizers"])
def test_unknown_parameters_are_told(get, path):
    assert get(path, colour="red", code=400)["errors"][0]["field"] == "colour"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"tag": "jazz,"}, 200),
        ({"tag": "," * 29}, 200),
        ({"tag": "," * 30}, 400),
        ({"status": "scheduled"}, 200),
        ({"status": ",,"}, 400),
        ({"status": ""}, 200),
    ],
)
def test_empty_items_count_and_are_no_fixed_word(get, db, asked, code):
    answer = get("events", **asked, code=code)
    assert code == 200 or answer["errors"][0]["field"] == next(iter(asked))
