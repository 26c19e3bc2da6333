"""What is expected stays within what can be, learns from groups, and is told as surely as it was seen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.expecting.calibrating import isotonic
from insights.expecting.judging import EVENTS_LEAST, Compared
from insights.expecting.model import LEAST, learn
from insights.expecting.naive import learn_naive
from insights.expecting.records import FARTHEST, Known, Past, Reach, reach_of

KNOWN = Known(days_before=7, held=20, waiting=0, capacity=50, city="a", category="music", organizer="owls")
NUMBERS = st.integers(min_value=0, max_value=300)


def grown(event: int, *, held: int = 20, to: int = 40, came: int | None = None, **known: object) -> Past:
    """An event that went from `held` a week before to `to`."""
    one = replace(KNOWN, held=held, **known)  # type: ignore[arg-type]
    seats = min(to, one.capacity or to)
    return Past(
        event=str(event),
        known=one,
        held=seats,
        waiting=to - seats,
        came=came,
        is_sold_out=seats == one.capacity,
    )


def test_too_few_events_say_nothing_however_many_days_they_have():
    assert learn([grown(number % (LEAST - 1)) for number in range(200)]) is None
    assert learn([grown(number) for number in range(LEAST)]) is not None


def test_events_that_double_are_expected_to_double_whatever_they_have():
    model = learn(
        [grown(number, held=10 + number, to=2 * (10 + number), capacity=None) for number in range(80)]
    )
    assert model is not None
    for held in (15, 40, 70):
        assert model.expect(replace(KNOWN, held=held, capacity=None)).registered == pytest.approx(
            2 * held, rel=0.08
        )


def test_seats_are_at_most_the_capacity_and_a_full_event_has_no_chance():
    model = learn([grown(number, to=60, capacity=50) for number in range(60)])
    assert model is not None
    full = model.expect(replace(KNOWN, held=50))
    assert (full.registered, full.sells_out) == (50, None)
    assert (model.expect(KNOWN).sells_out or 0) > 0.9
    assert model.expect(replace(KNOWN, capacity=None)).sells_out is None


def test_an_organizer_with_many_events_counts_more_than_one_with_few():
    usual = [grown(number, to=40, came=20, capacity=None) for number in range(200)]
    others = [grown(1_000 + number, to=80, came=76, capacity=None, organizer="many") for number in range(30)]
    few = grown(2_000, to=80, came=76, capacity=None, organizer="few")
    model = learn([*usual, *others, few])
    assert model is not None

    def of(organizer: str) -> float:
        return model.expect(replace(KNOWN, capacity=None, organizer=organizer)).registered

    def share(organizer: str) -> float:
        told = model.expect(replace(KNOWN, capacity=None, organizer=organizer))
        assert told.attendance is not None
        return told.attendance / told.registered

    assert of("new") < of("few") < of("many")
    assert of("many") == pytest.approx(80, rel=0.15)
    assert share("owls") < share("few") < share("many") < 0.95


def test_where_nobody_checked_in_nobody_is_expected_to_come():
    past = [grown(number) for number in range(30)]
    model = learn(past)
    assert model is not None
    assert model.expect(KNOWN).attendance is None
    assert learn_naive(past).expect(KNOWN).attendance is None


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS, st.none() | st.integers(1, 200), st.integers(1, FARTHEST)), min_size=LEAST, max_size=60),
    NUMBERS, NUMBERS, st.none() | st.integers(1, 200), st.integers(1, FARTHEST),
)  # fmt: skip
def test_whatever_was_seen_expectations_are_seats_shares_and_chances(rows, held, waiting, capacity, days):
    past = [
        grown(
            place,
            held=min(now, most or now),
            to=to,
            came=min(to, most or to) // 2,
            capacity=most,
            days_before=before,
        )
        for place, (now, to, most, before) in enumerate(rows)
    ]
    model = learn(past)
    assert model is not None
    known = replace(
        KNOWN, held=min(held, capacity or held), waiting=waiting, capacity=capacity, days_before=days
    )
    told = model.expect(known)
    assert told.registered >= 0
    assert capacity is None or told.registered <= capacity
    assert told.attendance is None or 0 <= told.attendance <= told.registered
    assert told.sells_out is None or 0 <= told.sells_out <= 1


def test_the_naive_model_keeps_what_is_held_and_tells_the_usual_share_and_rate():
    past = [grown(number, to=60 if number % 4 == 0 else 40, came=30) for number in range(40)]
    told = learn_naive(past).expect(KNOWN)
    assert told.registered == 20
    assert told.attendance == pytest.approx(20 * 30 / 42.5)
    assert told.sells_out == pytest.approx(0.25)


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=60))
def test_chances_never_fall_while_the_score_grows(points):
    steps = isotonic((score, happened, 1.0) for score, happened in points)
    chances = [steps.at(score) for score in (-9.0, *sorted(score for score, _ in points), 9.0)]
    assert chances == sorted(chances)
    assert all(0 <= chance <= 1 for chance in chances)


def test_chances_are_those_that_were_seen():
    points = [(float(number % 2), number % 2 == 1 and number % 4 == 1, 1.0) for number in range(4_000)]
    steps = isotonic(points)
    assert steps.at(0.0) == pytest.approx(0, abs=0.01)
    assert steps.at(1.0) == pytest.approx(0.5, abs=0.01)


def test_reaches_end_where_they_say():
    assert [reach_of(days) for days in (1, 2, 3, 14, 15, 60)] == [
        Reach.NEAR, Reach.NEAR, Reach.MIDDLE, Reach.MIDDLE, Reach.FAR, Reach.FAR,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="61 days"):
        reach_of(61)


@pytest.mark.parametrize(
    ("events", "naive", "ours", "spread", "better"),
    [
        (EVENTS_LEAST, 10.0, 5.0, 4.0, True),
        (EVENTS_LEAST - 1, 10.0, 5.0, 4.0, False),
        (EVENTS_LEAST, 10.0, 9.9, 0.001, False),
        (EVENTS_LEAST, 10.0, 8.0, 10.0, False),
        (EVENTS_LEAST, 5.0, 10.0, 1.0, False),
        (EVENTS_LEAST, 0.0, 0.0, 0.0, False),
    ],
)
def test_ours_is_better_with_enough_events_enough_gain_and_beyond_chance(events, naive, ours, spread, better):
    assert Compared(events=events, naive=naive, ours=ours, spread=spread).is_better is better
