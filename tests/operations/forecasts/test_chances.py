"""Chances follow how it went on, shrunk toward sources of the same kind, and the naive forecast by the last day alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.forecasts.chances import AHEAD, History, State, learn, outcome, state_of

DAYS = st.lists(st.none() | st.booleans(), min_size=1, max_size=60)


def history(days, *, key="one", kind="ical"):
    return History(key=key, kind=kind, days=days)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ([], None),
        ([None] * 9, None),
        ([False], State.WELL),
        ([True, True, False], State.WELL),
        ([True], State.BADLY),
        ([False, True, None], State.BADLY),
        ([False, True, None, True], State.AGAIN),
        ([True, True, *[None] * 7], None),
    ],
)
def test_how_it_did_last(days, state):
    assert state_of(days) is state


def test_what_came_is_any_bad_day_and_nothing_without_a_run():
    assert outcome([False, None, True]) is True
    assert outcome([False, None, False]) is False
    assert outcome([None] * 3) is None


def test_a_source_that_fails_often_is_likelier_to_than_its_kind_and_that_than_all():
    often = history([place % 4 == 0 for place in range(90)][1:], key="often", kind="scraper")
    kin = [history([False] * 60, key=f"kin {place}", kind="scraper") for place in range(3)]
    others = [history([False] * 60, key=f"other {place}") for place in range(20)]
    chances = learn([often, *kin, *others])
    told = [
        chances.ours(one) or 0.0
        for one in (
            often,
            history([False], key="new", kind="scraper"),
            history([False], key="new"),
            others[0],
        )
    ]
    assert told == sorted(told, reverse=True)
    assert told[0] > 0.3 > 0.1 > told[3]
    assert chances.by_last_day(often) == chances.by_last_day(others[0])


def test_where_nothing_was_learnt_nothing_is_told():
    assert learn([]).ours(history([True])) is None
    assert learn([]).by_last_day(history([True])) is None


@given(st.lists(DAYS, min_size=1, max_size=8), DAYS)
def test_chances_are_chances(seen, now):
    chances = learn(
        [history(days, key=str(place % 3), kind=str(place % 2)) for place, days in enumerate(seen)]
    )
    for key in ("0", "new"):
        for told in (chances.ours(history(now, key=key)), chances.by_last_day(history(now, key=key))):
            assert told is None or 0 <= told <= 1


def test_days_that_are_not_over_teach_nothing():
    assert not learn([history([False] * AHEAD)]).rates
    assert learn([history([False] * (AHEAD + 1))]).rates
