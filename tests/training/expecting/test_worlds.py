"""Simulated events with registration are what their settings say."""

from dataclasses import replace
from itertools import pairwise

from training.expecting.records import Setting
from training.expecting.worlds import make_world

_SMALL = Setting(cities=1, organizers=6)


def test_the_same_seed_gives_the_same_events() -> None:
    assert make_world(_SMALL, 5) == make_world(_SMALL, 5)
    assert make_world(_SMALL, 5) != make_world(_SMALL, 6)


def test_seats_stay_within_capacity_and_days_are_in_order() -> None:
    events = make_world(_SMALL, 5)
    assert any(event.is_sold_out for event in events)
    for event in events:
        assert all(a.days_before - b.days_before == 1 for a, b in pairwise(event.told))
        if event.capacity is not None:
            assert max((one.held for one in event.told), default=0) <= event.capacity
        assert event.came is None or event.came <= event.held


def test_all_at_once_is_a_world_in_which_what_is_held_stays() -> None:
    for event in make_world(replace(_SMALL, at_once=True), 5):
        assert {one.held for one in event.told} <= {event.held}


def test_a_coin_fills_events_that_had_seats_until_the_end() -> None:
    events = make_world(replace(_SMALL, by_coin=True, tightness=3.0, cancels=0.0), 5)
    filled = [event for event in events if event.is_sold_out and event.told]
    assert filled
    assert any(event.told[-1].held < event.held / 2 for event in filled)
