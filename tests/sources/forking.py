"""Lets runs of these tests fork.

Other threads of the test process (of servers, of event loops) do not affect them.
"""

import pytest
from django.db import connection

from sources.ingest import parallel, probe


@pytest.fixture(autouse=True)
def _children_are_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without forks, a refinement that ends its process would end this one."""

    def may_fork() -> bool:
        return not connection.in_atomic_block

    monkeypatch.setattr(parallel, "may_fork", may_fork)
    monkeypatch.setattr(probe, "may_fork", may_fork)
    monkeypatch.setattr(parallel, "usable", lambda: 2)
