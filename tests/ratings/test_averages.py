"""An average follows those whom a moderator passed; a crowd that nobody looked at moves it by 0.2 at most, whatever it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratings.averages import ENOUGH, MIDDLE, WEIGHTS, Counted, average_of, mean_of
from ratings.enums import Basis

MEANS = st.floats(min_value=1, max_value=5)
PASSED = st.lists(
    st.builds(
        Counted,
        stars=st.integers(1, 5),
        basis=st.sampled_from(Basis),
        network=st.sampled_from(["", "a", "b", "c", "d"]),
        is_vouched=st.just(True),
    ),
    max_size=80,
)
#: Groups of devices that say the same, of one network or of one each: up to 1,000 and more together.
CROWD = st.lists(
    st.tuples(st.integers(1, 600), st.integers(1, 5), st.sampled_from(Basis), st.booleans()),
    max_size=4,
)


def crowd(groups):
    return [
        Counted(stars, basis, f"{number}.{device if apart else 0}", is_vouched=False)
        for number, (size, stars, basis, apart) in enumerate(groups)
        for device in range(size)
    ]


@settings(max_examples=150, deadline=None)
@given(passed=PASSED, before=CROWD, fraud=CROWD, mean=MEANS)
def test_a_crowd_that_nobody_looked_at_moves_an_average_by_two_tenths_at_most(passed, before, fraud, mean):
    honest = [*passed, *crowd(before)]
    was = average_of(honest, mean=mean).average
    now = average_of([*honest, *crowd(fraud)], mean=mean).average
    assert abs(now - was) <= 0.2 + 1e-9


@pytest.mark.parametrize("count", [0, 1, 9, 10, 19, 200])
@pytest.mark.parametrize("basis", Basis)
def test_a_thousand_devices_of_a_thousand_networks_move_it_by_two_tenths_at_most(count, basis):
    passed = [Counted(5, Basis.CHECKED_IN, f"n{number}", is_vouched=True) for number in range(count)]
    fraud = [Counted(1, basis, f"f{number}", is_vouched=False) for number in range(1_000)]
    moved = average_of(passed, mean=4.8).average - average_of([*passed, *fraud], mean=4.8).average
    assert 0.01 < moved <= 0.2 + 1e-9


@settings(max_examples=100, deadline=None)
@given(passed=PASSED, mean=MEANS)
def test_it_lies_between_its_ratings_and_the_mean_and_knows_no_order(passed, mean):
    found = average_of(passed, mean=mean)
    said = [mean, *(row.stars for row in passed)]
    assert min(said) - 1e-9 <= found.average <= max(said) + 1e-9
    assert found.count == len(passed)
    assert average_of(passed[::-1], mean=mean).average == pytest.approx(found.average)


def test_below_ten_the_mean_of_the_city_fills_up_and_from_ten_on_it_plays_no_part():
    def of(count, mean):
        rows = [Counted(5, Basis.CHECKED_IN, "", is_vouched=True)] * count
        return average_of(rows, mean=mean).average

    assert of(0, 3.0) == 3.0
    assert of(1, 3.0) == pytest.approx(3.2)
    assert of(5, 3.0) == pytest.approx(4.0)
    assert of(10, 3.0) == of(10, 1.0) == 5.0


def test_proof_counts_for_more_than_a_claim_and_a_network_once():
    assert WEIGHTS[Basis.CHECKED_IN] > WEIGHTS[Basis.REGISTERED] > WEIGHTS[Basis.SAYS]
    one = [Counted(1, Basis.SAYS, "dorm", is_vouched=True)] * 100
    many = [Counted(1, Basis.SAYS, f"n{number}", is_vouched=True) for number in range(100)]
    assert average_of(one, mean=4.0).average == pytest.approx((7 * 4.0 + 3 * 1) / ENOUGH)
    assert average_of(many, mean=4.0).average == 1.0


def test_one_venue_makes_no_mean_of_its_city():
    assert mean_of([]) == MIDDLE
    assert mean_of([(10_000.0, 50_000.0)]) == pytest.approx((20 * MIDDLE + 10 * 5) / 30)
    assert mean_of([(0.0, 0.0), (10.0, 10.0)]) == pytest.approx((20 * MIDDLE + 10) / 30)
