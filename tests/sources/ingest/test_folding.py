"""A feed that lists an exhibition day by day gives one event, whatever days it lists today, and every row is
accounted for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from events.models import Event
from pipeline.refinement.ongoing import FOLDED, PREFIX
from sources.ingest import read
from sources.models import FetchRun, StagedEvent
from tests.factories import NOW
from tests.sources.feeds import Told, counts, feed_source, many, take

pytestmark = pytest.mark.django_db
ROWS = 30


@dataclass(frozen=True, kw_only=True)
class Open(Told):
    """A day of an exhibition: eight hours from the start."""

    def text(self) -> str:
        return (
            super()
            .text()
            .replace(
                f"DTEND:{self.start + timedelta(hours=2):%Y%m%dT%H%M%SZ}",
                f"DTEND:{self.start + timedelta(hours=8):%Y%m%dT%H%M%SZ}",
            )
        )


@pytest.fixture(params=["once", "twice"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "twice":
        monkeypatch.setattr(read, "HELD_RECORDS", 1)


def exhibition(first: int, last: int, begin: Callable[[int], int] = lambda day: 5) -> list[Told]:
    """The days from `first` to `last` after NOW, at 05:00 UTC unless `begin` says otherwise."""
    midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Open(
            uid=f"day{day}@example.org",
            title="Ink and Indigo: an exhibition",
            start=midnight + timedelta(days=day, hours=begin(day)),
        )
        for day in range(first, last + 1)
    ]


def visits() -> list[Event]:
    return list(Event.objects.filter(title__startswith="Ink"))


def test_the_rows_become_one_event_and_add_up() -> None:
    run = take(feed_source(), [*exhibition(1, ROWS), *many(3)])
    (event,) = visits()
    assert (event.opening_hours, (event.end_date - event.start_date).days) == ("Mo-Su 10:30-18:30", ROWS - 1)
    assert (run.events_found, run.events_processed, run.dropped) == (ROWS + 3, 4, {FOLDED: ROWS - 1})
    staged = StagedEvent.objects.filter(external_id__startswith="day")
    assert (staged.count(), set(staged.values_list("state", "drop_reason"))) == (ROWS, {("dropped", FOLDED)})


def test_a_window_that_moves_changes_nothing_until_the_last_day() -> None:
    source = feed_source()
    take(source, [*exhibition(1, ROWS), *many(3)])
    (before,) = visits()
    for passed in (2, 3, ROWS - 2, ROWS):
        run = take(source, [*exhibition(passed, ROWS), *many(3)])
        assert (run.state, run.missing, run.moved, run.new) == ("success", 0, 0, 0)
        (event,) = visits()
        shown = (event.pk, event.start_at, event.end_at, event.opening_hours, event.happening, event.version)
        assert shown == (
            before.pk,
            before.start_at,
            before.end_at,
            before.opening_hours,
            "scheduled",
            before.version,
        )


def test_a_longer_run_stays_the_same_event() -> None:
    source = feed_source()
    take(source, exhibition(1, ROWS))
    (before,) = visits()
    run = take(source, exhibition(5, ROWS + 5))
    (event,) = visits()
    assert (event.pk, event.start_date, event.happening) == (before.pk, before.start_date, "scheduled")
    assert (event.end_date - before.end_date, counts(run)) == (timedelta(days=5), {"changed": 1})


def test_rows_that_were_events_before_are_no_loss() -> None:
    source = feed_source()
    take(source, [*exhibition(1, 5), *many(3)])
    assert len(visits()) == 5
    run = take(source, [*exhibition(1, ROWS), *many(3)])
    assert run.state == "success"
    take(source, [*exhibition(1, ROWS), *many(3), *many(4)[3:]])
    assert Event.objects.filter(opening_hours__gt="", freshness="seen").count() == 1
    assert Event.objects.filter(title__startswith="Ink", opening_hours="", freshness="seen").count() == 0


def test_a_run_that_loses_its_week_falls_apart_again() -> None:
    source = feed_source()
    take(source, [*exhibition(1, ROWS), *many(3)])
    run: FetchRun = take(source, [*exhibition(1, ROWS, begin=lambda day: 2 + day % 4), *many(3)])
    assert (run.state, FOLDED in run.dropped) == ("success", False)
    assert run.events_processed == ROWS + 3
    assert StagedEvent.objects.filter(external_id__startswith=PREFIX).count() == 1
