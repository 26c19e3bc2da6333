"""What happened is added up by minute, hour and day, once, whoever adds."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from accounts.models import User
from events.enums import Act
from events.services import beacon
from events.signals import counted
from flags.models import Flag, FlagSwitch
from flags.services import forget as forget_flags
from insights import receivers, tasks
from insights.figures import adding
from insights.models import Figure, PendingAct
from personal.services import save_events
from tests.factories import make_city, make_event, make_listing, make_person, make_place
from tests.insights.figures.world import NOW, happened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_waits():
    PendingAct.objects.all().delete()


def sums(**where):
    return {(row.grain, row.key): (row.views, row.registrations) for row in Figure.objects.filter(**where)}


def test_what_happened_is_in_the_sums_of_its_minute_hour_and_day():
    city = make_city(timezone="Asia/Kolkata")
    place = make_place(city=city)
    event = make_event(city=city, place=place)
    listing = make_listing(event=event)
    happened(event.pk, views=3, registrations=1)
    happened(event.pk, at=NOW + timedelta(minutes=2), views=2)
    assert adding.add_up() > 0
    assert PendingAct.objects.count() == 0
    assert sums(dimension="") == {("minute", ""): (2, 0), ("hour", ""): (5, 1), ("day", ""): (5, 1)}
    for dimension, key in (
        ("category", "music"),
        ("source", str(listing.origin_id)),
        ("venue", str(place.pk)),
    ):
        assert sums(dimension=dimension, grain="day") == {("day", key): (5, 1)}
    assert sums(dimension="hour") == {("day", "4-18"): (5, 1)}  # Thursday 12:30 UTC in Kolkata
    assert {row.city_id for row in Figure.objects.all()} == {city.pk}


def test_nothing_is_added_twice_and_batches_add_the_same():
    event = make_event()
    for number in range(5):
        happened(event.pk, at=NOW + timedelta(seconds=number), views=1)
    assert adding.add_up(batch=2) > 0
    assert adding.add_up() == 0
    assert sums(dimension="", grain="minute") == {("minute", ""): (5, 0)}


def test_numbers_that_are_missing_among_what_waits_end_no_batch_early():
    event = make_event()
    for number in range(9):
        happened(event.pk, at=NOW + timedelta(seconds=number), views=1)
    first = PendingAct.objects.order_by("pk")[0].pk
    # as the numbers of transactions that were rolled back
    PendingAct.objects.filter(pk__gt=first, pk__lt=first + 7).delete()
    adding.add_up(batch=2)
    assert sums(dimension="", grain="minute") == {("minute", ""): (3, 0)}
    assert not PendingAct.objects.exists()


def test_what_belongs_to_no_city_or_to_no_event_is_counted_as_such():
    happened(None, accounts=1)
    happened(uuid4(), views=2)
    adding.add_up()
    [row] = Figure.objects.filter(dimension="", grain="day")
    assert (row.city_id, row.views, row.accounts) == (None, 2, 1)
    assert not Figure.objects.filter(dimension__in=("category", "source", "venue")).exists()


def test_another_process_that_adds_is_left_alone(other_connection):
    happened(make_event().pk, views=1)
    with other_connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('figures', 0))")
        assert adding.add_up() == 0
        cursor.execute("ROLLBACK")
    assert adding.add_up() > 0


@pytest.fixture
def other_connection():
    other = connection.copy()
    yield other
    other.close()


def test_an_unknown_act_is_refused():
    with pytest.raises(ValueError, match="unknown acts"):
        happened(None, danced=1)


def test_old_minutes_and_hours_go_and_days_stay():
    event = make_event(place=make_place())
    happened(event.pk, views=1)
    adding.add_up()
    assert adding.forget(now=NOW + timedelta(hours=2)) == 0
    assert adding.forget(now=NOW + timedelta(days=4)) > 0
    assert {(row.grain, row.dimension) for row in Figure.objects.exclude(grain="day")} == {("hour", "")}
    adding.forget(now=NOW + timedelta(days=80))
    assert set(Figure.objects.values_list("grain", flat=True)) == {"day"}


def test_the_beacon_tells_what_is_new_since_the_last_time():
    event = make_event()
    for number in range(3):
        beacon.note(Act.VIEW, event.pk, visitor=f"a{number}", now=NOW)
    beacon.add_up(now=NOW)
    beacon.note(Act.VIEW, event.pk, visitor="b", now=NOW)
    beacon.note(Act.CLICK, event.pk, visitor="b", now=NOW)
    beacon.add_up(now=NOW + timedelta(minutes=1))
    beacon.add_up(now=NOW + timedelta(minutes=2))
    told = PendingAct.objects.order_by("id").values_list("event_id", "act", "times")
    assert sorted(told) == sorted([(event.pk, "views", 3), (event.pk, "views", 1), (event.pk, "clicks", 1)])


def test_saves_and_new_accounts_are_counted_without_who():
    person = make_person(email="anna@example.org", is_staff=False)
    event = make_event()
    save_events(person, [event.pk], now=NOW)
    save_events(person, [event.pk], now=NOW)
    assert list(PendingAct.objects.order_by("id").values_list("event_id", "act", "times")) == [
        (None, "accounts", 1),
        (event.pk, "saves", 1),
    ]
    assert {field.name for field in PendingAct._meta.fields} == {"id", "at", "event_id", "act", "times"}


def test_a_sum_that_cannot_be_kept_harms_nothing(monkeypatch):
    def fail(*_, **__):
        raise DatabaseError("away")

    monkeypatch.setattr(receivers, "note", fail)
    counted.send(sender=User, acts=[(None, "accounts", 1)], now=NOW)
    assert make_person(email="ben@example.org", is_staff=False).pk


def test_switched_off_nothing_is_kept_nor_added():
    happened(make_event().pk, views=1)
    FlagSwitch.objects.create(name=Flag.ANALYTICS.value, is_on=False)
    forget_flags()
    counted.send(sender=User, acts=[(None, "accounts", 1)], now=NOW)
    assert (tasks.add_up_figures(), tasks.count_cohorts()) == (0, 0)
    assert PendingAct.objects.count() == 1
    FlagSwitch.objects.update(is_on=True)
    forget_flags()
    assert tasks.add_up_figures() > 0
    assert tasks.count_cohorts() >= 0
