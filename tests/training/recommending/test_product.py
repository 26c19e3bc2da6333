"""The recommenders of the product on the crowd: the same code, judged by the lists that readers would see."""

import numpy as np
import pytest

from training.recommending.comparing import compare
from training.recommending.crowd import make_world
from training.recommending.learning import POSSIBLE, learn
from training.recommending.product import Product
from training.recommending.records import SAVE, Log, Setting, World
from training.recommending.rivals import Chance

DAY = 24


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(Setting(people=500, venues=30, events_each_day=8.0, days=40), 7)


def learned(world: World, log: Log, name: str = "hybrid") -> Product:
    product = Product(name)
    product.fit(log, world.shown.before(DAY), world.events, world.people, day=DAY)
    return product


def scores(world: World, log: Log, person: int) -> np.ndarray:
    return learned(world, log).score(np.array([person]), np.arange(len(world.events)))[0]


def test_one_saved_event_raises_those_like_it_for_who_saved_it(world):
    nothing = world.log.where(np.zeros(len(world.log), np.bool_))
    event = int(np.flatnonzero(world.events.performer >= 0)[0])
    saved = Log(*(np.array([value]) for value in (DAY - 1, 3, event, SAVE, 0)))
    raised = scores(world, saved, 3) - scores(world, nothing, 3)
    assert raised.argmax() == event
    assert np.corrcoef(raised, world.events.about @ world.events.about[event])[0, 1] > 0.5


def test_an_opening_far_down_says_more_than_one_at_the_top(world):
    nothing = world.log.where(np.zeros(len(world.log), np.bool_))
    top, below = (Log(*(np.array([value]) for value in (DAY - 1, 3, 5, SAVE, rank))) for rank in (0, 15))
    base = scores(world, nothing, 3)[5]
    assert scores(world, below, 3)[5] - base > scores(world, top, 3)[5] - base > 0


def test_it_is_better_than_chance_and_a_fifth_of_its_places_is_of_small_venues(world):
    hybrid, content, chance = compare(world, [Product("hybrid"), Product("content"), Chance()])
    assert min(hybrid.mean, content.mean) > 1.5 * chance.mean
    assert min(hybrid.small, content.small) >= 0.2


def test_the_same_past_gives_the_same_lists(world):
    log, columns = world.log.before(DAY), world.events.upcoming(DAY)
    once, again = (learned(world, log) for _ in range(2))
    people = np.arange(20)
    lists = [one.lists(one.score(people, columns), columns, 10) for one in (once, again)]
    assert np.array_equal(*lists)


def test_weights_are_learnt_so_that_relevant_events_score_more(world):
    found = learn([world])
    assert {name: list(weights) for name, weights in found.items()} == {
        name: list(chosen) for name, chosen in POSSIBLE.items()
    }
    assert found["content"]["about"] > 0
    assert found["content"]["distance"] < 0
    assert found == learn([world])
