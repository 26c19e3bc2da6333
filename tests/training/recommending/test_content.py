"""The recommender by content: from one's own past, what one said, and nothing of others but how many there were."""

from dataclasses import replace

import numpy as np
import pytest

from training.recommending.comparing import compare
from training.recommending.content import Content
from training.recommending.crowd import make_world
from training.recommending.records import SAVE, Log, Setting, World
from training.recommending.rivals import Chance

DAY = 24


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(Setting(people=500, venues=30, events_each_day=8.0, days=40), 7)


def scores(world: World, log: Log, person: int) -> np.ndarray:
    recommender = Content()
    recommender.fit(log, world.shown.before(DAY), world.events, world.people, day=DAY)
    return recommender.score(np.array([person]), np.arange(len(world.events)))[0]


def saved(person: int, event: int) -> Log:
    return Log(*(np.array([value]) for value in (DAY - 1, person, event, SAVE, 0)))


def test_one_saved_event_raises_those_like_it_most_and_only_for_who_saved_it(world):
    nothing = world.log.where(np.zeros(len(world.log), np.bool_))
    event = int(np.flatnonzero(world.events.performer >= 0)[0])
    raised = scores(world, saved(3, event), 3) - scores(world, nothing, 3)
    assert raised.argmax() == event
    alike = world.events.about @ world.events.about[event]
    assert np.corrcoef(raised, alike)[0, 1] > 0.5
    others = scores(world, saved(3, event), 4) - scores(world, nothing, 4)
    assert np.flatnonzero(others).tolist() == [event]  # the trend, which everybody sees


def test_whoever_has_no_past_gets_what_they_named_near_them_and_within_their_budget(world):
    nothing = world.log.where(np.zeros(len(world.log), np.bool_))
    person = int(world.people.budget.argmin())
    events, before = world.events, scores(world, nothing, person)
    is_dear = events.price > world.people.budget[person]
    assert is_dear.any()
    rich = replace(world.people, budget=np.full(len(world.people), events.price.max()))
    wished = scores(replace(world, people=rich), nothing, person) - before
    assert (wished[is_dear] > 0).all()
    assert not wished[~is_dear].any()
    named = replace(world.people, categories=np.full_like(world.people.categories, events.category[0]))
    raised = scores(replace(world, people=named), nothing, person)
    there = replace(world.people, home=np.broadcast_to(events.place[0], world.people.home.shape))
    nearer = scores(replace(world, people=there), nothing, person)
    assert raised[0] >= before[0]
    assert nearer[0] > before[0]


def test_an_opening_far_down_says_more_than_one_at_the_top(world):
    log = world.log.before(DAY)
    person, event = int(log.person[0]), int(log.event[0])
    is_it = (log.person == person) & (log.event == event)
    top = replace(log, rank=np.where(is_it, 0, log.rank))
    below = replace(log, rank=np.where(is_it, log.rank.max(), log.rank))
    assert scores(world, below, person)[event] > scores(world, top, person)[event]


def test_it_is_better_than_chance_on_the_same_people(world):
    by_content, by_chance = compare(world, [Content(), Chance()])
    assert by_content.mean > 1.5 * by_chance.mean


def test_the_same_past_gives_the_same_scores(world):
    log = world.log.before(DAY)
    assert np.array_equal(scores(world, log, 2), scores(world, log, 2))
