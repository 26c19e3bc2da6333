"""Recurring events of sources that list them once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.contract.connector import FetchParams
from pipeline.contract.raw import RawRecord
from pipeline.dates.repeats import WORDS_AHEAD, Allowance, repeated, rule_in_words

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday
PARAMS = FetchParams(now=NOW, start=NOW - timedelta(days=31), end=NOW + timedelta(days=60))


def reported(**fields: Any) -> RawRecord:
    return RawRecord(**{"external_id": "x", "title": "Raga", "timezone": "America/New_York", **fields})


@pytest.mark.parametrize(
    ("text", "rule", "clock"),
    [
        ("Every Tuesday at 7pm", "FREQ=WEEKLY;BYDAY=TU", (19, None)),
        ("Tuesdays, 19:00-21:00", "FREQ=WEEKLY;BYDAY=TU", (19, 21)),
        ("First Friday of the month, 6 pm", "FREQ=MONTHLY;BYDAY=1FR", (18, None)),
        ("Jeden letzten Sonntag im Monat, 20 Uhr", "FREQ=MONTHLY;BYDAY=-1SU", (20, None)),
        ("Every first Friday at 8pm", "FREQ=MONTHLY;BYDAY=1FR", (20, None)),
        ("Second Saturdays, 7pm", "FREQ=MONTHLY;BYDAY=2SA", (19, None)),
        ("Every last Thursday, 7pm", "FREQ=MONTHLY;BYDAY=-1TH", (19, None)),
        ("Jeden ersten Freitag um 20 Uhr", "FREQ=MONTHLY;BYDAY=1FR", (20, None)),
        ("Jeden Dienstag um 19:30", "FREQ=WEEKLY;BYDAY=TU", (19, None)),
        ("Tous les mardis à 20h30", "FREQ=WEEKLY;BYDAY=TU", (20, None)),
        ("Cada jueves a las 21:00", "FREQ=WEEKLY;BYDAY=TH", (21, None)),
        ("Every other Wednesday, 8pm", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", (20, None)),
    ],
)
def test_rules_in_words(text: str, rule: str, clock: tuple[int, int | None]) -> None:
    found = rule_in_words(text)
    assert found is not None
    assert (found[0], (found[1].start.hour, found[1].end.hour if found[1].end else None)) == (rule, clock)


@pytest.mark.parametrize(
    "text",
    [
        "Every Tuesday",
        "Every second Thursday at 7pm",
        "Tuesday at 7pm",
        "Mondays to Fridays, 9am",
        "Every Tuesday and Thursday, 7pm",
        "12 Dec, 8pm",
        "",
    ],
)
def test_what_is_no_sure_rule(text: str) -> None:
    assert rule_in_words(text) is None


def test_words_become_a_series_of_the_next_weeks() -> None:
    found = list(repeated(reported(start="Every Tuesday, 7-9pm"), PARAMS))
    assert [one.start for one in found[:2]] == [datetime(2026, 11, 24, 19), datetime(2026, 12, 1, 19)]
    assert found[0].end == datetime(2026, 11, 24, 21)
    assert max(one.start for one in found) <= (NOW + WORDS_AHEAD).replace(tzinfo=None)
    assert {(one.recurrence.series_id, one.recurrence.rrule) for one in found if one.recurrence} == {
        ("x", "FREQ=WEEKLY;BYDAY=TU")
    }
    assert len({one.recurrence_id for one in found}) == len(found)


def test_a_rule_goes_by_the_clock_of_its_zone_over_a_change_of_clocks() -> None:
    start = datetime(2026, 10, 27, 23, 0, tzinfo=UTC)  # 19:00 in New York, before the change
    found = list(
        repeated(
            reported(start=start, end=start + timedelta(hours=2)), PARAMS, rule=["RRULE:FREQ=WEEKLY;COUNT=3"]
        )
    )
    assert [one.start for one in found] == [
        datetime(2026, 10, 27, 19),
        datetime(2026, 11, 3, 19),
        datetime(2026, 11, 10, 19),
    ]
    assert {one.end - one.start for one in found} == {timedelta(hours=2)}


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;UNTIL=20261205",
        ["RRULE:FREQ=DAILY;UNTIL=20261206T010000Z", "EXDATE;TZID=America/New_York:20261203T190000"],
        {"rrule": "FREQ=DAILY;UNTIL=20261205", "exdate": ["2026-12-03T19:00:00-05:00"]},
    ],
)
def test_rules_in_every_packing(rule: Any) -> None:
    found = list(
        repeated(
            reported(start=datetime(2026, 12, 1, 19, tzinfo=ZoneInfo("America/New_York"))), PARAMS, rule=rule
        )
    )
    days = [1, 2, 3, 4, 5] if isinstance(rule, str) else [1, 2, 4, 5]
    assert [one.start.day for one in found] == days


def test_days_repeat_as_days() -> None:
    found = list(
        repeated(
            reported(start=date(2026, 12, 1), end=date(2026, 12, 2), all_day=True),
            PARAMS,
            rule="FREQ=WEEKLY;COUNT=2",
        )
    )
    assert [(one.start, one.end) for one in found] == [
        (date(2026, 12, 1), date(2026, 12, 2)),
        (date(2026, 12, 8), date(2026, 12, 9)),
    ]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"start": NOW, "recurrence_id": "2026"}, "FREQ=DAILY"),
        ({"start": NOW}, None),
        ({"start": NOW}, "FREQ=SECONDLY"),
        ({"start": NOW}, "now and then"),
        ({"start": NOW, "timezone": ""}, "FREQ=DAILY"),
        ({"start": "Every Tuesday, 7pm", "timezone": ""}, None),
        ({"start": "Every other Tuesday, 7pm"}, None),
        ({"start": None}, "FREQ=DAILY"),
    ],
)
def test_what_cannot_be_expanded_stays_as_it_is(fields: dict[str, Any], rule: Any) -> None:
    record = reported(**fields)
    assert list(repeated(record, PARAMS, rule=rule)) == [record]


def test_rules_of_one_document_share_what_their_expansion_may_take() -> None:
    allowance, rule = Allowance(), "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"
    for _ in range(200):
        list(repeated(reported(start=NOW), PARAMS, rule=rule, allowance=allowance))
    assert allowance.steps.left <= 0
    assert (
        len(list(repeated(reported(start=NOW), PARAMS, rule="FREQ=DAILY;COUNT=3", allowance=allowance))) == 3
    )


def test_occurrences_of_one_document_are_bounded() -> None:
    allowance = Allowance()
    found = [
        one
        for _ in range(1_000)
        for one in repeated(reported(start=NOW), PARAMS, rule="FREQ=DAILY", allowance=allowance)
    ]
    assert len(found) < 22_000
