"""Alerts: each hit once, none lost, whatever ends the process, and told to its owner."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from events.filters import EventFilter
from events.models import Event
from events.services import announcing
from events.times import When
from outbox.models import Change, Cursor, Epoch
from outbox.queries import cursor, position
from outbox.services import number_changes, record
from saved_searches import queries, services
from saved_searches.models import Conditions, Hit, SavedSearch
from saved_searches.services import alerting, recording
from tests.factories import EVENING, make_event, make_person

pytestmark = pytest.mark.django_db


def save(person: User, *, alert: bool = True, **wanted: Any) -> SavedSearch:
    return services.save(person, EventFilter(**wanted), name="Jazz", alert=alert)


def follow() -> int:
    number_changes()
    return services.follow()


def change(event: Event, **fields: Any) -> None:
    """As the services do: the row, and a Change with what was before."""
    with transaction.atomic():
        slugs = announcing.slugs_for([event])
        before = announcing.seen(event, slugs)
        for name, value in fields.items():
            setattr(event, name, value)
        event.save()
        record([announcing.change(event, slugs, type="event.changed", before=before)])


@pytest.fixture
def begun(vera: User) -> None:
    """The outbox was read before."""
    make_event(title="Before")
    follow()


def test_an_event_that_comes_to_match_is_a_hit_once(vera, begun):
    row = save(vera, q="jazz")
    event = make_event(title="Jazz")
    make_event(title="Coding")
    assert [follow(), follow()] == [1, 0]
    assert list(Hit.objects.values_list("search", "event", "seen_at")) == [(row.pk, event.pk, None)]


def test_the_same_changes_again_double_nothing(vera, begun):
    save(vera, q="jazz")
    make_event(title="Jazz")
    start = cursor(alerting.CONSUMER)
    assert follow() == 1
    Cursor.objects.filter(name=alerting.CONSUMER).update(number=start)
    assert follow() == 0
    assert (Hit.objects.count(), Change.objects.filter(type="search.hit").count()) == (1, 1)


def test_a_process_that_is_lost_between_loses_nothing(vera, begun, monkeypatch):
    save(vera, q="jazz")
    make_event(title="Jazz")

    with monkeypatch.context() as patched:
        patched.setattr(alerting, "advance", _killed)
        with pytest.raises(SystemExit):
            follow()
    assert not Hit.objects.exists()
    assert follow() == 1


@pytest.fixture
def small(monkeypatch) -> None:
    """A piece is full with two hits, and a day with three."""
    monkeypatch.setattr(recording, "PIECE", 2)
    monkeypatch.setattr(recording, "MOST_A_DAY", 3)


def test_a_process_that_is_lost_between_two_pieces_tells_each_person_once(vera, begun, small, monkeypatch):
    people = [vera, *(make_person(email=f"p{number}@example.org", is_staff=False) for number in range(2))]
    for person in people:
        save(person, q="jazz")
        save(person, city="bengaluru")
    make_event(title="Jazz")
    with monkeypatch.context() as patched:
        patched.setattr(alerting, "advance", _killed)
        with pytest.raises(SystemExit):
            follow()
    assert Hit.objects.count() == 4, "two pieces were recorded, the last one with the cursor was not"
    assert follow() == 2
    told = Change.objects.filter(type="search.hit")
    assert sorted(told.values_list("user_id", flat=True)) == sorted(person.pk for person in people)
    assert [change.data["count"] for change in told] == [2, 2, 2]


def test_what_is_too_much_for_a_day_is_counted_once(vera, begun, small, monkeypatch):
    row = save(vera, city="bengaluru")
    for number in range(5):
        make_event(title=f"Jazz {number}")
    start = cursor(alerting.CONSUMER)
    assert follow() == 3
    assert Change.objects.get(type="search.hit").data["count"] == 5
    assert queries.search_of(vera, row.pk).new == 5
    Cursor.objects.filter(name=alerting.CONSUMER).update(number=start)
    assert services.follow() == 0
    assert queries.search_of(vera, row.pk).new == 5
    services.look(vera, row.pk)
    assert queries.search_of(vera, row.pk).new == 0


def test_the_next_day_has_its_own_hits(vera, begun, small):
    save(vera, city="bengaluru")
    for number in range(4):
        make_event(title=f"Jazz {number}")
    number_changes()
    Change.objects.filter(type="event.published").update(at=timezone.now() - timedelta(days=1))
    assert services.follow() == 3
    make_event(title="Jazz today")
    assert follow() == 1


def test_a_search_that_was_changed_before_its_piece_gets_no_hits_of_before(vera, begun, monkeypatch):
    row = save(vera, q="jazz")
    make_event(title="Jazz")
    record_piece = recording.record_piece

    def changed_first(*given: Any, **named: Any) -> int:
        services.change(vera, row.pk, wanted=EventFilter(q="coding"))
        return record_piece(*given, **named)

    monkeypatch.setattr(alerting, "record_piece", changed_first)
    assert follow() == 0
    assert not Hit.objects.exists()


def _killed(*_: Any) -> None:
    raise SystemExit


def test_a_batch_ends_where_the_next_one_begins(vera, begun):
    save(vera, city="bengaluru")
    for title in ("One", "Two", "Three"):
        make_event(title=title)
    number_changes()
    assert services.follow(batch=2) == 3
    assert cursor(alerting.CONSUMER) >= position().number - 1  # the messages about hits are newer


def test_without_an_alert_nothing_is_recorded_and_from_then_on_it_is(vera, begun):
    row = save(vera, alert=False, q="jazz")
    make_event(title="Early jazz")
    assert follow() == 0
    services.change(vera, row.pk, alert=True)
    assert follow() == 0
    make_event(title="Late jazz")
    assert follow() == 1


def test_what_was_listed_when_the_search_was_saved_is_not_new(vera, begun):
    event = make_event(title="Jazz", price_type="paid")
    number_changes()
    save(vera, q="jazz")
    free = save(vera, q="jazz", price="free")
    change(event, ticket_url="https://tickets.example/1")
    assert follow() == 0
    change(event, price_type="free")
    assert follow() == 1
    assert Hit.objects.get().search == free


def test_a_change_that_is_read_late_still_counts_what_it_changed(vera, begun):
    event = make_event(title="Jazz", price_type="paid")
    number_changes()
    save(vera, q="jazz", price="free")
    change(event, price_type="free")
    change(event, ticket_url="https://tickets.example/1")
    assert follow() == 1


def test_what_cannot_be_told_apart_is_a_hit(vera, begun):
    event = make_event(title="Jazz", age_limit=21)
    number_changes()
    save(vera, guest_age=18)
    change(event, age_limit=18)
    assert follow() == 1


def test_a_span_of_days_counts_from_the_change(vera, begun):
    save(vera, when=When.TODAY)
    event = make_event(title="Tonight", start=EVENING)
    number_changes()
    Change.objects.filter(object_id=event.pk).update(at=EVENING - timedelta(days=2))
    assert services.follow() == 0
    again = make_event(title="Again", start=EVENING)
    number_changes()
    Change.objects.filter(object_id=again.pk).update(at=EVENING - timedelta(hours=5))
    assert services.follow() == 1


def test_what_was_hidden_meanwhile_is_no_hit(vera, begun):
    save(vera, q="jazz")
    event = make_event(title="Jazz")
    with transaction.atomic():
        record([announcing.change(event, announcing.slugs_for([event]), type="event.removed")])
        Event.objects.filter(pk=event.pk).update(publication="removed")
    assert follow() == 0


def test_the_owner_is_told_once_for_a_search_and_a_batch(vera, begun):
    row = save(vera, q="jazz")
    save(make_person(email="ola@example.org", is_staff=False), q="coding")
    events = [make_event(title=f"Jazz {number}") for number in range(12)]
    follow()
    told = Change.objects.get(type="search.hit")
    assert (told.audience, told.user_id, told.topics, told.object_id) == (
        "user",
        vera.pk,
        ["user:me"],
        vera.pk,
    )
    assert told.data["count"] == 12
    [search] = told.data["searches"]
    assert (search["id"], search["count"], search["name"]) == (str(row.pk), 12, "Jazz")
    assert len(search["events"]) == recording.MOST_TOLD
    assert {one["id"] for one in search["events"]} <= {str(event.pk) for event in events}


def test_the_first_call_begins_with_the_oldest_alert(vera):
    make_event(title="Old jazz")
    number_changes()
    save(vera, q="jazz")
    make_event(title="New jazz")
    assert follow() == 1


def test_after_a_gap_the_rest_is_read(vera, begun):
    save(vera, q="jazz")
    make_event(title="Lost jazz")
    number_changes()
    Epoch.objects.update(pruned_to=position().number)
    make_event(title="Jazz")
    assert follow() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_record_each_hit_once(vera):
    save(vera, city="bengaluru")
    events = [make_event(title=f"Jazz {number}") for number in range(3)]
    number_changes()
    start, found = Barrier(2), []

    def work() -> None:
        try:
            start.wait()
            found.append(services.follow(batch=1))
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.follow()
    assert Hit.objects.count() == len(events)
    assert Change.objects.filter(type="search.hit").count() == len(events)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_batch_costs_the_same_queries(vera, begun, rows, django_assert_num_queries):
    people = [make_person(email=f"p{number}@example.org", is_staff=False) for number in range(rows)]
    for person in people:
        save(person, q="jazz")
    for number in range(rows):
        make_event(title=f"Jazz {number}")
    number_changes()
    with django_assert_num_queries(QUERIES):
        assert services.follow() == rows * rows


QUERIES = 24


def test_hits_of_events_that_are_long_over_are_deleted_with_what_nobody_asks_for(vera, begun):
    save(vera, q="jazz")
    event = make_event(title="Jazz")
    follow()
    Conditions.objects.create(digest="0", wanted={"q": "nobody"})
    assert services.forget(now=event.start_at + timedelta(days=29)) == 0
    assert Conditions.objects.count() == 1
    assert services.forget(now=event.start_at + timedelta(days=31)) == 1
    assert not Hit.objects.exists()


def test_looking_says_what_is_new_once(vera, begun):
    row = save(vera, q="jazz")
    event = make_event(title="Jazz")
    follow()
    assert services.look(vera, row.pk) == {event.pk}
    assert services.look(vera, row.pk) == set()
    with pytest.raises(SavedSearch.DoesNotExist):
        services.look(make_person(email="ola@example.org", is_staff=False), row.pk)


def test_other_conditions_forget_what_was_found(vera, begun):
    row = save(vera, q="jazz")
    make_event(title="Jazz")
    follow()
    services.change(vera, row.pk, name="Renamed")
    assert Hit.objects.count() == 1
    services.change(vera, row.pk, wanted=EventFilter(q="coding"))
    assert not Hit.objects.exists()
