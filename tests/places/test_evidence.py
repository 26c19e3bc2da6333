"""One answer from all evidence: never invented, independent of order, newer before certain but old."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.enums import Answer, Crowd, Openness, StatusSource
from places.evidence import Evidence, combine
from tests.factories import NOW

HOUR = timedelta(hours=1)
_VALUES = {
    Answer.OPENNESS: st.sampled_from([word.value for word in Openness]),
    Answer.CROWD: st.sampled_from([word.value for word in Crowd]),
    Answer.WAITING: st.integers(0, 90),
    Answer.SPECIAL: st.sampled_from(["", "DJ", "Quiz night"]),
}


def say(
    value: str | int,
    answer: Answer = Answer.OPENNESS,
    *,
    by: str = "user",
    sure: float = 0.6,
    ago: float = 0,
    for_: float = 2,
) -> Evidence:
    at = NOW - ago * HOUR
    return Evidence(
        source=StatusSource(by),
        answer=answer,
        value=value,
        confidence=sure,
        observed_at=at,
        valid_until=at + for_ * HOUR,
    )


@st.composite
def any_evidence(draw) -> Evidence:
    answer = draw(st.sampled_from(Answer))
    return say(
        draw(_VALUES[answer]), answer, by=draw(st.sampled_from(StatusSource)).value, sure=draw(st.sampled_from([0.0, 0.3, 0.6, 0.9, 1.0])),
        ago=draw(st.integers(-2, 5)), for_=draw(st.integers(1, 6)),
    )  # fmt: skip


@given(st.lists(any_evidence(), max_size=12), st.randoms(use_true_random=False))
def test_the_order_does_not_matter(evidence, random):
    shuffled = list(evidence)
    random.shuffle(shuffled)
    assert combine(shuffled, NOW) == combine(evidence, NOW)


@given(st.lists(any_evidence(), max_size=12))
def test_what_does_not_hold_does_not_count(evidence):
    held = [one for one in evidence if one.observed_at <= NOW < one.valid_until]
    assert combine(evidence, NOW) == combine(held, NOW)


@given(st.lists(any_evidence(), max_size=12))
def test_nothing_is_invented(evidence):
    for answer, one in combine(evidence, NOW).items():
        assert one in evidence
        assert one.answer is answer
        assert one.value not in ("unknown", "")


def test_no_evidence_is_no_answer():
    assert combine([], NOW) == {}
    assert combine([say("unknown"), say("open", ago=3, for_=2), say("open", ago=-1)], NOW) == {}


def test_news_outweigh_an_old_certainty():
    old = say("open", by="google", sure=0.95, ago=20, for_=24)
    assert combine([old, say("closed", sure=0.67)], NOW)[Answer.OPENNESS].value == "closed"
    assert combine([old, say("closed", sure=0.45)], NOW)[Answer.OPENNESS].value == "open"


def test_google_is_heard_on_open_and_closed_alone():
    assert combine([say("busy", Answer.CROWD, by="google"), say("open", by="google")], NOW).keys() == {
        Answer.OPENNESS
    }


@pytest.mark.parametrize(("by", "reported"), [("prediction", False), ("user", True)])
def test_a_closed_place_is_not_predicted_full(by, reported):
    found = combine([say("closed", sure=0.9), say("busy", Answer.CROWD, by=by)], NOW)
    assert (Answer.CROWD in found) == reported
