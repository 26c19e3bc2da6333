"""Which dates a series has: rules, added and removed dates, the window."""

import pytest

from pipeline.connectors.formats.ical import ICalConfig
from pipeline.contract.normalized import Recurrence
from pipeline.contract.raw import Dropped, RawRecord
from tests.pipeline.connectors.ical_text import calendar, drops, event, read, starts

WEEKLY = (
    "DTSTART;TZID=Europe/Berlin:20261201T190000",
    "DTEND;TZID=Europe/Berlin:20261201T210000",
    "SUMMARY:Club",
    "RRULE:FREQ=WEEKLY;COUNT=4",
)
ALL_DAY = ("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY;COUNT=3")
WEEKLY_STARTS = [f"2026-12-{day}T19:00:00+01:00" for day in ("01", "08", "15", "22")]


def ids(*parts, **more):
    return [record.recurrence_id for record in read(calendar(*parts), **more)]


def kept(*parts, **more) -> list[RawRecord]:
    return [record for record in read(calendar(*parts), **more) if isinstance(record, RawRecord)]


def test_a_series_gives_one_record_a_date_with_the_original_start_as_its_id():
    records = read(calendar(event(*WEEKLY)))

    assert [record.start.isoformat() for record in records] == WEEKLY_STARTS
    assert [record.recurrence_id for record in records] == [
        f"202612{day}T180000Z" for day in ("01", "08", "15", "22")
    ]
    assert {record.end - record.start for record in records} == {records[0].end - records[0].start}
    assert records[0].recurrence == Recurrence(rrule="FREQ=WEEKLY;COUNT=4", series_id="a@x")
    assert (records[0].timezone, records[0].external_id, records[0].title) == ("Europe/Berlin", "a@x", "Club")


def test_ids_of_all_day_and_floating_series():
    assert ids(event(*ALL_DAY)) == ["20261201", "20261208", "20261215"]
    assert ids(event("DTSTART:20261201T190000", "RRULE:FREQ=DAILY;COUNT=2")) == [
        "20261201T190000",
        "20261202T190000",
    ]


def test_wall_clock_time_stays_when_clocks_change_and_ids_say_the_moment():
    records = kept(
        event("DTSTART;TZID=America/New_York:20260307T023000", "RRULE:FREQ=DAILY;COUNT=3"), back=400
    )

    assert [record.start.isoformat() for record in records] == [
        "2026-03-07T02:30:00-05:00",
        "2026-03-08T03:30:00-04:00",
        "2026-03-09T02:30:00-04:00",
    ]
    assert [record.recurrence_id for record in records] == [
        "20260307T073000Z",
        "20260308T073000Z",
        "20260309T063000Z",
    ]


def test_utc_series_stay_in_utc_even_beside_a_calendar_zone():
    part = event("DTSTART:20261020T180000Z", "RRULE:FREQ=WEEKLY;COUNT=3")

    assert starts("X-WR-TIMEZONE:Europe/Berlin", part, back=60) == [
        f"2026-{day}T18:00:00+00:00" for day in ("10-20", "10-27", "11-03")
    ]


def test_only_dates_within_the_window_are_given():
    daily = event("DTSTART:20200101T190000Z", "RRULE:FREQ=DAILY")

    assert starts(daily, back=1, ahead=1) == ["2026-11-20T19:00:00+00:00", "2026-11-21T19:00:00+00:00"]
    assert len(starts(daily, back=0, ahead=4000)) == 401 - 1


def test_a_date_that_began_before_the_window_and_still_runs_is_given():
    festival = event("DTSTART:20251119T100000Z", "DTEND:20251122T220000Z", "RRULE:FREQ=YEARLY")

    assert starts(festival, back=0, ahead=10) == ["2026-11-19T10:00:00+00:00"]
    assert starts(
        event("DTSTART;VALUE=DATE:20251119", "DTEND;VALUE=DATE:20251123", "RRULE:FREQ=YEARLY"),
        back=0,
        ahead=10,
    ) == ["2026-11-19"]


def test_a_series_without_a_date_in_the_window_is_one_drop_that_vouches_for_no_id():
    (record,) = read(calendar(event("DTSTART:20200101T190000Z", "RRULE:FREQ=DAILY;COUNT=3", "SUMMARY:Old")))

    assert record == Dropped(reason="no date in the window", title="Old", detail="a@x")


def test_a_long_series_is_cut_with_a_note():
    hourly = event("DTSTART:20261121T000000Z", "RRULE:FREQ=HOURLY")
    records = kept(hourly)

    assert len(records) == 1000
    assert {record.notes for record in records} == {("only the first 1000 dates of the series",)}
    assert len(list(kept(hourly, config=ICalConfig(max_occurrences=5)))) == 5


def test_rule_without_end_and_with_a_start_centuries_ago():
    assert starts(event("DTSTART;VALUE=DATE:16040229", "RRULE:FREQ=YEARLY"), ahead=400 * 4) == []
    assert starts(event("DTSTART;VALUE=DATE:16041203", "RRULE:FREQ=YEARLY"), ahead=99) == ["2026-12-03"]
    assert starts(
        event("DTSTART;TZID=Europe/Berlin:16041203T200000", "RRULE:FREQ=YEARLY;COUNT=1000"), ahead=99
    ) == ["2026-12-03T20:00:00+01:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY;BYMINUTE=0,30",
        "FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7;BYMINUTE=0,15,30,45",
        "FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60))),
    ],
)
def test_of_a_rule_that_is_no_schedule_of_events_the_first_date_is_kept_and_the_others_are_counted(rule):
    first, others = read(event("DTSTART:20261201T190000Z", f"RRULE:{rule}"))
    assert (first.start.isoformat(), others.reason) == (
        "2026-12-01T19:00:00+00:00",
        "recurrence too frequent",
    )
    assert first.notes == (f"recurrence too frequent, not followed: {rule[:80]}",)


@pytest.mark.parametrize(
    ("rule", "reported"),
    [
        ("FREQ=MINUTELY;INTERVAL=15;COUNT=6", "19:00 19:15 19:30 19:45 20:00 20:15"),
        ("FREQ=MINUTELY;COUNT=3;BYHOUR=20;BYMINUTE=0,59", "19:00 20:00 20:59 20:00"),
        ("FREQ=SECONDLY;INTERVAL=1800;COUNT=2", "19:00 19:30"),
        ("FREQ=HOURLY;BYMINUTE=0,30;COUNT=3", "19:00 19:30 20:00"),
    ],
)
def test_a_frequent_rule_with_a_small_count_is_followed(rule, reported):
    assert (
        " ".join(start[11:16] for start in starts(event("DTSTART:20261201T190000Z", f"RRULE:{rule}")))
        == reported
    )


def test_a_rule_that_takes_too_long_is_refused():
    assert drops(event("DTSTART:16040101T190000Z", "RRULE:FREQ=HOURLY;COUNT=900000000")) == [
        "recurrence too long to expand"
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=NEVER",
        "D1 #5",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=DAILY;UNTIL=soon",
        "RSCALE=HEBREW;FREQ=YEARLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;X=" + "y" * 3000,
    ],
)
def test_a_rule_that_cannot_be_followed_leaves_the_first_date_with_a_note(rule):
    (record,) = read(calendar(event("DTSTART:20261201T190000Z", f"RRULE:{rule}")))

    assert record.recurrence_id == "20261201T190000Z"
    assert "not followed" in record.notes[0]


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ("20261215T180000Z", 3),
        ("20261215T175959Z", 2),
        ("20261215", 3),
        ("20261215T190000", 3),
        ("20261214", 2),
    ],
)
def test_until_is_inclusive_whatever_kind_of_value_it_is(until, count):
    assert starts(event(WEEKLY[0], f"RRULE:FREQ=WEEKLY;UNTIL={until}")) == WEEKLY_STARTS[:count]


def test_until_of_an_all_day_series_in_utc_is_a_day_of_the_calendars_zone():
    part = event("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=DAILY;UNTIL=20261203T045959Z")

    assert starts("X-WR-TIMEZONE:America/New_York", part)[-1] == "2026-12-02"
    assert starts(part)[-1] == "2026-12-03"


def test_until_before_the_start_deletes_the_series():
    assert starts(event(WEEKLY[0], "RRULE:FREQ=WEEKLY;UNTIL=20261130")) == []


def test_negative_count_is_no_count():
    assert len(starts(event(WEEKLY[0], "RRULE:FREQ=WEEKLY;UNTIL=20261215;COUNT=-1"))) == 3


def test_several_rules_are_united_and_equal_dates_come_once():
    rules = ("RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=2")

    assert [start[8:10] for start in starts(event(WEEKLY[0], *rules))] == ["01", "02", "08"]


def test_exrule_takes_out():
    assert [start[8:10] for start in starts(event(*WEEKLY, "EXRULE:FREQ=WEEKLY;INTERVAL=2"))] == ["08", "22"]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("EXDATE;TZID=Europe/Berlin:20261208T190000", ["01", "15", "22"]),
        ("EXDATE:20261208T180000Z", ["01", "15", "22"]),
        ("EXDATE;TZID=America/New_York:20261208T130000", ["01", "15", "22"]),
        ("EXDATE;VALUE=DATE:20261208", ["01", "15", "22"]),
        ("EXDATE:20261208T190000", ["01", "15", "22"]),
        ("EXDATE;TZID=Europe/Berlin:20261208T190000,20261222T190000", ["01", "15"]),
        ("EXDATE;TZID=Europe/Berlin:20261201T190000", ["08", "15", "22"]),
        ("EXDATE;TZID=Europe/Berlin:20261208T200000", ["01", "08", "15", "22"]),
        ("EXDATE;VALUE=DATE:", ["01", "08", "15", "22"]),
        ("EXDATE:rubbish", ["01", "08", "15", "22"]),
    ],
)
def test_exdate_takes_out_exactly(line, left):
    assert [start[8:10] for start in starts(event(*WEEKLY, line))] == left


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;VALUE=DATE:20261208",
        "EXDATE:20261208T000000",
        "EXDATE:20261207T230000Z",
        "EXDATE;TZID=Europe/Berlin:20261208T000000",
    ],
)
def test_exdate_of_an_all_day_series(line):
    assert starts("X-WR-TIMEZONE:Europe/Berlin", event(*ALL_DAY, line)) == ["2026-12-01", "2026-12-15"]


def test_exdate_of_a_floating_series_in_utc():
    part = event("DTSTART:20261201T190000", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261202T180000Z")

    assert starts("X-WR-TIMEZONE:Europe/Berlin", part) == ["2026-12-01T19:00:00", "2026-12-03T19:00:00"]


def test_rdate_adds_dates_times_and_periods_and_is_told():
    part = event(
        "DTSTART;TZID=Europe/Berlin:20261201T190000",
        "DURATION:PT1H",
        "RDATE;VALUE=DATE:20261203",
        "RDATE;TZID=Europe/Berlin:20261205T150000,20261201T190000",
        "RDATE;VALUE=PERIOD:20261207T100000Z/PT3H,20261208T100000Z/20261208T140000Z",
        "RDATE:nonsense",
    )
    records = kept(part)

    assert [(record.start.isoformat()[8:16], record.end.isoformat()[11:16]) for record in records] == [
        ("01T19:00", "20:00"),
        ("03T19:00", "20:00"),
        ("05T15:00", "16:00"),
        ("07T11:00", "14:00"),
        ("08T11:00", "15:00"),
    ]
    assert records[0].recurrence.rdate == (
        "20261203",
        "20261205T140000Z",
        "20261201T180000Z",
        "20261207T100000Z",
        "20261208T100000Z",
    )
    assert records[0].notes == ("RDATE not readable: nonsense",)
