"""One installation for all chaos tests, empty at the beginning of each."""

import os
from collections.abc import Iterator

import pytest

from tests.realtime.chaos import house as houses
from tests.realtime.chaos.house import House, Process, Writer


@pytest.fixture(scope="package")
def _built(django_db_setup: None) -> Iterator[House]:
    with houses.opened() as house:
        yield house


@pytest.fixture
def house(db: None, _built: House) -> House:
    """Running services, empty tables, no servers.

    `db` alone makes pytest-django create the database whose schema is copied.
    """
    _built.reset()
    return _built


@pytest.fixture
def writer(house: House) -> Iterator[Writer]:
    """Commits, on request."""
    made = Writer(house.start("writer"))
    yield made
    made.close()


@pytest.fixture
def two(house: House) -> list[Process]:
    """Both servers, on the same services."""
    return [house.start("daphne"), house.start("uvicorn")]


@pytest.fixture
def seed() -> int:
    """SEED chooses what is written, lost and when; by default the same for every run."""
    return int(os.environ.get("SEED", "1"))
