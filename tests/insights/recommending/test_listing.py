"""From scores to a list: the floor for small venues, variety, and the same list for the same seed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from insights.recommending.listing import arrange, small_venues


def listed(scores, venue=None, series=None, is_small=None, places=10, seed=0):
    count = len(scores)
    return arrange(
        np.asarray(scores, float),
        venue=np.arange(count) if venue is None else np.asarray(venue),
        series=np.full(count, -1) if series is None else np.asarray(series),
        is_small=np.zeros(count, bool) if is_small is None else np.asarray(is_small),
        places=places,
        seed=seed,
    ).tolist()


def test_the_best_come_first_and_what_is_no_candidate_never():
    assert listed([1.0, 3.0, -np.inf, 2.0]) == [1, 3, 0]
    assert listed([]) == []


def test_a_fifth_of_the_places_is_of_small_venues_however_low_they_score():
    is_small = np.arange(40) >= 30
    rows = listed(-np.arange(40.0), is_small=is_small, places=20)
    assert [sum(is_small[rows[at : at + 5]]) for at in range(0, 20, 5)] == [1, 1, 1, 1]
    assert rows[:4] == [0, 1, 2, 3]


def test_a_small_venue_that_is_good_enough_fills_the_floor_itself():
    is_small = np.arange(40) % 2 == 0
    assert listed(-np.arange(40.0), is_small=is_small) == list(range(10))


def test_no_three_in_a_row_of_one_venue_or_series_where_another_is_left():
    assert listed([9, 8, 7, 6, 1], venue=[5, 5, 5, 5, 6], places=4) == [0, 1, 4, 2]
    assert listed([9, 8, 7, 6, 1], series=[2, 2, 2, 2, -1], places=4) == [0, 1, 4, 2]
    assert listed([9, 8, 7, 6], venue=[-1] * 4) == [0, 1, 2, 3]
    assert listed([9, 8, 7, 6], venue=[1] * 4) == [0, 1, 2, 3]


@given(
    scores=st.lists(st.floats(-5, 5), min_size=1, max_size=60),
    venues=st.integers(1, 8),
    seed=st.integers(0, 3),
    places=st.integers(1, 20),
)
def test_any_list_has_each_event_once_and_a_seed_gives_one_list(scores, venues, seed, places):
    venue = np.arange(len(scores)) % venues
    is_small = np.arange(len(scores)) % 3 == 0
    rows = listed(scores, venue=venue, is_small=is_small, places=places, seed=seed)
    assert len(rows) == len(set(rows)) == min(places, len(scores))
    assert rows == listed(scores, venue=venue, is_small=is_small, places=places, seed=seed)
    whole = [rows[at : at + 5] for at in range(0, len(rows) - 4, 5)]
    if is_small.sum() >= len(whole):
        assert all(is_small[part].any() for part in whole)


def test_small_venues_have_together_a_fifth_of_all_openings_and_new_ones_are_small():
    assert small_venues(np.array([100.0, 0.0, 10.0, 12.0, 90.0])).tolist() == [False, True, True, True, False]
    assert small_venues(np.zeros(3)).tolist() == [True, True, True]
