"""When a single event is: dates, zones, ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.contract.raw import Dropped
from tests.pipeline.connectors.ical_text import calendar, drops, event, one, read

BERLIN = ZoneInfo("Europe/Berlin")
CUSTOM = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""
OWN = """BEGIN:VTIMEZONE
TZID:Moon/Base
BEGIN:STANDARD
DTSTART:20000101T000000
TZOFFSETFROM:+0123
TZOFFSETTO:+0123
END:STANDARD
END:VTIMEZONE"""


def test_utc_stays_utc_and_has_no_zone_of_its_own():
    record = one("DTSTART:20261201T190000Z")

    assert (record.start, record.timezone, record.calendar_timezone) == (
        datetime(2026, 12, 1, 19, tzinfo=UTC),
        "",
        "",
    )


def test_floating_time_stays_naive_beside_the_calendars_zone():
    record = one("DTSTART:20261201T190000", "DTEND:20261201T210000", header=("X-WR-TIMEZONE:Europe/Vienna",))

    assert (record.start, record.end, record.timezone) == (
        datetime(2026, 12, 1, 19),
        datetime(2026, 12, 1, 21),
        "",
    )
    assert record.calendar_timezone == "Europe/Vienna"


@pytest.mark.parametrize(
    "tzid",
    [
        "Europe/Berlin",
        "europe/berlin",
        '"Europe/Berlin"',
        "W. Europe Standard Time",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/mozilla.org/20070129_1/Europe/Berlin",
        "posix/Europe/Berlin",
        "Germany/Berlin",
        '"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"',
        '"Western/Central Europe"',
        "(UTC+01:00) Berlin",
    ],
)
def test_a_zone_is_found_whatever_it_is_called(tzid):
    record = one(f"DTSTART;TZID={tzid}:20260701T190000")

    assert record.start == datetime(2026, 7, 1, 17, tzinfo=UTC)
    assert record.start.replace(tzinfo=None) == datetime(2026, 7, 1, 19)
    assert record.timezone in ("Europe/Berlin", "Europe/Amsterdam")
    assert record.notes == ()


def test_american_names_of_outlook():
    record = one('DTSTART;TZID="(UTC-05:00) Eastern Time (US & Canada)":20260701T190000')

    assert (record.start, record.timezone) == (datetime(2026, 7, 1, 23, tzinfo=UTC), "America/New_York")


@pytest.mark.parametrize(
    ("tzid", "hour", "name"),
    [
        ("UTC", 19, ""),
        ("Etc/GMT", 19, ""),
        ("UTC+2", 17, "Etc/GMT-2"),
        ("GMT-05:30", 24.5, ""),
        ("+0530", 13.5, ""),
    ],
)
def test_fixed_offsets(tzid, hour, name):
    record = one(f"DTSTART;TZID={tzid}:20260701T190000")

    assert (record.start, record.timezone) == (datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hour), name)


@pytest.mark.parametrize(
    "tzid", ["Nowhere/Middle", "UTC+99", "../../etc/passwd", "x" * 500, "{{site.timezone}}"]
)
def test_an_unknown_zone_makes_the_time_floating_with_a_note(tzid):
    record = one(f"DTSTART;TZID={tzid}:20260701T190000", f"DTEND;TZID={tzid}:20260701T200000")

    assert (record.start, record.timezone) == (datetime(2026, 7, 1, 19), "")
    assert record.notes == (f"time zone not known: {tzid[:80]}",)


@pytest.mark.parametrize("first", [True, False])
def test_a_private_zone_is_read_from_its_definition_and_gets_a_name_when_one_agrees(first):
    parts = [CUSTOM.format(name="Bespoke Zone"), event("DTSTART;TZID=Bespoke Zone:20260701T190000")]
    (record,) = read(calendar(*(parts if first else reversed(parts))))

    assert (record.start, record.timezone) == (datetime(2026, 7, 1, 17, tzinfo=UTC), "Europe/Berlin")
    assert record.start.utcoffset() == timedelta(hours=2)


def test_the_calendars_zone_names_a_private_one_that_agrees_with_it():
    parts = (
        "X-WR-TIMEZONE:Europe/Zurich",
        CUSTOM.format(name="Bespoke"),
        event("DTSTART;TZID=Bespoke:20261201T190000"),
    )

    assert read(calendar(*parts))[0].timezone == "Europe/Zurich"


def test_x_lic_location_names_a_private_zone():
    definition = CUSTOM.format(name="Bespoke").replace(
        "TZID:Bespoke", "TZID:Bespoke\nX-LIC-LOCATION:Europe/Rome"
    )

    assert (
        read(calendar(definition, event("DTSTART;TZID=Bespoke:20261201T190000")))[0].timezone == "Europe/Rome"
    )


def test_a_private_zone_that_agrees_with_none_keeps_the_moment():
    (record,) = read(calendar(OWN, event("DTSTART;TZID=Moon/Base:20261201T190000", "DURATION:PT1H")))

    assert (record.start, record.timezone) == (datetime(2026, 12, 1, 17, 37, tzinfo=UTC), "")
    assert record.end - record.start == timedelta(hours=1)


def test_private_zone_at_its_changes():
    zone = CUSTOM.format(name="Z")
    walls = {
        "20260329T023000": "2026-03-29T03:30:00+02:00",
        "20261025T023000": "2026-10-25T02:30:00+02:00",
        "20261025T033000": "2026-10-25T03:30:00+01:00",
    }

    for wall, start in walls.items():
        assert read(calendar(zone, event(f"DTSTART;TZID=Z:{wall}")))[0].start.isoformat() == start


def test_a_broken_definition_is_no_zone():
    broken = "BEGIN:VTIMEZONE\nTZID:Q\nBEGIN:STANDARD\nDTSTART:nonsense\nTZOFFSETFROM:x\nTZOFFSETTO:+9900\nEND:STANDARD\nEND:VTIMEZONE"
    (record,) = read(calendar(broken, event("DTSTART;TZID=Q:20261201T190000")))

    assert (record.start.tzinfo, record.notes) == (None, ("time zone not known: Q",))


def test_the_only_zone_of_a_calendar_is_taken_for_the_calendars():
    assert (
        read(calendar(CUSTOM.format(name="Europe/Vienna"), event("DTSTART:20261201T190000Z")))[
            0
        ].calendar_timezone
        == "Europe/Vienna"
    )


def test_utc_with_a_zone_beside_it_is_a_moment_of_that_zone():
    record = one("DTSTART;TZID=Europe/Berlin:20261201T190000Z")

    assert (record.start, record.timezone) == (datetime(2026, 12, 1, 20, tzinfo=BERLIN), "Europe/Berlin")


def test_a_time_that_the_clock_change_skips_moves_forward_and_of_a_double_one_the_first_is_meant():
    assert one("DTSTART;TZID=Europe/Berlin:20260329T023000").start.isoformat() == "2026-03-29T03:30:00+02:00"
    assert one("DTSTART;TZID=Europe/Berlin:20261025T023000").start.isoformat() == "2026-10-25T02:30:00+02:00"


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (["DTEND;VALUE=DATE:20261203"], date(2026, 12, 2)),
        (["DTEND;VALUE=DATE:20261202"], date(2026, 12, 1)),
        (["DTEND;VALUE=DATE:20261201"], date(2026, 12, 1)),
        ([], date(2026, 12, 1)),
        (["DURATION:P3D"], date(2026, 12, 3)),
        (["DURATION:PT36H"], date(2026, 12, 2)),
        (["DTEND:20261203T000000"], date(2026, 12, 2)),
        (["DTEND:20261203T120000"], date(2026, 12, 3)),
    ],
)
def test_the_end_of_an_all_day_event_is_its_last_day(lines, end):
    record = one("DTSTART;VALUE=DATE:20261201", *lines)

    assert (record.start, record.end, record.all_day, record.last_day_inclusive) == (
        date(2026, 12, 1),
        end,
        True,
        True,
    )


def test_outlooks_midnights_are_an_all_day_event():
    record = one(
        "DTSTART;TZID=Europe/Berlin:20261201T000000",
        "DTEND;TZID=Europe/Berlin:20261203T000000",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
    )

    assert (record.start, record.end, record.all_day, record.timezone) == (
        date(2026, 12, 1),
        date(2026, 12, 2),
        True,
        "",
    )


def test_a_date_with_a_time_behind_it():
    assert one("DTSTART;VALUE=DATE:20261201T000000").start == date(2026, 12, 1)
    assert one("DTSTART;VALUE=DATE:20261201T200000").start == datetime(2026, 12, 1, 20)
    assert one("DTSTART:20261201").start == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (["DTEND;TZID=Europe/Berlin:20261201T210000"], "2026-12-01T21:00:00+01:00"),
        (["DTEND:20261201T210000Z"], "2026-12-01T22:00:00+01:00"),
        (["DTEND;TZID=America/New_York:20261201T180000"], "2026-12-02T00:00:00+01:00"),
        (["DTEND:20261201T210000"], "2026-12-01T21:00:00+01:00"),
        (["DURATION:PT2H30M"], "2026-12-01T21:30:00+01:00"),
        (["DURATION:P1DT1H"], "2026-12-02T20:00:00+01:00"),
        (["DURATION:P1W"], "2026-12-08T19:00:00+01:00"),
        (["DTEND;VALUE=DATE:20261202"], "2026-12-02T00:00:00+01:00"),
        (["DTEND;TZID=Europe/Berlin:20261201T190000"], "2026-12-01T19:00:00+01:00"),
    ],
)
def test_end(lines, end):
    assert one("DTSTART;TZID=Europe/Berlin:20261201T190000", *lines).end.isoformat() == end


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("DTEND:20261201T180000Z", "end before start"),
        ("DURATION:-PT1H", "end before start"),
        ("DTEND:99991231T235959Z", "end out of range"),
        ("DURATION:P999999D", "end out of range"),
        ("DTEND:soon", "end not readable"),
        ("DURATION:long", "duration not readable"),
        ("DURATION:P", "duration not readable"),
        ("DURATION:P999999W", "duration not readable"),
    ],
)
def test_an_end_that_makes_no_sense_is_left_out_with_a_note(line, note):
    record = one("DTSTART:20261201T190000Z", line)

    assert (record.start, record.end, record.notes) == (datetime(2026, 12, 1, 19, tzinfo=UTC), None, (note,))


def test_a_night_over_the_clock_change_ends_when_clocks_say_so_by_dtend_and_after_that_time_by_duration():
    start = "DTSTART;TZID=Europe/Berlin:20261024T230000"

    assert (
        one(start, "DTEND;TZID=Europe/Berlin:20261025T050000").end.isoformat() == "2026-10-25T05:00:00+01:00"
    )
    assert one(start, "DURATION:PT6H").end.isoformat() == "2026-10-25T04:00:00+01:00"


def test_an_end_that_the_clock_change_would_put_before_the_start_follows_elapsed_time():
    record = one("DTSTART;TZID=Europe/Berlin:20260329T023000", "DTEND;TZID=Europe/Berlin:20260329T030000")

    assert record.end.isoformat() == "2026-03-29T04:00:00+02:00"


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-01T19:00:00Z",
        "20261201T1900Z",
        "20261201T190000.000Z",
        "20261201t190000z",
        "20261201 190000Z",
        "20261201T200000+0100",
        "20261201T190000UTC",
    ],
)
def test_other_ways_to_write_a_time(value):
    assert one(f"DTSTART:{value}").start == datetime(2026, 12, 1, 19, tzinfo=UTC)


def test_midnight_as_24_and_a_leap_second():
    assert one("DTSTART:20261201T240000").start == datetime(2026, 12, 2)
    assert one("DTSTART:20261231T235960Z").start == datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "no start"),
        (["DTSTART:"], "start not readable"),
        (["DTSTART:tomorrow"], "start not readable"),
        (["DTSTART:20261301T190000Z"], "start not readable"),
        (["DTSTART:20260231"], "start not readable"),
        (["DTSTART:99991231T235959Z"], "date out of range"),
        (["DTSTART;TZID=America/New_York:99991231T235959"], "date out of range"),
        (["DTSTART;TZID=Asia/Tokyo:00010101T000000"], "date out of range"),
        (["DTSTART:00010101"], "date out of range"),
        (["DTSTART:18991231T000000Z"], "date out of range"),
        (["DTSTART:22010101T000000Z"], "date out of range"),
        (["DTSTART;TZID=Asia/Tokyo:00010101T000000", "RRULE:FREQ=YEARLY;COUNT=1"], "date out of range"),
        (["DTSTART:20261201T190000Z", "RECURRENCE-ID:never"], "recurrence id not readable"),
    ],
)
def test_an_event_without_a_usable_start_is_dropped_with_its_reason(lines, reason):
    assert drops(event(*lines)) == [reason]


def test_one_broken_event_costs_nobody_else_anything():
    records = read(
        calendar(event("DTSTART:x", "SUMMARY:Broken", uid="b"), event("DTSTART:20261201", uid="c"))
    )

    assert [(record.external_id, isinstance(record, Dropped)) for record in records] == [
        ("b", True),
        ("c", False),
    ]
    assert (records[0].title, records[0].raw) == ("Broken", "UID:b\nDTSTART:x\nSUMMARY:Broken")
