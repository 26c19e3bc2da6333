"""Opening hours: the state of a moment and a day, unsupported syntax, and the share of real expressions that
are read.
"""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.hours import Interval, State, Unsupported, intervals, is_open, next_change, parse, weekly
from tests.data import SHARED, needs_data

MONDAY = date(2026, 11, 23)
VECTORS = SHARED / "place/opening-hours__opening_hours.js/opening_hours_vectors_dev.json"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of that week in Bengaluru (UTC+5:30), Monday 0."""
    return (
        datetime(2026, 11, 23, tzinfo=UTC)
        + timedelta(days=day, hours=hour, minutes=minute)
        - timedelta(hours=5, minutes=30)
    )


def opened(expression: str, first: date = MONDAY, days: int = 7) -> list[str]:
    found = intervals(expression, first, first + timedelta(days=days - 1))
    assert found is not None
    return [
        f"{one.start:%a %H:%M}-{one.end:%a %H:%M}{'?' if one.state == State.UNKNOWN else ''}" for one in found
    ]


@pytest.mark.parametrize(
    ("expression", "moment", "answer"),
    [
        ("Mo-Fr 09:00-18:00", at(0, 9), True),
        ("Mo-Fr 09:00-18:00", at(0, 18), False),
        ("Mo-Fr 09:00-18:00", at(5, 12), False),
        ("Mo-Su 18:00-01:00", at(2, 0, 59), True),
        ("Mo-Su 18:00-01:00", at(2, 1), False),
        ("24/7", at(3, 4), True),
        ("off", at(3, 4), False),
        ("Mo 10:00-12:00 unknown", at(0, 11), None),
        ("Mo 10:00-12:00 \"by appointment\"", at(0, 11), None),
        ("17:00+", at(0, 18), None),
        ("sunrise-sunset", at(0, 12), None),
        ("", at(0, 12), None),
        ("whenever we like", at(0, 12), None),
    ],
)  # fmt: skip
def test_a_moment(expression: str, moment: datetime, answer: bool | None) -> None:
    assert is_open(expression, moment, "Asia/Kolkata") is answer


def test_a_public_holiday_that_nobody_knows_makes_the_answer_unknown_where_it_matters() -> None:
    expression = "Mo-Fr 09:00-18:00; PH off"
    assert is_open(expression, at(0, 12), "Asia/Kolkata") is None
    assert is_open(expression, at(5, 12), "Asia/Kolkata") is False
    assert is_open(expression, at(0, 12), "Asia/Kolkata", holidays=lambda day: day == MONDAY) is False
    assert is_open(expression, at(1, 12), "Asia/Kolkata", holidays=lambda day: day == MONDAY) is True
    assert intervals(expression, MONDAY) is None


def test_summer_time_is_the_places_own_clock() -> None:
    spring = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in Berlin: 02:30 does not exist that night
    assert is_open("Su 02:00-03:00", spring, "Europe/Berlin") is False
    assert is_open("Su 03:00-04:00", spring, "Europe/Berlin") is True


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        (
            "Mo,We 10:00-12:00,14:00-16:00",
            ["Mon 10:00-Mon 12:00", "Mon 14:00-Mon 16:00", "Wed 10:00-Wed 12:00", "Wed 14:00-Wed 16:00"],
        ),
        ("Fr 22:00-02:00", ["Fri 22:00-Sat 02:00"]),
        ("Mo-Tu 10:00-12:00; Tu off", ["Mon 10:00-Mon 12:00"]),
        ("Mo 10:00-12:00, Mo 11:00-14:00", ["Mon 10:00-Mon 14:00"]),
        (
            "Mo 10:00-12:00 || Mo unknown",
            ["Mon 00:00-Mon 10:00?", "Mon 10:00-Mon 12:00", "Mon 12:00-Tue 00:00?"],
        ),
        ("Mo[4] 10:00-12:00; Mo[-1] 13:00-14:00", ["Mon 10:00-Mon 12:00"]),
        ("Nov 24-25 10:00-12:00", ["Tue 10:00-Tue 12:00", "Wed 10:00-Wed 12:00"]),
        ("week 48 Th 10:00-12:00", ["Thu 10:00-Thu 12:00"]),
        ("2026 Nov 24 10:00-12:00", ["Tue 10:00-Tue 12:00"]),
        ("Monday 10am to 2.30pm", ["Mon 10:00-Mon 14:30"]),
        (
            "Opening hours: Montag bis Mittwoch 9 – 12:30 Uhr",
            ["Mon 09:00-Mon 12:30", "Tue 09:00-Tue 12:30", "Wed 09:00-Wed 12:30"],
        ),
        ("lundi et jeudi 9h30-12h", ["Mon 09:30-Mon 12:00", "Thu 09:30-Thu 12:00"]),
        ("月曜日 10：00～14：00", ["Mon 10:00-Mon 14:00"]),
        ("วันอังคาร 09:00-17:00", ["Tue 09:00-Tue 17:00"]),
        (
            "Mo 9⁰⁰-17³⁰; Tu 9°°-noon; We 22:00-midnight",
            ["Mon 09:00-Mon 17:30", "Tue 09:00-Tue 12:00", "Wed 22:00-Thu 00:00"],
        ),
        ("24 hours", ["Mon 00:00-Mon 00:00"]),
        ("24 hours 7 days a week", ["Mon 00:00-Mon 00:00"]),
        ("always closed", []),
        ("Sa 17:00-open end", ["Sat 17:00-Sun 03:00?"]),
        ("Su[-1] -4 days 10:00-12:00", ["Wed 10:00-Wed 12:00"]),
        ("Mo[4] +2 days 10:00-12:00", ["Wed 10:00-Wed 12:00"]),
    ],
)
def test_a_week(expression: str, days: list[str]) -> None:
    assert opened(expression) == days


@pytest.mark.parametrize(
    "expression",
    [
        "Mo", "Dec 31-Jan 01 10:00-12:00", "easter 10:00-12:00", "2024-2030/2 10:00-12:00", "Mo-Fr 08:00-12:00, We 14:00-18:00; Su off", "Su-Tu 11:00-01:00",
        "easter-Nov 20", "Sa[2] +1 day 10:00-12:00", "every day", "janvier-juin 10:00-18:00",
    ],
)  # fmt: skip
def test_what_else_is_understood(expression: str) -> None:
    assert parse(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "", ";", "Mo 12:00", "Mo 12:00,15:00", "10:00-16:00/30", "Mo 25:00-26:00", "Mo 10:00-49:00", "Mo 10:70-12:00", "SH 10:00-12:00", "dawn-dusk",
        "Feb 30 10:00-12:00", "Mo[9] 10:00", "Su +1 day 10:00-12:00", "Apr 20-easter", "easter-Apr 20",
        "Mo[2] +7 days", "listopad 10:00-12:00", "di 10:00-12:00", "13pm-14pm", "(sunrise+01:00)-12:00", "Mo-Fr 10:00-12:00 x",
        "week 54", "24/7 10:00-12:00", "x" * 3000, "\x00", "[[[[", "Mo-", "-",
    ],
)  # fmt: skip
def test_what_is_not_surely_understood_is_refused(expression: str) -> None:
    with pytest.raises(Unsupported):
        parse(expression)
    assert is_open(expression, at(0, 12), "UTC") is None
    assert intervals(expression, MONDAY) is None


def test_the_next_change() -> None:
    assert next_change("Mo-Fr 09:00-18:00", at(0, 12), "Asia/Kolkata") == at(0, 18)
    assert next_change("Mo-Fr 09:00-18:00", at(4, 19), "Asia/Kolkata") == at(7, 9)
    assert next_change("24/7", at(0, 12), "Asia/Kolkata") is None
    assert next_change("Mo-Fr 09:00-18:00; PH off", at(0, 12), "Asia/Kolkata") is None


_SPANS = st.lists(st.tuples(st.integers(0, 7 * 96 - 1), st.integers(1, 96)), min_size=1, max_size=8)


@given(_SPANS)
def test_a_written_week_says_what_it_was_written_from(quarters: list[tuple[int, int]]) -> None:
    spans = [(start * 15, (start + length) * 15) for start, length in quarters]
    week = 7 * 1440
    wanted = {minute % week for start, end in spans for minute in range(start, end, 15)}
    text = weekly(spans)
    found = intervals(text, MONDAY, MONDAY + timedelta(days=6))
    assert found is not None, text
    midnight = datetime(2026, 11, 23)
    reported = {
        int((one.start - midnight).total_seconds() // 60) + m
        for one in found
        for m in range(0, int((one.end - one.start).total_seconds() // 60), 15)
    }
    assert reported == wanted, text


@given(st.text(alphabet='MoTuFrSaJanDec PH0123456789:-+,;|/[]"offweek', max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    found = intervals(text, MONDAY)
    assert found is None or all(one.start < one.end for one in found)


# --- other people's expressions: opening_hours.js ---


def _vectors() -> list[dict[str, Any]]:
    return [
        one
        for one in json.loads(VECTORS.read_text())["addTest"]
        if _moment(one["from"]) and _moment(one["to"]) and one["values"]
    ]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M")
    except ValueError:
        return None


def _joined(found: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    out: list[tuple[datetime, datetime]] = []
    for start, end in sorted(found):
        if out and out[-1][1] >= start:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _clipped(
    found: list[Interval], state: State, begin: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    return _joined(
        [
            (max(one.start, begin), min(one.end, end))
            for one in found
            if one.state == state and one.end > begin and one.start < end
        ]
    )


def _all(expression: str, begin: datetime, end: datetime) -> list[Interval]:
    found: list[Interval] = []
    day = begin.date()
    while day <= end.date():
        last = min(day + timedelta(days=300), end.date())
        found += intervals(expression, day, last) or []
        day = last + timedelta(days=1)
    return found


def _milliseconds(spans: list[tuple[datetime, datetime]]) -> int:
    return int(sum((end - start).total_seconds() for start, end in spans) * 1000)


def _outcome(expression: str, reported: dict[str, Any]) -> str:
    try:
        rules = parse(expression)
    except Unsupported:
        return "refused"
    if any(rule.holidays for rule in rules):
        return "needs holidays"
    begin, end = _moment(reported["from"]), _moment(reported["to"])
    assert begin is not None
    assert end is not None
    found = _all(expression, begin, end)
    mine = [_clipped(found, state, begin, end) for state in (State.OPEN, State.UNKNOWN)]
    if not reported["intervals"]:
        return (
            "right"
            if [_milliseconds(one) for one in mine] == [reported["open_ms"], reported["unknown_ms"]]
            else "wrong"
        )
    spans = [
        (_moment(one[0]), _moment(one[1]), len(one) > 2 and bool(one[2])) for one in reported["intervals"]
    ]
    theirs = [
        _joined([(a, b) for a, b, unknown in spans if a and b and unknown is wanted])
        for wanted in (False, True)
    ]
    return "right" if mine == theirs else "wrong"


@needs_data
def test_no_expression_of_opening_hours_js_is_read_wrong_and_most_are_read() -> None:
    outcomes = Counter(
        _outcome(expression, reported) for reported in _vectors() for expression in reported["values"]
    )
    assert outcomes["wrong"] == 0
    assert outcomes["right"] >= 370
    assert outcomes["right"] / sum(outcomes.values()) > 0.62
