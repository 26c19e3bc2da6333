"""Tests of pages look at Saturday, 21 November 2026, 19:30 in Bengaluru."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.factories import EVENING


@pytest.fixture
def tonight() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield
