"""Batches: their cost, and the effect of a refused row on the others."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import services as events
from events.models import Event
from events.records import Entry
from moderation.models import RuleSetting
from pipeline.contract.enums import PriceType
from pipeline.contract.normalized import Price
from pipeline.refinement import pipeline
from sources.models import StagedEvent
from sources.runs import progress
from tests.sources.feeds import feed_source, many, take

pytestmark = pytest.mark.django_db


def queries_for(slug: str, count: int) -> int:
    source = feed_source(slug)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run = take(source, many(count))
    assert run.events_processed == count
    return len(captured)


def test_the_queries_of_a_batch_do_not_depend_on_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "WRITE_SECONDS", 1e9)  # a slow machine says more often how far it is
    monkeypatch.setattr(progress, "BEAT_SECONDS", 1e9)
    for name, value in {"spot_share": 1.0, "spot_most": 10_000}.items():  # each event is looked at afterwards
        RuleSetting.objects.create(name=name, value=value)
    queries_for("warm", 30)
    Event.objects.all().delete()
    small = queries_for("small", 30)  # enough to teach what is usual, as the large one
    Event.objects.all().delete()
    assert queries_for("large", 90) == small


def test_a_row_that_the_database_refuses_is_dropped_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source()
    record = events.record_events

    def with_a_bad_one(entries: Sequence[Entry], **options: Any) -> Any:
        spoilt = [
            replace(
                entry,
                event=replace(entry.event, price=Price(type=PriceType.PAID, min=Decimal(-5))),
                as_json=None,
            )
            if entry.external_id == "e3@example.org"
            else entry
            for entry in entries
        ]
        return record(spoilt, **options)

    monkeypatch.setattr(events, "record_events", with_a_bad_one)
    run = take(source, many(7))
    assert (run.events_processed, run.dropped) == (6, {"refused by the database": 1})
    refused = StagedEvent.objects.get(external_id="e3@example.org")
    assert (refused.state, refused.drop_reason, refused.event) == ("failed", "refused by the database", None)
    assert Event.objects.count() == 6


@pytest.mark.parametrize("text", ["bad \ud800", "bad \x00"], ids=["half a character", "NUL"])
def test_a_text_that_no_column_holds_costs_its_own_record_alone(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    refine = pipeline.refine_batch

    def spoilt(*given: Any) -> Any:
        drafts = refine(*given)
        return [
            replace(one, event=replace(one.event, title=text))
            if one.event.external_id.startswith("e3@")
            else one
            for one in drafts
        ]

    monkeypatch.setattr(pipeline, "refine_batch", spoilt)
    run = take(feed_source(), many(7))
    assert (run.events_processed, run.dropped) == (6, {"refused by the database": 1})


def test_a_refused_row_is_tried_again_by_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    test_a_row_that_the_database_refuses_is_dropped_alone(monkeypatch)
    monkeypatch.undo()
    run = take(StagedEvent.objects.get(external_id="e3@example.org").source, many(7))
    assert (run.new, run.unchanged, Event.objects.count()) == (1, 6, 7)
