"""What people like by what they did, and the factors of events."""

import numpy as np

from insights.recommending.arrays import Acts, Items, People
from insights.recommending.factors import factorize
from insights.recommending.scoring import WEIGHTS, combine
from insights.recommending.tastes import PARTS, parts, tastes_of, weigh


def items(count=6, **given):
    chance = np.random.default_rng(1)
    about = chance.normal(size=(count, 4))
    values = {
        "about": about / np.linalg.norm(about, axis=1, keepdims=True),
        "category": np.arange(count) % 3,
        "venue": np.arange(count) % 2,
        "performer": np.full(count, -1),
        "hour": np.full(count, 20),
        "price": np.zeros(count, int),
        "place": np.zeros((count, 2)),
        "opened": np.zeros(count),
        "lately": np.zeros(count),
        "is_small": np.zeros(count, bool),
    }
    return Items(**{**values, **given})


def acts(*rows):
    return Acts(*(np.array([row[at] for row in rows]) for at in range(3)))


def part(name, of, done, who=None, factors=None):
    who = who or People(np.zeros((1, 2)), np.full((1, 1), -1), np.array([9]))
    factors = np.zeros((len(of), 1)) if factors is None else factors
    tastes = tastes_of(done, of, factors, len(who), usual=of.about.mean(axis=0))
    return parts(tastes, who, of, factors)[PARTS.index(name)][0]


NOTHING = Acts(np.zeros(0, int), np.zeros(0, int), np.zeros(0))


def test_what_was_shown_farther_down_says_more_but_only_so_much():
    one = np.array([1.0])
    top, tenth, last, unknown = (weigh(one, np.array([rank]))[0] for rank in (0, 9, 900, -1))
    assert top == unknown == 1.0
    assert 1 < tenth <= last <= 3


def test_one_saved_event_raises_its_venue_category_and_what_is_like_it():
    of = items()
    done = acts((0, 2, 2.0))
    assert part("venue", of, done).argmax() % 2 == 0
    assert part("category", of, done)[[2, 5]].min() > part("category", of, done)[[0, 1, 3, 4]].max()
    assert part("about", of, done).argmax() == 2


def test_less_of_this_lowers_the_same_parts():
    of = items()
    done = acts((0, 2, -2.0))
    assert part("venue", of, done)[2] < 0
    assert part("category", of, done)[5] < 0
    assert part("about", of, done).argmin() == 2


def test_no_performer_or_venue_is_not_a_taste():
    of = items(venue=np.full(6, -1))
    assert not part("venue", of, acts((0, 0, 3.0))).any()
    assert not part("performer", of, acts((0, 0, 3.0))).any()


def test_whoever_has_no_past_gets_what_they_said_and_what_is_near_and_within_their_means():
    of = items(
        place=np.array([[0, 0], [3, 4], [0, 0], [90, 0], [np.nan, np.nan], [0, 0]], float),
        price=np.array([0, 1, 2, 3, -1, 0]),
    )
    who = People(np.zeros((1, 2)), np.array([[1, -1]]), np.array([1]))
    assert part("stated", of, NOTHING, who).tolist() == [0, 1, 0, 0, 1, 0]
    assert part("distance", of, NOTHING, who).tolist() == [0, 0.5, 0, 3, 0, 0]
    assert part("price", of, NOTHING, who).tolist() == [0, 0, 1, 2, 0, 0]
    assert not part("about", of, NOTHING, who).any()


def two_crowds(people=40):
    """One half does the first events, the other half the last ones; the texts of each half are alike."""
    about = np.repeat(np.eye(4)[[0, 1]], 3, axis=0)
    done = [
        (person, event, 1.0)
        for person in range(people)
        for event in range(6)
        if (event < 3) == (person < people // 2) and (person + event) % 3
    ]
    return items(about=about, category=np.zeros(6, int)), acts(*done)


def test_factors_bring_together_what_the_same_people_do():
    of, done = two_crowds()
    factors, _ = factorize(done, of, 40)
    alike = factors @ factors.T
    assert alike[0, 1] > alike[0, 4]
    others = part("others", of, acts((0, 0, 2.0)), factors=factors)
    assert others[1:3].min() > others[3:].max()


def test_a_new_event_gets_factors_from_its_content():
    of, done = two_crowds()
    factors, from_content = factorize(done, of, 40)
    new = from_content.factors(items(2, about=np.eye(4)[[0, 1]], category=np.array([0, 7])))
    assert new[0] @ factors[0] > new[0] @ factors[4]
    assert new[1] @ factors[4] > new[1] @ factors[0]


def test_the_same_seed_gives_the_same_factors_and_nothing_done_gives_none():
    of, done = two_crowds()
    assert np.array_equal(factorize(done, of, 40)[0], factorize(done, of, 40)[0])
    factors, from_content = factorize(NOTHING, of, 40)
    assert not factors.any()
    assert not from_content.factors(of).any()


def test_what_one_wants_less_of_is_no_taste_of_others():
    of, done = two_crowds()
    less = Acts(np.append(done.person, 39), np.append(done.item, 0), np.append(done.weight, -2.0))
    assert np.array_equal(factorize(done, of, 40)[0], factorize(less, of, 40)[0])


def test_each_type_weighs_its_own_parts():
    assert "others" not in WEIGHTS["content"]
    assert WEIGHTS["collaborative"].keys() == {"others", "opened", "lately"}
    assert WEIGHTS["hybrid"].keys() == set(PARTS)
    assert WEIGHTS["hybrid"]["distance"] < 0 < WEIGHTS["hybrid"]["about"]
    scores = combine(np.ones((len(PARTS), 2, 3)), {"about": 2.0, "price": -0.5})
    assert scores.tolist() == [[1.5] * 3] * 2
