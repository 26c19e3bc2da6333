"""Simulated years are the same by their seed, and the figures count what was planted, found, and false."""

from dataclasses import replace

import numpy as np

from insights.anomalies.judging import Kind
from training.anomalies.comparing import Score, alerts_of, score
from training.anomalies.records import DEVELOPMENT, HELD_OUT, WARM_UP, YEAR
from training.anomalies.worlds import make_world

SMALL = replace(
    DEVELOPMENT["usual"], cities=1, sources=6, noise=0.02, drift=0.0, bursts=0.0, rate=15.0, rates=0.3
)


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    one, same, other = make_world(SMALL, 7), make_world(SMALL, 7), make_world(SMALL, 8)
    assert one.planted == same.planted != other.planted
    assert all(np.array_equal(one.counts[key], same.counts[key]) for key in one.counts)
    assert np.array_equal(one.sign_ups, same.sign_ups)


def test_what_is_planted_lies_in_the_year_that_is_judged() -> None:
    world = make_world(SMALL, 7)
    assert {one.kind for one in world.planted} == set(Kind)
    for one in world.planted:
        hours = 24 if one.kind is Kind.CROWD else 1
        assert WARM_UP * hours <= one.first <= one.last < (WARM_UP + YEAR) * hours
    assert len(world.sign_ups) == 24 * len(next(iter(world.counts.values())))


def test_in_a_calm_world_most_are_found_and_hardly_any_alarm_is_false() -> None:
    totals: dict[Kind, Score] = {}
    score(make_world(SMALL, 7), totals)
    assert all(one.recall >= 0.6 for one in totals.values()), totals
    assert sum(one.false for one in totals.values()) <= 2


def test_a_year_in_which_nothing_was_planted_has_only_false_alarms() -> None:
    world = replace(make_world(SMALL, 7), planted=[], consequences=[])
    totals: dict[Kind, Score] = {}
    score(world, totals)
    alerts = alerts_of(world)
    assert {kind: one.false for kind, one in totals.items()} == {kind: len(alerts[kind]) for kind in Kind}
    assert all((one.planted, one.recall, one.precision) == (0, 0.0, 0.0) for one in totals.values())


def test_the_worlds_that_decide_are_not_those_of_development() -> None:
    assert not set(HELD_OUT.values()) & set(DEVELOPMENT.values())
