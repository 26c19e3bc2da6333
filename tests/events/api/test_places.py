from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from places.models import Place, PlaceStatus
from tests.factories import NOW, make_alias, make_area, make_city, make_place

HOUR = timedelta(hours=1)


def evidence(place, **fields):
    """Evidence without its Change, for tests of the display."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    defaults = {"source": "user", "observed_at": NOW - HOUR, "valid_until": NOW + HOUR, "confidence": 0.5}
    row = PlaceStatus.objects.create(place=place, **{**defaults, **fields})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
    return row


def test_places_by_name_in_pages(get):
    for name in ("Cellar", "Attic", "Barn"):
        make_place(name=name)
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
    place = make_place(name="Sea Bar", city=make_city(slug="mumbai"), kinds=["bar"])
    make_alias(place=place, name="The old name")
    assert [row["name"] for row in get("places", **query)["results"]] == names


def test_a_rating_is_not_shown_beyond_its_time(get):
    place = make_place(rating="4.5", rating_expires_at=NOW + HOUR)
    assert get(f"places/{place.id}")["rating"] == 4.5
    Place.objects.update(rating_expires_at=NOW - HOUR)
    assert get(f"places/{place.id}")["rating"] is None


def test_a_merged_place_leads_on(client, db):
    kept = make_place()
    gone = make_place(name="Blue room", state="merged", merged_into=kept)
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
    assert (now["openness"], now["crowd"], now["confidence"], now["evidence"]) == (
        "unknown",
        "unknown",
        0.0,
        [],
    )


def test_the_weightiest_evidence_decides_each_answer(get):
    place = make_place()
    evidence(place, openness="closed", confidence=0.4)
    evidence(place, answer="crowd", crowd="busy", confidence=0.4, basis="2 visitors")
    evidence(place, answer="waiting_minutes", waiting_minutes=10)
    evidence(place, source="business", openness="open", confidence=0.9)
    evidence(place, source="business", answer="special", special="Quiz night", confidence=0.9)
    now = get(f"places/{place.id}/status")
    assert {name: now[name] for name in ("openness", "crowd", "waiting_minutes", "special", "confidence", "source")} == {
        "openness": "open", "crowd": "busy", "waiting_minutes": 10, "special": "Quiz night", "confidence": 0.9, "source": "business",
    }  # fmt: skip
    assert now["answers"]["crowd"] == {
        "source": "user", "confidence": 0.4, "basis": "2 visitors", "age_seconds": 3600, "observed_at": (NOW - HOUR).isoformat(),
        "valid_until": (NOW + HOUR).isoformat(),
    }  # fmt: skip
    assert sorted(row["source"] for row in now["evidence"]) == [
        "business",
        "business",
        "user",
        "user",
        "user",
    ]


@pytest.mark.parametrize(
    ("hours", "openness"),
    [
        ("Sa 17:00-18:00", "open"),
        ("Mo-Su 10:00-12:00", "closed"),
        ("", "unknown"),
        ("by appointment", "unknown"),
    ],
)
def test_opening_hours_are_evidence(get, hours, openness):
    now = get(f"places/{make_place(opening_hours=hours).id}/status")  # 17:30 in Bengaluru, a Saturday
    assert (now["openness"], now["source"]) == (openness, None if openness == "unknown" else "prediction")


def test_public_holidays_are_known(get, monkeypatch):
    republic_day = NOW.replace(month=1, day=26, hour=12)  # 17:30 in Bengaluru, a Monday
    monkeypatch.setattr(timezone, "now", lambda: republic_day)
    shut = get(f"places/{make_place(name='Shut', opening_hours='Mo-Fr 10:00-20:00; PH off').id}/status")
    silent = get(f"places/{make_place(name='Silent', opening_hours='Mo-Fr 10:00-20:00').id}/status")
    assert (shut["openness"], shut["confidence"], shut["answers"]["openness"]["basis"]) == (
        "closed",
        0.6,
        "opening hours",
    )
    assert (silent["openness"], silent["confidence"]) == ("open", 0.4)
    assert silent["answers"]["openness"]["basis"] == "opening hours, on a public holiday"


def test_the_state_of_a_merged_place_is_its_survivors(client, db):
    kept = make_place()
    gone = make_place(name="Blue room", state="merged", merged_into=kept)
    response = client.get(f"/api/v1/places/{gone.id}/status")
    assert (response.status_code, response["Location"]) == (301, f"/api/v1/places/{kept.id}/status")


def test_a_wrong_cursor_is_told(get):
    assert get("places", cursor="rubbish", code=400)["errors"][0]["field"] == "cursor"


def test_the_number_of_queries_does_not_grow(client, db):
    counts = []
    for number in (1, 2, 3):
        make_place(name=f"Room {number}", area=make_area(slug=f"area-{number}"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/places").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]
