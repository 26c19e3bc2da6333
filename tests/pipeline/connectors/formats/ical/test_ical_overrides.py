"""Overrides of single dates, and several components of one UID."""

import pytest

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


MOVED = event(
    "RECURRENCE-ID;TZID=Europe/Berlin:20261208T190000",
    "DTSTART;TZID=Europe/Berlin:20261209T200000",
    "SUMMARY:Club, moved",
)


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
    assert ids(
        event(*ALL_DAY),
        event("RECURRENCE-ID;TZID=Europe/Berlin:20261208T000000", "DTSTART;VALUE=DATE:20261209"),
    ) == [
        "20261201",
        "20261208",
        "20261215",
    ]


def test_a_cancelled_override_is_a_cancelled_date():
    records = read(
        calendar(
            event(*WEEKLY),
            event("RECURRENCE-ID:20261215T180000Z", "DTSTART:20261215T180000Z", "STATUS:CANCELLED"),
        )
    )

    assert [record.status for record in records] == ["", "", "cancelled", ""]


def test_overrides_moved_out_of_the_window_and_into_it_are_both_given():
    out = event("RECURRENCE-ID:20261208T180000Z", "DTSTART:20281208T180000Z")
    into = event("RECURRENCE-ID:20301203T180000Z", "DTSTART:20261210T180000Z")
    forever = event(WEEKLY[0], "RRULE:FREQ=WEEKLY")

    assert starts(forever, out, ahead=20) == ["2026-12-01T19:00:00+01:00", "2028-12-08T18:00:00+00:00"]
    assert starts(forever, into, ahead=20) == [*WEEKLY_STARTS[:2], "2026-12-10T18:00:00+00:00"]


def test_an_override_without_its_master_is_kept_whatever_its_date():
    (record,) = read(
        calendar(
            event(
                "RECURRENCE-ID;TZID=Europe/Berlin:20301208T190000",
                "DTSTART;TZID=Europe/Berlin:20301209T200000",
            )
        )
    )

    assert (record.recurrence_id, record.recurrence.series_id) == ("20301208T180000Z", "a@x")


def test_an_override_of_a_date_that_is_taken_out_is_gone():
    assert ids(event(*WEEKLY, "EXDATE:20261208T180000Z"), MOVED) == [
        "20261201T180000Z",
        "20261215T180000Z",
        "20261222T180000Z",
    ]


def test_this_and_future_shifts_and_renames_all_later_dates():
    change = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261208T190000",
        "DTSTART;TZID=Europe/Berlin:20261208T203000",
        "DURATION:PT1H",
        "SUMMARY:Late club",
    )
    records = read(
        calendar(
            event(*WEEKLY),
            change,
            event("RECURRENCE-ID:20261222T180000Z", "DTSTART:20261222T120000Z", "SUMMARY:Early"),
        )
    )

    assert [
        (
            record.recurrence_id[6:8],
            record.start.isoformat()[11:16],
            record.end and record.end.isoformat()[11:16],
            record.title,
        )
        for record in records
    ] == [
        ("01", "19:00", "21:00", "Club"),
        ("08", "20:30", "21:30", "Late club"),
        ("15", "20:30", "21:30", "Late club"),
        ("22", "12:00", None, "Early"),
    ]


def test_an_older_override_with_its_own_rule_for_a_date_that_the_newer_master_has_not_is_gone():
    old = event(
        "RECURRENCE-ID:20261209T180000Z", "DTSTART:20261209T180000Z", "RRULE:FREQ=WEEKLY", "SEQUENCE:1"
    )

    assert len(starts(event(*WEEKLY, "SEQUENCE:2"), old)) == 4
    assert len(starts(event(*WEEKLY, "SEQUENCE:1"), old)) == 5


def test_a_private_override_is_dropped_alone_and_a_private_series_whole():
    private = MOVED.replace("SUMMARY", "CLASS:PRIVATE\nSUMMARY")
    records = read(calendar(event(*WEEKLY), private))

    assert [record.reason for record in records if isinstance(record, Dropped)] == ["private"]
    assert len(records) == 4
    assert drops(event(*WEEKLY, "CLASS:PRIVATE"), MOVED) == ["private", "private"]
    assert drops(event(*WEEKLY, "CLASS:CONFIDENTIAL"), private) == ["private", "private"]


def test_a_broken_override_leaves_the_series():
    records = read(calendar(event(*WEEKLY), event("RECURRENCE-ID:20261208T180000Z", "DTSTART:x")))

    assert [type(record).__name__ for record in records] == ["Dropped"] + ["RawRecord"] * 4


def test_highest_sequence_wins_then_last_modified():
    old, new = (
        event("DTSTART:20261201T190000Z", f"SUMMARY:{name}", f"SEQUENCE:{number}")
        for number, name in enumerate(("Old", "New"))
    )
    records = read(calendar(new, old))
    assert [(record.title, getattr(record, "reason", "")) for record in records] == [
        ("Old", "older version"),
        ("New", ""),
    ]

    old, new = (
        event("DTSTART:20261201T190000Z", f"SUMMARY:{name}", f"LAST-MODIFIED:2026010{day}T000000Z")
        for day, name in ((1, "Old"), (2, "New"))
    )
    assert [record.title for record in kept(new, old)] == ["New"]


def test_a_higher_sequence_moves_the_event():
    assert starts(
        event("DTSTART:20261201T190000Z", "SEQUENCE:1"), event("DTSTART:20261202T190000Z", "SEQUENCE:2")
    ) == ["2026-12-02T19:00:00+00:00"]


def test_identical_events_collapse_and_are_counted():
    same = event("DTSTART:20261201T190000Z", "SUMMARY:Concert")
    records = read(calendar(same, same, same))

    assert [getattr(record, "reason", "kept") for record in records] == [
        "duplicate in the feed",
        "duplicate in the feed",
        "kept",
    ]


def test_one_uid_for_several_dates_keeps_them_all_apart():
    records = read(
        calendar(
            event("DTSTART:20261201T190000Z"),
            event("DTSTART:20261202T190000Z"),
            event("DTSTART;VALUE=DATE:20261203"),
        )
    )

    assert [(record.external_id, record.recurrence_id) for record in records] == [
        ("a@x", "20261201T190000Z"),
        ("a@x", "20261202T190000Z"),
        ("a@x", "20261203"),
    ]


def test_two_series_of_one_uid_share_no_date():
    records = read(
        calendar(
            event(*WEEKLY),
            event("DTSTART;TZID=Europe/Berlin:20261215T190000", "RRULE:FREQ=WEEKLY;COUNT=3"),
            MOVED,
        )
    )

    assert [record.start.isoformat()[8:10] for record in records if isinstance(record, RawRecord)] == [
        "01",
        "09",
        "15",
        "22",
        "29",
    ]
    assert [record.reason for record in records if isinstance(record, Dropped)] == [
        "duplicate in the feed"
    ] * 2


def test_events_without_uid_are_never_versions_of_each_other():
    records = read(calendar(*[event("DTSTART:20261201T190000Z", "RRULE:FREQ=DAILY;COUNT=2", uid="")] * 2))

    assert [(record.stable_id, record.recurrence_id) for record in records] == [
        (False, "20261201T190000Z"),
        (False, "20261202T190000Z"),
    ] * 2


def test_an_override_of_a_single_event_replaces_it():
    records = read(calendar(event("DTSTART:20261208T180000Z", "SUMMARY:Single"), MOVED))

    assert [(record.recurrence_id, record.title) for record in records] == [
        ("20261208T180000Z", "Club, moved")
    ]


def test_an_override_that_no_single_event_has_stands_alone():
    records = read(calendar(event("DTSTART:20261201T180000Z", "SUMMARY:Single"), MOVED))

    assert [(record.recurrence_id, record.title) for record in records] == [
        ("", "Single"),
        ("20261208T180000Z", "Club, moved"),
    ]
