"""Sources are forecast once a day; afterwards it is noted whether they failed; chances are told only where they beat the naive ones."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from flags.models import Flag, FlagSwitch
from flags.services import forget
from operations import tasks
from operations.forecasts.keeping import keep
from operations.measures import families, minute
from operations.models import SourceForecast, SourceForecastAccuracy
from sources.models import FetchRun, Source
from sources.monitoring.forecasts import note_chances
from sources.queries.standing import standing
from tests.factories import make_city, make_source, make_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, 47, tzinfo=UTC)
DAY = timedelta(days=1)


def ran(source: Source, ago: int, **more) -> None:
    at = NOW - DAY * ago
    FetchRun.objects.create(
        **{
            "source": source,
            "state": "success",
            "started_at": at,
            "finished_at": at,
            "events_found": 4,
            **more,
        }
    )


@pytest.fixture
def sources() -> list[Source]:
    """One that fails every fourth day, and four that do well."""
    city = make_city()
    made = [make_source(slug=f"s{number}", city=city, is_active=True) for number in range(5)]
    for number, source in enumerate(made):
        for ago in range(1, 40):
            ran(
                source, ago, **({"state": "failed", "events_found": 0} if not number and ago % 4 == 2 else {})
            )
    return made


def test_a_day_is_good_by_one_run_that_brought_something_or_was_unchanged():
    source = make_source(is_active=True)
    ran(source, 1, state="failed", events_found=0)
    ran(source, 1)
    ran(source, 2, events_found=0)
    ran(source, 3, events_found=0, http={"not_modified": True})
    ran(source, 4, state="cancelled")
    ran(source, 5, params={"category": "music"}, events_found=0)
    today = NOW.date()
    assert standing(since=today - 9 * DAY, until=today) == {
        source.pk: {today - DAY: True, today - 2 * DAY: False, today - 3 * DAY: True}
    }


def test_active_sources_are_forecast_once_a_day(sources):
    Source.objects.filter(pk=sources[4].pk).update(is_active=False)
    assert keep(now=NOW) == 4
    assert keep(now=NOW + timedelta(hours=1)) == 0
    told = dict(SourceForecast.objects.values_list("source__slug", "chance"))
    assert told["s0"] > 0.3 > told["s1"]
    assert not Source.objects.filter(failing_chance__isnull=False).exists()


def test_afterwards_it_is_noted_and_what_did_not_run_is_no_lesson(sources):
    for source, ago in ((sources[0], 6), (sources[1], 6), (sources[1], 2)):
        SourceForecast.objects.create(source=source, day=(NOW - DAY * ago).date(), naive=0.1, chance=0.5)
    silent = make_source(slug="silent", city=sources[0].city)
    SourceForecast.objects.create(source=silent, day=(NOW - DAY * 5).date(), naive=0.1, chance=0.5)
    keep(now=NOW)
    rows = SourceForecast.objects.filter(day__lt=NOW.date()).order_by("source__slug", "day")
    assert [(row.source.slug, row.failed) for row in rows] == [("s0", True), ("s1", False), ("s1", None)]
    assert (SourceForecastAccuracy.objects.get().weeks, SourceForecastAccuracy.objects.get().is_shown) == (
        2,
        False,
    )


def settled(sources: list[Source], *, naive: float, chance: float) -> None:
    SourceForecast.objects.bulk_create(
        SourceForecast(source=source, day=(NOW - DAY * ago).date(), naive=naive, chance=chance, failed=False)
        for source in sources for ago in range(4, 60)
    )  # fmt: skip


def test_chances_are_told_while_they_beat_the_naive_ones_and_taken_back_after(sources):
    settled(sources, naive=0.4, chance=0.1)
    keep(now=NOW)
    row = SourceForecastAccuracy.objects.get()
    assert (row.is_shown, round(row.naive_error, 3), round(row.error, 3)) == (True, 0.16, 0.01)
    told = {one.slug: one.failing_chance for one in Source.objects.all()}
    assert told["s0"] > 0.3 > told["s1"]
    client = Client()
    client.force_login(make_staff())
    answer = {one["slug"]: one for one in client.get("/api/v1/admin/sources").json()["results"]}
    assert answer["s0"]["failing_chance"] == told["s0"]
    Source.objects.update(health="healthy")
    html = client.get("/admin/sources/source/").content.decode()
    assert html.count("likely to fail within three days") == 1
    SourceForecast.objects.filter(failed=False).update(naive=0.05)
    keep(now=NOW + DAY)
    assert not Source.objects.filter(failing_chance__isnull=False).exists()


def test_off_no_source_tells_a_chance(sources):
    note_chances({sources[0].pk: 0.5})
    FlagSwitch.objects.create(name=Flag.ANALYTICS, is_on=False)
    forget()
    assert tasks.forecast_sources() == 0
    assert Source.objects.get(pk=sources[0].pk).failing_chance is None
    assert not SourceForecast.objects.exists()


def test_the_number_of_queries_does_not_grow_with_sources(sources):
    counts = []
    for turn in range(2):
        SourceForecast.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            keep(now=NOW)
        counts.append(len(found))
        for number in range(10):
            ran(make_source(slug=f"more{turn}-{number}", city=sources[0].city, is_active=True), 1)
    assert counts[0] == counts[1]


def test_metrics_tell_both_errors():
    SourceForecastAccuracy.objects.create(
        day=NOW.date(), weeks=40, naive_error=0.1, error=0.08, is_shown=True
    )
    with time_machine.travel(NOW, tick=False):
        told = {metric.name: metric.samples for metric in families.forecasts()}
    assert {one.labels["model"]: one.value for one in told["nocturne_source_forecast_error"]} == {
        "naive": 0.1, "ours": 0.08,
    }  # fmt: skip
    assert told["nocturne_source_forecast_shown"][0].value == 1
    assert dict(minute._forecasts(NOW)) == {"source_forecast_error": pytest.approx(0.8)}
