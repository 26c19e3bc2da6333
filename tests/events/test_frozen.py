"""A changed copy of a frozen record equals the one by `dataclasses.replace`."""

import dataclasses
from datetime import UTC, datetime

import pytest

from pipeline.contract.draft import Draft
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import NormalizedEvent, Venue
from pipeline.contract.raw import RawRecord

EVENT = NormalizedEvent(
    external_id="1",
    title="Raga at Dusk",
    start=datetime(2026, 11, 21, 20, tzinfo=UTC),
    tags=("raga",),
    venue=Venue(name="Blue Room"),
)


@pytest.mark.parametrize(
    ("record", "changes"),
    [
        (EVENT, {}),
        (EVENT, {"title": "Raga at Dawn", "confidence": {"title": 1.0}}),
        (EVENT.venue, {"lat": 12.97, "lng": 77.64}),
        (Draft(raw=RawRecord(external_id="1"), event=EVENT), {"dropped": "past"}),
    ],
)
def test_it_makes_what_dataclasses_make(record, changes):
    found = replace(record, **changes)
    assert found == dataclasses.replace(record, **changes)
    assert type(found) is type(record)
    assert found is not record


def test_the_old_one_stays_as_it_was_and_the_new_one_is_frozen_too():
    made = replace(EVENT, title="Another")
    assert EVENT.title == "Raga at Dusk"
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.title = "A third"


def test_a_field_that_there_is_not_is_refused():
    with pytest.raises(AttributeError):
        replace(EVENT, titel="Raga at Dawn")


@pytest.mark.parametrize("kind", [NormalizedEvent, Venue, Draft, RawRecord])
def test_the_records_of_the_pipeline_do_nothing_when_they_are_made(kind):
    assert not hasattr(kind, "__post_init__")
    assert all(field.init for field in dataclasses.fields(kind))
