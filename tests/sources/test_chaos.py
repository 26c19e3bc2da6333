"""kill -9 of the worker at random moments. `make chaos` does 200 runs of it; SEED chooses the moments."""

import json
import os

import pytest
from django.core.cache import cache
from pytest_httpserver import HTTPServer

from tests.chaos import storm

pytestmark = pytest.mark.django_db(transaction=True)
RUNS = int(os.environ.get("CHAOS_RUNS", "5"))
SEED = int(os.environ.get("SEED", "1"))


def test_a_storm_of_kills_loses_nothing_and_doubles_nothing(
    httpserver: HTTPServer, child_environment: dict[str, str]
) -> None:
    cache.clear()
    found = storm(
        httpserver, child_environment, runs=RUNS, seed=SEED, say=print if RUNS > 5 else lambda _: None
    )
    print(json.dumps({"runs": RUNS, "seed": SEED, **found}))
    assert found["kills"] == RUNS
