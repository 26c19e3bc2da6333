"""The most popular events that begin soon."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import EventDay
from events.services.trends import refresh_trends
from tests.factories import NOW, make_copies, make_event


def look_at(event, views):
    EventDay.objects.create(event=event, day=NOW.date(), views=views)
    refresh_trends(now=NOW)


def titles(page):
    return [event["title"] for event in page["results"]]


def test_the_most_popular_first_by_city_and_category(get):
    start = NOW + timedelta(hours=5)
    look_at(make_event(title="Film", category_id="film", start=start), 100)
    look_at(make_event(title="Little", start=start), 20)
    look_at(make_event(title="Much", start=start), 50)
    make_event(title="Unseen", start=start)
    page = get("events/trending")
    assert titles(page) == ["Film", "Much", "Little"]
    assert [event["score"] for event in page["results"]] == [1.0, 0.5, 0.2]
    assert titles(get("events/trending", city="bengaluru", category="music")) == ["Much", "Little"]
    assert titles(get("events/trending", limit=1)) == ["Film"]


def test_wrong_parameters_are_named(get):
    for name, value in (("city", "nowhere"), ("category", "zzz"), ("limit", "101"), ("ordering", "start")):
        assert name in str(get("events/trending", code=400, **{name: value}))


def test_the_api_tells_how_often_an_event_was_opened(get, db):
    event = make_event(start=NOW + timedelta(hours=5))
    assert get(f"events/{event.id}")["counters"] == {"views": 0, "registrations": 0, "shares": 0}


def test_many_cost_as_many_queries_as_one(get, db):
    event = make_event(start=NOW + timedelta(hours=5))
    look_at(event, 20)
    with CaptureQueriesContext(connection) as one:
        get("events/trending", city="bengaluru")
    EventDay.objects.bulk_create(
        EventDay(event=copy, day=NOW.date(), views=20) for copy in make_copies(event, 99)
    )
    refresh_trends(now=NOW)
    with CaptureQueriesContext(connection) as many:
        assert len(get("events/trending", city="bengaluru", limit=100)["results"]) == 100
    assert len(many) == len(one)
