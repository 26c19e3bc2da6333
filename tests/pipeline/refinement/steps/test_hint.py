"""Hints for events read from prose: known places first, then entities.

Never against the text's own statement.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.lookups import PlaceFact
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import RawRecord
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.pipeline import run_steps
from pipeline.refinement.steps import hint as module
from pipeline.refinement.steps.extract import extract
from pipeline.refinement.steps.hint import hint

CONTEXT = SourceContext(
    source_key="s", city="denver", timezone="America/Denver", now=datetime(2026, 11, 21, 12, tzinfo=UTC)
)
ROOM = PlaceFact(id="p1", name="The Blue Room", names=("the blue room", "blue room"), city="denver")
ELSEWHERE = PlaceFact(id="p2", name="Silver Barn", names=("silver barn",), city="austin")


def hinted(text: str, *, places: tuple[PlaceFact, ...] = (ROOM, ELSEWHERE), **fields: Any) -> Any:
    given = {
        "external_id": "1",
        "title": "Jazz night",
        "description": text,
        "start": datetime(2026, 12, 4, 20),
        "method": ExtractionMethod.TEXT,
    }
    raw = RawRecord(**{**given, **fields})  # type: ignore[arg-type]
    (draft,), _ = run_steps(
        [Draft(raw=raw, event=None)], CONTEXT, MemoryLookups(known_places=places), [("extract", extract), ("hint", hint)]  # type: ignore[arg-type]
    )  # fmt: skip
    return draft.event


def test_a_known_place_that_the_text_mentions_is_the_venue() -> None:
    event = hinted("<p>Three sets, then dancing. Blue Room regulars play.</p>")
    assert (event.venue.name, event.confidence["venue"], event.extraction_metadata["evidence"]["venue"]) == (
        "The Blue Room",
        0.7,
        "Blue Room",
    )


def test_a_place_of_another_city_is_none() -> None:
    assert hinted("Silver Barn sends its best players.").venue.name == ""


def test_of_two_places_of_one_name_none_is_taken() -> None:
    twin = PlaceFact(id="p3", name="Blue Room", names=("blue room",), city="denver")
    assert hinted("Blue Room regulars play.", places=(ROOM, twin)).venue.name == ""


def test_an_entity_after_at_is_a_guess() -> None:
    event = hinted("Come and hear the trio at the Brooklyn Academy of Music on Friday.", places=())
    assert event.venue.name.removeprefix("the ") == "Brooklyn Academy of Music"
    assert event.confidence["venue"] == 0.4


def test_what_the_text_labels_stays() -> None:
    sure = {"metadata": {"believed": {"venue": 0.8}}, "venue": Venue(name="Corner House")}
    assert hinted("Blue Room regulars play.", **sure).venue.name == "Corner House"
    assert (
        hinted("Blue Room regulars play.", venue=Venue(name="Corner House", lat=39.7, lng=-104.9)).venue.name
        == "Corner House"
    )


def test_structured_data_is_never_hinted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "entities_model", lambda: pytest.fail("spaCy is for prose alone"))
    assert hinted("at the Brooklyn Academy of Music", method=ExtractionMethod.STRUCTURED).venue.name == ""
    assert hinted("at the Brooklyn Academy of Music", online="yes").venue.name == ""


def test_of_spacy_only_the_recognizer_is_read() -> None:
    model = module.entities_model()
    assert model.component_names == ["ner"]
    found = model("The Berlin Philharmonic at the Royal Albert Hall in London.").ents
    assert [(one.text, one.label_) for one in found] == [
        ("The Berlin Philharmonic", "ORG"),
        ("the Royal Albert Hall", "FAC"),
        ("London", "GPE"),
    ]
