"""Runs of these tests may have children of their own: other threads of the test process (of servers, of event
loops) are no concern of theirs."""

import pytest
from django.db import connection

from sources.ingest import parallel, probe


@pytest.fixture(autouse=True)
def _children_are_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refining that ends its process would else be done, and end it, in this one."""

    def may_fork() -> bool:
        return not connection.in_atomic_block

    monkeypatch.setattr(parallel, "may_fork", may_fork)
    monkeypatch.setattr(probe, "may_fork", may_fork)
    monkeypatch.setattr(parallel, "usable", lambda: 2)
