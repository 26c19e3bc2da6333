"""The sections of a list: headings, nights that end at 05:00, totals that agree with the cards."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.calendars import day_strip
from events.filters import EventFilter
from events.listing import (
    group_key,
    night_picture,
    night_summary,
    sections,
    totals_of,
    vibe,
)
from events.queries import for_cards, public, pulse
from tests.factories import EVENING, make_event

pytestmark = pytest.mark.django_db
LOCAL = EVENING.astimezone(ZoneInfo("Asia/Kolkata"))


def beats():
    return pulse(EventFilter(), first=LOCAL.date() - timedelta(days=1), days=16, now=LOCAL)


def rows():
    return for_cards(public().order_by("start_at", "id"))


@pytest.mark.parametrize(
    ("hours", "fields", "key"),
    [
        (1, {}, "tonight"),
        (7, {}, "tonight"),
        (0, {"all_day": True}, "today"),
        (-60, {}, "ongoing"),
        (15, {}, "2026-11-22"),
        (30, {}, "2026-11-22"),
        (31, {}, "2026-11-22"),
        (50, {"time_known": False}, "2026-11-23"),
    ],
)
def test_group_key(hours: int, fields: dict, key: str) -> None:
    assert group_key(make_event(start=EVENING + timedelta(hours=hours), **fields), now=LOCAL) == key


def test_sections_count_what_takes_place() -> None:
    make_event(title="On")
    make_event(title="Off", happening="cancelled")
    (tonight,) = sections(rows(), now=LOCAL, path="/x/", totals=totals_of(beats(), now=LOCAL))
    assert (tonight.total, tonight.more, len(tonight.cards)) == (1, 0, 2)


def test_sections_say_how_many_are_not_shown() -> None:
    for number in range(3):
        make_event(title=f"Gig {number}")
    (tonight,) = sections(rows()[:1], now=LOCAL, path="/x/", totals=totals_of(beats(), now=LOCAL))
    assert (tonight.total, tonight.more, tonight.href) == (3, 2, "/x/tonight/")


def test_what_began_before_the_first_day_of_the_list_is_still_on() -> None:
    make_event(title="Days", start=EVENING + timedelta(days=1), all_day=True, end_date=date(2026, 12, 1))
    make_event(title="Later", start=EVENING + timedelta(days=2))
    found = sections(rows(), now=LOCAL, path="/x/", first=date(2026, 11, 23))
    assert [(held.heading, held.href) for held in found] == [
        ("Still on", "/x/ongoing/"),
        ("Monday", "/x/2026-11-23/"),
    ]
    assert [held.heading for held in sections(rows(), now=LOCAL, path="/")] == ["Tomorrow", "Monday"]


def test_day_strip_marks_the_selected_day_and_the_weekend() -> None:
    make_event(start=EVENING + timedelta(days=1))
    days = day_strip(
        beats(), now=LOCAL, address=lambda day: f"/?day={day['day']}", selected=date(2026, 11, 22)
    )
    assert (len(days), days[0].weekday, days[0].is_rest) == (14, "Today", True)
    assert (days[1].count, days[1].current, days[1].href) == (1, True, "/?day=2026-11-22")


def test_night_summary_counts_free_and_finds_the_peak() -> None:
    for number in range(3):
        make_event(title=f"Gig {number}", price_type="free" if number else "paid")
    make_event(title="Late", start=datetime(2026, 11, 21, 19, 0, tzinfo=UTC))
    make_event(title="Tomorrow", start=EVENING + timedelta(days=1))
    assert night_summary(beats(), now=LOCAL) == {"count": 4, "free": 2, "peak": "20:00"}


def test_night_summary_of_nothing() -> None:
    assert night_summary([], now=LOCAL) == {"count": 0, "free": 0, "peak": ""}


def test_pictures_are_drawn_from_what_is_listed() -> None:
    make_event(lat=12.97, lng=77.6)
    make_event(title="Same place", lat=12.97, lng=77.6)
    assert str(night_picture(beats(), now=LOCAL)).count('data-cat="music"') == 2
    assert [(row.category, row.total) for row in vibe(beats(), now=LOCAL, names={"music": "Music"})] == [
        ("music", 2)
    ]


@pytest.mark.django_db
def test_what_goes_on_is_listed_with_the_open_ones_first_and_what_ends_sooner() -> None:
    start = EVENING - timedelta(days=20)
    for title, hours, days in (
        ("Closed", "Mo-Fr 10:00-18:00", 5),
        ("Later", "Mo-Su 10:00-18:00", 60),
        ("Sooner", "", 9),
    ):
        make_event(title=title, start=start, end_at=EVENING + timedelta(days=days), opening_hours=hours)
    (section,) = sections(for_cards(public().order_by("start_at")), now=LOCAL, path="/bengaluru/")
    assert (section.key, [card.title for card in section.cards]) == ("ongoing", ["Sooner", "Later", "Closed"])
