"""Writers never wait for each other, and the chain holds whatever writers and chainers do at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.enums import Action
from audit.models import Entry, Link, Unchained
from audit.services import chain, record, verify
from audit.services.chaining import CHAINING_LOCK
from tests.audit.tampering import empty_log

pytestmark = pytest.mark.django_db(transaction=True)
MOVES = ("write", "commit", "rollback", "chain")


class Session:
    """A thread with a connection of its own, which does one step at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._open = ExitStack()
        self.is_open = False
        self.written = 0

    def do(self, step: Callable[[], Any]) -> Any:
        return self._thread.submit(step).result(timeout=30)

    def write(self) -> None:
        if not self.is_open:
            self._open.enter_context(transaction.atomic())
            self.is_open = True
        record(None, Action.PAUSED, target="sources.source:1")
        self.written += 1

    def commit(self) -> int:
        """How many entries were committed."""
        self._open.close()
        self.is_open, done, self.written = False, self.written, 0
        return done

    def rollback(self) -> int:
        if self.is_open:
            transaction.set_rollback(True)
        self.commit()
        return 0

    def chain(self) -> None:
        if not self.is_open:
            chain()

    def close(self) -> None:
        self.do(connections.close_all)
        self._thread.shutdown()


@contextmanager
def sessions(count: int) -> Iterator[list[Session]]:
    made = [Session() for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.do(one.rollback)
            one.close()


@settings(max_examples=25)
@given(moves=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(MOVES)), min_size=5, max_size=30))
def test_any_interleaving_of_writers_and_chainers_holds(moves):
    empty_log()
    with sessions(3) as people:
        committed = sum(people[who].do(getattr(people[who], move)) or 0 for who, move in moves)
        committed += sum(one.do(one.commit) for one in people)
    chain()
    report = verify(checkpoints=Path("/nonexistent"))
    assert (report.ok, report.links, report.waiting) == (True, committed, 0)


def test_writers_at_once_leave_one_chain():
    def work() -> None:
        for _ in range(15):
            with transaction.atomic():
                record(None, Action.PAUSED, target="sources.source:1")

    with sessions(4) as people, ThreadPoolExecutor(4) as at_once:
        list(at_once.map(lambda one: one.do(work), people))
    chain()
    report = verify(checkpoints=Path("/nonexistent"))
    assert (report.ok, report.links) == (True, 60)


def test_a_commit_is_chained_at_once():
    record(None, Action.PAUSED, target="sources.source:1")
    assert Link.objects.get().entry_id == Entry.objects.get().id
    assert not Unchained.objects.exists()


def test_a_writer_does_not_wait_for_the_chainer():
    with sessions(1) as (other,), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAINING_LOCK])
        other.do(other.write)
        assert other.do(other.commit) == 1
        assert not Link.objects.exists()
    assert chain() == 1
