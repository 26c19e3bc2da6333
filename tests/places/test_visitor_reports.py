"""Consensus of visitors: independent of order, without expired reports, and one person never outvotes others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.enums import Answer, Crowd, Openness, StatusSource
from places.visitor_reports import HOLDS, LEVELS, OWNER_CONFIDENCE, VisitorReport, consensus, owner_evidence
from tests.factories import NOW

MINUTE = timedelta(minutes=1)
LONGEST = int(max(HOLDS.values()) / MINUTE)


def visitor_report(address: str = "a", *, ago: int = 0, **said) -> VisitorReport:
    return VisitorReport(address=address, at=NOW - ago * MINUTE, **said)


def agreed(*visitor_reports: VisitorReport) -> dict[str, tuple]:
    return {
        one.answer.value: (one.value, one.confidence, one.basis) for one in consensus(visitor_reports, NOW)
    }


any_voice = st.builds(
    VisitorReport,
    person=st.sampled_from(["", "", "p", "q"]),
    address=st.sampled_from("abcde"),
    at=st.integers(0, LONGEST + 30).map(lambda minutes: NOW - minutes * MINUTE),
    openness=st.sampled_from(Openness),
    crowd=st.sampled_from(Crowd),
    waiting_minutes=st.none() | st.integers(0, 60),
    special=st.sampled_from(["", "DJ", "Quiz night"]),
)


@given(st.lists(any_voice, max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(visitor_reports, random):
    shuffled = list(visitor_reports)
    random.shuffle(shuffled)
    assert consensus(shuffled, NOW) == consensus(visitor_reports, NOW)


@given(st.lists(any_voice, max_size=12))
def test_what_is_over_does_not_count(visitor_reports):
    for answer in Answer:
        fresh = [one for one in visitor_reports if one.at + HOLDS[answer] > NOW]
        reported = [
            {one.answer: one for one in consensus(given_, NOW)}.get(answer)
            for given_ in (visitor_reports, fresh)
        ]
        assert reported[0] == reported[1]
    assert all(one.holds(NOW) and one.says for one in consensus(visitor_reports, NOW))


@given(
    st.lists(any_voice.map(lambda one: replace(one, person="", address="same")), min_size=1, max_size=9),
    st.data(),
)
def test_one_person_never_outvotes_two_others_who_agree(mine, data):
    ages = [data.draw(st.integers(0, 29)) for _ in range(2)]
    others = [
        visitor_report(
            name, ago=ago, openness=Openness.OPEN, crowd=Crowd.BUSY, waiting_minutes=40, special="Open mic"
        )
        for name, ago in zip("xy", ages, strict=True)
    ]
    reported = {one.answer: one.value for one in consensus([*mine, *others], NOW)}
    assert reported == {
        Answer.OPENNESS: "open",
        Answer.CROWD: "busy",
        Answer.WAITING: 40,
        Answer.SPECIAL: "Open mic",
    }


@given(st.integers(1, 20))
def test_who_reports_often_is_heard_once(times):
    often = [visitor_report("a", ago=n, crowd=Crowd.PACKED) for n in range(times)]
    assert agreed(*often) == agreed(often[0])


@given(st.lists(any_voice, max_size=12))
def test_visitors_are_never_quite_sure(visitor_reports):
    assert all(
        0 < one.confidence < OWNER_CONFIDENCE and one.source is StatusSource.USER
        for one in consensus(visitor_reports, NOW)
    )


def test_nobody_says_nothing():
    assert agreed() == {}
    assert agreed(visitor_report()) == {}


@pytest.mark.parametrize(("number", "sure"), [(1, 0.45), (2, 0.68), (3, 0.79), (6, 0.89)])
def test_agreement_makes_surer(number, sure):
    visitor_reports = [visitor_report(str(n), openness=Openness.OPEN) for n in range(number)]
    assert agreed(*visitor_reports)["openness"] == (
        "open",
        sure,
        f"{number} visitor{'s' if number > 1 else ''}",
    )


def test_contradiction_is_unknown():
    assert (
        agreed(visitor_report("a", openness=Openness.OPEN), visitor_report("b", openness=Openness.CLOSED))
        == {}
    )


def test_the_newest_word_of_a_person_counts():
    reported = agreed(
        visitor_report(ago=10, openness=Openness.OPEN), visitor_report(ago=1, openness=Openness.CLOSED)
    )
    assert reported["openness"][0] == "closed"


def test_crowd_is_the_median_and_near_levels_agree():
    reported = agreed(
        visitor_report("a", crowd=Crowd.QUIET),
        visitor_report("b", crowd=Crowd.BUSY),
        visitor_report("c", crowd=Crowd.PACKED),
    )
    assert (reported["crowd"][0], reported["crowd"][2]) == ("busy", "2 visitors")


def test_an_account_is_no_second_voice_at_the_same_address():
    both = [
        visitor_report("a", openness=Openness.CLOSED),
        visitor_report("a", person="p", ago=5, openness=Openness.OPEN),
    ]
    assert agreed(*both)["openness"][0] == "open"


def test_the_newest_that_agrees_dates_it():
    (one,) = consensus(
        [visitor_report("a", ago=20, crowd=Crowd.BUSY), visitor_report("b", ago=5, crowd=Crowd.BUSY)], NOW
    )
    assert (one.observed_at, one.valid_until) == (NOW - 5 * MINUTE, NOW + 40 * MINUTE)


def test_the_venue_speaks_for_itself():
    reported = owner_evidence(visitor_report(openness=Openness.CLOSED, special="Back at nine"))
    assert [(one.answer.value, one.value, one.source.value, one.confidence) for one in reported] == [
        ("openness", "closed", "business", 0.9),
        ("special", "Back at nine", "business", 0.9),
    ]


def test_levels_are_in_order():
    assert [level.value for level in LEVELS] == ["empty", "quiet", "moderate", "busy", "packed"]
