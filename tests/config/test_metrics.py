"""The metrics at /metrics, and who may read them."""

import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from celery import Celery
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now
from prometheus_client.parser import text_string_to_metric_families
from uuid_utils.compat import uuid7

from config import metrics
from config.env import Mode
from digests.models import Delivery, Subscription
from egress.facts import ExchangeFact
from egress.limits import ValkeyBreaker
from egress.metrics import ValkeyMetrics
from egress.quota.database import DatabaseQuotas
from pipeline.contract.enums import SourceType
from pipeline.contract.http import Quota
from sources.enums import Health, RunState
from sources.models import FetchRun, Source
from sources.monitoring.metrics import PipelineCounts
from tests.factories import make_city, make_person

TOKEN = "let-prometheus-in"


@pytest.fixture
def token(settings: Any) -> dict[str, str]:
    settings.METRICS_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ValkeyMetrics, ValkeyBreaker]]:
    """The real Valkey, with a prefix for this test."""
    prefix = f"test:{secrets.token_hex(6)}:"
    with redis.Redis.from_url(configured.REDIS_URL) as client:
        counted, breaker = ValkeyMetrics(client, prefix=prefix), ValkeyBreaker(client, prefix=prefix)
        monkeypatch.setattr(metrics, "open_metrics", lambda: counted)
        monkeypatch.setattr(metrics, "open_breaker", lambda: breaker)
        monkeypatch.setattr(metrics, "open_counts", lambda: PipelineCounts(client, prefix=prefix))
        yield counted, breaker
        for key in client.scan_iter(prefix + "*"):
            client.delete(key)


def samples(client: Client, headers: dict[str, str]) -> dict[tuple[str, ...], float]:
    """(name, values of the labels in the order of their names) to value, read as Prometheus reads it."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (each.name, *(label for _, label in sorted(each.labels.items()))): each.value
        for family in families
        for each in family.samples
    }


def source(slug: str, connector: str, health: str = Health.HEALTHY, **given: Any) -> Source:
    return Source.objects.create(
        slug=slug,
        name=slug,
        connector=connector,
        type=SourceType.ICAL,
        health=health,
        is_active=True,
        **given,
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("shared")
def test_what_the_pipeline_did(client: Client, token: dict[str, str]) -> None:
    counts = metrics.open_counts()
    step = {"taken": 3, "dropped": 1, "seconds": 0.25}
    counts.add(
        "town",
        discovered={"music": 2, "film": 1},
        merged=1,
        dropped={"past": 4},
        steps={"times": step, "places": {"held": 3}},
    )
    counts.add("town", discovered={"music": 1}, merged=0, dropped={}, steps={"times": step})
    found = samples(client, token)
    assert found["nocturne_events_discovered_total", "music", "town"] == 3
    assert found["nocturne_events_discovered_total", "film", "town"] == 1
    assert found["nocturne_events_merged_total", "town"] == 1
    assert found["nocturne_records_dropped_total", "past"] == 4
    assert (found["nocturne_step_seconds_total", "times"], found["nocturne_step_records_total", "times"]) == (
        0.5,
        6,
    )


@pytest.mark.usefixtures("shared")
def test_names_are_bounded() -> None:
    counts = metrics.open_counts()
    counts._most = 2
    counts.add("town", discovered={"music": 1, "film": 1, "art": 1}, merged=0, dropped={}, steps={})
    counts.add("town", discovered={"music": 1, "art": 1}, merged=0, dropped={}, steps={})
    assert counts.totals().discovered == {("town", "music"): 2, ("town", "film"): 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("shared")
def test_the_share_of_what_was_told_before(client: Client, token: dict[str, str]) -> None:
    one = source("town", "ical")
    for new, merged in ((10, 4), (10, 0), (0, 0)):
        FetchRun.objects.create(
            source=one, state=RunState.SUCCESS, started_at=now(), finished_at=now(), new=new, merged=merged
        )
    assert samples(client, token)["nocturne_duplicate_rate", "town"] == pytest.approx(0.2)


@pytest.mark.django_db
@pytest.mark.usefixtures("shared")
def test_how_long_the_oldest_message_waits(
    client: Client, token: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = f"test:{secrets.token_hex(6)}:"
    monkeypatch.setitem(configured.CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix", prefix)
    with redis.Redis.from_url(configured.REDIS_URL) as broker:
        for waits in (300, 5):
            broker.lpush(prefix + "enrich", json.dumps({"headers": {"queued_at": time.time() - waits}}))
        broker.lpush(prefix + "fetch", "no message of Celery")
        found = samples(client, token)
        broker.delete(prefix + "enrich", prefix + "fetch")
    assert found["nocturne_queue_messages", "enrich"] == 2
    assert found["nocturne_queue_age_seconds", "enrich"] == pytest.approx(300, abs=5)
    assert (found["nocturne_queue_messages", "fetch"], found["nocturne_queue_age_seconds", "fetch"]) == (1, 0)
    assert (found["nocturne_queue_messages", "notify"], found["nocturne_queue_age_seconds", "notify"]) == (
        0,
        0,
    )


def test_a_published_message_says_since_when_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = f"test:{secrets.token_hex(6)}:"
    with (
        redis.Redis.from_url(configured.REDIS_URL) as broker,
        Celery("other", broker=configured.CELERY_BROKER_URL, set_as_current=False) as other,
    ):
        other.conf.broker_transport_options = {"global_keyprefix": prefix}
        other.send_task("a.task", queue="enrich")
        message = json.loads(broker.lindex(prefix + "enrich", -1))  # type: ignore[arg-type]
        for key in broker.scan_iter(prefix + "*"):
            broker.delete(key)
    assert message["headers"]["queued_at"] == pytest.approx(time.time(), abs=5)


def ran(of: Source, state: str, started: datetime) -> None:
    FetchRun.objects.create(
        source=of, state=state, started_at=started, finished_at=None if state == RunState.RUNNING else started
    )


@pytest.mark.django_db
def test_the_way_out(
    client: Client, token: dict[str, str], shared: tuple[ValkeyMetrics, ValkeyBreaker]
) -> None:
    counted, breaker = shared
    base = {"at": datetime(2026, 11, 21, tzinfo=UTC), "method": "GET", "url": "", "host": "api.example"}
    counted(ExchangeFact(**base, endpoint="/events", status=200, seconds=0.2, size=10))
    counted(
        ExchangeFact(**base, endpoint="/events", status=429, code="rate limited", seconds=0.6, waited=3.5)
    )
    counted(ExchangeFact(**base, endpoint="/venues/:id", status=200, seconds=0.01))
    for _ in range(5):
        breaker.failed("down.example")
    found = samples(client, token)
    assert found["nocturne_egress_seconds_bucket", "/events", "api.example", "0.25"] == 1
    assert found["nocturne_egress_seconds_bucket", "/events", "api.example", "1.0"] == 2
    assert found["nocturne_egress_seconds_bucket", "/events", "api.example", "+Inf"] == 2
    assert found["nocturne_egress_seconds_count", "/events", "api.example"] == 2
    assert found["nocturne_egress_seconds_sum", "/events", "api.example"] == pytest.approx(0.8)
    assert found["nocturne_egress_answers_total", "2xx", "api.example"] == 2
    assert found["nocturne_egress_answers_total", "4xx", "api.example"] == 1
    assert found["nocturne_egress_429_total", "api.example"] == 1
    assert found["nocturne_egress_failures_total", "rate limited", "api.example"] == 1
    assert found["nocturne_egress_throttled_seconds_total", "api.example"] == 3.5
    assert found["nocturne_egress_received_bytes_total", "api.example"] == 10
    assert found["nocturne_egress_breaker", "down.example", "open"] == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("shared")
def test_runs_sources_and_quotas(client: Client, token: dict[str, str]) -> None:
    calendar, feed = source("calendar", "ical"), source("feed", "rss", Health.FAILING)
    Source.objects.filter(pk=source("off", "rss").pk).update(is_active=False)
    for state in (RunState.SUCCESS, RunState.SUCCESS, RunState.FAILED, RunState.RUNNING):
        ran(calendar, state, now())
    ran(feed, RunState.REFUSED, now())
    ran(feed, RunState.SUCCESS, now() - 2 * metrics.WINDOW)
    quotas = DatabaseQuotas()
    for _ in range(3):
        quotas.take(
            "yelp", [Quota(requests=5000, seconds=86_400, cost=0.5), Quota(requests=10, seconds=30 * 86_400)]
        )
    found = samples(client, token)
    runs = {key[1:]: value for key, value in found.items() if key[0] == "nocturne_runs_last_day"}
    assert runs == {
        ("ical", "success"): 2,
        ("ical", "failed"): 1,
        ("ical", "running"): 1,
        ("rss", "refused"): 1,
    }
    assert found["nocturne_sources", "healthy"] == 1
    assert found["nocturne_sources", "failing"] == 1
    assert found["nocturne_quota_left", "yelp", "86400"] == 4997
    assert found["nocturne_quota_granted", "yelp", "2592000"] == 10
    assert found["nocturne_quota_cost", "USD", "yelp", "86400"] == 1.5


@pytest.mark.django_db
@pytest.mark.usefixtures("shared")
def test_a_scrape_asks_the_database_twenty_times(
    client: Client, token: dict[str, str], django_assert_num_queries: Any
) -> None:
    for number in range(5):
        ran(source(f"source-{number}", "ical"), RunState.SUCCESS, now())
    cache.delete("dashboard:vectors")  # counted once a minute
    with django_assert_num_queries(20):
        client.get("/metrics", headers=token)


@pytest.mark.django_db
def test_mails_that_did_not_go_are_counted(client: Client, token: dict[str, str]) -> None:
    for state in ("failed", "failed", "sent"):
        reader = Subscription.objects.create(
            city=make_city(), address_hash=uuid7().hex, token_hash=uuid7().hex
        )
        Delivery.objects.create(subscription=reader, kind="digest", period="2026-W47", state=state)
    assert samples(client, token)["nocturne_mails_unsent", "digest", "failed"] == 2


@pytest.mark.django_db
def test_without_valkey_the_rest_is_told(client: Client, token: dict[str, str], settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    source("calendar", "ical")
    found = samples(client, token)
    assert all(
        found["nocturne_scrape_failed", part] == 1 for part in ("egress", "breakers", "pipeline", "queues")
    )
    assert found["nocturne_sources", "healthy"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "address", "headers", "wanted"),
    [
        (Mode.PRODUCTION, "127.0.0.1", {}, 401),
        (Mode.PRODUCTION, "203.0.113.9", {"Authorization": f"Bearer {TOKEN}"}, 200),
        (Mode.PRODUCTION, "203.0.113.9", {"Authorization": f"bearer  {TOKEN} "}, 200),
        (Mode.PRODUCTION, "203.0.113.9", {"Authorization": f"Bearer {TOKEN}x"}, 401),
        (Mode.PRODUCTION, "203.0.113.9", {"Authorization": f"Basic {TOKEN}"}, 401),
        (Mode.PRODUCTION, "203.0.113.9", {"Authorization": "Bearer ünlü"}, 401),
        (Mode.LOCAL, "127.0.0.1", {}, 200),
        (Mode.LOCAL, "::1", {}, 200),
        (Mode.LOCAL, "192.168.1.4", {}, 401),
        (Mode.LOCAL, "127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}, 401),
        (Mode.LOCAL, "", {}, 401),
        (Mode.TEST, "127.0.0.1", {}, 401),
    ],
)
def test_who_may_read(
    client: Client, settings: Any, mode: Mode, address: str, headers: dict[str, str], wanted: int
) -> None:
    settings.METRICS_TOKEN, settings.MODE = TOKEN, mode
    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == wanted
    assert TOKEN not in answer.content.decode()
    if wanted == 401:
        assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rights", "wanted"), [(["accounts.read_metrics"], 200), (["sources.view_source"], 401)]
)
def test_staff_with_the_right_may_read(client: Client, rights: list[str], wanted: int) -> None:
    client.force_login(make_person(email="reader@example.org", rights=rights))
    assert client.get("/metrics").status_code == wanted


@pytest.mark.django_db
def test_no_token_in_the_settings_opens_nothing(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 401
