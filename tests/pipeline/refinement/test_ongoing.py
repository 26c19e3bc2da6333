"""Which rows are one ongoing event; none is duplicated or lost while a feed's window moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.connectors.detect import Detected
from pipeline.contract.connector import FetchParams
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.hours import intervals
from pipeline.refinement.ongoing import FOLDED, Folder, fold
from pipeline.refinement.openings import ExistingRun
from sources.lab.finding import connector_for
from sources.samples.catalog import PAGE
from sources.samples.render import payload

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 11, 2)  # a Monday
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def opening(day: date, begin: int = 10, hours: float = 8, **fields: Any) -> RawRecord:
    start = datetime(day.year, day.month, day.day, begin, tzinfo=BERLIN)
    told = {
        "external_id": f"x-{day}", "title": "Ink and Indigo", "start": start, "end": start + timedelta(hours=hours),
        "venue": Venue(name="Kunsthalle"), "categories": ("Exhibition",), **fields,
    }  # fmt: skip
    return RawRecord(**told)


def days(count: int, first: date = FIRST, closed: tuple[int, ...] = (0,)) -> list[date]:
    return [day for step in range(count) if (day := first + timedelta(days=step)).weekday() not in closed]


def kept(records: list[RawRecord]) -> list[RawRecord]:
    return [record for record in fold(records) if isinstance(record, RawRecord)]


def test_daily_rows_of_an_exhibition_become_one_event_with_opening_hours() -> None:
    told = list(fold([opening(day) for day in days(60)]))
    (one,) = [record for record in told if isinstance(record, RawRecord)]
    assert (one.opening_hours, one.stable_id, one.recurrence_id) == ("Tu-Su 10:00-18:00", True, "")
    assert (one.start, one.end) == (
        datetime(2026, 11, 3, 10, tzinfo=BERLIN),
        datetime(2026, 12, 31, 18, tzinfo=BERLIN),
    )
    gone = [record for record in told if isinstance(record, Dropped)]
    assert ({record.reason for record in gone}, len(gone), len(told)) == (
        {FOLDED},
        len(told) - 1,
        len(days(60)),
    )


def test_weekends_and_holidays_have_their_own_hours() -> None:
    rows = [
        opening(day, hours=10 if day.weekday() > 4 else 8) for day in days(60) if day != date(2026, 12, 25)
    ]
    rows = [
        record if record.external_id != "x-2026-12-24" else opening(date(2026, 12, 24), hours=4)
        for record in rows
    ]
    (one,) = kept(rows)
    assert (
        one.opening_hours == "Tu-Fr 10:00-18:00; Sa,Su 10:00-20:00; 2026 Dec 24 10:00-14:00; 2026 Dec 25 off"
    )


def test_a_cancelled_day_is_a_closed_one() -> None:
    rows = [opening(day, status="cancelled" if day == date(2026, 11, 12) else "") for day in days(30)]
    (one,) = kept(rows)
    assert one.opening_hours == "Tu-Su 10:00-18:00; 2026 Nov 12 off"


def test_all_day_rows_become_one_span_of_days() -> None:
    rows = [
        opening(
            day,
            start=day,
            end=day + timedelta(days=1),
            all_day=True,
            last_day_inclusive=False,
            title="Weihnachtsmarkt",
        )
        for day in days(20, closed=())
    ]
    (one,) = kept(rows)
    assert (one.start, one.end, one.all_day, one.opening_hours) == (
        FIRST,
        FIRST + timedelta(days=19),
        True,
        "Mo-Su",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Hamlet", "categories": ("Theatre",), "hours": 3, "begin": 19},
        {"title": "Hamlet", "categories": (), "hours": 3, "begin": 19},
        {"title": "Exhibition tour"},
        {"title": "Museum yoga"},
        {"title": "Film programme", "categories": ()},
        {"title": "Summer camp", "categories": ()},
        {"title": "Kids on the move", "categories": ("Sports",)},
        {"title": "Amps all day", "categories": ("Gathering / Party",)},
        {"performers": ("Nina",)},
        {"online": "yes"},
        {"sold_out": True},
    ],
)
def test_what_has_a_seat_or_a_beginning_stays_single(fields: dict[str, Any]) -> None:
    rows = [opening(day, **fields) for day in days(40)]
    assert kept(rows) == rows


def test_tickets_of_their_own_for_each_day_keep_days_apart() -> None:
    rows = [opening(day, ticket_url=f"https://t.example/{day}") for day in days(40)]
    assert kept(rows) == rows
    (one,) = kept([opening(day, ticket_url="https://t.example/all") for day in days(40)])
    assert one.ticket_url == "https://t.example/all"


def test_a_title_that_names_an_exhibition_with_long_hours_needs_no_common_ticket() -> None:
    def rows(**fields: Any) -> list[RawRecord]:
        return [opening(day, ticket_url=f"https://t.example/{day}", **fields) for day in days(14)]

    (one,) = kept(rows(title="Exhibition: Rain Maps", categories=()))
    assert (one.opening_hours, one.ticket_url) == ("Tu-Su 10:00-18:00", "")
    seats = rows(title="Exhibition: Rain Maps", hours=2)
    assert kept(seats) == seats


def test_the_page_of_each_day_is_no_ticket_of_its_own() -> None:
    rows = [
        opening(day, url=f"https://k.example/{day}", ticket_url=f"https://k.example/{day}")
        for day in days(14)
    ]
    (one,) = kept(rows)
    assert (one.url, one.ticket_url) == (f"https://k.example/{days(14)[-1]}", "")


def test_a_weekly_market_a_few_days_and_several_times_a_day_stay_single() -> None:
    weekly = [opening(FIRST + timedelta(weeks=week), title="Farmers market exhibition") for week in range(20)]
    few = [opening(day) for day in days(6)]
    showtimes = [
        record
        for day in days(20)
        for record in (opening(day), opening(day, begin=20, hours=2, external_id=f"late-{day}"))
    ]
    for rows in (weekly, few, showtimes):
        assert kept(rows) == rows


def test_without_a_word_only_long_hours_are_a_visit() -> None:
    short = [opening(day, title="Ink", categories=(), hours=2) for day in days(40)]
    assert kept(short) == short
    assert len(kept([opening(day, title="Ink", categories=(), hours=8) for day in days(40)])) == 1


def test_without_a_word_the_working_week_is_a_course_or_an_office() -> None:
    course = [
        opening(day, title="Holiday days", categories=(), begin=9, hours=7) for day in days(40, closed=(5, 6))
    ]
    assert kept(course) == course
    assert len(kept([replace(record, title="Painted glass: an exhibition") for record in course])) == 1


def test_an_ice_rink_listed_under_sports_is_a_visit() -> None:
    assert (
        len(
            kept(
                [
                    opening(day, title="Ice rink at the castle", categories=("Sports",))
                    for day in days(40, closed=())
                ]
            )
        )
        == 1
    )


def test_hours_that_no_week_repeats_are_left_as_told() -> None:
    rows = [opening(day, begin=8 + number % 5) for number, day in enumerate(days(40))]
    assert kept(rows) == rows


def test_utc_times_are_read_on_the_clock_of_the_source() -> None:
    rows = [
        opening(day, first, start=first_utc(day), end=first_utc(day) + timedelta(hours=8))
        for day, first in ((d, 10) for d in days(60, date(2026, 10, 1)))
    ]
    (one,) = [record for record in fold(rows, timezone="Europe/Berlin") if isinstance(record, RawRecord)]
    assert one.opening_hours == "Tu-Su 10:00-18:00"


def first_utc(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=BERLIN).astimezone(UTC)


def test_last_year_s_market_is_another_one() -> None:
    rows = [
        opening(day, title="Weihnachtsmarkt")
        for first in (date(2025, 11, 24), date(2026, 11, 23))
        for day in days(28, first, ())
    ]
    one, other = kept(rows)
    assert one.external_id != other.external_id


def test_what_has_no_end_is_told_to_the_end_of_a_month() -> None:
    one, later = (
        kept([opening(day) for day in days(400, first, ())])[0]
        for first in (FIRST, FIRST + timedelta(days=1))
    )
    assert one.end == later.end == datetime(2027, 10, 31, 18, tzinfo=BERLIN)


def runs(rows: list[RawRecord], existing: list[ExistingRun]) -> list[Any]:
    folder = Folder()
    for row in rows:
        folder.see(row, (row.external_id, ""))
    return folder.runs(existing)


def test_a_run_keeps_its_identity_until_its_last_day() -> None:
    listed = days(60)
    existing: list[ExistingRun] = []
    names = set()
    for passed in range(len(listed)):
        (run,) = runs([opening(day) for day in listed[passed:]], existing)
        names.add(run.identity)
        assert len(run.rows) == len(listed) - passed
        existing = [ExistingRun(identity=run.identity, first=listed[passed], last=listed[-1])]
    assert len(names) == 1


@given(
    closed=st.sets(st.integers(0, 6), max_size=3),
    length=st.integers(14, 200),
    lost=st.sets(st.integers(0, 199), max_size=2),
    begin=st.integers(6, 14),
)
def test_the_expression_says_exactly_the_days_that_were_told(
    closed: set[int], length: int, lost: set[int], begin: int
) -> None:
    listed = [day for number, day in enumerate(days(length, closed=tuple(closed))) if number not in lost]
    told = kept([opening(day, begin=begin, hours=6) for day in listed])
    if len(told) == 1:
        found = intervals(told[0].opening_hours, listed[0], listed[-1])
        assert [one.start.date() for one in found or []] == listed
        assert {(one.start.hour, one.end.hour) for one in found or []} == {(begin, begin + 6)}
    else:
        assert len(told) == len(listed)


def test_the_samples_show_an_exhibition_as_one_event() -> None:
    today = date(2026, 11, 21)
    way = Detected(connector="page", config={"complete": True})
    read = connector_for(way).read(
        payload(PAGE, today),
        FetchParams(now=NOON, start=NOON, end=NOON + timedelta(days=60), timezone="Asia/Kolkata"),
    )
    listed = [
        record for record in fold(read.records, timezone="Asia/Kolkata") if isinstance(record, RawRecord)
    ]
    (maps,) = [record for record in listed if record.opening_hours]
    assert (maps.title, maps.opening_hours) == ("Exhibition: Rain Maps", "Mo-Su 11:00-19:00")
    assert len([record for record in listed if record.title.startswith("The Weaver")]) == 6
