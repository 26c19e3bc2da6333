"""Stored listings can be refined again: the same steps give the same result."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.facts import facts_of
from events.records import Entry, Located
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import RawRecord
from pipeline.refinement import pipeline
from pipeline.refinement.lookups import MemoryLookups
from sources.ingest.refine_stored import differing
from sources.ingest.stored import event_of, record_of, words_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CONTEXT = SourceContext(
    source_key="k", source_name="Town", city="bengaluru", timezone="Asia/Kolkata", now=NOW
)


def refined(*records: RawRecord, context: SourceContext = CONTEXT) -> list[Draft]:
    drafts = pipeline.refine_batch(records, context, MemoryLookups())
    return [draft for draft in drafts if not draft.dropped]


def stored(draft: Draft) -> dict[str, Any]:
    """A draft in the form of its listing, through JSON."""
    entry = Entry(
        event_id=UUID(int=1),
        external_id=draft.event.external_id,
        event=draft.event,
        located=Located(city=draft.city, area=draft.area, place_id=draft.place_id),
        words=words_of(draft.raw),
    )
    kept: dict[str, Any] = json.loads(json.dumps(facts_of(entry)))
    return kept


RECORDS = [
    RawRecord(
        external_id="1",
        title="Moonlit Jazz",
        start=datetime(2026, 12, 4, 20, tzinfo=UTC),
        categories=("Concert",),
        price_text="₹500 – ₹1,200",
    ),
    RawRecord(
        external_id="2",
        title="BOOK FAIR",
        start=date(2026, 12, 5),
        end=date(2026, 12, 7),
        all_day=True,
        is_free=True,
    ),
    RawRecord(
        external_id="3",
        title="Run in the park",
        start="Sat 12 Dec, 6am",
        tags=("running",),
        published=NOW,
        language="en",
    ),
    RawRecord(
        external_id="4",
        title="Standup night",
        start=datetime(2026, 12, 4, 20, 30),
        end=datetime(2026, 12, 4, 19, 30),
        doors=datetime(2026, 12, 4, 19),
        price_min="10",
        price_currency="USD",
        description="Come early.<script>x</script> Call 080-1234567",
        url="not a link",
        status="cancelled",
    ),
    RawRecord(
        external_id="5",
        title="Exhibition: Rain Maps",
        start=datetime(2026, 11, 20, 11, tzinfo=ZoneInfo("Asia/Kolkata")),
        end=datetime(2026, 12, 20, 19, tzinfo=ZoneInfo("Asia/Kolkata")),
        opening_hours="Mo-Su 11:00-19:00; 2026 Dec 01 off",
    ),
    RawRecord(
        external_id="9",
        title="Supper club",
        start=datetime(2026, 12, 4, 20, tzinfo=UTC),
        venue=Venue(city="Bengaluru", around=(12.95, 77.61)),
    ),
]


@pytest.mark.parametrize("record", RECORDS, ids=[record.title for record in RECORDS])
def test_an_event_comes_back_from_its_json(record: RawRecord) -> None:
    (draft,) = refined(record)
    assert event_of(stored(draft)).to_json() == json.loads(json.dumps(draft.event.to_json()))


@pytest.mark.parametrize("record", RECORDS, ids=[record.title for record in RECORDS])
def test_what_is_stored_is_refined_to_the_same(record: RawRecord) -> None:
    (draft,) = refined(record)
    before = stored(draft)
    (after,) = refined(record_of(before))
    assert differing(before, stored(after)) == {}


@given(
    st.builds(
        RawRecord,
        external_id=st.just("x"),
        title=st.text(min_size=1, max_size=60),
        description=st.text(max_size=200),
        start=st.datetimes(min_value=datetime(2026, 11, 22), max_value=datetime(2027, 6, 1)),
        duration_seconds=st.none() | st.floats(600, 90_000),
        categories=st.lists(st.sampled_from(["Concert", "Kids", "Theatre", "Free", "?"]), max_size=2).map(
            tuple
        ),
        price_text=st.sampled_from(["", "free", "$5", "10-20 EUR", "₹1,00,000", "donation"]),
        status=st.sampled_from(["", "postponed", "EventMovedOnline"]),
    )
)
def test_all_steps_again_change_nothing(record: RawRecord) -> None:
    for draft in refined(record):
        before = stored(draft)
        (after,) = refined(record_of(before))
        assert differing(before, stored(after)) == {}


ZONES = st.sampled_from(
    [
        "",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "Africa/Casablanca",
    ]
)
WALLS = st.datetimes(min_value=datetime(2026, 11, 22), max_value=datetime(2027, 12, 1))
MOMENTS = (
    WALLS | WALLS.map(lambda wall: wall.replace(tzinfo=UTC)) | st.dates(date(2026, 11, 22), date(2027, 12, 1))
)
#: The minutes around clock changes of these zones, in spring and in autumn.
CHANGES = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from(
        [
            datetime(2027, 3, 14),
            datetime(2027, 3, 28),
            datetime(2027, 4, 4),
            datetime(2027, 10, 3),
            datetime(2027, 10, 31),
        ]
    ),
    st.integers(0, 240),
)


@settings(deadline=None, max_examples=200)
@given(
    st.builds(
        RawRecord,
        external_id=st.just("x"),
        title=st.just("Rain maps"),
        start=MOMENTS | CHANGES,
        end=st.none() | MOMENTS | CHANGES,
        doors=st.none() | WALLS,
        previous_start=st.none() | MOMENTS,
        duration_seconds=st.none() | st.floats(600, 90_000),
        all_day=st.booleans(),
        last_day_inclusive=st.booleans(),
        opening_hours=st.sampled_from(["", "Tu-Su 10:00-18:00", "whenever"]),
        timezone=ZONES,
        calendar_timezone=ZONES,
    )
)
def test_times_of_every_kind_are_refined_to_the_same_again(record: RawRecord) -> None:
    context = replace(CONTEXT, horizon_days=500)
    for draft in refined(record, context=context):
        before = stored(draft)
        again = record_of(before)
        (after,) = refined(again, context=context)
        assert differing(before, stored(after)) == {}
        assert words_of(record_of(stored(after))) == words_of(again)


def test_words_are_small_and_empty_ones_are_left_out() -> None:
    assert words_of(RawRecord(external_id="1", title="A", start=NOW)) == {"start": {"at": NOW.isoformat()}}
    words = words_of(replace(RECORDS[2], metadata={"start_confidence": 0.5, "huge": "x" * 1000}))
    assert words == {
        "start": "Sat 12 Dec, 6am",
        "tags": ["running"],
        "published": {"at": NOW.isoformat()},
        "language": "en",
        "start_confidence": 0.5,
    }


def test_a_gap_of_the_clock_is_not_moved_twice() -> None:
    context = replace(
        CONTEXT, timezone="America/New_York", city="new-york", now=datetime(2027, 3, 1, tzinfo=UTC)
    )
    start = datetime(2027, 3, 14, 2, 30)
    record = RawRecord(external_id="dst", title="Night run", start=start, end=start + timedelta(hours=2))
    (draft,) = refined(record, context=context)
    (after,) = refined(record_of(stored(draft)), context=context)
    assert differing(stored(draft), stored(after)) == {}


def test_listings_of_before_words_were_kept_are_read_by_their_event() -> None:
    (draft,) = refined(RECORDS[0])
    facts = {name: value for name, value in stored(draft).items() if name != "words"}
    (after,) = refined(record_of(facts))
    assert (after.event.start, after.event.price, after.event.title) == (
        draft.event.start,
        draft.event.price,
        draft.event.title,
    )
