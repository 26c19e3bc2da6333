"""Health after runs: stored when it changes, an alert at the third failure, resolved once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now as clock

from accounts.rights import PIPELINE
from egress.exceptions import ConnectFailed
from moderation.enums import ReviewKind
from moderation.models import Review
from pipeline.contract.http_errors import ClientRefused, EgressError
from sources.enums import Health, PauseScope, RunState
from sources.models import Alert, FetchRun, Source
from sources.monitoring.health import refresh, refresh_all
from sources.queries import daily_quality, daily_yield, usual_yields
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.pause import pause
from sources.runs.process import process_run
from sources.setup.switch import disable
from tests.factories import NOW
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, many, take

pytestmark = pytest.mark.django_db
URL = "https://feed.example.org/events.ics"


def live(slug: str = "feed", **fields: Any) -> Source:
    return feed_source(slug, **{"config": {"url": URL}, "is_active": True, **fields})


def fetch(source: Source, *, events: int = 0, error: EgressError | None = None) -> Source:
    """Run the source once; returns it afterwards."""
    source.refresh_from_db()
    run = open_run(source, requested_by="test", now=clock())
    if fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(events)), error=error)):
        process_run(run, now=NOW)
    source.refresh_from_db()
    return source


def dead() -> EgressError:
    return ConnectFailed("the name feed.example.org does not resolve")


def test_only_the_third_failure_in_a_row_raises_an_alert_and_recovery_says_so_once() -> None:
    source = live()
    seen = []
    for error in (None, dead(), dead(), dead(), dead(), None, None):
        fetch(source, events=3, error=error)
        seen.append(
            (source.health, Alert.objects.count(), Alert.objects.filter(resolved_at__isnull=True).count())
        )
    assert seen == [
        (Health.HEALTHY, 0, 0), (Health.DEGRADED, 0, 0), (Health.DEGRADED, 0, 0), (Health.FAILING, 1, 1), (Health.FAILING, 1, 1),
        (Health.HEALTHY, 1, 0), (Health.HEALTHY, 1, 0),
    ]  # fmt: skip
    alert = Alert.objects.get()
    assert (alert.key, alert.title, alert.source) == ("source:feed:failing", "Feed fails", source)
    assert "Its host name is not known" in alert.detail


def test_two_failures_and_a_good_run_are_no_alert() -> None:
    source = live()
    for error in (dead(), dead(), None, dead(), dead()):
        fetch(source, events=3, error=error)
    assert not Alert.objects.exists()


def test_a_site_that_refuses_is_recorded_as_refusing() -> None:
    source = fetch(live(), error=ClientRefused("the site refused with 403", status=403))
    assert source.health == Health.REFUSED
    assert source.health_detail.startswith("the site refused with 403. The site refuses us.")


def test_the_moment_of_health_moves_with_health_alone() -> None:
    source = live()
    fetch(source, error=dead())
    since = source.health_since
    fetch(source, error=ConnectFailed("no connection: reset"))
    assert (source.health, source.health_since) == (Health.DEGRADED, since)
    assert "could not be reached" in source.health_detail
    fetch(source, events=2)
    assert source.health_since > since


def test_a_quarantined_run_is_an_alert_until_an_answer_is_whole_again() -> None:
    source = live()
    take(source, many(12))
    take(source, many(4))
    source.refresh_from_db()
    assert source.health == Health.QUARANTINED
    assert "8 of 12 upcoming events would vanish" in source.health_detail
    assert Alert.objects.get(resolved_at__isnull=True).key == "source:feed:quarantined"
    take(source, many(11))
    source.refresh_from_db()
    assert source.health == Health.HEALTHY
    assert not Alert.objects.filter(resolved_at__isnull=True).exists()


def past_runs(source: Source, *rows: dict[str, Any]) -> None:
    for number, row in enumerate(rows):
        at = NOW - timedelta(hours=len(rows) - number)
        FetchRun.objects.create(
            **{"source": source, "state": RunState.SUCCESS, "started_at": at, "finished_at": at, **row}
        )


def judged(source: Source) -> str:
    refresh([source], now=NOW)
    return Source.objects.get(pk=source.pk).health


def test_far_less_than_usual_is_a_warning_and_an_unchanged_answer_none() -> None:
    source = live()
    past_runs(source, *[{"events_found": 40}] * 6, {"events_found": 9})
    assert judged(source) == Health.DEGRADED
    past_runs(source, {"http": {"not_modified": True}})
    assert judged(source) == Health.HEALTHY


def test_far_more_dropped_than_usual_is_a_warning_but_what_is_over_counts_for_nothing() -> None:
    source = live()
    past_runs(
        source,
        *[{"events_found": 40, "dropped": {"no start": 2}}] * 6,
        {"events_found": 40, "dropped": {"past": 30}},
    )
    assert judged(source) == Health.HEALTHY
    past_runs(source, {"events_found": 40, "dropped": {"no start": 20, "past": 10}})
    assert judged(source) == Health.DEGRADED


def worth(mean: float, *, events: int = 40, remedy: str = "Name the venue.") -> dict[str, Any]:
    return {
        "events_found": 40,
        "quality": {
            "events": events,
            "mean": mean,
            "problems": [{"gate": "completeness", "remedy": remedy, "count": 30}],
        },
    }


def test_a_lower_grade_than_usual_is_a_warning_that_says_what_is_lacking() -> None:
    source = live()
    past_runs(source, *[worth(0.92)] * 6, worth(0.65), {"http": {"not_modified": True}})
    assert judged(source) == Health.DEGRADED
    assert Source.objects.get(pk=source.pk).health_detail == (
        "Its quality fell to 0.65 (D) where 0.92 (A) is usual. 30 of 40 events lack the same: Name the venue. Look at its last answer in the source lab."
    )
    past_runs(source, worth(0.88))
    assert judged(source) == Health.HEALTHY


def test_a_few_poor_events_and_a_source_that_is_not_known_yet_say_nothing() -> None:
    few, young = live("few"), live("young")
    past_runs(few, *[worth(0.92)] * 6, worth(0.3, events=3))
    past_runs(young, *[worth(0.92)] * 2, worth(0.3))
    assert {judged(few), judged(young)} == {Health.HEALTHY}


def test_the_quality_of_a_day_is_that_of_all_its_events() -> None:
    source = live()
    past_runs(source, worth(0.9, events=30), worth(0.5, events=10), {})
    days = daily_quality([source.pk], now=NOW)[source.pk]
    assert [(day.events, day.mean) for day in days if day.events] == [(40, 0.8)]
    assert len(days) == 30


def test_a_site_that_asks_to_wait_is_a_warning_though_the_run_went_well() -> None:
    source = live()
    past_runs(
        source,
        {
            "events_found": 40,
            "http": {"exchanges": [{"status": 429, "code": "rate limited"}, {"status": 200, "code": ""}]},
        },
    )
    assert judged(source) == Health.DEGRADED
    past_runs(source, {"events_found": 40, "http": {"exchanges": [{"status": 200, "code": ""}]}})
    assert judged(source) == Health.HEALTHY


def test_pauses_and_switches_are_noticed_without_a_run() -> None:
    one, two = live("one"), live("two")
    fetch(one, events=2)
    fetch(two, events=2)
    pause(PauseScope.SOURCE, "one", reason="a move", by=PIPELINE, now=NOW)
    assert refresh_all(now=NOW) == 1
    one.refresh_from_db()
    assert (one.health, one.health_detail) == (
        Health.SLEEPING,
        "Paused (the source one) since 2026-11-21 12:00 UTC: a move",
    )
    assert refresh_all(now=NOW) == 0


def test_switching_a_failing_source_off_ends_its_alert_without_a_word() -> None:
    source = live()
    for _ in range(3):
        fetch(source, error=dead())
    disable(source, by=PIPELINE)
    refresh_all(now=NOW)
    alert = Alert.objects.get()
    assert (alert.resolved_at, alert.resolution_told_at) == (NOW, NOW)


def test_the_number_of_questions_does_not_depend_on_the_number_of_sources() -> None:
    asked = []
    for count in (1, 12):
        for number in range(count):
            if not Source.objects.filter(slug=f"s{number}").exists():
                live(f"s{number}")
        sources = list(Source.objects.select_related("city"))
        refresh(sources, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            refresh(sources, now=NOW)
            daily_yield([source.pk for source in sources], now=NOW)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_days_without_a_run_are_there_too() -> None:
    source = live()
    past_runs(
        source, {"events_found": 10, "events_processed": 8, "new": 3, "dropped": {"no start": 2, "past": 5}}
    )
    past_runs(
        source,
        {"state": RunState.FAILED, "started_at": NOW - timedelta(days=2)},
        {"state": RunState.CANCELLED},
    )
    past_runs(
        source,
        {"http": {"same_bytes": True}},
        {"events_found": 4, "new": 1, "started_at": NOW - timedelta(days=40)},
    )
    days = daily_yield([source.pk], now=NOW)[source.pk]
    assert (len(days), days[-1].day, sum(day.runs for day in days)) == (30, NOW.date(), 3)
    assert (days[-1].found, days[-1].kept, days[-1].new, days[-1].dropped, days[-1].unchanged) == (
        10,
        8,
        3,
        2,
        1,
    )
    assert (days[-3].runs, days[-3].failed) == (1, 1)


def test_what_was_asked_for_a_part_is_not_the_usual() -> None:
    source = live()
    past_runs(
        source, *[{"events_found": 40}] * 3, *[{"events_found": 2, "params": {"category": "music"}}] * 9
    )
    assert usual_yields([source.pk], now=NOW)[source.pk].found == 40.0


def test_a_part_that_was_asked_for_and_came_lifts_no_quarantine_and_heals_nothing() -> None:
    source = live()
    fetch(source, events=14)
    fetch(source, events=3)
    assert judged(source) == Health.QUARANTINED
    http = FakeHttpClient(calendar(many(2)))
    source.refresh_from_db()
    run = open_run(source, requested_by="discovery", now=clock(), params={"limit": 2})
    if fetch_payloads(run, now=NOW, http=http):
        process_run(run, now=NOW)
    assert judged(source) == Health.QUARANTINED
    assert Alert.objects.get(key__endswith=":quarantined").resolved_at is None
    assert Review.objects.get(kind=ReviewKind.RUN).state == "open"
