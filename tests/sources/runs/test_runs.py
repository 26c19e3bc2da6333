"""A run from claim to close, with a fake HTTP client and with real HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now as clock
from pytest_httpserver import HTTPServer

from accounts.rights import PIPELINE
from egress.exceptions import ConnectFailed, RobotsRefused
from events.models import Event
from pipeline.connectors.configuration import configured
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.http_errors import NotModified, RateLimited
from sources.enums import Phase, RunState
from sources.models import DeadLetter, FetchRun, Payload, Source
from sources.runs.cancel import cancel
from sources.runs.claim import AlreadyRunning, claim, open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from sources.runs.progress import RUN_HOLDS, enter_phase, note_reading
from sources.runs.timing import DAY, SPREAD_FAILED
from sources.triggers.due import due_sources
from tests.factories import NOW
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, many

pytestmark = pytest.mark.django_db
URL = "https://feed.example.org/events.ics"


def live_source(**fields: Any) -> Source:
    return feed_source(**{"config": {"url": URL}, "is_active": True, **fields})


def fetch(source: Source, http: FakeHttpClient) -> tuple[FetchRun, bool]:
    source.refresh_from_db()
    run = open_run(source, requested_by="test", now=clock())
    return run, fetch_payloads(run, now=NOW, http=http)


def taken(source: Source, http: FakeHttpClient) -> FetchRun:
    run, more = fetch(source, http)
    return process_run(run, now=NOW) if more else run


def test_a_source_is_claimed_once() -> None:
    source = live_source()
    assert claim(source.id, now=NOW)
    assert not claim(source.id, now=NOW)
    assert claim(source.id, now=NOW + RUN_HOLDS + timedelta(seconds=1))


def test_one_run_at_a_time() -> None:
    source = live_source()
    open_run(source, requested_by="test", now=NOW)
    with pytest.raises(AlreadyRunning):
        open_run(source, requested_by="test", now=NOW)


def test_a_run_whose_hold_is_over_gives_way_and_the_next_asks_in_full() -> None:
    source = live_source(validators={URL: {"etag": "x", "last_modified": ""}})
    now = clock()
    first = open_run(source, requested_by="test", now=now)
    assert enter_phase(first, Phase.FETCHING, out_of=(Phase.QUEUED,))
    second = open_run(source, requested_by="test", now=now + RUN_HOLDS + timedelta(minutes=1))
    first.refresh_from_db()
    source.refresh_from_db()
    assert (first.state, first.error_code, second.state) == (RunState.FAILED, "stuck", RunState.RUNNING)
    assert source.validators == {}


def test_a_lost_run_that_the_next_claim_finds_ends_as_any_failed_run_does() -> None:
    source = live_source()
    now = clock()
    lost = open_run(source, requested_by="test", now=now)
    enter_phase(lost, Phase.FETCHING, out_of=(Phase.QUEUED,))
    later = now + RUN_HOLDS + timedelta(minutes=1)
    open_run(source, requested_by="test", now=later)
    lost.refresh_from_db()
    assert (lost.state, lost.finished_at, "phase" in lost.progress) == (RunState.FAILED, later, False)
    assert (source.consecutive_failures, source.last_error) == (
        1,
        "stuck: The process of the run ended unexpectedly.",
    )
    assert not claim(source.id, now=later)


def test_an_answer_that_a_lost_run_was_reading_is_set_aside_by_the_next_claim() -> None:
    source = live_source()
    now = clock()
    lost = open_run(source, requested_by="test", now=now)
    enter_phase(lost, Phase.FETCHING, out_of=(Phase.QUEUED,))
    note_reading(lost, {"sha256": "5e" * 32, "url": URL})
    open_run(source, requested_by="test", now=now + RUN_HOLDS + timedelta(minutes=1))
    assert DeadLetter.objects.get(source=source).reason == "ended its process in reading"


def test_a_run_that_waits_in_a_queue_does_not_give_way() -> None:
    source = live_source()
    open_run(source, requested_by="test", now=NOW)
    with pytest.raises(AlreadyRunning):
        open_run(source, requested_by="test", now=NOW + RUN_HOLDS + timedelta(minutes=1))


def test_due_are_the_active_free_and_late_ones_by_priority() -> None:
    low = live_source(slug="low", next_fetch_at=NOW, config={"url": "https://low.example.org/events.ics"})
    high = live_source(slug="high", next_fetch_at=NOW, priority=5)
    live_source(slug="off", is_active=False, next_fetch_at=NOW)
    live_source(slug="later", next_fetch_at=NOW + timedelta(hours=1))
    live_source(slug="pushed", type="webhook", connector="webhook", next_fetch_at=NOW)
    live_source(slug="held", next_fetch_at=NOW, claimed_until=NOW + timedelta(minutes=1))
    assert due_sources(now=NOW) == [high.id, low.id]


def test_a_fetch_keeps_the_bytes_and_the_second_half_takes_them_in() -> None:
    source = live_source(quicken=False)  # the events lie at a fixed day, which the real clock may be near
    http = FakeHttpClient(calendar(many(3)))
    run = taken(source, http)
    source.refresh_from_db()
    assert (run.state, run.new, http.asked) == (RunState.SUCCESS, 3, [URL])
    assert Payload.objects.get(run_id=run.id).size == len(http.content)
    assert (source.claimed_until, source.consecutive_failures, source.covered_at) == (None, 0, NOW)
    assert source.next_fetch_at > clock() + timedelta(hours=5)


def test_not_modified_has_nothing_to_do() -> None:
    source = live_source()
    taken(source, FakeHttpClient(calendar(many(2))))
    run, more = fetch(source, FakeHttpClient(error=NotModified("304")))
    assert (more, run.state, run.http["not_modified"]) == (False, RunState.SUCCESS, True)


def test_not_modified_covers_no_more_than_the_last_answer_did() -> None:
    source = live_source()
    taken(source, FakeHttpClient(calendar(many(2), closed=False)))
    fetch(source, FakeHttpClient(error=NotModified("304")))
    source.refresh_from_db()
    assert source.covered_at is None


def test_the_same_bytes_have_nothing_to_do() -> None:
    source = live_source()
    taken(source, FakeHttpClient(calendar(many(2))))
    run, more = fetch(source, FakeHttpClient(calendar(many(2))))
    assert (more, run.state, run.http["same_bytes"], run.events_found) == (False, RunState.SUCCESS, True, 0)


def test_the_same_bytes_after_a_failure_are_taken_in() -> None:
    source = live_source()
    run, more = fetch(source, FakeHttpClient(calendar(many(2))))
    assert more
    assert cancel(run.id, by=PIPELINE, now=clock())
    assert taken(source, FakeHttpClient(calendar(many(2)))).new == 2


def test_a_permanent_error_is_refused() -> None:
    run, more = fetch(live_source(), FakeHttpClient(error=RobotsRefused("robots.txt forbids it")))
    assert (more, run.state, run.error_code) == (False, RunState.REFUSED, "robots refused")


def test_other_failures_wait_longer_each_time() -> None:
    source = live_source(schedule_minutes=60, validators={URL: {"etag": "x", "last_modified": ""}})
    waits = []
    for _ in range(3):
        run, _more = fetch(source, FakeHttpClient(error=ConnectFailed("no route")))
        source.refresh_from_db()
        assert run.finished_at is not None
        waits.append(source.next_fetch_at - run.finished_at)
    for wait, hours in zip(waits, (1, 2, 4), strict=True):
        assert timedelta(hours=hours) <= wait <= timedelta(hours=hours) * (1 + SPREAD_FAILED)
    assert (run.state, source.consecutive_failures, source.last_error) == (
        RunState.FAILED,
        3,
        "connect failed: no route",
    )
    assert source.validators == {}


def test_retry_after_is_kept_up_to_a_day() -> None:
    source = live_source(schedule_minutes=10)
    for asked, waited in ((7200.0, timedelta(hours=2)), (10.0**7, DAY)):
        run, _more = fetch(source, FakeHttpClient(error=RateLimited("slow down", retry_after=asked)))
        source.refresh_from_db()
        assert run.finished_at is not None
        assert source.next_fetch_at - run.finished_at == waited


def test_a_page_instead_of_a_calendar_is_a_change_of_schema() -> None:
    run, more = fetch(live_source(), FakeHttpClient(b"<!doctype html><html><body>Log in</body></html>"))
    assert (more, run.state, run.error_code) == (False, RunState.FAILED, "schema changed")


def test_a_defect_in_either_half_frees_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    source = live_source()
    run, _more = fetch(source, FakeHttpClient(calendar(many(1))))
    with monkeypatch.context() as patched:
        patched.setattr("sources.runs.process.process_pages", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            process_run(run, now=NOW)
        patched.setattr("sources.runs.fetch.configured", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            fetch(source, FakeHttpClient())
    source.refresh_from_db()
    assert source.claimed_until is None
    assert {row.state for row in source.runs.all()} == {RunState.FAILED}


@pytest.mark.parametrize(
    ("connector", "config", "named"),
    [
        ("ical", {"adress": "x"}, "config.adress"),
        ("ical", {"max_occurrences": 0}, "max_occurrences"),
        ("rss", {"uri": "x"}, "config.uri"),
    ],
)
def test_a_wrong_configuration_names_the_field(connector: str, config: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        configured(connector, config)
    assert named in caught.value.detail


def test_real_http_keeps_the_validators_and_sends_them(httpserver: HTTPServer, settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True
    settings.EGRESS_ALLOWED_PORTS = {httpserver.port}
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    fresh = {"ETag": '"v1"', "Content-Type": "text/calendar"}
    httpserver.expect_oneshot_request("/events.ics").respond_with_data(calendar(many(2)), headers=fresh)
    httpserver.expect_request("/events.ics", headers={"If-None-Match": '"v1"'}).respond_with_data(
        "", status=304
    )
    url = httpserver.url_for("/events.ics")
    source = live_source(config={"url": url})
    run = open_run(source, requested_by="test", now=clock())
    assert fetch_payloads(run, now=NOW), run.error_detail
    process_run(run, now=NOW)
    source.refresh_from_db()
    assert source.validators == {url: {"etag": '"v1"', "last_modified": ""}}
    again = open_run(source, requested_by="test", now=clock())
    assert not fetch_payloads(again, now=NOW)
    assert (again.state, again.http.get("not_modified"), Event.objects.count()) == (RunState.SUCCESS, True, 2)
