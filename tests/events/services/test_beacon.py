"""Views, shares and clicks are counted once a day for each visitor, and without the visitors."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from egress.factory import open_valkey
from events.enums import Act, VisitSource
from events.models import EventCounters, EventDay, EventDaySource
from events.services import beacon
from tests.factories import EVENING, make_copies, make_event

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def empty(db):
    cache.clear()


def note(event, visitor="a", act=Act.VIEW, now=EVENING):
    beacon.note(act, event.id, visitor=visitor, now=now)


def counted(event):
    return (
        EventDay.objects.filter(event=event, day=EVENING.date())
        .values_list("views", "shares", "clicks")
        .first()
    )


def totals(event):
    return EventCounters.objects.filter(event=event).values_list("views", "shares").first()


def test_a_visitor_counts_once_a_day_for_each_event_and_act():
    event, other = make_event(), make_event(title="Other")
    for visitor in ("a", "b", "a"):
        note(event, visitor)
    note(event, act=Act.SHARE)
    note(event, act=Act.CLICK)
    note(other)
    assert beacon.add_up(now=EVENING) == 2
    assert counted(event) == (2, 1, 1)
    assert counted(other) == (1, 0, 0)
    note(event, now=EVENING + DAY)
    beacon.add_up(now=EVENING + DAY)
    assert totals(event) == (3, 1)


def test_adding_up_twice_adds_nothing():
    event = make_event()
    note(event)
    beacon.add_up(now=EVENING)
    note(event, "b")
    assert [beacon.add_up(now=EVENING) for _ in range(2)] == [1, 0]
    # as after a crash between the commit and the deletion of what was read
    open_valkey().zadd(beacon._changed(EVENING.date()), {f"view:{event.id.hex}": 1})
    assert beacon.add_up(now=EVENING) == 1
    assert (counted(event), totals(event)) == ((2, 0, 0), (2, 0))


def test_yesterday_is_added_up_after_midnight():
    event = make_event()
    note(event)
    beacon.add_up(now=EVENING + DAY)
    assert counted(event) == (1, 0, 0)


def test_what_valkey_lost_is_not_counted_twice():
    event = make_event()
    for visitor in ("a", "b"):
        note(event, visitor)
    beacon.add_up(now=EVENING)
    cache.clear()
    note(event, "a")
    beacon.add_up(now=EVENING)
    assert (counted(event), totals(event)) == ((2, 0, 0), (2, 0))


def test_what_changes_while_it_is_written_waits_for_the_next_time(monkeypatch):
    event, store = make_event(), beacon._store
    note(event)

    def meanwhile(*given):
        store(*given)
        note(event, "b")
        monkeypatch.setattr(beacon, "_store", store)

    monkeypatch.setattr(beacon, "_store", meanwhile)
    monkeypatch.setattr(beacon, "BATCH", 1)
    beacon.add_up(now=EVENING)
    assert counted(event) == (2, 0, 0)


def test_the_salt_is_random_each_day_and_valkey_deletes_it():
    event = make_event()
    note(event)
    salts = []
    for moment in (EVENING, EVENING + DAY):
        note(event, now=moment)
        salts.append(cache.get(f"beacon:salt:{moment.date()}"))
    assert len(set(salts)) == 2
    assert all(len(salt) == 32 for salt in salts)
    left = open_valkey().ttl(cache.make_key(f"beacon:salt:{EVENING.date()}"))
    until_midnight = beacon._midnight(EVENING.date()) - EVENING
    assert 0 < left <= until_midnight.total_seconds() + 1


def test_valkey_keeps_neither_visitors_nor_keys_for_ever():
    event = make_event()
    note(event, "203.0.113.77 Firefox/ Linux")
    client = open_valkey()
    for key in client.scan_iter("*beacon*"):
        assert client.ttl(key) > 0, key
        if client.type(key) == b"string":
            assert b"203.0.113.77" not in client.get(key)


def test_events_that_nobody_can_see_are_not_counted():
    hidden, later = make_event(publication="pending"), make_event(title="Later")
    note(hidden)
    note(later)
    type(later).objects.filter(pk=later.pk).update(publication="removed")
    beacon.add_up(now=EVENING)
    assert not EventDay.objects.exists()


def test_so_many_events_are_counted_a_day(monkeypatch):
    monkeypatch.setattr(beacon, "MOST_A_DAY", 1)
    first, second = make_event(), make_event(title="Second")
    for event in (first, second):
        note(event)
    note(first, "b")
    beacon.add_up(now=EVENING)
    assert (counted(first), counted(second)) == ((2, 0, 0), None)


def test_a_thousand_events_cost_as_many_queries_as_one(django_assert_num_queries):
    def add_up(events):
        for event in events:
            note(event)
        with django_assert_num_queries(7):  # savepoint, lock, statement, release; what insights keeps
            assert beacon.add_up(now=EVENING) == len(events)

    first = make_event()
    add_up([first])
    add_up(make_copies(first, 1000))


def test_without_valkey_nothing_breaks(monkeypatch):
    def away(*_given, **_options):
        raise RedisError("away")

    event = make_event()
    monkeypatch.setattr(beacon, "open_valkey", away)
    note(event)
    assert beacon.add_up(now=EVENING) == 0


def test_days_are_forgotten_and_totals_stay():
    event = make_event()
    note(event)
    beacon.add_up(now=EVENING)
    later = EVENING + beacon.KEPT + DAY
    assert beacon.forget(now=EVENING) == 0
    assert (beacon.forget(now=later, dry=True), beacon.forget(now=later)) == (1, 1)
    assert totals(event) == (1, 0)


def sources(event):
    return dict(EventDaySource.objects.filter(event=event).values_list("source", "views"))


def test_from_where_visitors_came_is_counted_with_them_and_grows_only():
    event = make_event()
    for visitor, source in (
        ("a", VisitSource.SEARCH),
        ("b", VisitSource.SEARCH),
        ("c", VisitSource.MAIL),
        ("a", VisitSource.X),
    ):
        beacon.note(Act.VIEW, event.id, visitor=visitor, now=EVENING, source=source)
    note(event, "d", Act.SHARE)
    for _ in range(2):
        beacon.add_up(now=EVENING)
        assert sources(event) == {"search": 2, "mail": 1}
    open_valkey().flushdb()
    beacon.note(Act.VIEW, event.id, visitor="e", now=EVENING, source=VisitSource.SEARCH)
    beacon.add_up(now=EVENING)
    assert sources(event) == {"search": 2, "mail": 1}
    beacon.forget(now=EVENING + beacon.KEPT + 2 * DAY)
    assert sources(event) == {}
