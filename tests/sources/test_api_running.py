"""Running the pipeline through the API: pause and resume, cancel, discoveries, status, metrics, alerts."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.rights import PIPELINE
from flags.models import FlagSwitch
from flags.services import forget
from pipeline.contract.raw import RawPayload
from sources import tasks
from sources.enums import Phase, RunState
from sources.models import Alert, Discovery, FetchRun, Pause, Source
from sources.runs.cancel import cancel
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from sources.runs.progress import enter_phase
from sources.runs.release import release_stuck
from sources.triggers.due import due_sources
from sources.triggers.inbox import drain, receive, submissions_source
from tests.factories import NOW, make_city, make_source, make_staff
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, many

API = "/api/v1/admin"
NO_RUN = UUID(int=7)


@pytest.fixture(autouse=True)
def queued(db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Any:
    cache.clear()
    sent: dict[str, list[str]] = {"fetch": [], "process": []}
    monkeypatch.setattr(tasks.fetch_run, "delay", sent["fetch"].append)
    monkeypatch.setattr(tasks.process_run, "delay", sent["process"].append)
    yield sent
    cache.clear()


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


@pytest.fixture
def post(staff: Client, django_capture_on_commit_callbacks: Any) -> Any:
    """Post JSON as staff; tasks queued after the commit are queued."""

    def send(path: str, **body: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return staff.post(f"{API}/{path}", body, content_type="application/json")

    return send


def live(slug: str = "feed", **fields: Any) -> Source:
    return feed_source(
        slug, **{"config": {"url": f"https://{slug}.example.org/a.ics"}, "is_active": True, **fields}
    )


def opened(source: Source) -> FetchRun:
    return open_run(source, requested_by="test", now=timezone.now())


def errors(response: Any) -> list[str]:
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    return [error["field"] for error in response.json()["errors"]]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "pipeline/pause"), ("post", "pipeline/resume"), ("get", "pipeline/status"), ("get", "pipeline/metrics"), ("get", "alerts"),
        ("post", f"runs/{NO_RUN}/cancel"), ("post", "discovery"), ("get", f"discovery/{NO_RUN}"),
    ],
)  # fmt: skip
def test_nobody_may_who_is_not_signed_in(client: Client, method: str, path: str) -> None:
    response = getattr(client, method)(f"{API}/{path}")
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")


# --- pausing ---


@pytest.mark.parametrize(
    ("scope", "key", "stops_fetch", "stops_process"),
    [
        ("all", "", True, True), ("source", "feed", True, True), ("source", "other", False, False), ("city", "bengaluru", True, True),
        ("city", "mumbai", False, False), ("step", "fetch", True, False), ("step", "process", False, True), ("step", "locate", False, True),
    ],
)  # fmt: skip
def test_a_pause_holds_what_it_names_and_nothing_else(
    post: Any, scope: str, key: str, stops_fetch: bool, stops_process: bool
) -> None:
    source, other = live(), live("other")
    Source.objects.filter(pk=other.pk).update(city=make_city(slug="mumbai"), is_active=False)
    fetched = opened(source)
    assert fetch_payloads(fetched, now=NOW, http=FakeHttpClient(calendar(many(2))))
    answer = post("pipeline/pause", scope=scope, key=key, reason="maintenance").json()
    assert (answer["scope"], answer["key"], answer["reason"], answer["requested_by"][:5]) == (
        scope,
        key,
        "maintenance",
        "user ",
    )
    assert (process_run(fetched, now=NOW).state == RunState.RUNNING) == stops_process
    FetchRun.objects.all().delete()
    Source.objects.update(claimed_until=None, next_fetch_at=timezone.now())
    assert (due_sources(now=timezone.now()) == []) == stops_fetch
    response = post(f"sources/{source.id}/trigger")
    assert response.status_code == (409 if stops_fetch else 202)
    if stops_fetch:
        assert "maintenance" in response.json()["detail"]
    assert post("pipeline/resume", scope=scope, key=key).json()["resumed"] is True
    assert Pause.objects.count() == 0


def test_what_was_queued_waits_and_goes_on_when_resumed(post: Any, queued: dict[str, list[str]]) -> None:
    first, second = opened(live("one")), opened(live("two"))
    assert fetch_payloads(second, now=NOW, http=FakeHttpClient(calendar(many(2))))
    post("pipeline/pause", scope="all")
    assert not fetch_payloads(first, now=NOW, http=FakeHttpClient(calendar(many(1))))
    assert process_run(second, now=NOW).state == RunState.RUNNING
    FetchRun.objects.update(heartbeat_at=timezone.now() - timedelta(hours=3))
    assert release_stuck(now=timezone.now()).count == 0
    assert post("pipeline/resume", scope="all").json() == {"resumed": True, "queued": 2}
    assert queued == {"fetch": [str(first.id)], "process": [str(second.id)]}
    second.refresh_from_db()
    assert process_run(second, now=NOW).state == RunState.SUCCESS


def test_what_is_sent_to_us_waits_too_and_is_not_tried_in_vain(
    post: Any, queued: dict[str, list[str]]
) -> None:
    source = submissions_source()
    receive(
        source,
        RawPayload(url="submission:one", content=b'{"title": "A", "start": "2030-01-01"}'),
        run_id=uuid7(),
    )
    post("pipeline/pause", scope="step", key="process")
    assert list(drain(source)) == []
    assert FetchRun.objects.count() == 0
    post("pipeline/resume", scope="step", key="process")
    assert len(list(drain(source))) == 1


def test_pausing_and_resuming_twice_change_nothing(post: Any) -> None:
    first = post("pipeline/pause", scope="all", reason="one").json()
    assert post("pipeline/pause", scope="all", reason="two").json() == first
    assert [post("pipeline/resume", scope="all").json()["resumed"] for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "scope"), ({"scope": "world"}, "scope"), ({"scope": "all", "key": "x"}, "key"), ({"scope": "source"}, "key"),
        ({"scope": "source", "key": "nobody"}, "key"), ({"scope": "city", "key": "atlantis"}, "key"), ({"scope": "step", "key": "dance"}, "key"),
        ({"scope": "all", "why": "x"}, "why"), ({"scope": "all", "reason": "x" * 301}, "reason"),
        ({"scope": "city", "key": 0}, "key"),
    ],
)  # fmt: skip
def test_a_pause_that_cannot_be_names_the_field(post: Any, body: dict[str, Any], field: str) -> None:
    assert errors(post("pipeline/pause", **body)) == [field]


def test_a_number_is_no_key_of_what_is_resumed(post: Any) -> None:
    assert errors(post("pipeline/resume", scope="city", key=0)) == ["key"]


# --- cancelling ---


def test_a_queued_run_is_cancelled_at_once_one_at_work_soon_and_one_that_is_over_never(post: Any) -> None:
    waiting, working = opened(live("one")), opened(live("two"))
    assert enter_phase(working, Phase.FETCHING, out_of=(Phase.QUEUED,))
    first, second = (post(f"runs/{run.id}/cancel") for run in (waiting, working))
    assert (first.status_code, first.json()) == (202, {"run": str(waiting.id), "status": "cancelled"})
    assert (second.status_code, second.json()["status"]) == (202, "cancelling")
    assert FetchRun.objects.get(pk=working.pk).cancel_requested_at is not None
    over = post(f"runs/{waiting.id}/cancel")
    assert (over.status_code, "cancelled" in over.json()["detail"]) == (409, True)
    assert post(f"runs/{uuid7()}/cancel").status_code == 404
    assert post("runs/none/cancel").status_code == 404


def test_a_run_shows_its_progress_and_its_requests(staff: Client) -> None:
    run = opened(live())
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(2))))
    FetchRun.objects.update(
        http={"requests": 1, "exchanges": [{"url": "https://feed.example.org/a.ics", "status": 200}]}
    )
    found = staff.get(f"{API}/runs/{run.id}").json()
    assert (found["progress"]["phase"], found["progress"]["pages"]) == ("waiting", 1)
    assert (found["exchanges"][0]["status"], "exchanges" in found["http"]) == (200, False)


# --- discoveries ---


def test_a_discovery_is_one_run_for_each_source_city_and_category(
    post: Any, staff: Client, queued: dict[str, list[str]]
) -> None:
    one, two = live("one"), live("two")
    live("idle", is_active=False)
    make_source(
        slug="elsewhere",
        city=make_city(slug="mumbai"),
        is_active=True,
        config={"url": "https://e.example/a.ics"},
    )
    Source.objects.update(next_fetch_at=timezone.now() + timedelta(days=1))
    response = post(
        "discovery", sources=["ical"], cities=["bengaluru"], categories=["music", "food"], max_per_source=2
    )
    assert response.status_code == 202, response.json()
    job = Discovery.objects.get()
    assert response.json() == {"run": str(job.id), "count": 4, "status": "started"}
    assert len(queued["fetch"]) == 2  # of one source one run at a time
    asked = []
    while queued["fetch"]:
        run = FetchRun.objects.select_related("source__city").get(pk=queued["fetch"].pop(0))
        asked.append((run.source.slug, run.params["category"]))
        assert fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(5))))
        process_run(run, now=NOW)
        assert (run.state, run.events_found, run.coverage) == (RunState.PARTIAL, 2, "partial")
        tasks.go_on(run)
    assert sorted(asked) == sorted(
        (slug, category) for slug in (one.slug, two.slug) for category in ("music", "food")
    )
    found = staff.get(f"{API}/runs/{job.id}").json()
    assert found == staff.get(f"{API}/discovery/{job.id}").json()
    assert (
        found["state"],
        found["sums"]["runs"],
        found["sums"]["pending"],
        found["sums"]["events_found"],
    ) == (
        "success",
        {"partial": 4},
        0,
        8,
    )
    assert {child["discovery"] for child in found["children"]} == {str(job.id)}
    assert post(f"runs/{job.id}/cancel").status_code == 409


def test_a_part_that_was_asked_for_hides_nothing_from_the_next_whole_answer(post: Any) -> None:
    source = live()
    post("discovery", max_per_source=2)
    run = FetchRun.objects.select_related("source__city").get()
    body = FakeHttpClient(calendar(many(5)))
    assert fetch_payloads(run, now=NOW, http=body)
    assert process_run(run, now=NOW).new == 2
    source.refresh_from_db()
    assert (source.validators, source.covered_at) == ({}, None)
    whole = opened(source)
    assert fetch_payloads(whole, now=NOW, http=body)
    assert (process_run(whole, now=NOW).new, whole.unchanged) == (3, 2)


def test_a_discovery_goes_on_by_the_clock_and_around_what_is_busy_or_paused(
    post: Any, queued: dict[str, list[str]]
) -> None:
    busy, paused = live("busy"), live("paused")
    live("free")
    running = opened(busy)
    post("pipeline/pause", scope="source", key="paused")
    post("discovery", sources=["busy", "paused", "free"])
    assert [FetchRun.objects.get(pk=pk).source.slug for pk in queued["fetch"]] == ["free"]
    cancel(running.id, by=PIPELINE, now=timezone.now())
    Source.objects.update(next_fetch_at=timezone.now() + timedelta(days=1))
    FlagSwitch.objects.create(name="live_sources", is_on=True)
    forget()
    assert tasks.fetch_due_sources() == 1
    post("pipeline/resume", scope="source", key="paused")
    assert tasks.fetch_due_sources() == 1
    assert FetchRun.objects.filter(discovery__isnull=False).count() == 3
    assert FetchRun.objects.filter(discovery__isnull=False, source=paused).exists()


def test_a_cancelled_discovery_cancels_its_runs_and_opens_no_more(post: Any, staff: Client) -> None:
    live()
    job = post("discovery", categories=["music", "sport"]).json()["run"]
    assert post(f"runs/{job}/cancel").json() == {"run": job, "status": "cancelled"}
    found = staff.get(f"{API}/runs/{job}").json()
    assert (found["state"], found["sums"]["runs"]) == ("cancelled", {"cancelled": 1})


def test_a_discovery_whose_runs_fail_has_failed(post: Any) -> None:
    live()
    post("discovery")
    run = FetchRun.objects.select_related("source__city").get()
    fetch_payloads(run, now=NOW, http=FakeHttpClient(b"<html>"))
    tasks.go_on(run)
    assert Discovery.objects.get().state == RunState.FAILED


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sources": ["nobody"]}, "sources"), ({"cities": ["atlantis"]}, "cities"), ({"categories": ["nonsense"]}, "categories"),
        ({"max_per_source": 0}, "max_per_source"), ({"city": "x"}, "city"), ({"cities": [5]}, "cities.0"),
    ],
)  # fmt: skip
def test_a_discovery_that_cannot_be_names_the_field(post: Any, body: dict[str, Any], field: str) -> None:
    live()
    assert errors(post("discovery", **body)) == [field]


def test_a_discovery_of_nothing_that_is_active_is_a_conflict(post: Any) -> None:
    live()
    assert post("discovery", cities=["bengaluru"], sources=["rss"]).status_code == 409


def test_a_discovery_needs_live_sources(post: Any) -> None:
    live()
    FlagSwitch.objects.create(name="live_sources", is_on=False)
    forget()
    assert post("discovery").status_code == 404


# --- how it does ---


def test_the_status_says_what_is_held_under_way_queued_and_due(post: Any, staff: Client) -> None:
    late, running = live("late"), opened(live("busy"))
    since = timezone.now() - timedelta(hours=2)
    Source.objects.filter(pk=late.pk).update(next_fetch_at=since, health="failing")
    Alert.objects.create(key="source:late:failing", title="late fails", source=late)
    found = staff.get(f"{API}/pipeline/status").json()
    assert (found["due"], found["oldest_due_at"], found["open_alerts"]) == (
        1,
        since.isoformat().replace("+00:00", "Z"),
        1,
    )
    assert [(row["id"], row["source"], row["phase"]) for row in found["runs"]] == [
        (str(running.id), "busy", "queued")
    ]
    assert set(found["queues"]) == {"fetch", "scrape", "process", "enrich", "notify"}
    assert found["health"] == {"failing": 1, "sleeping": 1}
    post("pipeline/pause", scope="city", key="bengaluru")
    assert staff.get(f"{API}/pipeline/status").json()["due"] == 0


def test_the_status_counts_the_messages_that_wait(staff: Client) -> None:
    before = staff.get(f"{API}/pipeline/status").json()["queues"]["scrape"]
    tasks.scrape_run.apply_async(args=[str(uuid7())])
    assert staff.get(f"{API}/pipeline/status").json()["queues"]["scrape"] == before + 1
    tasks.scrape_run.app.control.purge()


def test_the_status_without_a_broker_is_still_an_answer(
    staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tasks.fetch_run.app
    monkeypatch.setattr(
        app, "connection_for_read", lambda **_: app.connection_for_write("redis://127.0.0.1:1/0")
    )
    assert set(staff.get(f"{API}/pipeline/status").json()["queues"].values()) == {None}


def test_the_metrics_count_what_runs_came_to(staff: Client) -> None:
    source = live()
    run = opened(source)
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(3))))
    process_run(run, now=NOW)
    FetchRun.objects.update(dropped={"past": 2})
    failed = opened(live("odd"))
    fetch_payloads(failed, now=NOW, http=FakeHttpClient(b"<html>"))
    old = opened(live("old"))
    FetchRun.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(hours=30))
    found = staff.get(f"{API}/pipeline/metrics").json()
    assert (found["hours"], found["runs"]) == (24, {"success": 1, "failed": 1})
    assert (found["events"]["found"], found["events"]["kept"], found["events"]["dropped"]) == (
        3,
        3,
        {"past": 2},
    )
    assert 0 <= found["seconds"]["p50"] <= found["seconds"]["p95"]
    assert sum(row["runs"] for row in found["series"]) == 2
    assert [(row["connector"], row["runs"], row["failed"]) for row in found["connectors"]] == [("ical", 2, 1)]
    assert sum(staff.get(f"{API}/pipeline/metrics?hours=48").json()["runs"].values()) == 3
    assert errors(staff.get(f"{API}/pipeline/metrics?hours=0")) == ["hours"]
    FetchRun.objects.all().delete()
    assert staff.get(f"{API}/pipeline/metrics").json()["seconds"] == {"p50": None, "p95": None}


def test_alerts_open_and_past(staff: Client) -> None:
    source = live()
    Alert.objects.create(key="a", title="now", source=source)
    Alert.objects.create(
        key="b", title="then", resolved_at=timezone.now(), raised_at=timezone.now() - timedelta(days=1)
    )

    def titles(query: str) -> list[str]:
        return [row["title"] for row in staff.get(f"{API}/alerts{query}").json()["results"]]

    assert (titles(""), titles("?state=open"), titles("?state=past")) == (["now", "then"], ["now"], ["then"])
    assert staff.get(f"{API}/alerts?limit=1").json()["results"][0]["source"] == "feed"
