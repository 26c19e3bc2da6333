"""A bulk decision whose worker is really killed, and one that two workers carry out at once: each item is decided once."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.actions import Action
from audit.models import Entry
from events.models import Event
from moderation import services, tasks
from moderation.enums import BulkState, Verdict
from moderation.exceptions import Conflict
from moderation.models import BulkDecision, BulkItem, Decision, Review
from moderation.services import bulk as many
from tests.factories import make_staff
from tests.moderation.test_bulk import filed, versions

pytestmark = pytest.mark.django_db(transaction=True)
#: Carries out parts of two, and dies by SIGKILL in the second part, after its decisions were written and before the commit.
DYING = """
import os, signal, sys, uuid, django
django.setup()
from moderation import tasks
from moderation.services import bulk, deciding
bulk.PART, learn, learned = 2, deciding.learn_from_decisions, []
def dying(decisions, *, now):
    learn(decisions, now=now)
    learned.append(1)
    if len(learned) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
deciding.learn_from_decisions = dying
tasks.carry_out_bulk(sys.argv[1])
"""


def together(*works) -> None:
    """Run all in threads of their own, at the same moment."""
    start = threading.Barrier(len(works))

    def run(work) -> None:
        start.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def seven() -> list[Review]:
    with transaction.atomic():
        return [filed(f"Event {number}") for number in range(7)]


def left_by(bulk: BulkDecision) -> tuple[str, set[str], int, int, int]:
    """State, items' states, how many publications there are, how many decisions and entries of the log."""
    return (
        BulkDecision.objects.get(pk=bulk.pk).state,
        set(BulkItem.objects.filter(bulk=bulk).values_list("state", flat=True)),
        Event.objects.filter(publication="approved").count(),
        Decision.objects.filter(verdict=Verdict.APPROVE).count(),
        Entry.objects.filter(action=Action.VERDICT).count(),
    )


def test_a_worker_that_is_killed_leaves_what_it_committed_and_another_goes_on(
    child_environment, monkeypatch
) -> None:
    monkeypatch.setattr(tasks.carry_out_bulk, "delay", lambda _: None)
    bulk = services.start_bulk(versions(*seven()), Verdict.APPROVE, by=make_staff())
    child = subprocess.run([sys.executable, "-c", DYING, str(bulk.pk)], env=child_environment, check=False)
    assert child.returncode == -signal.SIGKILL
    assert left_by(bulk) == ("running", {"waiting", "done"}, 2, 2, 2)
    assert many.unfinished(now=timezone.now()) == []
    BulkDecision.objects.update(created_at=timezone.now() - many.LOST_AFTER - timedelta(seconds=1))
    assert tasks.resume_bulk() == 1
    assert left_by(bulk) == (BulkState.DONE, {"done"}, 7, 7, 7)


def test_a_task_that_runs_three_times_at_once_decides_and_undoes_each_item_once(monkeypatch) -> None:
    monkeypatch.setattr(tasks.carry_out_bulk, "delay", lambda _: None)
    monkeypatch.setattr(many, "PART", 2)
    by = make_staff()
    bulk = services.start_bulk(versions(*seven()), Verdict.APPROVE, by=by)
    together(*[lambda: tasks.carry_out_bulk(str(bulk.pk))] * 3)
    tasks.carry_out_bulk(str(bulk.pk))
    assert left_by(bulk) == (BulkState.DONE, {"done"}, 7, 7, 7)
    services.undo_bulk(bulk.pk, by=by)
    together(*[lambda: tasks.carry_out_bulk(str(bulk.pk))] * 3)
    tasks.carry_out_bulk(str(bulk.pk))
    assert left_by(bulk) == (BulkState.UNDONE, {"undone"}, 0, 7, 7)
    assert Decision.objects.filter(verdict=Verdict.UNDO).count() == 7


def test_a_bulk_and_single_verdicts_at_once_decide_each_item_once_and_name_who_was_faster(
    monkeypatch,
) -> None:
    monkeypatch.setattr(tasks.carry_out_bulk, "delay", lambda _: None)
    rows, anna, berta = seven(), make_staff(email="anna@example.org"), make_staff(email="berta@example.org")
    bulk = services.start_bulk(versions(*rows), Verdict.APPROVE, by=anna)

    def one_by_one() -> None:
        for row in reversed(rows):
            services.decide_many([(row.pk, row.version)], Verdict.REJECT, by=berta, reason="spam")

    together(one_by_one, lambda: tasks.carry_out_bulk(str(bulk.pk)))
    assert sorted(Decision.objects.values_list("object_id", flat=True)) == sorted(r.object_id for r in rows)
    refused = BulkItem.objects.filter(bulk=bulk, state="failed")
    assert refused.count() == Decision.objects.filter(by=berta).count()
    assert all("berta@example.org rejected it (spam) on" in item.message for item in refused)
    assert BulkDecision.objects.get().state == BulkState.DONE


def test_the_bulks_undo_and_a_single_undo_at_once_undo_once(monkeypatch) -> None:
    monkeypatch.setattr(tasks.carry_out_bulk, "delay", lambda _: None)
    rows, by = seven(), make_staff()
    bulk = services.start_bulk(versions(*rows), Verdict.APPROVE, by=by)
    tasks.carry_out_bulk(str(bulk.pk))
    services.undo_bulk(bulk.pk, by=by)
    one, said = Decision.objects.get(object_id=rows[3].object_id), []

    def take_back() -> None:
        try:
            services.undo(one.pk, by=by)
        except Conflict as error:
            said.append(error.detail)

    together(take_back, lambda: tasks.carry_out_bulk(str(bulk.pk)))
    kept = list(BulkItem.objects.filter(bulk=bulk, state="kept").values_list("message", flat=True))
    assert len(kept + said) == 1
    assert "this was undone already" in (kept + said)[0]
    assert Decision.objects.filter(verdict=Verdict.UNDO).count() == 7
    assert set(Event.objects.values_list("publication", flat=True)) == {"pending"}
