"""Trust follows the verdicts: more right ones, more trust; in any order; and old ones fade."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from moderation.posterior import PRIORS, Terms, Trial, history, posterior, prior_of
from tests.factories.moments import NOW

HALF_LIFE = timedelta(days=180)
PRIOR = st.sampled_from([*PRIORS, "never heard of"]).map(prior_of)
TRIALS = st.lists(
    st.builds(Trial, st.integers(0, 4000).map(lambda hours: NOW - timedelta(hours=hours)), st.booleans()),
    max_size=60,
)


def at_now(trials, prior):
    return posterior(trials, prior=prior, now=NOW, half_life=HALF_LIFE)


@given(TRIALS, PRIOR)
def test_an_interval_lies_between_none_and_all(trials, prior):
    found = at_now(trials, prior)
    assert 0 <= found.low < found.high <= 1
    assert found.right + found.wrong <= sum(prior) + len(trials) + 1e-9


@given(TRIALS, PRIOR, st.randoms(use_true_random=False))
def test_the_order_of_verdicts_does_not_matter(trials, prior, random):
    other = random.sample(trials, len(trials))
    one, two = at_now(trials, prior), at_now(other, prior)
    assert abs(one.low - two.low) < 1e-9
    assert history(trials, prior=prior, terms=Terms()) == history(other, prior=prior, terms=Terms())


@given(TRIALS, PRIOR, st.integers(0, 4000))
def test_a_right_verdict_never_lowers_trust_and_a_wrong_one_never_raises_it(trials, prior, hours):
    before, at = at_now(trials, prior), NOW - timedelta(hours=hours)
    better, worse = (at_now([*trials, Trial(at, right)], prior) for right in (True, False))
    assert worse.low - 1e-9 <= before.low <= better.low + 1e-9
    assert worse.high - 1e-9 <= before.high <= better.high + 1e-9


@given(TRIALS, PRIOR)
def test_the_last_point_of_a_history_is_the_posterior_of_that_moment(trials, prior):
    points = history(trials, prior=prior, terms=Terms())
    if points:
        last = posterior(trials, prior=prior, now=points[-1].at, half_life=HALF_LIFE)
        assert abs(points[-1].low - last.low) + abs(points[-1].high - last.high) < 1e-6


def rights(*words, days=1, prior="ical"):
    trials = [Trial(NOW + timedelta(days=days * number), word) for number, word in enumerate(words)]
    return [point.has_right for point in history(trials, prior=prior_of(prior), terms=Terms())]


def test_ten_right_verdicts_give_the_right_and_nine_do_not():
    assert rights(*[True] * 14).index(True) == 9
    assert rights(False, *[True] * 30, prior="submitter").index(True) > rights(False, *[True] * 30).index(
        True
    )


def test_wrong_verdicts_take_the_right_away_and_right_ones_bring_it_back():
    found = rights(*[True] * 12, *[False] * 3, *[True] * 40)
    assert (found[11], found[14], found[-1]) == (True, False, True)


def test_neither_silence_nor_a_right_verdict_after_it_takes_the_right_away():
    trials = [Trial(NOW + timedelta(days=day), True) for day in (*range(20), 2_000)]
    last = history(trials, prior=prior_of("ical"), terms=Terms())[-1]
    assert last.low < Terms().lost
    assert last.has_right
    fallen = history(
        [*trials, Trial(NOW + timedelta(days=2_001), False)], prior=prior_of("ical"), terms=Terms()
    )
    assert not fallen[-1].has_right
