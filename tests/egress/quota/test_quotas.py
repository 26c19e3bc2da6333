"""Requests of a key are counted by window: the same in memory and in PostgreSQL, also concurrently."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from egress.exceptions import QuotaSpent
from egress.models import QuotaUse
from egress.queries import quota_left
from egress.quota import Allowance, MemoryQuotas
from egress.quota.database import DatabaseQuotas
from egress.services import prune_quotas
from egress.signals import quota_crossed
from pipeline.contract.http import Quota

NOON = datetime(2026, 11, 21, 12, 10, tzinfo=UTC)
HOUR = Quota(requests=5, seconds=3600)
DAY = Quota(requests=8, seconds=86_400, cost=0.017, currency="USD")


class Moment:
    """A clock with a date."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture(params=["memory", "database"])
def quotas(request: pytest.FixtureRequest, moment: Moment) -> Any:
    if request.param == "memory":
        return MemoryQuotas(now=moment)
    request.getfixturevalue("db")
    return DatabaseQuotas(now=moment)


@pytest.fixture
def reported() -> Iterator[list[dict[str, Any]]]:
    """The signals `quota_crossed`."""
    heard: list[dict[str, Any]] = []

    def hear(**said: Any) -> None:
        heard.append(
            {
                name: said[name]
                for name in ("key", "used", "granted", "share", "window_end", "cost", "currency")
            }
        )

    quota_crossed.connect(hear)
    yield heard
    quota_crossed.disconnect(hear)


def take(quotas: Any, times: int, *granted: Quota, key: str = "a") -> int:
    """How many of so many requests were permitted."""
    for number in range(times):
        try:
            quotas.take(key, granted)
        except QuotaSpent:
            return number
    return times


def test_no_more_than_granted_until_the_window_ends(quotas: Any, moment: Moment) -> None:
    assert take(quotas, 9, HOUR) == 5
    with pytest.raises(QuotaSpent, match="all of its 5 requests in 3600 s") as spent:
        quotas.take("a", [HOUR])
    assert spent.value.retry_after == 50 * 60
    assert not spent.value.permanent
    assert take(quotas, 1, HOUR, key="another key") == 1
    moment.now += timedelta(minutes=50)
    assert take(quotas, 9, HOUR) == 5


def test_a_request_that_one_window_refuses_is_counted_in_none(quotas: Any, moment: Moment) -> None:
    assert take(quotas, 9, HOUR, DAY) == 5
    moment.now += timedelta(hours=1)
    assert take(quotas, 9, HOUR, DAY) == 3
    assert take(quotas, 9, HOUR) == 2


def test_nothing_granted_is_nothing_taken(quotas: Any) -> None:
    assert take(quotas, 1, Quota(requests=0, seconds=60)) == 0


def test_no_quotas_are_no_limit(quotas: Any) -> None:
    assert take(quotas, 50) == 50


@pytest.mark.parametrize(("said", "left"), [(2, 2), (4, 4), (9, 5), (0, 0)])
def test_the_platforms_own_count_corrects_downward_only(quotas: Any, said: int, left: int) -> None:
    quotas.correct("a", [HOUR], [Allowance(remaining=said, limit=5)])
    assert take(quotas, 9, HOUR) == min(left, 5)


def test_a_correction_after_use_never_gives_back(quotas: Any) -> None:
    take(quotas, 4, HOUR)
    quotas.correct("a", [HOUR], [Allowance(remaining=5, limit=5)])
    assert take(quotas, 9, HOUR) == 1


@pytest.mark.django_db
def test_operators_are_told_once_at_80_percent_and_once_at_the_end(
    moment: Moment, reported: list[dict[str, Any]]
) -> None:
    quotas = DatabaseQuotas(now=moment)
    priced = Quota(requests=5, seconds=3600, cost=0.032)
    take(quotas, 3, priced)
    assert reported == []
    take(quotas, 1, priced)
    end = datetime(2026, 11, 21, 13, tzinfo=UTC)
    first = {
        "key": "a",
        "used": 4,
        "granted": 5,
        "share": 0.8,
        "window_end": end,
        "cost": Decimal("0.128"),
        "currency": "USD",
    }
    assert reported == [first]
    take(quotas, 5, priced)
    assert reported[1:] == [first | {"used": 5, "share": 1.0, "cost": Decimal("0.16")}]
    moment.now = end
    take(quotas, 4, priced)
    assert [(each["share"], each["window_end"]) for each in reported[2:]] == [(0.8, end + timedelta(hours=1))]


@pytest.mark.django_db
def test_a_platform_that_counts_more_than_we_do_raises_alerts_too(
    moment: Moment, reported: list[dict[str, Any]]
) -> None:
    quotas = DatabaseQuotas(now=moment)
    take(quotas, 1, HOUR)
    quotas.correct("a", [HOUR], [Allowance(remaining=0, limit=5)])
    quotas.correct("a", [HOUR], [Allowance(remaining=0, limit=5)])
    assert [each["share"] for each in reported] == [0.8, 1.0]
    assert take(quotas, 1, HOUR) == 0


@pytest.mark.django_db
def test_nobody_is_told_of_so_many_a_second(moment: Moment, reported: list[dict[str, Any]]) -> None:
    quotas = DatabaseQuotas(now=moment)
    assert take(quotas, 9, Quota(requests=2, seconds=1)) == 2
    quotas.correct("a", [Quota(requests=3, seconds=1)], [Allowance(remaining=0, window=1)])
    assert reported == []
    take(quotas, 9, Quota(requests=2, seconds=60))
    assert [each["share"] for each in reported] == [0.8, 1.0]


@pytest.mark.django_db
def test_a_receiver_that_fails_stops_no_request(moment: Moment) -> None:
    def fail(**_: Any) -> None:
        raise ValueError("no mail today")

    quota_crossed.connect(fail)
    try:
        assert take(DatabaseQuotas(now=moment), 9, HOUR) == 5
    finally:
        quota_crossed.disconnect(fail)


@pytest.mark.django_db
def test_a_grant_that_shrinks_holds_at_once(moment: Moment) -> None:
    quotas = DatabaseQuotas(now=moment)
    take(quotas, 4, HOUR)
    assert take(quotas, 1, Quota(requests=3, seconds=3600)) == 0
    assert take(quotas, 9, HOUR) == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_exactly_what_is_granted(reported: list[dict[str, Any]]) -> None:
    """Ten threads with a connection each, for the same last requests."""
    granted = (Quota(requests=40, seconds=86_400), Quota(requests=37, seconds=3600))
    counts: list[int] = []
    start = threading.Barrier(10)

    def ask() -> None:
        start.wait()
        counts.append(take(DatabaseQuotas(now=lambda: NOON), 10, *granted))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 37
    assert dict(QuotaUse.objects.values_list("seconds", "used")) == {86_400: 37, 3600: 37}
    assert sorted((each["granted"], each["share"]) for each in reported) == [(37, 0.8), (37, 1.0), (40, 0.8)]


@pytest.mark.django_db
def test_what_is_left_is_listed_by_key(moment: Moment) -> None:
    quotas = DatabaseQuotas(now=moment)
    take(quotas, 3, HOUR, DAY, key="yelp")
    take(quotas, 1, HOUR, key="eventbrite")
    rows = quota_left(NOON)
    assert [(row.key, row.used, row.granted, row.left) for row in rows] == [
        ("eventbrite", 1, 5, 4),
        ("yelp", 3, 5, 2),
        ("yelp", 3, 8, 5),
    ]
    assert [(row.window_end, row.cost) for row in rows[1:]] == [
        (datetime(2026, 11, 21, 13, tzinfo=UTC), Decimal(0)),
        (datetime(2026, 11, 22, tzinfo=UTC), Decimal("0.051")),
    ]
    assert [row.seconds for row in quota_left(NOON + timedelta(hours=1))] == [86_400]


@pytest.mark.django_db
def test_old_windows_are_pruned_short_ones_sooner(moment: Moment) -> None:
    quotas = DatabaseQuotas(now=moment)
    minute = Quota(requests=5, seconds=60)
    take(quotas, 1, minute, HOUR)
    moment.now += timedelta(days=3)
    take(quotas, 1, minute, HOUR)
    assert prune_quotas(moment.now) == 1
    assert prune_quotas(moment.now + timedelta(days=60)) == 2
    assert QuotaUse.objects.count() == 1
