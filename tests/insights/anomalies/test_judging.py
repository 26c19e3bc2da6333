"""What is out of the usual is found, and what all have, what comes at once, and what is only restless, is not."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from insights.anomalies.baselines import DAYS, usual_of
from insights.anomalies.judging import (
    LEVEL_HOURS,
    Counts,
    Judged,
    Prices,
    crowd,
    fewer,
    goes_on,
    price,
    vanished,
)

WEEKDAYS = (10, 12, 14, 9, 20, 30, 6)


def steady(scale: float = 1.0, *, last: dict[int, float] | None = None, city: str = "here") -> Counts:
    """Ten weeks of the same weeks; of the last days, counted back from 1, a share."""
    days = [round(scale * WEEKDAYS[day % 7]) for day in range(DAYS)]
    for back, share in (last or {}).items():
        days[-back] = round(days[-back] * share)
    return Counts(days=days, known=DAYS, city=city)


def others(**options: dict[int, float]) -> dict[str, Counts]:
    return {f"other {number}": steady(1 + number / 5, **options) for number in range(5)}


def low(days: int, share: float) -> dict[int, float]:
    return dict.fromkeys(range(1, days + 1), share)


def test_half_of_the_usual_for_two_weeks_is_told_and_for_two_days_is_not() -> None:
    for days, is_out in ((2, False), (15, True)):
        found = fewer({"it": steady(last=low(days, 0.45)), **others()})
        assert found["it"].is_out is is_out, days
        assert not any(one.is_out for key, one in found.items() if key != "it")


def test_nothing_for_three_days_is_told_and_a_late_day_is_not() -> None:
    assert fewer({"it": steady(last=low(3, 0)), **others()})["it"].is_out
    assert not fewer({"it": steady(last={1: 0.0}), **others()})["it"].is_out
    assert not fewer({"it": steady(last={2: 0.0, 1: 2.0}), **others()})["it"].is_out


def test_a_holiday_of_all_is_not_told_and_a_source_that_has_nothing_on_it_still_is() -> None:
    holiday = low(3, 0.3)
    assert not any(one.is_out for one in fewer({"it": steady(last=holiday), **others(last=holiday)}).values())
    found = fewer({"it": steady(2, last=low(3, 0)), **others(last=low(3, 0.5))})["it"]
    assert found.is_out
    assert found.others < 0.6


def test_a_holiday_of_another_city_says_nothing_of_this_one() -> None:
    there = {f"there {number}": steady(city="there", last=low(5, 0)) for number in range(6)}
    assert fewer({"it": steady(last=low(5, 0)), **others(), **there})["it"].is_out


def test_who_is_alone_is_judged_by_weeks() -> None:
    assert not fewer({"it": steady(last=low(3, 0))})["it"].is_out
    assert fewer({"it": steady(last=low(9, 0))})["it"].is_out


def test_a_programme_that_comes_at_once_is_not_missed_between() -> None:
    days = [1.0] * DAYS
    for day in range(0, DAYS - 20, 25):
        days[day] = 300
    found = fewer({"it": Counts(days=days, known=DAYS, city="here"), **others()})
    assert "it" not in found or not found["it"].is_out


def test_what_is_new_is_not_judged() -> None:
    counts = steady(last=low(15, 0))
    assert "it" not in fewer({"it": Counts(days=counts.days, known=30), **others()})
    assert usual_of(counts.days, 7, known=30) is None


def test_a_category_has_vanished_only_where_nothing_of_it_comes() -> None:
    assert vanished({"it": steady(last=low(3, 0)), **others()})["it"].is_out
    assert not vanished({"it": steady(last=low(15, 0.1)), **others()})["it"].is_out


def test_it_is_over_when_it_is_nearly_usual_again() -> None:
    out = fewer({"it": steady(last=low(15, 0.4)), **others()})["it"]
    between = fewer({"it": steady(last=low(14, 0.65)), **others()})["it"]
    again = fewer({"it": steady(), **others()})["it"]
    assert [goes_on(one) for one in (out, between, again, None)] == [True, True, False, False]


@given(st.floats(0.5, 50), st.integers(0, 6))
def test_steady_sources_are_never_out_whatever_their_size_and_weekday(scale: float, shift: int) -> None:
    counts = steady(scale)
    moved = Counts(days=[*counts.days[shift:], *counts.days[:shift]], known=DAYS, city="here")
    assert not any(one.is_out for one in fewer({"it": moved, **others()}).values())


@given(st.integers(15, 60))
def test_the_less_comes_the_sooner_it_is_told(percent: int) -> None:
    """Who brings less is out wherever who brings more is."""
    told = [
        fewer({"it": steady(3, last=low(14, share / 100)), **others()})["it"].is_out
        for share in (percent - 15, percent)
    ]
    assert all(less or not more for less, more in pairwise(told))


def prices(last: tuple[int, float], *, count: int = 20, usual: float = 400.0) -> Prices:
    rows = [(count, usual * (1 + 0.05 * (day % 3))) for day in range(DAYS - 1)]
    return Prices(by_day=[*rows, last], by_week=[*rows, last])


def test_a_price_that_jumps_is_told_up_and_down() -> None:
    told = {factor: price(prices((20, 420 * factor))) for factor in (0.01, 0.3, 0.8, 1.0, 1.6, 3.5, 100.0)}
    assert {factor for factor, one in told.items() if one and one.is_out} == {0.01, 0.3, 3.5, 100.0}


def test_few_prices_need_a_larger_jump_and_too_few_tell_nothing() -> None:
    few, many = price(prices((8, 1200.0))), price(prices((80, 1200.0)))
    assert (few and few.is_out, many and many.is_out) == (False, True)
    assert price(prices((3, 100_000.0))) is None
    assert price(prices((20, 400.0), count=5)) is None


def test_a_slow_source_is_judged_by_its_week() -> None:
    rows = [(9, 400.0)] * (DAYS - 1)
    told = price(Prices(by_day=[(1, 400.0)] * DAYS, by_week=[*rows, (9, 40_000.0)]))
    assert told == Judged(
        found=40_000.0, expected=told.expected if told else 0, width=7, is_out=True, is_over=False
    )


def hours(last: float, level: float = 0.0) -> list[float]:
    return [level] * LEVEL_HOURS + [last]


def test_a_crowd_is_told_and_a_campaign_that_goes_on_is_not() -> None:
    quiet = [hours(1, 1)] * 8
    assert (told := crowd(hours(30), quiet))
    assert told.is_out
    assert (told := crowd(hours(8), quiet))
    assert not told.is_out
    busy = [hours(20, 20)] * 8
    assert (told := crowd(hours(70, 20), busy))
    assert told.is_out
    assert (told := crowd(hours(70, 55), busy))
    assert not told.is_out
    assert crowd(hours(500), quiet[:5]) is None
