"""Which dates a series has: rules, added and removed dates, overrides, versions."""

import pytest

from events.records import Recurrence
from sources.connectors.ical import ICalConfig
from sources.records import Dropped, RawRecord
from tests.sources.connectors.ical_text import calendar, drops, event, read, starts

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
    assert [record.recurrence_id for record in records] == [f"202612{day}T180000Z" for day in ("01", "08", "15", "22")]
    assert {record.end - record.start for record in records} == {records[0].end - records[0].start}
    assert records[0].recurrence == Recurrence(rrule="FREQ=WEEKLY;COUNT=4", series_id="a@x")
    assert (records[0].timezone, records[0].external_id, records[0].title) == ("Europe/Berlin", "a@x", "Club")


def test_ids_of_all_day_and_floating_series():
    assert ids(event(*ALL_DAY)) == ["20261201", "20261208", "20261215"]
    assert ids(event("DTSTART:20261201T190000", "RRULE:FREQ=DAILY;COUNT=2")) == ["20261201T190000", "20261202T190000"]


def test_wall_clock_time_stays_when_clocks_change_and_ids_say_the_moment():
    records = kept(event("DTSTART;TZID=America/New_York:20260307T023000", "RRULE:FREQ=DAILY;COUNT=3"), back=400)

    assert [record.start.isoformat() for record in records] == [
        "2026-03-07T02:30:00-05:00",
        "2026-03-08T03:30:00-04:00",
        "2026-03-09T02:30:00-04:00",
    ]
    assert [record.recurrence_id for record in records] == ["20260307T073000Z", "20260308T073000Z", "20260309T063000Z"]


def test_utc_series_stay_in_utc_even_beside_a_calendar_zone():
    part = event("DTSTART:20261020T180000Z", "RRULE:FREQ=WEEKLY;COUNT=3")

    assert starts("X-WR-TIMEZONE:Europe/Berlin", part, back=60) == [f"2026-{day}T18:00:00+00:00" for day in ("10-20", "10-27", "11-03")]


def test_only_dates_within_the_window_are_given():
    daily = event("DTSTART:20200101T190000Z", "RRULE:FREQ=DAILY")

    assert starts(daily, back=1, ahead=1) == ["2026-11-20T19:00:00+00:00", "2026-11-21T19:00:00+00:00"]
    assert len(starts(daily, back=0, ahead=4000)) == 401 - 1


def test_a_date_that_began_before_the_window_and_still_runs_is_given():
    festival = event("DTSTART:20251119T100000Z", "DTEND:20251122T220000Z", "RRULE:FREQ=YEARLY")

    assert starts(festival, back=0, ahead=10) == ["2026-11-19T10:00:00+00:00"]
    assert starts(event("DTSTART;VALUE=DATE:20251119", "DTEND;VALUE=DATE:20251123", "RRULE:FREQ=YEARLY"), back=0, ahead=10) == [
        "2026-11-19"
    ]


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
    assert starts(event("DTSTART;TZID=Europe/Berlin:16041203T200000", "RRULE:FREQ=YEARLY;COUNT=1000"), ahead=99) == [
        "2026-12-03T20:00:00+01:00"
    ]


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
def test_a_rule_that_is_no_schedule_of_events_is_refused(rule):
    assert drops(event("DTSTART:20261201T190000Z", f"RRULE:{rule}")) == ["recurrence too frequent"]


def test_a_rule_that_takes_too_long_is_refused():
    assert drops(event("DTSTART:16040101T190000Z", "RRULE:FREQ=HOURLY;COUNT=900000000")) == ["recurrence too long to expand"]


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
    "line", ["EXDATE;VALUE=DATE:20261208", "EXDATE:20261208T000000", "EXDATE:20261207T230000Z", "EXDATE;TZID=Europe/Berlin:20261208T000000"]
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
    assert records[0].recurrence.rdate == ("20261203", "20261205T140000Z", "20261201T180000Z", "20261207T100000Z", "20261208T100000Z")
    assert records[0].notes == ("RDATE not readable: nonsense",)


MOVED = event("RECURRENCE-ID;TZID=Europe/Berlin:20261208T190000", "DTSTART;TZID=Europe/Berlin:20261209T200000", "SUMMARY:Club, moved")


@pytest.mark.parametrize("order", [1, -1])
def test_an_override_replaces_its_date_wherever_it_stands_in_the_file(order):
    records = read(calendar(*[event(*WEEKLY), MOVED][::order]))

    assert [(record.recurrence_id, record.start.isoformat()[:13], record.title) for record in records] == [
        ("20261201T180000Z", "2026-12-01T19", "Club"),
        ("20261208T180000Z", "2026-12-09T20", "Club, moved"),
        ("20261215T180000Z", "2026-12-15T19", "Club"),
        ("20261222T180000Z", "2026-12-22T19", "Club"),
    ]
    assert records[1].recurrence.rrule == "FREQ=WEEKLY;COUNT=4"


@pytest.mark.parametrize(
    "line",
    [
        "RECURRENCE-ID:20261208T180000Z",
        "RECURRENCE-ID:20261208T190000",
        "RECURRENCE-ID;VALUE=DATE:20261208",
        "RECURRENCE-ID;TZID=America/New_York:20261208T130000",
    ],
)
def test_an_override_finds_its_date_in_any_kind_of_value(line):
    assert ids(event(*WEEKLY), event(line, "DTSTART:20261209T190000Z"))[1] == "20261208T180000Z"
    assert len(starts(event(*WEEKLY), event(line, "DTSTART:20261209T190000Z"))) == 4


def test_an_override_of_an_all_day_series_by_a_time():
    assert ids(event(*ALL_DAY), event("RECURRENCE-ID;TZID=Europe/Berlin:20261208T000000", "DTSTART;VALUE=DATE:20261209")) == [
        "20261201",
        "20261208",
        "20261215",
    ]


def test_a_cancelled_override_is_a_cancelled_date():
    records = read(calendar(event(*WEEKLY), event("RECURRENCE-ID:20261215T180000Z", "DTSTART:20261215T180000Z", "STATUS:CANCELLED")))

    assert [record.status for record in records] == ["", "", "cancelled", ""]


def test_overrides_moved_out_of_the_window_and_into_it_are_both_given():
    out = event("RECURRENCE-ID:20261208T180000Z", "DTSTART:20281208T180000Z")
    into = event("RECURRENCE-ID:20301203T180000Z", "DTSTART:20261210T180000Z")
    forever = event(WEEKLY[0], "RRULE:FREQ=WEEKLY")

    assert starts(forever, out, ahead=20) == ["2026-12-01T19:00:00+01:00", "2028-12-08T18:00:00+00:00"]
    assert starts(forever, into, ahead=20) == [*WEEKLY_STARTS[:2], "2026-12-10T18:00:00+00:00"]


def test_an_override_without_its_master_is_kept_whatever_its_date():
    (record,) = read(calendar(event("RECURRENCE-ID;TZID=Europe/Berlin:20301208T190000", "DTSTART;TZID=Europe/Berlin:20301209T200000")))

    assert (record.recurrence_id, record.recurrence.series_id) == ("20301208T180000Z", "a@x")


def test_an_override_of_a_date_that_is_taken_out_is_gone():
    assert ids(event(*WEEKLY, "EXDATE:20261208T180000Z"), MOVED) == ["20261201T180000Z", "20261215T180000Z", "20261222T180000Z"]


def test_this_and_future_shifts_and_renames_all_later_dates():
    change = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261208T190000",
        "DTSTART;TZID=Europe/Berlin:20261208T203000",
        "DURATION:PT1H",
        "SUMMARY:Late club",
    )
    records = read(calendar(event(*WEEKLY), change, event("RECURRENCE-ID:20261222T180000Z", "DTSTART:20261222T120000Z", "SUMMARY:Early")))

    assert [
        (record.recurrence_id[6:8], record.start.isoformat()[11:16], record.end and record.end.isoformat()[11:16], record.title)
        for record in records
    ] == [
        ("01", "19:00", "21:00", "Club"),
        ("08", "20:30", "21:30", "Late club"),
        ("15", "20:30", "21:30", "Late club"),
        ("22", "12:00", None, "Early"),
    ]


def test_an_older_override_with_its_own_rule_for_a_date_that_the_newer_master_has_not_is_gone():
    old = event("RECURRENCE-ID:20261209T180000Z", "DTSTART:20261209T180000Z", "RRULE:FREQ=WEEKLY", "SEQUENCE:1")

    assert len(starts(event(*WEEKLY, "SEQUENCE:2"), old)) == 4
    assert len(starts(event(*WEEKLY, "SEQUENCE:1"), old)) == 5


def test_a_private_override_is_dropped_alone_and_a_private_series_whole():
    private = MOVED.replace("SUMMARY", "CLASS:PRIVATE\nSUMMARY")
    records = read(calendar(event(*WEEKLY), private))

    assert [record.reason for record in records if isinstance(record, Dropped)] == ["private"]
    assert len(records) == 4
    assert drops(event(*WEEKLY, "CLASS:PRIVATE"), MOVED) == ["private", "private"]


def test_a_broken_override_leaves_the_series():
    records = read(calendar(event(*WEEKLY), event("RECURRENCE-ID:20261208T180000Z", "DTSTART:x")))

    assert [type(record).__name__ for record in records] == ["Dropped"] + ["RawRecord"] * 4


def test_highest_sequence_wins_then_last_modified():
    old, new = (event("DTSTART:20261201T190000Z", f"SUMMARY:{name}", f"SEQUENCE:{number}") for number, name in enumerate(("Old", "New")))
    records = read(calendar(new, old))
    assert [(record.title, getattr(record, "reason", "")) for record in records] == [("Old", "older version"), ("New", "")]

    old, new = (
        event("DTSTART:20261201T190000Z", f"SUMMARY:{name}", f"LAST-MODIFIED:2026010{day}T000000Z")
        for day, name in ((1, "Old"), (2, "New"))
    )
    assert [record.title for record in kept(new, old)] == ["New"]


def test_a_higher_sequence_moves_the_event():
    assert starts(event("DTSTART:20261201T190000Z", "SEQUENCE:1"), event("DTSTART:20261202T190000Z", "SEQUENCE:2")) == [
        "2026-12-02T19:00:00+00:00"
    ]


def test_identical_events_collapse_and_are_counted():
    same = event("DTSTART:20261201T190000Z", "SUMMARY:Concert")
    records = read(calendar(same, same, same))

    assert [getattr(record, "reason", "kept") for record in records] == ["duplicate in the feed", "duplicate in the feed", "kept"]


def test_one_uid_for_several_dates_keeps_them_all_apart():
    records = read(calendar(event("DTSTART:20261201T190000Z"), event("DTSTART:20261202T190000Z"), event("DTSTART;VALUE=DATE:20261203")))

    assert [(record.external_id, record.recurrence_id) for record in records] == [
        ("a@x", "20261201T190000Z"),
        ("a@x", "20261202T190000Z"),
        ("a@x", "20261203"),
    ]


def test_two_series_of_one_uid_share_no_date():
    records = read(calendar(event(*WEEKLY), event("DTSTART;TZID=Europe/Berlin:20261215T190000", "RRULE:FREQ=WEEKLY;COUNT=3"), MOVED))

    assert [record.start.isoformat()[8:10] for record in records if isinstance(record, RawRecord)] == ["01", "09", "15", "22", "29"]
    assert [record.reason for record in records if isinstance(record, Dropped)] == ["duplicate in the feed"] * 2


def test_events_without_uid_are_never_versions_of_each_other():
    records = read(calendar(*[event("DTSTART:20261201T190000Z", "RRULE:FREQ=DAILY;COUNT=2", uid="")] * 2))

    assert [(record.stable_id, record.recurrence_id) for record in records] == [
        (False, "20261201T190000Z"),
        (False, "20261202T190000Z"),
    ] * 2


def test_an_override_of_a_single_event_replaces_it():
    records = read(calendar(event("DTSTART:20261208T180000Z", "SUMMARY:Single"), MOVED))

    assert [(record.recurrence_id, record.title) for record in records] == [("20261208T180000Z", "Club, moved")]


def test_an_override_that_no_single_event_has_stands_alone():
    records = read(calendar(event("DTSTART:20261201T180000Z", "SUMMARY:Single"), MOVED))

    assert [(record.recurrence_id, record.title) for record in records] == [("", "Single"), ("20261208T180000Z", "Club, moved")]
