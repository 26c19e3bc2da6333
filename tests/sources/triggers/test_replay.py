"""Reading yesterday's bytes with today's parser: first a preview, applied on request."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.enums import Freshness
from events.models import Event
from pipeline.connectors.formats.ical import ICal
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.enums import Coverage
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from sources.enums import RunState
from sources.ingest.coverage import Covers
from sources.models import Payload, Source
from sources.triggers.replay import NothingKept, apply, compare
from tests.factories import NOW
from tests.sources.feeds import calendar, counts, event_of, feed_source, many, reported, take

pytestmark = pytest.mark.django_db
Mend = Callable[[RawRecord], RawRecord | Dropped | None]


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mend], None]:
    """Replace the parser from now on: each record as `mend` returns it, None for none."""
    before = ICal.read

    def use(mend: Mend) -> None:
        def read(self: ICal, told_by: RawPayload, params: FetchParams) -> Page:
            page = before(self, told_by, params)
            records = (mend(item) if isinstance(item, RawRecord) else item for item in page.records)
            return replace(page, records=[item for item in records if item is not None])

        monkeypatch.setattr(ICal, "read", read)

    return use


def replay(source: Source, *arguments: str) -> str:
    out = StringIO()
    call_command("replay", source.slug, "--now", NOW.isoformat(), *arguments, stdout=out)
    return out.getvalue()


def test_the_same_parser_makes_no_difference() -> None:
    source = feed_source()
    take(source, many(4))
    found = compare(source, now=NOW)
    assert (found.same, found.is_empty, found.refused) == (4, True, "")


def test_a_dry_run_writes_nothing(mended: Any) -> None:
    source = feed_source()
    take(source, many(4))
    mended(lambda record: replace(record, title=f"{record.title} Festival"))
    with CaptureQueriesContext(connection) as asked:
        compare(source, now=NOW)
    assert {query["sql"].split()[0] for query in asked.captured_queries} <= {"SELECT", "WITH", "DECLARE"}


def test_what_changes_is_told_field_by_field(mended: Any) -> None:
    source = feed_source()
    take(source, many(4))
    mended(
        lambda record: (
            replace(record, title="Pottery for All") if record.external_id.startswith("e2") else record
        )
    )
    found = compare(source, now=NOW)
    [change] = found.changed
    assert (change.external_id, change.fields["title"], found.same) == (
        "e2@example.org",
        ("Pottery for Beginners", "Pottery for All"),
        3,
    )
    assert "raw_hash" not in change.fields


def test_new_vanished_moved_and_dropped_are_told_apart(mended: Any) -> None:
    source = feed_source()
    take(source, many(6))
    mended(_worse_reading)
    found = compare(source, now=NOW)
    assert [row.external_id for row in found.vanished] == ["e0@example.org"]
    assert [(row.external_id, row.was) for row in found.moved] == [("own-1", "e1@example.org")]
    assert (found.dropped, found.same) == ({"no start": 1}, 3)
    assert not found.new


def _worse_reading(record: RawRecord) -> RawRecord | Dropped | None:
    number = record.external_id[:2]
    if number == "e0":
        return None
    if number == "e1":
        return replace(record, external_id="own-1")
    return Dropped(reason="no start", external_id=record.external_id) if number == "e2" else record


def test_what_a_mended_parser_reads_now_is_new(mended: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source()
    with monkeypatch.context() as broken:
        reads = ICal.read
        broken.setattr(
            ICal,
            "read",
            lambda self, one, params: replace(
                page := reads(self, one, params), records=list(page.records)[:1]
            ),
        )
        take(source, many(3))
    assert [row.external_id for row in compare(source, now=NOW).new] == ["e1@example.org", "e2@example.org"]


def test_applying_goes_the_usual_way(mended: Any) -> None:
    source = feed_source()
    take(source, many(4))
    mended(
        lambda record: (
            replace(record, title="Pottery for All") if record.external_id.startswith("e2") else record
        )
    )
    run = apply(source, now=NOW)
    assert (run.state, run.requested_by, counts(run)) == (
        RunState.SUCCESS,
        "replay",
        {"changed": 1, "unchanged": 3},
    )
    assert event_of(source, "e2@example.org").title == "Pottery for All"
    assert compare(source, now=NOW).is_empty


def test_the_guards_hold_a_replay_too(mended: Any) -> None:
    source = feed_source()
    take(source, many(12))
    mended(lambda record: record if record.external_id < "e5" and len(record.external_id) == 14 else None)
    assert "upcoming events would vanish" in compare(source, now=NOW).refused
    assert apply(source, now=NOW).state == RunState.QUARANTINED
    assert not Event.objects.exclude(freshness=Freshness.SEEN).exists()
    assert apply(source, now=NOW, accept_loss=True).missing > 5


def test_a_complete_answer_makes_older_ones_moot() -> None:
    source = feed_source()
    for events in (many(6), many(5)):
        take(source, events)
    found = compare(source, since=NOW - timedelta(days=10_000), now=NOW)
    assert (found.runs, found.payloads, found.is_empty) == (1, 1, True)


def test_partial_answers_since_then_are_read_together_the_newest_word_first() -> None:
    source = feed_source()
    take(source, calendar(many(3), closed=False))
    take(source, calendar([reported(2, title="Another Evening of Pottery"), reported(3)], closed=False))
    found = compare(source, since=NOW - timedelta(days=10_000), now=NOW)
    assert (found.runs, found.same, found.dropped, found.is_empty) == (2, 4, {"listed twice": 1}, True)
    run = apply(source, since=NOW - timedelta(days=10_000), now=NOW)
    assert event_of(source, "e2@example.org").title == "Another Evening of Pottery"
    assert (run.state, run.missing) == (RunState.PARTIAL, 0)


def test_what_a_walk_over_pages_covered_holds_for_its_replay(mended: Any) -> None:
    source = feed_source()
    take(source, many(8))
    run = source.runs.get()
    run.http = {"covers": Covers(coverage=Coverage.PARTIAL).to_json()}
    run.save()
    mended(lambda record: None if record.external_id.startswith("e0") else record)
    again = apply(source, now=NOW)
    assert (again.coverage, again.missing) == (Coverage.PARTIAL, 0)


def test_without_kept_answers_there_is_one_clear_line() -> None:
    source = feed_source()
    with pytest.raises(NothingKept, match="no stored answer"):
        compare(source, now=NOW)
    take(source, many(1))
    Payload.objects.all().delete()
    with pytest.raises(CommandError, match="no stored answer"):
        replay(source)


def test_the_command_shows_the_difference_and_applies_on_demand(mended: Any) -> None:
    source = feed_source()
    take(source, [*many(3), reported(3, lines=("STATUS:CANCELLED",))])
    mended(
        lambda record: (
            replace(record, title="Pottery for All") if record.external_id.startswith("e2") else record
        )
    )
    said = replay(source, "--since", "10000")
    assert '    title: "Pottery for Beginners" -> "Pottery for All"' in said
    assert "changed: 1" in said
    assert event_of(source, "e2@example.org").title == "Pottery for Beginners"
    told_json = json.loads(replay(source, "--json", "--apply"))
    assert (told_json["changed"][0]["external_id"], told_json["applied"]["changed"]) == ("e2@example.org", 1)
    assert event_of(source, "e2@example.org").title == "Pottery for All"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [(["nobody"], "There is no source"), (["feed", "--since", "soon"], "--since soon: no ISO 8601 time")],
)
def test_mistakes_are_named(arguments: list[str], line: str) -> None:
    feed_source()
    with pytest.raises(CommandError, match=line):
        call_command("replay", *arguments, stdout=StringIO())


def test_bytes_that_today_are_refused_say_so() -> None:
    source = feed_source()
    take(source, many(2))
    Payload.objects.update(content=zlib.compress(b"<html>not a calendar</html>"))
    with pytest.raises(CommandError) as refused:
        replay(source)
    assert refused.value.returncode == 2
