"""Two titles for one start in one room: one event, a question, or two events."""

from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.contract.candidates import Candidate
from pipeline.contract.enums import MatchOutcome
from pipeline.matching import match_candidates
from tests.pipeline.matching.test_verdicts import START, record

#: The room's programme in two calendars, without a word in common.
ONE, OTHER = "Ravi and friends play Ellington", "Swing on a Thursday"
MERGE, ASK, DIFFERENT = MatchOutcome.MERGE, MatchOutcome.ASK, MatchOutcome.DIFFERENT


def listed(source: str, title: str, start: Any = START, **fields: Any) -> Candidate:
    here = {"venue": "The Blue Room", "city": "Bengaluru", "price_min": 499.0}
    return record(f"{source} {title} {start}", title, start, source=source, **{**here, **fields})


def verdict(one: Candidate, other: Candidate, *others: Candidate) -> MatchOutcome:
    pairs = match_candidates([one, other, *others], ask=True)
    reported = {frozenset((pair.id1, pair.id2)): pair.outcome for pair in pairs}
    return reported.get(frozenset((one.id, other.id)), DIFFERENT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Late Trio live (jazz)", "Late Trio: piano, bass and drums"),
        ("Brass band", "Sunday brass in the park"),
        ("Qawwali by candle light", "The Nizami brothers: an hour of qawwali and poems"),
    ],
)
def test_a_rare_word_and_the_price_make_two_titles_one_event(one: str, other: str) -> None:
    assert verdict(listed("a", one), listed("b", other)) is MERGE


@pytest.mark.parametrize("free", [0.0, 250.0])
def test_titles_without_a_common_word_are_asked_about(free: float) -> None:
    assert verdict(listed("a", ONE, price_min=free), listed("b", OTHER, price_min=free)) is ASK


def test_a_common_word_or_a_small_one_is_no_rare_word() -> None:
    assert verdict(listed("a", "Yoga for the back"), listed("b", "Sunrise yoga")) is ASK
    assert verdict(listed("a", "Taller sobre telas"), listed("b", "Coro sobre ruedas")) is ASK


def test_an_unknown_price_leaves_a_question() -> None:
    assert verdict(listed("a", "Brass band", price_min=None), listed("b", "Sunday brass in the park")) is ASK


@pytest.mark.parametrize(
    "fields",
    [
        {"start": START + timedelta(hours=2)},
        {"venue": "The Red Cellar"},
        {"city": "Mumbai"},
        {"source": "a"},
        {"price_min": 2500.0},
        {"start": START.date()},
        {"end": START.date() + timedelta(days=20)},
        {"venue": "Bengaluru"},
    ],
)
def test_another_start_room_or_price_or_the_same_source_say_nothing(fields: dict[str, Any]) -> None:
    one = listed("a", ONE, end=date(2026, 12, 12), venue=fields.get("venue", "The Blue Room"))
    one = one if fields.get("venue") == "Bengaluru" else listed("a", ONE, end=date(2026, 12, 12))
    assert verdict(one, listed(**{"source": "b", "title": OTHER, **fields})) is DIFFERENT


def test_numbers_tell_two_screenings_apart() -> None:
    assert verdict(listed("a", "Ellington, part 1"), listed("b", "Swing, part 2")) is DIFFERENT


def test_a_source_that_lists_two_events_at_once_shows_that_the_venue_has_rooms() -> None:
    """A cinema: what shares a start there is mostly two films."""
    next_day = START + timedelta(days=1)
    films = [listed("c", "The Weaver", next_day), listed("c", "Rain Maps", next_day)]
    assert verdict(listed("a", ONE), listed("b", OTHER), *films) is DIFFERENT
    assert verdict(listed("a", "Brass band"), listed("b", "Sunday brass in the park"), *films) is DIFFERENT


def test_one_slip_in_many_starts_does_not_make_a_cinema() -> None:
    slip = [
        listed("c", "The Weaver", START + timedelta(days=1)),
        listed("c", "Rain Maps", START + timedelta(days=1)),
    ]
    nights = [listed("c", f"Night of {n}", START + timedelta(days=n)) for n in range(2, 30)]
    assert verdict(listed("a", ONE), listed("b", OTHER), *slip, *nights) is ASK


def test_a_known_venue_is_one_room_under_all_its_names() -> None:
    one, other = listed("a", ONE, place="17"), listed("b", OTHER, place="17", venue="Blue Room, upstairs")
    assert verdict(one, other) is ASK
    assert verdict(one, listed("b", OTHER, place="17", crowded=True)) is DIFFERENT


def test_the_question_says_why() -> None:
    (pair,) = match_candidates([listed("a", ONE), listed("b", OTHER)], ask=True)
    assert "one room seldom holds two events at once" in pair.reasons
