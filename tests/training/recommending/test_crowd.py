"""The simulated crowd: repeatable, honest in what it hides, and with a world in which tastes do not exist."""

from dataclasses import replace

import numpy as np
import pytest

from training.recommending.comparing import compare, gain_over
from training.recommending.crowd import make_world
from training.recommending.records import (
    DEVELOPMENT,
    HELD_OUT,
    HELD_OUT_SEEDS,
    NO_TASTES,
    REGISTER,
    VIEW,
    Setting,
    World,
)
from training.recommending.rivals import Chance, Newest, Oracle, Popularity, rivals

SMALL = Setting(people=500, venues=30, events_each_day=8.0, days=40)


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(SMALL, 7)


def test_a_seed_gives_one_world_and_another_seed_another(world):
    again, other = make_world(SMALL, 7), make_world(SMALL, 8)
    assert np.array_equal(world.log.event, again.log.event)
    assert np.array_equal(world.truth.utility, again.truth.utility)
    assert len(other.log) != len(world.log) or not np.array_equal(world.log.event, other.log.event)


def test_people_open_what_was_announced_and_not_over_and_do_more_only_with_what_they_opened(world):
    events, log = world.events, world.log
    assert (events.announced[log.event] < log.day).all()
    assert (events.day[log.event] >= log.day).all()
    assert len(np.unique(log.kind)) == REGISTER + 1
    key = log.day * 10**9 + log.person * 10**5 + log.event
    opened = set(key[log.kind == VIEW])
    assert {int(one) for one in key[log.kind != VIEW]} <= {int(one) for one in opened}
    assert np.array_equal(events.announced, np.sort(events.announced))


def test_upper_rows_are_seen_more_often_so_that_openings_can_be_weighed(world):
    seen = np.bincount(world.shown.rank, minlength=20)
    assert seen[0] > 2 * seen[9] > 0


def test_the_crowd_prefers_what_is_worth_more_to_each(world):
    views = world.log.where(world.log.kind == VIEW)
    opened = world.truth.utility[views.person, views.event].mean()
    shown = world.truth.utility[world.shown.person, world.shown.event].mean()
    assert opened > shown + 0.5


def test_tastes_can_be_guessed_where_there_are_some_and_nowhere_else(world):
    popular, truth = compare(world, [Popularity(), Oracle(world)])
    gain, low, _ = gain_over(truth, popular)
    assert gain > 0.3
    assert low > 0
    tasteless = make_world(replace(NO_TASTES, people=500, venues=30, events_each_day=8.0, days=40), 7)
    popular, truth = compare(tasteless, [Popularity(), Oracle(tasteless)])
    assert gain_over(truth, popular)[2] < 0.1


def test_a_recommender_sees_nothing_of_the_day_it_is_asked_and_of_what_is_not_announced(world):
    class Watching(Chance):
        seen: list[tuple[int, int, int, int]]

        def __init__(self):
            super().__init__()
            self.seen = []

        def fit(self, log, shown, events, people, *, day):
            self.seen.append((day, int(log.day.max()), int(shown.day.max()), int(events.announced.max())))

    watching = Watching()
    compare(world, [watching])
    assert len(watching.seen) == 3
    for day, *latest in watching.seen:
        assert max(latest) < day


def test_all_rivals_are_judged_on_the_same_people_and_popularity_beats_chance(world):
    figures = compare(world, rivals())
    assert len({len(one.ndcg) for one in figures}) == 1
    by_name = {one.name: one for one in figures}
    assert by_name["popularity"].mean > by_name["chance"].mean
    assert all(0 <= one.mean <= 1 and 0 < one.coverage <= 1 and 0 <= one.small <= 1 for one in figures)
    assert by_name["chance"].coverage > by_name["popularity"].coverage
    assert by_name["popularity"].novelty < by_name["chance"].novelty


def test_a_gain_has_an_interval_around_it_and_none_where_nothing_was_relevant(world):
    popular, newest = compare(world, [Popularity(), Newest()])
    gain, low, high = gain_over(newest, popular)
    assert low <= gain <= high
    assert gain_over(popular, popular) == (0.0, 0.0, 0.0)
    empty = compare(make_world(replace(SMALL, people=3, days=10), 1), [Popularity()])[0]
    assert gain_over(empty, empty) == (0.0, 0.0, 0.0)


def test_what_decides_is_kept_apart_from_what_it_is_developed_with():
    assert not set(HELD_OUT) & set(DEVELOPMENT)
    assert all(setting not in DEVELOPMENT.values() for setting in HELD_OUT.values())
    assert not set(HELD_OUT_SEEDS) & {1, 2, 3}
