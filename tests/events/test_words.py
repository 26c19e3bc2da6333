"""Times, prices and counts in words."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from events import words

KOLKATA = ZoneInfo("Asia/Kolkata")
TODAY = date(2026, 11, 21)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=KOLKATA)


@pytest.mark.parametrize(
    ("start", "now", "said"),
    [
        (at(21, 20), at(21, 9), "Tonight"),
        (at(22, 0, 30), at(21, 22), "Tonight"),
        (at(22, 3), at(22, 1), "Tonight"),
        (at(21, 11), at(21, 9), "Today"),
        (at(22, 20), at(21, 9), "Tomorrow"),
        (at(20, 20), at(21, 9), "Yesterday"),
        (at(26, 20), at(21, 9), "Thu 26 Nov"),
    ],
)
def test_start_day_words(start: datetime, now: datetime, said: str) -> None:
    assert words.start_day_words(start, now=now) == said


def test_calendar_day_names_a_far_year() -> None:
    assert words.calendar_day(date(2027, 12, 4), today=TODAY) == "Sat 4 Dec 2027"


def test_calendar_day_long() -> None:
    assert words.calendar_day(TODAY, today=TODAY, long=True) == "Saturday 21 Nov"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (TODAY, TODAY, "Today"),
        (date(2026, 11, 27), date(2026, 11, 29), "Fri 27 to Sun 29 Nov"),
        (date(2026, 11, 28), date(2026, 12, 2), "Sat 28 Nov to Wed 2 Dec"),
    ],
)
def test_date_range_words(first: date, last: date, said: str) -> None:
    assert words.date_range_words(first, last, today=TODAY) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Kolkata", "IST"),
        ("America/Sao_Paulo", "UTC−3"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("Europe/Berlin", "CET"),
    ],
)
def test_zone_words(zone: str, said: str) -> None:
    assert words.zone_words(datetime(2026, 11, 21, 20, tzinfo=ZoneInfo(zone))) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "on Thursday"),
        (timedelta(days=30), "on 22 Oct"),
        (timedelta(days=400), "on 17 Oct 2025"),
        (timedelta(seconds=-5), "just now"),
    ],
)
def test_since_words(ago: timedelta, said: str) -> None:
    now = at(21, 20)
    assert words.since_words(now - ago, now=now) == said


@pytest.mark.parametrize(
    ("minutes", "said"), [(120, "2 h"), (90, "1 h 30 min"), (45, "45 min"), (0, ""), (3000, "")]
)
def test_lasting_words(minutes: int, said: str) -> None:
    assert words.lasting_words(at(21, 20), at(21, 20) + timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("kind", "low", "high", "currency", "said"),
    [
        ("free", None, None, "", "Free"),
        ("unknown", None, None, "", ""),
        ("paid", "500", "500", "INR", "₹500"),
        ("paid", "500", "1200", "INR", "₹500 to ₹1,200"),
        ("paid", "12.5", None, "USD", "from $12.50"),
        ("paid", None, "20", "CHF", "up to CHF 20"),
        ("paid", None, None, "", "Paid"),
        ("paid", "7", "7", "", "7"),
        ("donation", None, None, "", "Donation"),
        ("donation", "5", "5", "EUR", "Donation, €5"),
        ("variable", None, None, "", "Price varies"),
    ],
)
def test_price_words(kind: str, low: str | None, high: str | None, currency: str, said: str) -> None:
    assert words.price_words(kind, low and Decimal(low), high and Decimal(high), currency) == said


@pytest.mark.parametrize(("number", "said"), [(0, "no events"), (1, "1 event"), (1204, "1,204 events")])
def test_count_words(number: int, said: str) -> None:
    assert words.count_words(number, "event") == said


def test_count_words_takes_a_plural() -> None:
    assert words.count_words(2, "city", "cities") == "2 cities"
