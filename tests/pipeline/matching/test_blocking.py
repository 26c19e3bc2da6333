"""Sharing the work, and the cheap test before it, do not change the result."""

import random
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from pipeline.matching import Candidate, blocking, table
from pipeline.matching.blocking import candidate_pairs, distinct
from pipeline.matching.gate import GATE, worth_scoring
from pipeline.matching.table import Table

TEXT = "jazz night open air market food poetry slam zürich kids yoga lab II 2026 part one two of the (live) c++ łódź"
WORDS = TEXT.split()
titles = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=16).map(" ".join)


def made(count: int, seed: int = 5) -> list[Candidate]:
    chance = random.Random(seed)
    return [
        Candidate(
            id=str(number),
            source=f"source {number % 3}",
            title=" ".join(chance.choices(WORDS, k=chance.randint(1, 18))),
            start=chance.choice((datetime(2026, 5, 1, 18), date(2026, 5, 2)))
            + timedelta(days=chance.randrange(9)),
            venue=chance.choice(("", "Halle 4", "Café Zürich")),
            city=chance.choice(("", "Vienna", "Wien, Austria")),
            lat=chance.choice((None, 48.2 + chance.random() / 10)),
            lon=16.3,
            url=chance.choice(("", f"https://a.example/{chance.randrange(40)}")),
            organizer=chance.choice(("", "Verein")),
            category=chance.choice(("", "music")),
        )
        for number in range(count)
    ]


@settings(max_examples=60, deadline=None)
@given(titles, titles)
def test_a_pair_is_passed_over_only_where_nothing_is_alike(one: str, other: str) -> None:
    both = Table.of([Candidate(id="1", title=one or "a"), Candidate(id="2", title=other or "b")], {})
    (kept,) = worth_scoring(both, np.array([0]), np.array([1]))
    plain = [fuzz.token_set_ratio(*both.core), fuzz.ratio(*both.bare), fuzz.ratio(*both.squeezed)]
    short = {*both.column["acronyms"][0]} & {*both.column["acronyms"][1], *both.column["initials"][1]} - {0}
    short |= {*both.column["initials"][0]} & {*both.column["acronyms"][1]} - {0}
    assert kept == (max(plain) >= GATE or bool(short))


def test_titles_too_long_to_count_are_compared_as_they_are() -> None:
    long = "\ufdfa" * 150
    both = Table.of([Candidate(id="1", title=long), Candidate(id="2", title=long[:-1])], {})
    assert worth_scoring(both, np.array([0]), np.array([1])).all()


def test_parts_that_several_processes_read_make_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Table.of(made(200), {"jazz": 0.2})
    monkeypatch.setattr(table, "PART", 30)
    parted = Table.of(iter(made(200)), {"jazz": 0.2}, processes=2)
    assert (parted.ids, parted.core, parted.venue, parted.words) == (
        whole.ids,
        whole.core,
        whole.venue,
        whole.words,
    )
    assert parted.title_weight.tolist() == whole.title_weight.tolist()
    assert parted.column.keys() == whole.column.keys()
    for name, values in whole.column.items():
        assert np.array_equal(parted.column[name], values, equal_nan=values.dtype.kind == "f"), name


def test_shares_of_the_keys_give_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Table.of(made(400), {})
    left, right = candidate_pairs(rows)
    monkeypatch.setattr(blocking, "MANY", 1)
    shared = candidate_pairs(rows, processes=2)
    assert len(left) > 100
    assert (shared[0].tolist(), shared[1].tolist()) == (left.tolist(), right.tolist())


@given(st.lists(st.lists(st.integers(0, 50)), max_size=4))
def test_distinct_numbers_are_each_there_once(lists: list[list[int]]) -> None:
    assert distinct([np.array(one, np.int64) for one in lists]).tolist() == sorted(
        {n for one in lists for n in one}
    )
