from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from places.models import Place, PlaceAlias, PlaceStatus
from tests.factories import NOW, make_area, make_city

HOUR = timedelta(hours=1)


def make_place(name="Blue Room", **fields):
    city = fields.pop("city", None) or make_city()
    return Place.objects.create(slug=name.lower().replace(" ", "-"), name=name, folded_name=name.lower(), city=city, **fields)


def evidence(place, **fields):
    """Without its Change: what is shown is tested here."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    defaults = {"source": "user", "observed_at": NOW - HOUR, "valid_until": NOW + HOUR, "confidence": 0.5}
    row = PlaceStatus.objects.create(place=place, **{**defaults, **fields})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    return row


def test_places_by_name_in_pages(get):
    for name in ("Cellar", "Attic", "Barn"):
        make_place(name)
    page = get("places", limit=2)
    assert [row["name"] for row in page["results"]] == ["Attic", "Barn"]
    assert [row["name"] for row in get(page["next"])["results"]] == ["Cellar"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"city": "mumbai"}, ["Sea Bar"]),
        ({"area": "indiranagar"}, ["Blue Room"]),
        ({"kind": "bar"}, ["Sea Bar"]),
        ({"q": "blue"}, ["Blue Room"]),
        ({"q": "old name"}, ["Sea Bar"]),
    ],
)
def test_places_are_narrowed(get, query, names):
    make_place(area=make_area())
    PlaceAlias.objects.create(place=make_place("Sea Bar", city=make_city("mumbai"), kinds=["bar"]), folded="the old name")
    assert [row["name"] for row in get("places", **query)["results"]] == names


def test_a_rating_is_not_shown_beyond_its_time(get):
    place = make_place(rating="4.5", rating_expires_at=NOW + HOUR)
    assert get(f"places/{place.id}")["rating"] == 4.5
    Place.objects.update(rating_expires_at=NOW - HOUR)
    assert get(f"places/{place.id}")["rating"] is None


def test_a_merged_place_leads_on(client, db):
    kept = make_place()
    gone = make_place("Blue room", state="merged", merged_into=kept)
    response = client.get(f"/api/v1/places/{gone.id}")
    assert (response.status_code, response["Location"]) == (301, f"/api/v1/places/{kept.id}")


@pytest.mark.parametrize("path", ["places/{}", "places/{}/status"])
def test_an_unknown_place_is_404(get, path):
    assert get(path.format(uuid7()), code=404)["status"] == 404
    assert "UUID" in get(path.format("x"), code=404)["detail"]


def test_without_evidence_the_status_is_unknown(get):
    place = make_place()
    evidence(place, openness="open", observed_at=NOW - 3 * HOUR, valid_until=NOW - HOUR)
    now = get(f"places/{place.id}/status")
    assert (now["openness"], now["crowd"], now["confidence"], now["evidence"]) == ("unknown", "unknown", 0.0, [])


def test_the_surest_evidence_decides(get):
    place = make_place()
    evidence(place, openness="closed", crowd="busy", confidence=0.4, waiting_minutes=10)
    evidence(place, source="business", openness="open", confidence=0.9, special="Quiz night")
    now = get(f"places/{place.id}/status")
    assert (now["openness"], now["crowd"], now["waiting_minutes"], now["special"], now["confidence"]) == (
        "open",
        "busy",
        10,
        "Quiz night",
        0.9,
    )
    assert [row["source"] for row in now["evidence"]] == ["business", "user"]


def test_a_wrong_cursor_is_told(get):
    assert get("places", cursor="rubbish", code=400)["errors"][0]["field"] == "cursor"


def test_the_number_of_queries_does_not_grow(client, db):
    counts = []
    for number in (1, 2, 3):
        make_place(f"Room {number}", area=make_area(f"area-{number}"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/places").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]
