"""A run's records are read once where they are few and twice where they are many.

With the same result, but less memory.
"""

import gc
import re
from datetime import timedelta
from typing import Any

import pytest

from events.models import Event
from pipeline import budget
from pipeline.contract.raw import RawRecord
from sources.ingest import read as reading
from sources.models import FetchRun, Payload, Source, StagedEvent
from sources.runs.progress import Watch
from sources.triggers.load import load
from tests.factories import NOW
from tests.sources.feeds import calendar, counts, event_of, feed_source, many, payload, reported, take

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["once", "twice"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, settings: Any) -> str:
    """Both ways; for the second, small batches, so that there are several of each kind."""
    if request.param == "twice":
        monkeypatch.setattr(reading, "HELD_RECORDS", 1)
        monkeypatch.setattr(reading, "_LOOK_EVERY", 3)
        settings.PIPELINE_BATCH_SIZE = 2
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_new_changed_moved_missing_broken_and_doubled_records_are_told_apart() -> None:
    source = feed_source()
    first = take(source, many(12))
    assert (first.state, first.events_found, counts(first)) == ("success", 12, {"new": 12})
    moved_event = event_of(source, "e10@example.org")
    told_now = [
        *many(8),
        reported(1),  # listed twice
        reported(8, start=NOW + timedelta(days=9, hours=7)),  # changed
        reported(10, uid="anew"),  # moved: another id, the same title and start
        reported(20),  # new
    ]
    broken = re.sub("DTSTART:[^\r]*", "DTSTART:soon", reported(11).text())
    content = calendar(told_now).replace(b"END:VCALENDAR", f"{broken}\r\nEND:VCALENDAR".encode())
    run = take(source, content)
    assert counts(run) == {"new": 1, "changed": 2, "unchanged": 8, "moved": 1, "missing": 1}
    assert (run.events_found, run.events_processed, sum(run.dropped.values())) == (13, 11, 2)
    assert event_of(source, "anew") == moved_event
    assert set(StagedEvent.objects.filter(misses=1).values_list("external_id", flat=True)) == {
        "e9@example.org"
    }


@pytest.mark.usefixtures("way")
def test_a_run_that_would_lose_too_much_is_held_and_nothing_of_it_is_applied() -> None:
    source = feed_source()
    take(source, many(14))
    run = take(source, [*many(6), reported(30)])
    assert (run.state, run.dropped) == ("quarantined", {"quarantined": 7})
    assert StagedEvent.objects.filter(external_id="e30@example.org").count() == 0


@pytest.mark.usefixtures("way")
def test_a_run_that_would_retitle_too_much_is_held() -> None:
    source = feed_source()
    take(source, many(10))
    names = (
        "Alpha",
        "Bravo",
        "Carrot",
        "Delta",
        "Eggplant",
        "Forest",
        "Guitar",
        "Hammer",
        "Island",
        "Jungle",
    )
    run = take(source, [reported(number, title=f"{name} gathering") for number, name in enumerate(names)])
    assert (run.state, run.error_detail.startswith("10 of 10 known events")) == ("quarantined", True)


@pytest.mark.usefixtures("way")
def test_no_run_takes_more_than_the_most_and_what_is_beyond_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MAX_RECORDS", 5)
    source = feed_source()
    run = take(source, many(8))
    assert (run.state, run.coverage, run.new, run.dropped) == (
        "partial",
        "partial",
        5,
        {"too many records in one run": 3},
    )
    assert set(StagedEvent.objects.values_list("external_id", flat=True)) == {
        f"e{number}@example.org" for number in range(5)
    }


@pytest.mark.usefixtures("way")
def test_of_two_files_with_one_id_the_first_is_taken() -> None:
    source = feed_source()
    files = [
        payload(calendar([reported(0), reported(1)])),
        payload(calendar([reported(1, title="Another Word on It"), reported(2)]), url="https://b.example/"),
    ]
    run = load(source, files, now=NOW)
    assert (run.new, run.dropped) == (3, {"listed twice": 1})
    assert Event.objects.filter(title="Another Word on It").count() == 0
    kept = {row.external_id: row.payload_id for row in StagedEvent.objects.all()}
    first, second = Payload.objects.order_by("id").values_list("id", flat=True)
    assert kept == {"e0@example.org": first, "e1@example.org": first, "e2@example.org": second}


def test_of_a_long_run_no_more_than_a_few_batches_of_records_are_held(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    real = Watch.counted
    monkeypatch.setattr(budget, "AT_ONCE", 2)

    def records() -> int:
        return sum(type(one) is RawRecord for one in gc.get_objects())  # isinstance would wake lazy objects

    gc.collect()
    others = records()  # of other tests

    def counted(self: Watch, tally: Any) -> None:
        held.append(records() - others)
        real(self, tally)

    monkeypatch.setattr(Watch, "counted", counted)
    take(feed_source(), many(30))
    # read, refined ahead, recorded: a few batches of two, however long the run
    assert max(held) >= 30 if way == "once" else max(held) <= 10


def test_what_is_gone_when_it_is_read_again_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "HELD_RECORDS", 1)
    source = feed_source()
    real = reading.read

    def read(run: FetchRun, *options: Any) -> Any:
        done = real(run, *options)
        Payload.objects.filter(run_id=run.id).delete()
        return done

    monkeypatch.setattr(reading, "read", read)
    run = take(source, many(4))
    assert (run.state, run.new, run.dropped) == ("partial", 0, {"not there when read again": 4})
    assert Source.objects.get(pk=source.pk).staged_events.count() == 0
