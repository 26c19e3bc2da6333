"""The results of a run are counted for Prometheus once, and an error there does not fail the run."""

from typing import Any

import pytest

from sources.monitoring.metrics import open_counts
from tests.sources.feeds import counts, feed_source, many, take

pytestmark = pytest.mark.django_db


def test_a_run_is_counted_by_source_category_step_and_reason() -> None:
    before = open_counts().totals()
    source = feed_source()
    take(source, many(3))
    take(source, many(3))
    after = open_counts().totals()
    gained = {
        pair: number - before.discovered.get(pair, 0)
        for pair, number in after.discovered.items()
        if pair[0] == source.slug
    }
    assert sum(gained.values()) == 3
    assert after.taken["times"] - before.taken.get("times", 0) == 3
    assert after.seconds["times"] > before.seconds.get("times", 0)


def test_without_valkey_a_run_goes_on(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    assert counts(take(feed_source(), many(3))) == {"new": 3}
