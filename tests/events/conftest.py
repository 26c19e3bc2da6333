"""Tests of pages look at Saturday, 21 November 2026, 19:30 in Bengaluru."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.events.factories import NOW


@pytest.fixture
def tonight() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
