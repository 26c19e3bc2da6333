"""The field table is complete: everything that it names exists.

`test_nothing_is_missing` lists what a new field still lacks, and in which file (docs/changing-a-field.md).
"""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from events.facts import columns as columns_of
from events.facts import facts_of
from events.models import Event
from events.serializers import PublicEvent
from pipeline.connectors.formats.json_feed.names import NAMES
from pipeline.connectors.formats.json_feed.shape import squash
from pipeline.connectors.inbound.submission import LIMITS
from pipeline.contract import fields as table
from pipeline.contract.enums import ExtractionMethod, Online, OrganizerType, PriceType, Setting, Status
from pipeline.contract.field_kinds import Kind
from pipeline.contract.fields import FIELDS, KINDS, SIMPLE
from pipeline.contract.normalized import (
    Flag,
    Gate,
    Image,
    NormalizedEvent,
    OrganizerRef,
    Price,
    Quality,
    Recurrence,
)
from pipeline.contract.raw import RawRecord
from sources.ingest.stored import event_of, record_of, words_of
from sources.serializers.submitting import Submission
from tests.factories import make_entry, normalized

#: Columns of Event that no source, no person and no axis sets: the house keeps them.
KEPT = {
    "id", "umbrella", "former_venue", "publication_reason", "provenance", "locked_fields", "is_sample", "published_at", "moderated_by", "moderated_at",
    "moderation_notes", "first_seen_at", "created_at", "updated_at", "version",
}  # fmt: skip
#: What the public event has beside facts.
MADE = {
    "id", "slug", "city", "area", "sources", "quality_score", "verification", "publication", "freshness", "counters", "published_at", "updated_at",
    "version",
}  # fmt: skip
#: Attributes of a RawRecord that the normalized event holds as they were said, or that tell of the reading.
NOT_WORDS = {
    "external_id", "recurrence_id", "stable_id", "title", "description", "start", "end", "doors", "previous_start", "recurrence", "venue", "url",
    "ticket_url", "images", "organizer", "popularity", "method", "metadata", "published", "read_at", "raw", "notes",
}  # fmt: skip
TYPES = {Kind.TEXT: str, Kind.WHOLE: int | None}
#: A value of each simple field.
VALUES = {name: how.read(how.example) for name, how in SIMPLE.items()}


def missing() -> list[str]:
    """What the table names and the code lacks, each as "file: what to do"."""
    return [*of_table(), *of_records(), *of_columns(), *of_doors()]


def of_table() -> Iterator[str]:
    here = "pipeline/contract/fields.py"
    for field in FIELDS:
        if field.facts[0].name != field.name:
            yield f"{here}: {field.name} is not the name of its own first fact"
    for name, how in SIMPLE.items():
        others = {key for other, keys in NAMES.items() if other != name for key in keys}
        if KINDS[name] not in TYPES:
            yield f"{here}: a simple field is a TEXT or a WHOLE, {name} is a {KINDS[name]}"
        if KINDS[name] is Kind.TEXT and not table.SIMPLE_LIMITS[name]:
            yield f"{here}: {name} is a text without a limit"
        if squash(name) not in how.json_names:
            yield f"{here}: the json_names of {name} lack its own, {squash(name)}"
        if wrong := [key for key in how.json_names if key != squash(key) or key in others]:
            yield f"{here}: json_names of {name} that have signs, or belong to another field: {wrong}"
        if wrong := [label for label in how.labels if label != label.casefold()]:
            yield f"{here}: labels of {name} that are not in small letters: {wrong}"
        if VALUES[name] is None or how.read(VALUES[name]) != VALUES[name]:
            yield f"{here}: {name} does not read its example, or not what it read once more"


def of_records() -> Iterator[str]:
    here = "pipeline/contract/fields.py"
    attributes = {field.name: field.type for field in fields(table.SimpleFacts)}
    for name in SIMPLE.keys() ^ attributes.keys():
        yield f"{here}: {name} is in one of FIELDS and SimpleFacts alone"
    for name in SIMPLE.keys() & attributes.keys():
        if attributes[name] != TYPES[KINDS[name]]:
            yield f"{here}: SimpleFacts.{name} is {attributes[name]}, its kind {KINDS[name]}"
    reported = {fact.name for fact in table.facts() if not fact.beside}
    for name in reported ^ NormalizedEvent(external_id="x").to_json().keys():
        yield f"{here}: {name} is in one of FIELDS and the JSON of NormalizedEvent alone"
    for name in {field.name for field in fields(RawRecord)} ^ {*table.WORDS, *NOT_WORDS}:
        yield f"{here}: {name} is in one of WORDS (Fact.raw_names) and RawRecord alone"


def of_columns() -> Iterator[str]:
    here = "events/models/event.py"
    named = {column.name: column for column in (*table.columns(), *table.AXES)}
    for name in named.keys() - {field.name for field in Event._meta.concrete_fields}:
        yield f"{here}: Event has no column {name}"
    for name in {field.name for field in Event._meta.concrete_fields} - named.keys() - KEPT:
        yield f"pipeline/contract/fields.py: no field has the column {name} of Event"
    for name, column in named.items():
        try:
            ours: Any = Event._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if ours.attname != column.column:
            yield f"pipeline/contract/fields.py: the column {name} is called {ours.attname}"
        length = getattr(getattr(ours, "base_field", ours), "max_length", None)
        if column.limit and column.limit != length:
            yield f"{here}: Event.{name} holds {length} characters, the table says {column.limit}"
    links = {column.column for column in table.columns() if column.link and column.name != "category"}
    made = columns_of(json.loads(json.dumps(facts_of(make_entry(event=normalized())))))
    for name in {column.column for column in table.columns()} - links ^ made.keys():
        yield f"events/facts/columns.py: columns() lacks {name}, or no field has it"


def of_doors() -> Iterator[str]:
    for name in (table.PUBLIC | MADE) ^ PublicEvent().fields.keys():
        yield f"events/serializers/event.py: {name} is in one of PublicEvent and the table alone"
    for name in SIMPLE.keys() - (LIMITS.keys() & Submission().fields.keys()):
        yield f"sources/serializers/submitting.py: a submission cannot say {name}"


def test_nothing_is_missing():
    found = missing()
    assert found == [], "\n".join(("What is missing:", *found))


@pytest.mark.django_db
def test_the_database_has_what_the_model_has():
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        pytest.fail("A migration is missing: manage.py makemigrations events -n NAME")


def simple_values() -> st.SearchStrategy[dict[str, Any]]:
    kinds = {Kind.TEXT: st.sampled_from(["", "a", "long words"]), Kind.WHOLE: st.none() | st.integers(0, 99)}
    return st.fixed_dictionaries({name: kinds[KINDS[name]] for name in SIMPLE})


#: An event that says something in every field.
FULL = normalized(
    start=datetime(2026, 12, 1, 20, tzinfo=ZoneInfo("Asia/Kolkata")),
    doors=datetime(2026, 12, 1, 19, tzinfo=ZoneInfo("Asia/Kolkata")),
    recurrence_id="20261201",
    recurrence=Recurrence(rrule="FREQ=WEEKLY", rdate=("20261208",), exdate=("20261215",), series_id="s"),
    online=Online.BOTH,
    setting=Setting.INDOOR,
    status=Status.SOLD_OUT,
    price=Price(type=PriceType.PAID, min=Decimal("5"), max=Decimal("9.5"), currency="EUR"),
    images=(Image(url="https://a.example/1.jpg", alt="A", credit="B", is_primary=True),),
    organizer=OrganizerRef(name="O", type=OrganizerType.BUSINESS),
    quality=Quality(score=0.5, grade="B", threshold=0.7, gates={"content": Gate(score=0.5, passed=False)}),
    flags=(Flag(check="spam", reason="why", evidence={"url": "https://a.example/"}),),
    method=ExtractionMethod.TEXT,
    extraction_metadata={"notes": ["n"]},
    tags=("a", "b"),
    performers=("P",),
    accessibility={"wheelchair": True},
    popularity={"attending": 3},
    raw_hash="0f",
)


@given(simple_values(), st.text(max_size=20), st.booleans(), st.none() | st.integers(1, 9_000))
def test_an_event_comes_back_from_its_json(simple, title, truth, capacity):
    event = replace(FULL, title=title, registration_required=truth, capacity=capacity, **simple)
    reported = json.loads(json.dumps({**event.to_json(), "raw_title": event.raw_title}))
    assert event_of(reported) == event
    assert event_of(reported).to_json() == event.to_json()


@given(simple_values())
def test_the_words_of_a_source_come_back_from_a_listing(simple):
    raw = RawRecord(external_id="x", title="A", start=datetime(2026, 12, 1, tzinfo=UTC), **simple)
    entry = make_entry(event=normalized(), words=words_of(raw))
    again = record_of(json.loads(json.dumps(facts_of(entry))))
    assert {name: getattr(again, name) for name in SIMPLE} == simple


def test_facts_of_before_a_field_was_there_are_read():
    reported = {name: value for name, value in normalized().to_json().items() if name not in SIMPLE}
    assert {name: getattr(event_of(reported), name) for name in SIMPLE} == table.UNKNOWN
    assert {name: columns_of(reported)[name] for name in SIMPLE} == table.UNKNOWN
