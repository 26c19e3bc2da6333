"""Upcoming events are scored by how much they are looked at, within their city."""

from datetime import timedelta

import pytest

from events.filters import EventFilter, Ordering
from events.models import Event, EventCounters, EventDay, EventTrend
from events.queries import trending, upcoming
from events.services import trends
from tests.factories import EVENING, make_city, make_copies, make_event

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def seen(title, views=0, shares=0, registrations=0, *, ago=0, **fields):
    event = make_event(title=title, **fields)
    day = (EVENING - ago * DAY).date()
    EventDay.objects.create(event=event, day=day, views=views, shares=shares)
    if registrations:
        EventCounters.objects.create(event=event, registrations=registrations)
    return event


def refresh(now=EVENING):
    return trends.refresh_trends(now=now)


def scores():
    """Of what was looked at."""
    return {
        row.event.title: row.score for row in EventTrend.objects.filter(score__gt=0).select_related("event")
    }


def test_the_score_is_a_share_of_the_most_in_the_city_weighed():
    seen("Most", views=100, shares=20, registrations=50)
    seen("Half", views=50, shares=10, registrations=25)
    seen("Only views", views=100)
    assert refresh() == 3
    assert scores() == {"Most": 1.0, "Half": 0.5, "Only views": 0.3}


def test_what_nobody_did_yet_weighs_nothing():
    seen("Most", views=100, shares=20)
    seen("Viewed", views=100)
    seen("Shared", shares=20)
    refresh()
    assert scores() == {"Most": 1.0, "Viewed": 0.6, "Shared": 0.4}


def test_the_first_visitor_makes_no_event_popular():
    seen("Once", views=1)
    refresh()
    assert scores() == {"Once": 0.1}


def test_each_city_has_its_own_most():
    seen("Small", views=20, city=make_city(slug="mysuru"))
    seen("Large", views=2000)
    seen("Nowhere", views=40, city=None, online="yes")
    refresh()
    assert scores() == {"Small": 1.0, "Large": 1.0, "Nowhere": 1.0}


def test_what_was_long_ago_or_is_over_does_not_count():
    seen("Forgotten", views=50, ago=7)
    seen("Lately", views=50, ago=6)
    seen("Over", views=50, start=EVENING - 2 * DAY, end_at=EVENING - DAY)
    seen("Hidden", views=50, publication="pending")
    refresh()
    assert scores() == {"Lately": 1.0}


def test_a_merged_event_counts_for_the_one_that_it_became():
    survivor = make_event(title="Survivor")
    merged = seen("Merged", views=10)
    Event.objects.filter(pk=merged.pk).update(publication="merged", merged_into=survivor)
    refresh()
    assert scores() == {"Survivor": 1.0}


def test_so_many_of_each_city_and_category_within_a_week_are_trending(monkeypatch):
    monkeypatch.setattr(trends, "_WEIGHED", trends._WEIGHED.replace("in_category <= 100", "in_category <= 2"))
    for number in range(4):
        seen(f"Music {number}", views=10 + number)
    seen("Film", views=10, category_id="film")
    seen("Next month", views=100, start=EVENING + 20 * DAY)
    refresh()
    found = trending(EventFilter(city="bengaluru"), now=EVENING)
    assert [event.title for event in found] == ["Music 3", "Music 2", "Film"]
    assert [event.title for event in trending(EventFilter(categories=("film",)), now=EVENING)] == ["Film"]
    assert not trending(EventFilter(city="mysuru"), now=EVENING).exists()


def test_the_same_score_orders_lists():
    make_event(title="Unseen", start=EVENING + DAY)
    seen("Little", views=20)
    seen("Next month", views=100, start=EVENING + 20 * DAY)
    refresh()
    found = upcoming(EventFilter(ordering=Ordering.POPULARITY), now=EVENING)
    assert [event.title for event in found] == ["Next month", "Little", "Unseen"]


def test_only_what_changed_is_written():
    seen("One", views=20)
    other = seen("Other", views=10)
    assert [refresh(), refresh()] == [2, 0]
    EventDay.objects.filter(event=other).update(views=15)
    assert refresh() == 1
    EventDay.objects.filter(event=other).delete()
    assert [refresh(), refresh()] == [1, 0]
    assert scores() == {"One": 1.0}
    Event.objects.update(publication="pending")
    refresh()
    assert not EventTrend.objects.exists()


def test_a_thousand_events_cost_as_many_queries_as_one(django_assert_num_queries):
    event = seen("One", views=20)
    with django_assert_num_queries(4):
        refresh()
    rows = (
        EventDay(event=copy, day=EVENING.date(), views=n)
        for n, copy in enumerate(make_copies(event, 1000), 1)
    )
    EventDay.objects.bulk_create(rows)
    with django_assert_num_queries(4):
        assert refresh() == 1001  # the first one's share shrinks
    assert EventTrend.objects.filter(rank__isnull=False).count() == trends.MOST
