"""Our own HTTP, the database and the rest: counted for all processes, kept by the minute, read by API and page."""

import secrets
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from egress.factory import open_valkey
from insights.models.expectations import TARGETS
from operations.charts_page import charts
from operations.measures import families, kept, minute, pools
from operations.measures.behind import vectors
from operations.measures.catalogue import SERIES
from operations.measures.once import once, one_look
from operations.measures.pools import PoolReports
from operations.measures.requests import OTHER, RequestCounts
from operations.models import MetricMinute
from operations.watch.turn import turn
from sources.monitoring.metrics import PipelineCounts
from tests.factories import make_city, make_event, make_person

pytestmark = pytest.mark.django_db
API = "/api/v1/admin/pipeline/metrics"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def key() -> Any:
    name = f"test:{secrets.token_hex(6)}"
    yield name
    open_valkey().delete(name)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_person(rights=["sources.view_fetchrun"]))
    return client


def test_two_processes_are_counted_together(key: str) -> None:
    one, other = RequestCounts(key=key, every=900), RequestCounts(key=key, every=900)
    one.count("events/", 200, 0.07, kept="hit")
    other.count("events/", 200, 3.0)
    other.count("events/", 500, 99.0)
    one.flush()
    other.flush()
    totals = one.totals()
    assert totals.answers == {("events/", "200"): 2, ("events/", "500"): 1}
    assert totals.buckets["events/"] == [0, 1, 0, 0, 0, 0, 1, 0, 1]
    assert totals.seconds["events/"] == pytest.approx(102.07)
    assert totals.kept == {"hit": 1}


def test_what_is_counted_without_valkey_is_added_later(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import redis

    counts = RequestCounts(key=key, every=900)
    counts.count("a", 200, 0.1)
    with monkeypatch.context() as patch:
        patch.setattr(
            "operations.measures.requests.open_valkey", lambda: redis.Redis.from_url("redis://127.0.0.1:1/0")
        )
        counts.flush()
    counts.count("a", 200, 0.1)
    counts.flush()
    assert counts.totals().answers == {("a", "200"): 2}


def test_a_full_table_takes_no_new_routes(key: str) -> None:
    counts = RequestCounts(key=key, every=900, most=1)
    for route in ("a", "b"):
        counts.count(route, 200, 0.1)
        counts.flush()
    assert counts.totals().answers == {("a", "200"): 1, (OTHER, "200"): 1}


def test_a_route_is_the_pattern_and_not_what_was_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "operations.middleware.COUNTS.count",
        lambda route, status, seconds, kept, read: seen.append((route, status)),
    )
    client.get("/tags/jazz-of-nobody/")
    client.get("/healthz")
    assert seen == [("tags/<slug:tag>/", 404), ("healthz", 200)] or seen[1] == ("healthz", 200)
    assert "nobody" not in seen[0][0]


def test_the_minute_has_only_series_of_the_catalogue_and_all_that_need_no_traffic() -> None:
    found = minute.measure(now=now())
    assert set(found) <= set(SERIES)
    needs_traffic = {
        "http_p95",
        "http_error_share",
        "page_cache_hit_share",
        "cache_hit_share",
        "run_failure_share",
        "db_pool_used_share",  # tests have no pool
        "db_pool_waiting",
        "anomaly_precision",  # nobody has answered
        *(f"expectation_error_{target}" for target in TARGETS),  # nothing was expected yet
        "source_forecast_error",
    }
    unmeasured = {name for name in set(SERIES) - set(found) if not name.startswith("health_")}
    assert unmeasured <= needs_traffic | {"http_answers", "http_errors"}
    assert 0 < found["db_connections_share"] < 1
    assert 0 < found["disk_free_share"] < 1


def test_a_part_whose_query_fails_is_a_gap_and_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(at: datetime) -> Any:
        yield "runs", MetricMinute.objects.raw("SELECT 1/0 AS id")[0].pk

    monkeypatch.setattr(minute, "_PARTS", (broken, *minute._PARTS))
    assert turn(now=now())
    kept = MetricMinute.objects.get()
    assert "db_connections_share" in kept.numbers
    assert "disk_free_share" in kept.numbers


def test_rates_are_those_since_the_last_minute(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    counts = RequestCounts(key=key, every=900)
    monkeypatch.setattr(minute, "COUNTS", counts)
    cache.delete("operations:totals")
    counts.count("a", 200, 0.01)
    assert "http_answers" not in minute.measure(now=now())
    for status in (200, 200, 200, 503):
        counts.count("a", status, 0.2)
    found = minute.measure(now=now())
    assert (found["http_answers"], found["http_errors"], found["http_error_share"], found["http_p95"]) == (
        4,
        1,
        0.25,
        0.25,
    )
    open_valkey().delete(key)  # Valkey was wiped: counters begin anew
    counts.count("a", 200, 0.01)
    assert minute.measure(now=now())["http_answers"] == 1


def test_one_process_has_the_turn_of_a_minute() -> None:
    moment = now()
    assert [turn(now=moment), turn(now=moment), turn(now=moment + MINUTE)] == [True, False, True]
    assert MetricMinute.objects.count() == 2


def test_a_turn_asks_for_queues_changes_and_vectors_once() -> None:
    cache.delete("dashboard:vectors")
    with CaptureQueriesContext(connection) as captured:
        assert turn(now=now())
    texts = [one["sql"] for one in captured]
    assert sum('"events_eventvector"' in text for text in texts) == 1
    assert sum('"outbox_change"."number" IS NULL' in text for text in texts) == 1
    asked: list[int] = []
    count = once(lambda: asked.append(1))
    with one_look():
        count()
        count()
    count()
    assert len(asked) == 2


def test_vectors_are_counted_once_a_minute() -> None:
    cache.delete("dashboard:vectors")
    moment = now()
    assert vectors(now=moment).count == 0
    event = make_event(publication="approved")
    assert vectors(now=moment).count == 0
    cache.delete("dashboard:vectors")  # as after a minute
    assert vectors(now=moment).count == 1
    assert vectors(now=event.updated_at + 5 * MINUTE).seconds == pytest.approx(300)


def test_the_pools_of_all_processes_are_one_sum(key: str) -> None:
    reports = PoolReports(open_valkey(), key=key)
    reports.report(
        "web-1", {"pool_size": 4, "pool_available": 1, "requests_waiting": 2, "pool_max": 8}, now=100
    )
    reports.report("web-2", {"pool_size": 3, "pool_available": 3, "pool_max": 8}, now=110)
    reports.report("web-2", {"pool_size": 5, "pool_available": 3, "pool_max": 8}, now=112)
    assert reports.totals(now=115) == (
        2,
        {"pool_size": 9, "pool_available": 4, "requests_waiting": 2, "requests_errors": 0, "pool_max": 16},
    )
    living, sums = reports.totals(now=125)  # the first has gone
    assert (living, sums["pool_size"]) == (1, 5)
    assert open_valkey().hkeys(key) == [b"web-2"]


def test_a_minute_has_the_pools_where_there_are_some(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reports, moment = PoolReports(open_valkey(), key=key), now()
    monkeypatch.setattr(pools, "open_reports", lambda: reports)
    monkeypatch.setattr(
        pools.database,
        "pool",
        lambda: {"pool_size": 4, "pool_available": 2, "requests_waiting": 3, "pool_max": 8},
    )
    pools.report()
    found = minute.measure(now=moment)
    assert (found["db_pool_used_share"], found["db_pool_waiting"]) == (0.25, 3)


def test_thirty_days_are_kept_and_points_are_bounded(staff: Client) -> None:
    moment = now()
    MetricMinute.objects.bulk_create(
        MetricMinute(at=kept.minute_of(moment - age * MINUTE), numbers={"beat_late": age, "runs": 2})
        for age in (*range(600), 60 * 24 * 31)
    )
    kept.keep({"beat_late": 1, "unheard_of": 5}, now=moment + MINUTE)
    assert MetricMinute.objects.count() == 601
    assert MetricMinute.objects.latest("at").numbers == {"beat_late": 1}
    own = staff.get(f"{API}?hours=24").json()["own"]
    assert own["grain_seconds"] == 480
    assert len(own["series"]["runs"]["points"]) <= 180
    assert {value for _, value in own["series"]["runs"]["points"]} == {2.0}
    assert staff.get(f"{API}?hours=1").json()["own"]["grain_seconds"] == 60


def test_the_page_has_a_table_beside_each_chart(staff: Client) -> None:
    moment = now()
    for age in range(30):
        kept.keep({"http_answers": age, "http_errors": 1, "runs": 0}, now=moment - age * MINUTE)
    text = staff.get("/admin/metrics/?hours=1").content.decode()
    assert text.count("<polyline") == 3
    assert text.count('class="plot"') == text.count("<details>") == 2
    assert "style=" not in text.partition('<div class="dash">')[2].partition("</section>")[0]
    assert staff.get("/admin/metrics/?hours=%3Cscript%3E").status_code == 200
    assert list(charts({})) == []


def test_prometheus_reads_them(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "let-me-in"
    text = client.get("/metrics", headers={"Authorization": "Bearer let-me-in"}).content.decode()
    for name in (
        "nocturne_db_connections{", "nocturne_db_lock_waits ", "nocturne_db_replication_lag_seconds ", "nocturne_db_dead_rows_share ",
        "nocturne_cache_reads_total{", "nocturne_beat_late_seconds ", "nocturne_vectors_waiting ", "nocturne_db_pool{",
    ):  # fmt: skip
        assert name in text
    assert "nocturne_scrape_failed{" not in text


def test_the_seconds_of_a_stage_are_a_histogram(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = PipelineCounts(open_valkey(), prefix=key)
    monkeypatch.setattr(families, "open_counts", lambda: counts)
    for seconds in (0.05, 7.0):
        counts.add(
            "a", discovered={}, merged=0, dropped={}, steps={"locate": {"seconds": seconds, "taken": 3}}
        )
    [family] = families.stages()
    found = {
        sample.labels.get("le"): sample.value for sample in family.samples if sample.name.endswith("_bucket")
    }
    assert (found["0.1"], found["5.0"], found["10.0"], found["+Inf"]) == (1, 1, 2, 2)
    open_valkey().delete(key + "{metrics}:pipeline")


def test_the_page_is_read_by_those_who_work_in_all_cities(client: Client) -> None:
    client.force_login(make_person(rights=["sources.view_fetchrun"], cities=[make_city()]))
    assert (client.get("/admin/metrics/").status_code, client.post("/admin/metrics/").status_code) == (
        403,
        405,
    )
