"""Each day is expected once, what came of it is noted after the fact, and how right it was is measured."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event
from flags.models import Flag, FlagSwitch
from flags.services import forget as forget_flags
from insights import tasks
from insights.expecting import accuracy
from insights.expecting.keeping import expect, forget, keep, settle
from insights.expecting.told import expected_of
from insights.models import Expectation, ExpectationAccuracy
from registrations.models import RegistrationSetup
from tests.factories import make_event
from tests.insights.expecting.world import DAY, NOW, better, come, learnt, make_open, settled

pytestmark = pytest.mark.django_db


def test_a_coming_event_is_expected_once_a_day_and_what_was_written_stays():
    learnt()
    event = make_open(start=NOW + 7 * DAY)
    come(event, 10)
    come(event, 3, state="waiting")
    assert keep(now=NOW) == 1
    row = Expectation.objects.get(event=event)
    assert (row.days_before, row.reach, row.held, row.waiting, row.capacity) == (7, "middle", 10, 3, 40)
    assert row.naive_registered == 10
    assert row.registered is not None
    assert 18 < row.registered < 32
    assert row.attendance == pytest.approx(row.registered * 0.75, rel=0.05)
    assert row.sells_out is not None
    assert 0 < row.sells_out < 1
    come(event, 9)
    assert keep(now=NOW + timedelta(hours=1)) == 0
    assert Expectation.objects.get(event=event).held == 10
    assert keep(now=NOW + DAY) == 1


def test_without_enough_past_events_only_what_is_known_is_written():
    event = make_open(start=NOW + 3 * DAY)
    keep(now=NOW)
    row = Expectation.objects.get(event=event)
    assert (row.held, row.registered, row.naive_registered, row.sells_out) == (0, None, None, None)
    better("registered")
    assert expected_of(event.pk, now=NOW) is None


def test_nothing_is_expected_of_what_is_today_far_off_cancelled_hidden_or_without_registration():
    make_open(start=NOW + timedelta(hours=3))
    make_open(start=NOW + 62 * DAY, title="far")
    make_event(start=NOW + 5 * DAY, title="no registration")
    for number, change in enumerate(({"happening": "cancelled"}, {"publication": "rejected"})):
        event = make_open(start=NOW + 5 * DAY, title=f"not {number}")
        Event.objects.filter(pk=event.pk).update(**change)
    assert keep(now=NOW) == 0


def test_what_came_is_noted_once_check_ins_are_there():
    event = make_open(start=NOW - 2 * DAY, capacity=12)
    come(event, 12, checked_in=9)
    come(event, 2, state="waiting")
    come(event, 3, state="cancelled")
    later = make_open(start=NOW - timedelta(hours=20), title="yesterday")
    for one in (event, later):
        for days in (1, 5):
            settled(one, days_before=days, held=4, was_held=0, settled_at=None)
    assert settle(now=NOW) == 2
    rows = Expectation.objects.filter(event=event)
    assert {(row.was_held, row.was_waiting, row.came, row.sold_out) for row in rows} == {(12, 2, 9, True)}
    assert not Expectation.objects.filter(event=later, settled_at__isnull=False).exists()
    assert settle(now=NOW) == 0


def test_a_door_at_which_hardly_anybody_was_scanned_says_nothing_of_who_came():
    event = make_open(start=NOW - 2 * DAY)
    come(event, 30, checked_in=3)
    settled(event, days_before=1, held=4, was_held=0, settled_at=None)
    settle(now=NOW)
    assert Expectation.objects.get().came is None


@pytest.mark.parametrize(
    "change",
    [{"happening": "cancelled"}, {"publication": "removed"}, {"start_at": NOW + 4 * DAY}, {"registration_setup": None}],
)  # fmt: skip
def test_what_did_not_take_place_as_expected_is_no_lesson(change):
    event = make_open(start=NOW - 2 * DAY)
    settled(event, days_before=1, held=4, was_held=0, settled_at=None)
    if "registration_setup" in change:
        RegistrationSetup.objects.filter(event=event).delete()
    else:
        Event.objects.filter(pk=event.pk).update(**change)
    assert settle(now=NOW) == 0
    assert not Expectation.objects.exists()


def test_what_nobody_can_say_any_more_is_dropped():
    event = make_open(start=NOW - 70 * DAY)
    settled(event, days_before=1, held=4, was_held=0, settled_at=None)
    settle(now=NOW)
    assert not Expectation.objects.exists()


def test_accuracy_counts_an_event_once_however_many_days_it_had():
    for event in learnt(40):
        for days in (1, 2):
            settled(
                event, days_before=days, held=10, was_held=20, came=15, capacity=40,
                naive_registered=10, registered=19, naive_attendance=8, attendance=14, naive_sells_out=0.5, sells_out=0.1,
            )  # fmt: skip
    assert accuracy.measure(now=NOW) == 3
    rows = {row.target: row for row in ExpectationAccuracy.objects.all()}
    registered = rows["registered"]
    assert (registered.reach, registered.events, registered.naive_error, registered.error) == (
        "near",
        40,
        10,
        1,
    )
    assert rows["sells_out"].error == pytest.approx(0.01)
    assert all(row.is_shown for row in rows.values())
    assert accuracy.measure(now=NOW) == 0
    assert accuracy.shown(now=NOW + 4 * DAY) == frozenset()


def test_what_is_worse_than_naive_is_not_shown():
    for event in learnt(40):
        settled(event, days_before=1, held=20, was_held=20, naive_registered=20, registered=21)
    accuracy.measure(now=NOW)
    row = ExpectationAccuracy.objects.get()
    assert (row.is_shown, row.naive_error, row.error) == (False, 0, 1)


def test_a_team_is_told_only_what_ours_was_better_at():
    learnt()
    event = make_open(start=NOW + 7 * DAY)
    come(event, 10)
    keep(now=NOW)
    ExpectationAccuracy.objects.all().delete()
    assert expected_of(event.pk, now=NOW) is None
    better("attendance")
    told = expected_of(event.pk, now=NOW)
    assert told is not None
    assert (told.registered, told.sells_out, told.days_before) == (None, None, 7)
    assert told.attendance is not None
    better("registered", reach="near")
    again = expected_of(event.pk, now=NOW)
    assert again is not None
    assert again.registered is None
    assert expected_of(event.pk, now=NOW + 3 * DAY) is None


def test_off_nothing_is_written_or_told():
    event = make_open(start=NOW + 7 * DAY)
    keep(now=NOW)
    Expectation.objects.update(registered=3)
    better("registered")
    assert expected_of(event.pk, now=NOW) is not None
    FlagSwitch.objects.create(name=Flag.ANALYTICS, is_on=False)
    forget_flags()
    assert expected_of(event.pk, now=NOW) is None
    assert tasks.expect() == 0


def test_the_number_of_queries_does_not_grow_with_events():
    def asked() -> int:
        Expectation.objects.filter(settled_at=None).delete()
        with CaptureQueriesContext(
            connection,
        ) as found:
            expect(now=NOW)
        return len(found)

    learnt()
    make_open(start=NOW + 7 * DAY, title="one")
    few = asked()
    for number in range(20):
        come(make_open(start=NOW + 7 * DAY, title=f"more {number}"), 2)
    assert asked() == few


def test_what_nothing_is_learnt_from_is_forgotten():
    old = settled(make_open(start=NOW - 431 * DAY), days_before=1, held=1, was_held=1)
    settled(make_open(start=NOW - 429 * DAY, title="b"), days_before=1, held=1, was_held=1)
    assert forget(now=NOW) == 1
    assert not Expectation.objects.filter(pk=old.pk).exists()
