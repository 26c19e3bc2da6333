"""Rules of reconciliation, for any rows."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.ingest.reconciliation import (
    FAR,
    Occurrence,
    emptied_refused,
    is_another_title,
    loss_refused,
    pair_moves,
    retitling_refused,
)

START = datetime(2026, 12, 1, 19, tzinfo=UTC)
WORDS = ["raga at dusk", "film night", "jazz brunch", "open mic", "pottery for beginners"]


@st.composite
def rows(draw: st.DrawFn, side: str) -> list[Occurrence]:
    """Up to eight occurrences with few titles, days and venues, so that they collide often."""
    made = draw(
        st.lists(
            st.tuples(
                st.sampled_from(WORDS), st.integers(0, 4), st.sampled_from(["", "blue room", "old mill"])
            ),
            max_size=8,
        )
    )
    return [
        Occurrence(
            identity=(f"{side}{number}", ""), title=title, start=START + timedelta(days=day), venue=venue
        )
        for number, (title, day, venue) in enumerate(made)
    ]


def held(name: str, title: str = "raga at dusk", *, days: float = 0, **fields: str) -> Occurrence:
    return Occurrence(identity=(name, ""), title=title, start=START + timedelta(days=days), **fields)


@given(rows("old"), rows("new"))
@settings(deadline=None)
def test_each_row_is_in_one_move_at_most_and_on_its_own_side(
    gone: list[Occurrence], new: list[Occurrence]
) -> None:
    moves = pair_moves(gone, new)
    assert max(Counter(move.old for move in moves).values(), default=0) <= 1
    assert max(Counter(move.new for move in moves).values(), default=0) <= 1
    assert {move.old for move in moves} <= {row.identity for row in gone}
    assert {move.new for move in moves} <= {row.identity for row in new}


@given(rows("old"), rows("new"), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_rows_does_not_matter(
    gone: list[Occurrence], new: list[Occurrence], chance: random.Random
) -> None:
    shuffled = pair_moves(chance.sample(gone, len(gone)), chance.sample(new, len(new)))
    assert {(move.old, move.new) for move in shuffled} == {
        (move.old, move.new) for move in pair_moves(gone, new)
    }


@given(rows("old"), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_ids_that_all_changed_are_all_moves(gone: list[Occurrence], chance: random.Random) -> None:
    new = [
        Occurrence(identity=(f"new{row.identity[0]}", ""), title=row.title, start=row.start, venue=row.venue)
        for row in gone
    ]
    chance.shuffle(new)
    by_id = {row.identity: row for row in [*gone, *new]}
    moves = pair_moves(gone, new)
    assert len(moves) == len(gone)
    assert all(
        (by_id[m.old].title, by_id[m.old].start) == (by_id[m.new].title, by_id[m.new].start) for m in moves
    )


@given(rows("old"), rows("new"))
@settings(deadline=None)
def test_different_things_never_pair(gone: list[Occurrence], new: list[Occurrence]) -> None:
    other = [
        Occurrence(identity=row.identity, title=f"zz {row.title[::-1]}", start=row.start + timedelta(hours=7))
        for row in new
        if row.start
    ]
    assert pair_moves(gone, other) == []


def test_the_same_title_far_away_is_another_event() -> None:
    assert pair_moves([held("a", venue="blue room")], [held("b", days=FAR.days + 1, venue="blue room")]) == []


def test_of_several_the_nearest_in_time_is_the_move() -> None:
    moves = pair_moves(
        [held("a", venue="x")], [held("far", days=40, venue="x"), held("near", days=2, venue="x")]
    )
    assert [(move.old[0], move.new[0]) for move in moves] == [("a", "near")]


def test_an_own_address_pairs_a_similar_title_but_not_another() -> None:
    url = "https://example.org/e/1"
    assert len(pair_moves([held("a", url=url)], [held("b", "raga at dusk (new time)", days=3, url=url)])) == 1
    assert pair_moves([held("a", url=url)], [held("b", "pottery for beginners", days=3, url=url)]) == []


def test_a_shared_address_pairs_nothing() -> None:
    gone = [held("a", "film night", url="u"), held("b", "open mic", url="u")]
    assert pair_moves(gone, [held("c", "film nights", days=1, url="u")]) == []


@pytest.mark.parametrize(
    ("upcoming", "lost", "refused"),
    [
        (0, 0, False),
        (1, 1, False),
        (2, 2, True),
        (3, 2, False),
        (6, 5, False),
        (10, 6, True),
        (40, 8, False),
        (40, 9, True),
    ],
)
def test_a_loss_is_refused_beyond_five_and_a_fifth_or_when_all_would_go(
    upcoming: int, lost: int, refused: bool
) -> None:
    assert bool(loss_refused(upcoming=upcoming, lost=lost)) is refused


@pytest.mark.parametrize(
    ("upcoming", "records", "refused"), [(0, 0, False), (1, 0, True), (9, 0, True), (9, 1, False)]
)
def test_nothing_where_there_was_something_is_refused(upcoming: int, records: int, refused: bool) -> None:
    assert bool(emptied_refused(upcoming=upcoming, records=records)) is refused


def test_the_reason_names_the_numbers() -> None:
    assert loss_refused(upcoming=10, lost=6) == "6 of 10 upcoming events would vanish"
    assert retitling_refused(known=9, retitled=6) == "6 of 9 known events would get another title"


@pytest.mark.parametrize(
    ("known", "retitled", "refused"), [(5, 5, False), (12, 6, False), (12, 7, True), (6, 6, True)]
)
def test_retitling_is_refused_beyond_five_and_a_half(known: int, retitled: int, refused: bool) -> None:
    assert bool(retitling_refused(known=known, retitled=retitled)) is refused


def test_another_title_is_not_an_edited_one() -> None:
    assert is_another_title("raga at dusk", "buy cheap pills now")
    assert not is_another_title("raga at dusk", "raga at dusk with tabla")
    assert not is_another_title("", "raga at dusk")
