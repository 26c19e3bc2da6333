from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from config.embedded.paths import PROJECT
from pipeline.contract.draft import Draft
from pipeline.contract.lookups import PlaceFact, WantedVenue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.pipeline import STEPS, refine, refine_batch, run_steps
from tests.pipeline.refinement.steps.make import LOOKUPS, context, draft, raw


def records(count: int, **fields: Any) -> list[RawRecord | Dropped]:
    return [raw(external_id=str(number), **fields) for number in range(count)]


def test_the_steps_stand_in_their_order() -> None:
    assert [name for name, _ in STEPS] == [
        "extract", "clean", "language", "hint", "times", "locate", "price", "categorize", "facts", "ends", "check", "score",
    ]  # fmt: skip


def test_every_record_is_kept_or_dropped_once() -> None:
    given = [
        *records(5),
        Dropped(reason="no date", external_id="x"),
        raw(external_id="9", title=""),
        raw(external_id="1"),
    ]
    batches = list(refine(given, context(), LOOKUPS, batch_size=3))
    assert [len(batch.drafts) + len(batch.dropped) for batch in batches] == [3, 3, 2]
    assert Counter(record.reason for batch in batches for record in batch.dropped) == {
        "no date": 1,
        "no title": 1,
        "duplicate id": 1,
    }
    assert [one.event.external_id for batch in batches for one in batch.drafts] == list("01234")


def test_a_dropped_record_keeps_its_identity() -> None:
    (batch,) = refine([raw(external_id="", start=None, raw="BEGIN")], context(), LOOKUPS)
    (gone,) = batch.dropped
    assert (gone.reason, gone.external_id[:3], gone.title, gone.raw) == (
        "no start",
        "fp:",
        "Jazz night",
        "BEGIN",
    )


def test_steps_are_counted() -> None:
    (batch,) = refine([*records(2), raw(external_id="9", title="")], context(), LOOKUPS)
    tallies = {tally.name: (tally.taken, tally.dropped) for tally in batch.steps}
    assert (tallies["extract"], tallies["clean"], tallies["score"]) == ((3, 0), (3, 1), (2, 0))
    assert all(tally.seconds >= 0 for tally in batch.steps)


def test_refine_batch_answers_for_each_record_and_adds_up_what_the_steps_did() -> None:
    counts: dict[str, Any] = {}
    for _ in range(2):
        drafts = refine_batch([raw(title=""), raw(external_id="2")], context(), LOOKUPS, counts)
    assert [one.dropped for one in drafts] == ["no title", ""]
    assert (counts["clean"]["taken"], counts["clean"]["dropped"]) == (4, 2)
    assert counts["clean"]["seconds"] > 0


def test_the_notes_end_in_the_metadata() -> None:
    (one,) = refine_batch([raw(url="javascript:x", notes=("n" * 400,) * 2)], context(), LOOKUPS)
    assert one.event.extraction_metadata["notes"] == ["n" * 300, "url dropped: no web address"]


def fussy(drafts: list[Draft], around: Any, lookups: Any) -> list[Draft]:
    """A step that raises for one record."""
    if any(one.raw.external_id == "13" for one in drafts):
        raise RuntimeError("13!")
    return [replace(one, city="denver") for one in drafts]


def test_a_record_that_a_step_cannot_bear_is_found_and_dropped() -> None:
    drafts, (tally,) = run_steps(
        [draft(external_id=str(number)) for number in range(40)], context(), LOOKUPS, [("fussy", fussy)]
    )
    bad = [one for one in drafts if one.dropped]
    assert [(one.raw.external_id, one.dropped, one.notes) for one in bad] == [
        ("13", "failed in fussy", ("RuntimeError: 13!",))
    ]
    assert sum(one.city == "denver" for one in drafts) == 39
    assert (tally.taken, tally.dropped) == (40, 1)


def test_a_step_that_loses_a_record_is_a_failing_step() -> None:
    drafts, _ = run_steps(
        [draft(), draft()], context(), LOOKUPS, [("lossy", lambda drafts, around, lookups: drafts[1:])]
    )
    assert [one.dropped for one in drafts] == ["failed in lossy", "failed in lossy"]


def test_a_missing_model_is_no_record_s_fault() -> None:
    def broken(drafts: list[Draft], around: Any, lookups: Any) -> list[Draft]:
        raise FileNotFoundError("model")

    with pytest.raises(FileNotFoundError):
        run_steps([draft()], context(), LOOKUPS, [("broken", broken)])


def test_no_records_is_no_batch() -> None:
    assert list(refine([], context(), LOOKUPS)) == []
    assert refine_batch([], context(), LOOKUPS) == []


def test_records_are_read_lazily() -> None:
    read: list[int] = []

    def stream() -> Any:
        for number in range(10):
            read.append(number)
            yield raw(external_id=str(number))

    next(refine(stream(), context(), LOOKUPS, batch_size=2))
    assert read == [0, 1]


def test_a_second_run_over_the_same_records_gives_the_same() -> None:
    once, again = (refine_batch([raw(description="<b>x</b>" * 50)], context(), LOOKUPS) for _ in range(2))
    assert once == again


HOSTILE: list[dict[str, Any]] = [
    {"title": "x" * 10_000},
    {"title": "NUL\x00s", "description": "\x00" * 100},
    {"description": "<div>" * 30_000},
    {"start": datetime(9999, 12, 31, 23, 59, tzinfo=UTC)},
    {"title": "\ud800", "description": "\udfff"},
    {"tags": ("t" * 10_000,) * 1000},
    {"price_text": "$" * 1000 + "9" * 1000},
    {"start": "1" * 5000},
    {"start": "9" * 40 + "/1/1"},
    {"recurrence_id": "r" * 5000, "external_id": "e" * 5000},
    {"capacity": 10**30},
    {"duration_seconds": float("inf")},
    {"duration_seconds": float("nan")},
]


@pytest.mark.parametrize("fields", HOSTILE)
def test_hostile_records_end_kept_or_dropped_with_a_reason_of_their_own(fields: dict[str, Any]) -> None:
    (one,) = refine_batch([raw(**fields)], context(), LOOKUPS)
    assert not one.dropped.startswith("failed")
    one.event.to_json()
    assert "\x00" not in str(one.event.to_json())


def test_memory_lookups_answer_by_name_alias_and_likeness() -> None:
    place = PlaceFact(
        id="p",
        name="Blue Note",
        names=("blue note", "the blue note jazz club"),
        city="new-york",
        lat=40.73,
        lng=-74.0,
    )
    lookups = MemoryLookups(known_places=(place,), existing_identities={("s", ("1", ""))})
    exact, slip, other = (
        WantedVenue(name=name, city="new-york")
        for name in ("blue note", "the blue note jaz club", "red note")
    )
    near, far = (WantedVenue(name="blue note", lat=lat, lng=-74.0) for lat in (40.731, 40.9))
    assert lookups.places({exact, slip, other, near, far, WantedVenue(name="blue note", city="denver")}) == {
        exact: (place,),
        slip: (place,),
        near: (place,),
    }
    assert lookups.corrections({"blue note"}) == {}
    assert lookups.existing("s", {("1", ""), ("2", "")}) == {("1", "")}
    assert list(lookups.candidates([], source_key="s").events) == []
    assert MemoryLookups().places({exact}) == {}


def test_the_batch_size_changes_nothing() -> None:
    given = [*records(7), raw(external_id="x", start="12 December 8pm")]
    one, two = (
        [d.event for batch in refine(given, context(), LOOKUPS, batch_size=size) for d in batch.drafts]
        for size in (1, 200)
    )
    assert one == two


def test_each_step_has_a_file_of_its_name_and_each_file_is_a_step() -> None:
    files = {path.stem for path in (PROJECT / "pipeline/refinement/steps").glob("*.py")} - {"__init__"}
    assert {name: step.__module__ for name, step in STEPS} == {
        name: f"pipeline.refinement.steps.{name}" for name in files
    }
