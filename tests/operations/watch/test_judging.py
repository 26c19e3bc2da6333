"""Whether a rule holds, and what it would have done."""

from datetime import UTC, datetime, timedelta

import pytest

from operations.watch.judging import ERROR_BURN, Asked, Times, holds, value_of, would_have
from sources.enums import Condition

START = datetime(2026, 11, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def asked(condition: Condition = Condition.ABOVE, *, minutes: int = 3, cooldown: int = 0) -> Asked:
    return Asked(measure="x", condition=condition, threshold=5, minutes=minutes, cooldown=cooldown)


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        (Condition.ABOVE, [6, 7, 8], True),
        (Condition.ABOVE, [6, 5, 8], False),
        (Condition.BELOW, [1, 2, 4], True),
        (Condition.BELOW, [1, 2, 9], False),
        (Condition.AVERAGE_ABOVE, [0, 0, 30], True),
        (Condition.AVERAGE_BELOW, [0, 0, 30], False),
        (Condition.ABOVE, [9], None),  # one minute of three says too little
        (Condition.ABOVE, [], None),
    ],
)
def test_every_minute_or_their_average(
    condition: Condition, values: list[float], expected: bool | None
) -> None:
    assert holds(asked(condition), [{"x": value} for value in values]) is expected


def test_the_burn_rate_is_of_answers_and_not_of_minutes() -> None:
    burn = Asked(measure=ERROR_BURN, condition=Condition.AVERAGE_ABOVE, threshold=14.4, minutes=60)
    window = [{"http_answers": 9000, "http_errors": 0}, {"http_answers": 1000, "http_errors": 200}]
    assert value_of(burn, window) == pytest.approx(20.0)
    assert holds(burn, window) is True
    assert holds(burn, [{"http_answers": 0, "http_errors": 0}]) is None


def test_what_a_rule_would_have_done_has_its_beginnings_and_ends() -> None:
    values = [0, 9, 9, 9, 9, 0, 0, 9, 9, 9]
    minutes = [(START + place * MINUTE, {"x": float(value)}) for place, value in enumerate(values)]
    assert would_have(asked(), minutes) == [
        Times(START + 3 * MINUTE, START + 5 * MINUTE), Times(START + 9 * MINUTE, None),
    ]  # fmt: skip
    assert would_have(asked(cooldown=15), minutes) == [Times(START + 3 * MINUTE, START + 5 * MINUTE)]


def test_a_gap_neither_opens_nor_closes() -> None:
    minutes = [(START + place * MINUTE, {"x": 9.0} if place < 4 else {}) for place in range(9)]
    assert would_have(asked(), minutes)[-1].ended is None
