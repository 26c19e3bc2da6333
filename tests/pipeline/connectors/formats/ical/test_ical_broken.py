"""Hostile and broken calendars.

Each gives a counted drop or a note, the rest is read, within bounded time and memory.
"""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.connectors.formats.ical import split as split_module
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import Dropped, RawRecord
from tests.pipeline.connectors.ical_text import calendar, event, page, read

GOOD = event("DTSTART:20261201T190000Z", "SUMMARY:Good", uid="good")


def titles(text):
    return [record.title for record in read(text) if isinstance(record, RawRecord)]


def test_a_file_cut_within_an_event_loses_that_event_alone_and_is_partial():
    text = calendar(GOOD, event("DTSTART:20261202T190000Z", "SUMMARY:Cut off here", uid="cut"))
    got = page(text[: text.index("off here")])

    records = list(got.records)
    assert [(type(record).__name__, record.external_id) for record in records] == [
        ("RawRecord", "good"),
        ("Dropped", "cut"),
    ]
    assert (records[1].reason, got.coverage) == ("truncated", Coverage.PARTIAL)


@pytest.mark.parametrize("at", range(5, 160, 7))
def test_a_file_cut_anywhere_never_fails(at):
    text = calendar(
        event("DTSTART;TZID=Europe/Berlin:20261202T190000", "RRULE:FREQ=DAILY;COUNT=2", "SUMMARY:Gruß"), GOOD
    ).encode()[:at]
    try:
        got = page(text)
    except SchemaChanged:
        assert b"BEGIN:VCALENDAR\n" not in text
        return
    assert got.coverage == Coverage.PARTIAL
    assert all(isinstance(record, RawRecord | Dropped) for record in got.records)


def test_a_missing_end_is_noted_and_costs_nothing():
    records = read(calendar(GOOD.removesuffix("\nEND:VEVENT"), GOOD.replace("good", "b")))
    assert [(record.title, record.notes) for record in records] == [
        ("Good", ("END:VEVENT missing",)),
        ("Good", ()),
    ]

    records = read(calendar(GOOD.removesuffix("\nEND:VEVENT"), "BEGIN:VTODO\nSUMMARY:No\nEND:VTODO"))
    assert [(record.title, record.notes) for record in records] == [("Good", ("END:VEVENT missing",))]

    records = read(calendar(GOOD.removesuffix("\nEND:VEVENT")))
    assert [(record.title, record.notes) for record in records] == [("Good", ("END:VEVENT missing",))]


def test_an_alarm_without_end_does_not_swallow_the_next_event():
    assert titles(
        calendar(GOOD.replace("END:VEVENT", "BEGIN:VALARM\nEND:VEVENT"), GOOD.replace("good", "b"))
    ) == ["Good", "Good"]


def test_stray_ends_and_a_nested_calendar_do_no_harm():
    assert titles(calendar("END:VEVENT", "END:VALARM", GOOD, "END:VTIMEZONE")) == ["Good"]
    assert titles("END:VCALENDAR\n" + calendar("BEGIN:VCALENDAR", GOOD)) == ["Good"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_any_charset_with_any_label(charset):
    content = calendar(event("DTSTART:20261201", "SUMMARY:Größe für alle")).encode(charset)

    assert [record.title for record in read(content, content_type="text/calendar; charset=utf-8")] == [
        "Größe für alle"
    ]


def test_a_guessed_charset_is_noted():
    assert read(calendar(event("DTSTART:20261201", "SUMMARY:Café")).encode("latin-1"))[0].notes == (
        "charset guessed: Windows-1252",
    )


def test_ten_megabytes_of_one_event():
    lines = "\r\n ".join(["x" * 70] * 140_000)
    text = calendar(event("DTSTART:20261201T190000Z", f"DESCRIPTION:{lines}", "SUMMARY:Long"), GOOD)
    records = read(text.encode())

    assert [record.title for record in records] == ["Long", "Good"]
    assert len(records[0].description) == 100_000
    assert records[0].notes[0].startswith("description cut from")


def many(count):
    parts = (
        event(f"DTSTART:202612{number % 28 + 1:02}T190000Z", f"SUMMARY:Event {number}", uid=str(number))
        for number in range(count)
    )
    return calendar(*parts).encode()


def test_25000_events_in_one_feed_are_all_read():
    assert sum(isinstance(record, RawRecord) for record in page(many(25_000)).records) == 25_000


def test_memory_follows_the_size_of_the_feed_and_not_the_number_of_records():
    content = many(3_000)
    tracemalloc.start()
    try:
        count = sum(isinstance(record, RawRecord) for record in page(content).records)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 3_000
    assert peak < 6 * len(content) + 2_000_000


def test_more_events_than_any_calendar_has_are_counted_and_left(monkeypatch):
    monkeypatch.setattr(split_module, "MAX_EVENTS", 3)
    got = page(calendar(*(event("DTSTART:20261201", uid=str(number)) for number in range(5))))

    assert [getattr(record, "reason", "kept") for record in got.records] == ["kept"] * 3 + [
        "too many events"
    ] * 2
    assert got.coverage == Coverage.PARTIAL


@pytest.mark.parametrize(
    "part",
    [
        "\n" * 1_000_000,
        "\n " * 1_000_000,
        "\r" * 1_000_000,
        "BEGIN:VCALENDAR\n" * 50_000,
        "BEGIN:VALARM\n" * 50_000,
        "BEGIN:VEVENT\nDTSTART:20261201\n" + "BEGIN:VALARM\n" * 50_000,
        "X-JUNK;A=" + '"a";b=' * 200_000,
        event("DTSTART:20261201", "EXDATE:" + "20261201T190000Z," * 100_000, "RRULE:FREQ=DAILY"),
        event("DTSTART:20261201", "SUMMARY;X=" + '"' * 500_000, uid="b"),
        event("DTSTART:20261201", "CATEGORIES:" + "\\" * 500_000, uid="b"),
        event("DTSTART:20261201", "X-ALT-DESC;FMTTYPE=text/html:" + "<a " * 200_000, uid="b"),
        event("DTSTART:20261201", "RRULE:FREQ=DAILY;BYDAY=" + "MO," * 200_000, uid="b"),
        event("DTSTART:20261201", "SEQUENCE:" + "9" * 5_000, "GEO:" + "9" * 5_000, uid="b"),
        event("DTSTART:" + "2" * 500_000, "DURATION:P" + "1" * 500_000 + "D", uid="b"),
    ],
)
def test_hostile_bulk_is_read_in_no_time(part):
    assert "Good" in titles(calendar(GOOD, part) + calendar(GOOD))


def test_costly_rules_are_dropped_when_the_budget_of_the_feed_is_spent_and_honest_ones_go_on(monkeypatch):
    monkeypatch.setattr("pipeline.connectors.formats.ical.read._STEPS", 50_000)
    costly = [
        event("DTSTART:17000101T190000Z", "RRULE:FREQ=DAILY;BYDAY=MO,TU;COUNT=99999", uid=str(number))
        for number in range(5)
    ]
    honest = event("DTSTART:17000101T190000Z", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU", uid="honest")
    records = read(calendar(*costly, honest), ahead=30)

    assert [record.reason for record in records if isinstance(record, Dropped)] == [
        "recurrence too long to expand"
    ] * 5
    assert {record.external_id for record in records if isinstance(record, RawRecord)} == {"honest"}


def test_series_give_no_more_dates_than_a_feed_of_its_size_has(monkeypatch):
    monkeypatch.setattr("pipeline.connectors.formats.ical.read._OCCURRENCES", 500)
    monkeypatch.setattr("pipeline.connectors.formats.ical.read._BYTES_AN_OCCURRENCE", 10**9)
    daily = [
        event("DTSTART:20261201T190000Z", "SUMMARY:a", "RRULE:FREQ=DAILY", uid=str(number))
        for number in range(4)
    ]
    records = read(calendar(*daily))

    assert sum(isinstance(record, RawRecord) for record in records) == 500
    assert {record.reason for record in records if isinstance(record, Dropped)} == {
        "recurrence too long to expand"
    }


def test_time_zones_cannot_cost_without_bound():
    part = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=DAILY\nEND:STANDARD\n"
    zone = "BEGIN:VTIMEZONE\nTZID:Costly\n" + part * 100 + "END:VTIMEZONE"

    assert len(read(calendar(zone, event("DTSTART;TZID=Costly:20261201T190000")))) == 1


lines = st.sampled_from(
    [
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VALARM",
        "END:VALARM",
        "BEGIN:VTODO",
        "END:VTODO",
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "TZID:Own",
        "UID:a",
        "UID:b",
        "SEQUENCE:2",
        "DTSTART:20261201T190000Z",
        "DTSTART;VALUE=DATE:20261202",
        "DTSTART;TZID=Own:20261203T190000",
        "DTSTART;TZID=Asia/Tokyo:00010101T000000",
        "DTEND:20261201T200000Z",
        "DTEND;TZID=Europe/Berlin:99991231T235959",
        "DURATION:P1D",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=WEEKLY;UNTIL=20261220",
        "RDATE;VALUE=PERIOD:20261205T190000Z/PT1H",
        "EXDATE;VALUE=DATE:20261202",
        "RECURRENCE-ID:20261202T190000Z",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20261203",
        "STATUS:CANCELLED",
        "CLASS:PRIVATE",
        "SUMMARY:Größe",
        " folded",
        "no colon",
        ":",
        ";=:",
        "",
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.lists(lines, max_size=40), st.binary(max_size=20), st.integers(0, 600))
def test_any_mixture_of_lines_is_read_twice_alike_without_failing(parts, noise, at):
    content = "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *parts]).encode()
    content = b"BEGIN:VCALENDAR\r\n" + content[:at] + noise + content[at:]

    first, second = read(content), read(content)
    assert first == second
    assert all(isinstance(record, RawRecord | Dropped) for record in first)
    identities = [
        (record.external_id, record.recurrence_id)
        for record in first
        if isinstance(record, RawRecord) and record.external_id
    ]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize(
    ("reported", "title"),
    [
        ("Tra\r\n  de Show", "Trade Show"),
        ("Tra\r\n de Show", "Trade Show"),
    ],
)
def test_lines_that_are_all_folded_with_two_spaces_join_without_either(reported, title):
    folded = [f"X-{number}:some wor\r\n  ds" for number in range(4)]
    assert titles(calendar(event("DTSTART:20261201T190000Z", f"SUMMARY:{reported}", *folded))) == [title]


def test_a_single_line_folded_before_a_word_keeps_its_space():
    assert titles(calendar(event("DTSTART:20261201T190000Z", "SUMMARY:Trade\r\n  Show"))) == ["Trade Show"]
