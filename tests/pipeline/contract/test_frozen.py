"""Frozen records come back from pickle as they were."""

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipeline.contract import frozen
from pipeline.contract.draft import Draft
from pipeline.contract.enums import Online, PriceType
from pipeline.contract.normalized import Gate, Image, NormalizedEvent, Price, Quality, Venue
from pipeline.contract.raw import RawRecord

EVENT = NormalizedEvent(
    external_id="1", title="Raga at Dusk", start=datetime(2026, 12, 1, 19, tzinfo=UTC), venue=Venue(name="Blue Room", lat=12.9, lng=77.6),
    price=Price(type=PriceType.PAID, min=Decimal("2.50")), images=(Image(url="https://a.example/1.jpg"),), tags=("raga",),
    quality=Quality(score=0.9, gates={"format": Gate(score=1.0, passed=True)}), confidence={"title": 0.9},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class One:
    """A record of one field, which has its own way."""

    word: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A record that says itself how it is pickled."""

    word: str
    size: int

    def __reduce__(self) -> Any:
        return Counted, (self.word + "!", self.size)


@dataclass
class Loose:
    """A dataclass without slots."""

    word: str
    more: list[One]


@pytest.mark.parametrize(
    "value",
    [
        Draft(raw=RawRecord(external_id="1", title="Raga at Dusk"), event=EVENT, notes=("read",)),
        {"drafts": [EVENT, EVENT], "kinds": (Online.NO, One("a"))},
        Loose("a", [One("b")]),
        One("a"),
    ],
)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert pickle.loads(frozen.dumps(value)) == value


def test_a_record_that_is_held_twice_stays_one() -> None:
    first, second = pickle.loads(frozen.dumps([EVENT, EVENT]))
    assert first is second


def test_a_record_that_says_how_it_is_pickled_is_asked() -> None:
    assert pickle.loads(frozen.dumps(Counted("a", 1))) == Counted("a!", 1)
