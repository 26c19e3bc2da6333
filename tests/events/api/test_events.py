from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event, EventDay
from events.public import public_event
from events.serializers import PublicEvent
from events.services.trends import refresh_trends
from pipeline.contract.enums import PriceType, Status
from pipeline.contract.normalized import Price, Venue
from places.models import City
from tests.factories import NOW, make_origin, record_event

DAY = timedelta(days=1)


def titles(page):
    return [event["title"] for event in page["results"]]


def fields_of(error):
    return {row["field"]: row["detail"] for row in error["errors"]}


def test_a_list_shows_public_events_that_are_not_over(get):
    shown = record_event(title="Shown")
    record_event(title="Waiting", approved=False)
    record_event(title="Past", start=NOW - 3 * DAY)
    page = get("events")
    assert page["results"] == [public_event(shown)]
    assert (page["total"], page["has_more"], page["next"], page["total_is_capped"]) == (1, False, None, False)


def test_the_described_shape_is_the_shape(get):
    record_event()
    described, shown = PublicEvent().fields, get("events")["results"][0]
    assert set(described) == set(shown)
    for name in ("venue", "price", "quality", "counters", "extraction"):
        assert set(described[name].fields) == set(shown[name])
    assert set(described["sources"].child.fields) == set(shown["sources"][0])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"city": "bengaluru"}, ["Raga", "Jazz"]),
        ({"city": "mumbai"}, ["Far"]),
        ({"area": "indiranagar"}, ["Raga"]),
        ({"category": "food"}, ["Jazz"]),
        ({"category": "music,Food & Drink"}, ["Raga", "Jazz", "Far"]),
        ({"tag": "late"}, ["Jazz"]),
        ({"q": "jaz"}, ["Jazz"]),
        ({"start_after": "2026-11-24T00:00:00+05:30"}, ["Far"]),
        ({"start_before": "2026-11-23T12:00:00Z"}, ["Raga"]),
        ({"start_before": "2026-11-23"}, ["Raga"]),
        ({"when": "tomorrow"}, ["Raga"]),
        ({"lat": "12.979", "lng": "77.640", "radius_km": "1"}, ["Raga"]),
        (
            {"lat": "12.979", "lng": "77.640", "radius_km": "2000", "ordering": "distance"},
            ["Raga", "Jazz", "Far"],
        ),
        ({"bbox": "77.6,12.9,77.7,13.0"}, ["Raga", "Jazz"]),
        ({"price": "free"}, ["Jazz"]),
        ({"price_max": "100"}, ["Jazz"]),
        ({"source": "feed"}, ["Raga", "Jazz"]),
        ({"language": "en"}, ["Jazz"]),
        ({"status": "sold_out"}, ["Far"]),
        ({"status": "scheduled,cancelled"}, ["Raga", "Jazz"]),
        ({"online": "yes"}, []),
        ({"updated_since": "2030-01-01"}, []),
    ],
)
def test_each_filter_narrows(get, query, expected):
    blue = Venue(name="Blue Room", city="Bengaluru", country="IN", lat=12.979, lng=77.640)
    record_event(title="Raga", area="indiranagar", start=NOW + DAY, venue=blue)
    record_event(
        title="Jazz",
        category="food",
        tags=("late",),
        language="en-IN",
        start=NOW + 2 * DAY,
        price=Price(type=PriceType.FREE),
        venue=replace(blue, lat=12.95),
    )
    record_event(
        title="Far",
        city="mumbai",
        origin=make_origin(slug="other"),
        start=NOW + 3 * DAY,
        status=Status.SOLD_OUT,
        venue=Venue(name="Sea", lat=19.07, lng=72.88),
    )
    assert titles(get("events", **query)) == expected


@pytest.mark.parametrize(
    ("query", "field", "remedy"),
    [
        ({"colour": "red"}, "colour", "no such parameter"),
        ({"city": "atlantis"}, "city", "/api/v1/cities"),
        ({"area": "atlantis"}, "area", "/api/v1/areas"),
        ({"category": "nonsense"}, "category", "/api/v1/categories"),
        ({"start_after": "2026-11-21T10:00"}, "start_after", "offset"),
        ({"start_after": "soon"}, "start_after", "ISO 8601"),
        ({"start_after": "2026-11-22", "start_before": "2026-11-21"}, "start_before", "later"),
        ({"when": "yesterday"}, "when", "today"),
        ({"lat": "12"}, "lng", "both"),
        ({"lat": "200", "lng": "0"}, "lat", "-90 to 90"),
        ({"radius_km": "2"}, "radius_km", "lat and lng"),
        ({"bbox": "1,2,3"}, "bbox", "west,south"),
        ({"price": "cheap"}, "price", "free, paid"),
        ({"price_max": "-1"}, "price_max", "amount"),
        ({"venue": "x"}, "venue", "UUID"),
        ({"limit": "101"}, "limit", "1 to 100"),
        ({"limit": "ten"}, "limit", "whole number"),
        ({"offset": "-1"}, "offset", "0 to"),
        ({"ordering": "distance"}, "ordering", "lat and lng"),
        ({"ordering": "relevance"}, "ordering", "give q"),
        ({"q": "ab"}, "q", "3 letters"),
        ({"q": "abc\x00"}, "q", "NUL"),
        ({"cursor": "rubbish"}, "cursor", "next"),
        ({"cursor": "WyJzdGFydCJd"}, "cursor", "next"),
        ({"cursor": "e30"}, "cursor", "next"),
        ({"tag": "x" * 600}, "tag", "60"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_remedy(get, query, field, remedy):
    error = get("events", code=400, **query)
    assert remedy in fields_of(error)[field]
    assert error["title"] == "Bad Request"
    assert error["request_id"]


def test_a_plus_that_became_a_space_is_forgiven(client, db):
    assert client.get("/api/v1/events?start_after=2026-11-21T18:00:00+05:30").status_code == 200


def test_a_city_answers_to_its_old_id(get):
    record_event()
    City.objects.filter(slug="bengaluru").update(legacy_id="in--bangalore")
    assert get("events", city="in--bangalore")["total"] == 1


def _look_at(event, views):
    """Let `views` visitors open the event, and score it."""
    EventDay.objects.create(event=event, day=NOW.date(), views=views)
    refresh_trends(now=NOW)


@pytest.mark.parametrize("ordering", ["start", "distance", "popularity", "relevance", "published"])
def test_pages_are_complete_and_stable_while_events_are_added(get, ordering):
    for number in range(5):
        event = record_event(title=f"Raga {number}", start=NOW + DAY + number // 2 * DAY)
        _look_at(event, number % 2)
    query = {"lat": 12.97, "lng": 77.64, "radius_km": 50, "q": "raga", "ordering": ordering, "limit": 2}
    whole = titles(get("events", **{**query, "limit": 100}))
    first = get("events", **query)
    record_event(title="Raga added", start=NOW + timedelta(hours=1))
    found, page = titles(first), first
    while page["next"]:
        page = get(page["next"])
        found += titles(page)
    assert [title for title in found if title != "Raga added"] == whole
    assert first["has_more"]


def test_an_offset_skips_and_next_goes_on_from_there(get, client):
    for number in range(4):
        record_event(title=f"Raga {number}", start=NOW + (number + 1) * DAY)
    page = get("events", offset=1, limit=1)
    assert titles(page) == ["Raga 1"]
    assert titles(get(page["next"])) == ["Raga 2"]
    assert 'rel="next"' in client.get("/api/v1/events?limit=1")["Link"]


def test_a_cursor_of_another_order_is_refused(get):
    for number in range(2):
        record_event(title=f"Raga {number}")
    following = get("events", limit=1)["next"]
    assert "cursor" in fields_of(get(f"{following}&ordering=published", code=400))


def test_the_total_is_bounded(get, monkeypatch):
    monkeypatch.setattr("events.api.events.MOST_COUNTED", 1)
    for number in range(3):
        record_event(title=f"Raga {number}")
    page = get("events")
    assert (page["total"], page["total_is_capped"]) == (1, True)


def test_one_event(get):
    event = record_event()
    assert get(f"events/{event.id}") == public_event(Event.objects.get())


def test_a_merged_event_leads_to_its_survivor(get, client):
    kept, gone = record_event(title="Kept"), record_event(title="Gone")
    _set(gone, "merged", kept)
    response = client.get(f"/api/v1/events/{gone.id}")
    assert (response.status_code, response["Location"]) == (301, f"/api/v1/events/{kept.id}")


def test_a_removed_event_says_why(get):
    event = record_event()
    _set(event, "removed", None, reason="The organizer asked for it.")
    error = get(f"events/{event.id}", code=410)
    assert (error["detail"], error["title"]) == ("The organizer asked for it.", "Gone")


@pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_event_is_404(get, key):
    assert get(f"events/{key}", code=404)["status"] == 404
    assert get(f"events/{key}/similar", code=404)["title"] == "Not Found"


def test_a_waiting_event_is_not_told_of(get):
    assert get(f"events/{record_event(approved=False).id}", code=404)["status"] == 404


def test_similar_events(get):
    event = record_event(title="Raga at Dusk")
    record_event(title="Raga at Dawn")
    record_event(title="Cooking", category="food")
    assert titles(get(f"events/{event.id}/similar")) == ["Raga at Dawn"]


def test_the_number_of_queries_does_not_grow(get):
    counts = []
    for number in (1, 2, 3):
        record_event(title=f"Raga {number}", origin=make_origin(slug=f"feed-{number}"))
        with CaptureQueriesContext(connection) as queries:
            assert get("events")["total"] == number
        counts.append(len(queries))
    assert counts[0] == counts[2]
    assert counts[0] <= 5


def _set(event, publication, survivor, *, reason=""):
    """Write to the database with the triggers off.

    These tests are about visibility, not about how a state came about.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    Event.objects.filter(pk=event.pk).update(
        publication=publication, merged_into=survivor, publication_reason=reason
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
