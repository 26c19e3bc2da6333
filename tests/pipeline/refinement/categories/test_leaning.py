"""The earlier events of a source show what to expect, where its kind is unfamiliar."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.refinement.categories import model
from pipeline.refinement.categories.features import EventText
from pipeline.refinement.categories.leaning import PRIOR_FROM, answers_by_source, leaning, leanings
from pipeline.taxonomy import OTHER, SLUGS

MUSIC, FOOD = SLUGS.index("music"), SLUGS.index("food")
#: A title that says nothing by itself, and what a house of music, and one of food, tell of.
VAGUE = EventText("Late Shift", "Come early, doors open at eight, and bring your friends.")
CONCERTS = [EventText(f"Jazz concert number {n}") for n in range(40)]
DINNERS = [EventText(f"Wine tasting number {n}") for n in range(40)]


def counts_of(counts):
    return dict(zip(SLUGS, counts, strict=True))


def test_a_source_leans_to_what_it_told_of():
    found = leaning({"music": 60, "food": 2})
    assert found.argmax() == MUSIC
    assert found[MUSIC] > 0 > found[FOOD] > found[SLUGS.index("sport")]


def test_few_events_and_those_of_no_category_are_no_habit():
    assert not leaning({}).any()
    assert not leaning({"music": PRIOR_FROM - 1, OTHER: 1000}).any()
    assert leaning({"music": PRIOR_FROM})[MUSIC] > 0
    assert leaning({"music": 30, OTHER: 1000}).tolist() == leaning({"music": 30}).tolist()


@given(st.lists(st.integers(0, 10**6), min_size=len(SLUGS), max_size=len(SLUGS)))
def test_any_counts_give_finite_factors_in_the_order_of_the_counts(counts):
    counts[SLUGS.index(OTHER)] = 0
    found = leaning(counts_of(counts))
    assert np.isfinite(found).all()
    if sum(counts) >= PRIOR_FROM:
        guessed = [number for number, slug in enumerate(SLUGS) if slug != OTHER]
        for one, other in zip(guessed, guessed[1:], strict=False):
            assert counts[one] <= counts[other] or found[one] >= found[other]


@given(st.permutations(range(60)))
def test_the_order_of_a_source_s_events_says_nothing(order):
    best, sure = np.array([MUSIC] * 30 + [FOOD] * 30), np.array([0.9] * 45 + [0.1] * 15)
    sources = ["a"] * 60
    assert (
        leanings(best[order], sure[order], sources)[0].tolist() == leanings(best, sure, sources)[0].tolist()
    )


def test_what_nobody_is_told_is_no_habit():
    best = np.full(50, MUSIC)
    assert not leanings(best, np.full(50, 0.29), ["a"] * 50).any()
    assert leanings(best, np.full(50, 0.31), ["a"] * 50)[0, MUSIC] > 0


def test_the_same_words_mean_what_their_source_tells_of():
    texts = [*CONCERTS, VAGUE, *DINNERS, VAGUE, VAGUE]
    sources = ["hall"] * 41 + ["cellar"] * 41 + [""]
    found = answers_by_source(model.categorizer(), texts, sources)
    in_hall, in_cellar, alone = found[40], found[81], found[82]
    assert in_hall.scores["music"] > 1.5 * alone.scores["music"]
    assert in_cellar.scores["food"] > 1.5 * alone.scores["food"]
    assert alone == model.categorizer().answers([VAGUE])[0]
    assert all(sum(answer.scores.values()) == pytest.approx(1, abs=0.01) for answer in found)


def test_a_clear_event_stays_what_it_is_in_any_company():
    found = answers_by_source(
        model.categorizer(), [*CONCERTS, EventText("Half marathon and 10k run")], ["hall"] * 41
    )
    assert found[-1].category == "sport"


def test_what_was_learned_of_a_known_kind_of_source_is_left_alone():
    rows = 3
    flat = np.log(np.full((rows, len(SLUGS)), 1 / len(SLUGS), np.float32))
    known = model.Evidence(words=flat, known=flat, familiar=np.full(rows, 50.0))
    unknown = model.Evidence(words=flat, known=flat, familiar=np.full(rows, -50.0))
    lean = leaning({"music": 500})
    assert np.allclose(
        model.weigh(known, model.Mixing(), lean)[0], model.weigh(known, model.Mixing())[0], atol=1e-6
    )
    assert model.weigh(unknown, model.Mixing(), lean)[0][:, MUSIC].min() > 0.5


def test_each_text_is_encoded_once():
    asked = []
    shipped = model.categorizer()

    def encode(sentences):
        asked.extend(sentences)
        return np.zeros((len(sentences), 512), np.float32)

    one = model.Categorizer(shipped.parts, shipped.mixing, {}, encode)
    answers_by_source(one, [*CONCERTS, EventText("Zzyzx qwrt")], ["hall"] * 41)
    assert asked.count("Zzyzx qwrt") == 1


#: Concerts whose words say so, in houses that have another programme.
CLEAR_CONCERTS = [
    EventText("Piano recital", "Chopin and Liszt played by Ana", "Market Hall"),
    EventText("Konzert: Streichquartett Nova", "Werke von Haydn und Bartók", "Stadtbücherei"),
    EventText("The Paper Kites live in concert", "Doors 7pm. Support: Honey", "The Old Bookstore"),
    EventText("Rock night: Loud Cats, The Dogs", "Two bands live on stage", "Food Court"),
]


@pytest.mark.parametrize("usual", ["books", "market", "food"])
def test_no_prior_turns_what_the_words_say(usual):
    by_words = model.categorizer().answers(CLEAR_CONCERTS)
    reported = model.categorizer().answers(CLEAR_CONCERTS, leaning=leaning({usual: 1000}))
    assert [answer.category for answer in (*by_words, *reported)] == ["music"] * 8


@given(st.integers(0, len(SLUGS) - 1), st.floats(0.05, 0.98), st.integers(0, len(SLUGS) - 1))
def test_a_prior_turns_unclear_answers_only(best, share, usual):
    logs = np.full((1, len(SLUGS)), np.log((1 - share) / len(SLUGS)))
    logs[0, best] = np.log(share)
    said = model.Evidence(words=logs, known=logs, familiar=np.full(1, -50.0))
    by_words, _ = model.weigh(said, model.Mixing())
    lean, _ = model.weigh(said, model.Mixing(), leaning({SLUGS[usual]: 1000}))
    assert lean.argmax() == by_words.argmax() or by_words.max() < model.CLEAR
    assert lean.sum() == pytest.approx(1)


def test_a_text_alone_is_trusted_by_its_own_calibration():
    flat = np.full((1, len(SLUGS)), np.log(1 / len(SLUGS)))
    mixing = model.Mixing(calibration=(4.0, 0.0, 0.0, 0.0), calibration_alone=(-4.0, 0.0, 0.0))
    chances, unfamiliar = model.weigh(
        model.Evidence(words=flat, known=flat, familiar=np.full(1, -50.0)), mixing
    )
    alone, beside = (
        model.confidence(chances, unfamiliar, mixing, alone=np.array([said])) for said in (True, False)
    )
    assert (alone[0] < 0.1, beside[0] > 0.9) == (True, True)
    assert model.confidence(chances, np.ones(1), mixing, alone=np.array([True]))[0] > 0.9


def test_a_prior_of_nothing_is_none():
    assert model.are_alone(None, 2).tolist() == model.are_alone(leaning({}), 2).tolist() == [True, True]
    both = np.vstack([leaning({}), leaning({"music": 60})])
    assert model.are_alone(both, 2).tolist() == [True, False]
