"""Numbers are given after the commit, so that a reader who asks "after N" misses none."""

import random
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from outbox import services, tasks
from outbox.models import Change, Epoch
from outbox.queries import changes_after, cursor, position
from outbox.records import NewChange
from outbox.services import NUMBERING_LOCK, advance, number_changes, record
from outbox.signals import numbered


def a_change(**more):
    return NewChange(
        type="event.changed", object_type="event", object_id=uuid7(), topics=("events:all",), **more
    )


def committed(count=1):
    with transaction.atomic():
        return record(a_change() for _ in range(count))


@pytest.mark.django_db(transaction=True)
def test_20_transactions_that_commit_out_of_order_lose_nothing_for_a_reader():
    """Each writes, all wait until all have written, then they commit in a random order while a reader asks
    "after N" all the time."""
    written, turn = threading.Barrier(21, timeout=60), [threading.Event() for _ in range(20)]
    failures: list[BaseException] = []
    ids: set = set()

    def work(place):
        try:
            with transaction.atomic():
                rows = record(a_change() for _ in range(3))
                ids.update(row.id for row in rows)
                written.wait()
                assert turn[place].wait(60)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(20)]
    for thread in threads:
        thread.start()
    written.wait()
    seen: list = []
    order = random.Random(7).sample(range(20), 20)
    for first, second in zip(order[::2], order[1::2], strict=True):
        turn[first].set()
        turn[second].set()
        threads[first].join(60)
        seen.extend(changes_after(seen[-1].number if seen else 0))
    for thread in threads:
        thread.join(60)
    number_changes()
    seen.extend(changes_after(seen[-1].number if seen else 0))
    assert not failures
    assert {row.id for row in seen} == ids
    assert [row.number for row in seen] == list(range(1, 61))


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_holds_nobody_up():
    begun, done = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            record([a_change()])
            begun.set()
            done.wait(60)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(60)
    committed()
    assert position().number == 1
    done.set()
    thread.join(60)
    assert [row.number for row in changes_after(1)] == [2]


@pytest.mark.django_db(transaction=True)
def test_who_does_not_get_the_lock_leaves_the_numbering_to_its_holder():
    held, done = threading.Event(), threading.Event()

    def holder():
        with transaction.atomic(), connection.cursor() as query:
            query.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
            held.set()
            done.wait(60)
        connection.close()

    thread = threading.Thread(target=holder)
    thread.start()
    assert held.wait(60)
    committed()
    assert number_changes() is None
    assert position().number == 0
    done.set()
    thread.join(60)
    assert number_changes() == 1


@pytest.mark.django_db(transaction=True)
def test_what_commits_while_another_is_numbered_does_not_wait_for_a_poll():
    """Its own hook finds the lock taken, and the holder's snapshot is older."""
    others = [threading.Thread(target=lambda: (committed(), connection.close()))]

    def meanwhile(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if others and "WITH todo" in sql:
            other = others.pop()
            other.start()
            other.join(60)
        return answer

    with connection.execute_wrapper(meanwhile):
        committed()
    assert not others
    assert not Change.objects.filter(number=None).exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_after_the_commit_can_fail_the_request(monkeypatch):
    def broken():
        raise DatabaseError("gone")

    monkeypatch.setattr(services, "number_changes", broken)
    committed()
    assert Change.objects.filter(number=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_fails_is_logged_and_the_others_hear_it():
    heard: list[int] = []

    def broken(sender, **_):
        raise RuntimeError("broken")

    def listener(sender, *, last_number, **_):
        heard.append(last_number)

    numbered.connect(broken)
    numbered.connect(listener)
    try:
        committed(2)
    finally:
        numbered.disconnect(broken)
        numbered.disconnect(listener)
    assert heard == [2]


@pytest.mark.django_db
def test_a_rolled_back_change_is_never_told():
    with transaction.atomic():
        record([a_change()])
        transaction.set_rollback(True)
    assert number_changes() is None


@pytest.mark.django_db
def test_the_clock_numbers_what_no_hook_did():
    record([a_change(), a_change()])
    tasks.number_changes()
    assert position().number == 2


@pytest.mark.django_db
def test_pruning_keeps_the_retention_and_remembers_up_to_where(settings):
    settings.LIVE_RETENTION_DAYS = 7
    record(a_change() for _ in range(3))
    number_changes()
    Change.objects.filter(number__lte=2).update(at=timezone.now() - timedelta(days=8))
    record([a_change()])
    Change.objects.filter(number=None).update(at=timezone.now() - timedelta(days=9))
    assert tasks.prune() == 2
    assert position().pruned_to == 2
    assert [row.number for row in Change.objects.order_by("number")] == [3, None]
    assert tasks.prune() == 0


@pytest.mark.django_db
def test_a_restore_renews_the_epoch_and_keeps_counting(capsys):
    record([a_change()])
    number_changes()
    before = position()
    call_command("renew_epoch")
    after = position()
    assert after.epoch != before.epoch
    assert after.epoch in capsys.readouterr().out
    assert after.number == before.number


@pytest.mark.django_db
def test_a_cursor_only_moves_forward():
    assert cursor("feed") == 0
    advance("feed", 5)
    advance("feed", 3)
    assert cursor("feed") == 5


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_begins_an_epoch():
    """pytest-django empties all tables after a test with real transactions, as `flush` does; `post_migrate`
    follows."""
    Epoch.objects.all().delete()
    call_command("migrate", "outbox", verbosity=0)
    assert position().number == 0
