"""The heartbeat, its gaps, and uptime by day."""

from datetime import UTC, datetime, timedelta

import pytest

from operations import uptime
from operations.models import Heartbeat, Outage

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_late_beat_is_no_outage_and_a_silence_is_one() -> None:
    for after in (0, 1, 3, 3, 2, 20):
        uptime.beat(now=NOON + after * MINUTE)
    assert list(Outage.objects.values_list("began_at", "ended_at")) == [
        (NOON + 3 * MINUTE, NOON + 20 * MINUTE)
    ]
    assert Heartbeat.objects.get().last_at == NOON + 20 * MINUTE


def test_uptime_counts_from_the_first_beat_and_splits_an_outage_at_midnight() -> None:
    Heartbeat.objects.create(first_at=NOON - timedelta(days=2), last_at=NOON)
    midnight = NOON.replace(hour=0)
    Outage.objects.create(began_at=midnight - 60 * MINUTE, ended_at=midnight + 30 * MINUTE)
    before, first, second, today = uptime.days(now=NOON, count=4)
    assert (before.share, before.down) == (None, timedelta())
    assert (first.share, second.down, today.down) == (1.0, 60 * MINUTE, 30 * MINUTE)
    assert second.share == pytest.approx(23 / 24)
    assert today.share == pytest.approx(11.5 / 12)


def test_a_silence_that_goes_on_is_down() -> None:
    Heartbeat.objects.create(first_at=NOON - timedelta(days=1), last_at=NOON - 30 * MINUTE)
    assert uptime.days(now=NOON, count=1)[0].down == 30 * MINUTE


def test_old_outages_are_forgotten() -> None:
    old = NOON - timedelta(days=500)
    Heartbeat.objects.create(first_at=old, last_at=NOON - 10 * MINUTE)
    Outage.objects.create(began_at=old, ended_at=old + MINUTE)
    uptime.beat(now=NOON)
    assert Outage.objects.get().ended_at == NOON
