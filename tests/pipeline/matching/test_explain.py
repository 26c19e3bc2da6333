"""The evidence as text."""

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from pipeline.contract.candidates import Candidate
from pipeline.matching.explain import explain
from pipeline.matching.table import Table

START = datetime(2026, 7, 4, 18, 0)


def words(one: dict[str, Any], other: dict[str, Any]) -> str:
    base = {"title": "Jazz Night", "start": START}
    table = Table.of(
        [Candidate(id="1", source="a", **(base | one)), Candidate(id="2", source="b", **(base | other))], {}
    )
    return explain(table, np.array([0]), np.array([1]))[0][0]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({}, {}, "same title; same start"),
        ({}, {"start": START + timedelta(minutes=30)}, "starts 30 min apart"),
        ({}, {"start": START + timedelta(hours=4, minutes=30)}, "starts 4 h 30 min apart"),
        ({}, {"start": START + timedelta(days=3)}, "starts 3 days apart"),
        ({}, {"start": START.replace(hour=0)}, "same day, one without a time"),
        ({"start": date(2026, 7, 4)}, {"start": date(2026, 7, 5)}, "starts 1 day apart"),
        (
            {"lat": 40.7, "lon": -74.0},
            {"start": START - timedelta(hours=4)},
            "starts 4 h apart, as a zone is from UTC",
        ),
        ({"lat": 40.7, "lon": -74.0}, {"lat": 40.7004, "lon": -74.0}, "44 m apart"),
        ({"lat": 40.7, "lon": -74.0}, {"lat": 40.8, "lon": -74.0}, "11.1 km apart"),
        ({"venue": "Blue Note"}, {"venue": "The Blue Note Club"}, "same venue"),
        ({"venue": "Blue Note"}, {"venue": "Red Barn"}, "venues 0."),
        ({"city": "Oslo"}, {"city": "Oslo"}, "same city"),
        ({"location": "Oslo Opera"}, {"location": "Bergen Opera"}, "places share 50% of their words"),
        ({"url": "https://x.example/e/1"}, {"url": "http://www.x.example/e/1/"}, "same link"),
        ({"url": "https://x.example"}, {"url": "https://x.example/"}, "same site"),
        ({"organizer": "Ana"}, {"organizer": "ANA"}, "same organizer"),
        ({"price_min": 5.0}, {"price_min": 50.0}, "prices differ"),
        ({"description": "x" * 80}, {"description": "X" * 80}, "same description"),
        ({"title": "Jazz Night Part 1"}, {"title": "Jazz Night Part 2"}, "numbers differ"),
        ({"title": "KDD 2026: Knowledge Discovery"}, {"title": "KDD"}, "same short name"),
        ({"title": "Jazz Night with Ana Ruiz"}, {}, "one title within the other"),
    ],
)
def test_words(one: dict[str, Any], other: dict[str, Any], said: str) -> None:
    assert said in words(one, other)


def test_the_fields_name_the_same_evidence() -> None:
    table = Table.of(
        [
            Candidate(id="1", title="Raga at Dusk Again", start=START),
            Candidate(id="2", title="Raga at Dusk Again", start=START + timedelta(minutes=15)),
        ],
        {},
    )
    _, fields = explain(table, np.array([0]), np.array([1]))[0]
    assert fields == {"title": 1.0, "minutes": 15.0, "days": 0}


def test_no_pairs_no_words() -> None:
    assert explain(Table.of([], {}), np.empty(0, np.int64), np.empty(0, np.int64)) == []
