"""What is broken here takes minutes, and some of it needs rights on the machine: `make chaos-all` runs it, `make test` does not."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.trouble import machine as machines
from tests.trouble.machine import Machine

if os.environ.get("CHAOS_ALL") != "1":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def machine(db: None) -> Iterator[Callable[..., Machine]]:
    """Makes a machine with the given environment; it is taken down after the test."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(machines.opened(**more))
