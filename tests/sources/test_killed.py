"""A command that is killed in the midst of its work: what it had committed stays, and a second run finishes.

The test holds the row that the command needs next, so that the kill finds it in the middle, with work behind it and
work to come.
"""

import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.timezone import now

from events.models import Event, Listing
from moderation.models import Reading
from moderation.services.sampling import in_order, shares
from sources.models import FetchRun, Source
from sources.runs.progress import SILENT
from sources.triggers.load import load
from tests.sources.feeds import calendar, feed_source, payload, reported

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120


def taken(slug: str, numbers: range) -> Source:
    """A source with events of coming days."""
    source = feed_source(slug)
    told_events = [
        reported(number, uid=f"{slug}-{number}@example.org", start=now().replace(microsecond=0))
        for number in numbers
    ]
    load(source, [payload(calendar(told_events))], now=now())
    return source


@pytest.fixture
def killed_at(child_environment: dict[str, str]) -> Callable[..., None]:
    """Run a command, and kill it when it waits for the event that is held."""

    def run(held: Event, *command: str, **environment: str) -> None:
        with transaction.atomic():
            Event.objects.select_for_update().get(pk=held.pk)
            child = subprocess.Popen(
                [sys.executable, "-W", "ignore", "manage.py", *command],
                env={**child_environment, **environment},
                stdout=subprocess.DEVNULL,
            )
            waiting = waits(child)
            child.send_signal(signal.SIGKILL)
            child.wait(PATIENCE)
            with connection.cursor() as cursor:  # else PostgreSQL ends the statement that it has
                cursor.execute("SELECT pg_terminate_backend(%s)", [waiting])

    return run


def waits(child: subprocess.Popen[bytes]) -> int:
    """The process of PostgreSQL that waits for the row; fails where the command ends before."""
    with connection.cursor() as cursor:
        while child.poll() is None:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if found := cursor.fetchone():
                return int(found[0])
            cursor.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.05)")
    pytest.fail("the command ended before it needed the event")


def ran(*command: str) -> str:
    out = StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def test_readings_of_a_killed_command_are_kept_once_and_a_second_run_stores_the_rest(killed_at: Any) -> None:
    source = taken("feed", range(4))
    ids = [str(pk) for pk in in_order("a", origin=source.pk)]
    command = ["read_sample", "--source", "feed", "--name", "a", "--wrong", *ids, "--field", "price"]
    killed_at(Event.objects.get(pk=ids[2]), *command)
    assert [str(pk) for pk in Reading.objects.order_by("at").values_list("event", flat=True)] == ids[:2]
    ran(*command)
    assert (Reading.objects.count(), shares(origin=source.pk).wrong) == (4, 4)


def test_a_killed_refinement_keeps_its_batches_and_a_second_run_finishes(killed_at: Any) -> None:
    taken("a", range(3)), taken("b", range(3, 6))
    refined = list(Listing.objects.order_by("id").values("external_id", "facts"))
    for row in Listing.objects.all():
        Listing.objects.filter(pk=row.pk).update(facts=row.facts | {"setting": "outdoor"})
    command = ["refine", "--since", "30", "--apply"]
    killed_at(Event.objects.filter(listings__origin__slug="b").latest("id"), *command)
    done = Listing.objects.exclude(facts__setting="outdoor").values_list("origin__slug", flat=True)
    assert sorted(done) == ["a"] * 3
    ran(*command)
    assert list(Listing.objects.order_by("id").values("external_id", "facts")) == refined
    assert "6 listings looked at, 0 change" in ran("refine", "--since", "30")


def test_a_killed_replay_loses_and_doubles_nothing_and_a_second_run_finishes(killed_at: Any) -> None:
    source = taken("feed", range(6))
    before = list(Listing.objects.order_by("id").values("event", "facts"))
    listed = Listing.objects.order_by("id")
    for row in listed:
        Listing.objects.filter(pk=row.pk).update(facts=row.facts | {"title": "Another name"})
    killed_at(Event.objects.latest("id"), "replay", "feed", "--apply", PIPELINE_BATCH_SIZE="2")
    assert Event.objects.count() == listed.count() == 6
    FetchRun.objects.filter(state="running").update(heartbeat_at=now() - 2 * SILENT)
    Source.objects.update(claimed_until=now() - SILENT)
    ran("replay", "feed", "--apply")
    assert list(listed.values("event", "facts")) == before
    assert not FetchRun.objects.filter(source=source, state="running").exists()
    assert "changed: 0" in ran("replay", "feed")
