"""Ongoing events: their hours in words, their week, and a start that stays while the feed's window moves."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.cards import card, when_sentence
from events.feeds import Channel, as_calendar
from events.ongoing import hours_words, is_closed_on, is_open_at, keep_begun, today_words, week_of
from events.queries import for_cards, public
from events.seo import event_data
from tests.factories import EVENING, make_event

HOURS = "Tu-Fr 10:00-18:00; Sa,Su 10:00-20:00; 2026 Dec 25 off"
TUESDAY = date(2026, 11, 24)


def test_hours_are_said_in_letters_that_people_read() -> None:
    assert hours_words("Mo-Su 11:00-19:00") == "daily 11:00-19:00"
    assert hours_words(HOURS) == "Tue-Fri 10:00-18:00; Sat, Sun 10:00-20:00; 25 Dec closed"


@pytest.mark.parametrize(
    ("expression", "day", "words"),
    [
        (HOURS, TUESDAY, "Open today 10:00 to 18:00"),
        (HOURS, TUESDAY - timedelta(days=1), "Closed today"),
        (HOURS, date(2026, 12, 25), "Closed today"),
        ("Mo-Su 10:00-12:00,14:00-17:00", TUESDAY, "Open today 10:00 to 12:00, 14:00 to 17:00"),
        ("by appointment, mostly", TUESDAY, ""),
    ],
)
def test_a_day_is_said(expression: str, day: date, words: str) -> None:
    assert today_words(expression, day) == words


def test_open_and_closed_are_surely_so() -> None:
    assert is_closed_on(HOURS, date(2026, 12, 25))
    assert not is_closed_on(HOURS, TUESDAY)
    assert not is_closed_on("??", TUESDAY)
    assert is_open_at(HOURS, datetime(2026, 11, 24, 17, 59))
    assert not is_open_at(HOURS, datetime(2026, 11, 24, 18, 0))
    assert is_open_at("Sa 20:00-02:00", datetime(2026, 11, 22, 1, 0))


def test_the_week_is_told_by_its_times() -> None:
    assert week_of(HOURS, date(2026, 11, 1), date(2027, 1, 4)) == {
        (("10:00", "18:00"),): [1, 2, 3, 4],
        (("10:00", "20:00"),): [5, 6],
    }
    assert week_of("??", date(2026, 11, 1), date(2027, 1, 4)) == {}


def columns(first: date, last: date, hours: str) -> dict:
    return {
        "opening_hours": hours, "timezone": "Europe/Berlin", "start_date": first, "end_date": last,
        "start_at": datetime(first.year, first.month, first.day, 9, tzinfo=UTC),
    }  # fmt: skip


def test_a_window_that_moves_neither_moves_the_start_nor_forgets_the_week() -> None:
    before = columns(date(2026, 11, 1), date(2027, 1, 4), "Tu-Su 10:00-18:00")
    now = columns(date(2027, 1, 2), date(2027, 1, 4), "Sa,Su 10:00-18:00")
    keep_begun(before, now)
    assert now == before


def test_other_hours_and_a_new_run_are_told_as_they_are() -> None:
    before = columns(date(2026, 11, 1), date(2026, 12, 4), "Tu-Su 10:00-18:00")
    later = columns(date(2027, 5, 1), date(2027, 7, 4), "Tu-Su 11:00-18:00")
    same = dict(later)
    keep_begun(before, same)
    assert same == later
    plain = columns(date(2026, 11, 3), date(2026, 11, 3), "")
    same = dict(plain)
    keep_begun(before, same)
    assert same == plain


def exhibition(**fields):
    start = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    return make_event(
        title="Ink and Indigo",
        start=start,
        end_at=datetime(2027, 1, 3, 12, 30, tzinfo=UTC),
        opening_hours="Tu-Su 10:00-18:00",
        **fields,
    )


@pytest.mark.django_db
def test_a_card_says_until_when_and_whether_it_is_open_today() -> None:
    event = exhibition()
    shown = card(for_cards(public().filter(pk=event.pk)).get(), now=EVENING)
    assert (shown.moment.day, shown.moment.start, shown.moment.is_now, shown.note) == (
        "Until",
        "3 Jan",
        False,
        "Open today 10:00 to 18:00",
    )
    assert when_sentence(event, now=EVENING) == "Open Tue-Sun 10:00-18:00, until Sun 3 Jan"


@pytest.mark.django_db
def test_machines_read_one_event_with_its_week() -> None:
    event = exhibition()
    (schedule,) = event_data(event, site_url="https://x.example")["eventSchedule"]
    assert (schedule["startTime"], schedule["endTime"], schedule["repeatFrequency"]) == (
        "10:00",
        "18:00",
        "P1W",
    )
    assert [day.rpartition("/")[2] for day in schedule["byDay"]] == [
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]
    text = as_calendar(
        [event],
        Channel(name="n", about="a", page="https://x.example", address="https://x.example/.ics"),
        site_url="",
    ).decode()
    assert "DTSTART;VALUE=DATE:20261101" in text
    assert "DTEND;VALUE=DATE:20270104" in text
    assert "TRANSP:TRANSPARENT" in text
    assert text.count("BEGIN:VEVENT") == 1
    assert "Open Tue-Sun 10:00-18:00" in text
