"""`manage.py fetch`: start runs now."""

import json
from collections.abc import Iterable
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from accounts.rights import PIPELINE
from sources import tasks
from sources.enums import PauseScope, RunState
from sources.models import FetchRun, Source
from sources.runs import pause
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from tests.factories import NOW, make_city, make_source
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, many

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeHttpClient]:
    """A worker that runs at once; the answers of each source's host, by slug."""
    doors: dict[str, FakeHttpClient] = {}

    def work(fetch: Iterable[UUID] = (), process: Iterable[UUID] = ()) -> None:
        for run in FetchRun.objects.filter(pk__in=list(fetch)).select_related("source__city"):
            if fetch_payloads(
                run, now=NOW, http=doors.get(run.source.slug, FakeHttpClient(calendar(many(2))))
            ):
                process_run(run, now=NOW)

    monkeypatch.setattr(tasks, "queue_runs", work)
    return doors


def live(slug: str = "feed", **fields: Any) -> Source:
    return feed_source(
        slug, **{"config": {"url": f"https://{slug}.example.org/a.ics"}, "is_active": True, **fields}
    )


def fetch(*arguments: str) -> tuple[list[str], str]:
    out, error = StringIO(), StringIO()
    call_command("fetch", *arguments, stdout=out, stderr=error)
    return out.getvalue().split("\n")[:-1], error.getvalue()


def test_it_prints_the_runs_id_and_with_wait_the_summary(answers: dict[str, FakeHttpClient]) -> None:
    live(is_active=False)
    lines, _ = fetch("feed", "--wait")
    run = FetchRun.objects.get()
    assert (lines[0], run.requested_by, run.state) == (str(run.id), "command", RunState.SUCCESS)
    assert {name: json.loads(lines[1])[name] for name in ("connector", "found", "new", "state")} == {
        "connector": "ical", "found": 2, "new": 2, "state": "success",
    }  # fmt: skip


def test_all_and_a_city_are_the_active_ones_that_are_fetched(answers: dict[str, FakeHttpClient]) -> None:
    live("one")
    live("idle", is_active=False)
    make_source(slug="pushed", type="webhook", connector="webhook", is_active=True)
    make_source(
        slug="far", city=make_city(slug="mumbai"), is_active=True, config={"url": "https://far.example/a.ics"}
    )
    assert len(fetch("--city", "bengaluru")[0]) == 1
    assert len(fetch("--all")[0]) == 2


def test_a_pause_is_obeyed_and_said(answers: dict[str, FakeHttpClient]) -> None:
    live("one")
    live("two")
    pause.pause(PauseScope.SOURCE, "two", reason="they asked", by=PIPELINE, now=NOW)
    lines, error = fetch("--all", "--wait")
    assert (len(lines), FetchRun.objects.get().source.slug) == (2, "one")
    assert "they asked" in error
    with pytest.raises(CommandError) as caught:
        fetch("two")
    assert caught.value.returncode == 2


def test_a_run_that_fails_fails_the_command_that_waited_for_it(answers: dict[str, FakeHttpClient]) -> None:
    live()
    answers["feed"] = FakeHttpClient(b"<html>")
    with pytest.raises(CommandError) as caught:
        fetch("feed", "--wait")
    assert (caught.value.returncode, FetchRun.objects.get().state) == (1, RunState.FAILED)


def test_one_that_is_under_way_is_joined_and_one_that_does_not_end_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live()
    monkeypatch.setattr(tasks, "queue_runs", lambda **_: None)
    (first,), _ = fetch("feed")
    (second,), said = fetch("feed")
    assert (first, "under way" in said) == (second, True)
    with pytest.raises(CommandError) as caught:
        fetch("feed", "--wait", "--timeout", "0")
    assert "is a worker running?" in str(caught.value)


@pytest.mark.parametrize("arguments", [(), ("feed", "--all"), ("nobody",), ("pushed",)])
def test_what_cannot_be_fetched_is_said(arguments: tuple[str, ...]) -> None:
    live()
    make_source(slug="pushed", type="webhook", connector="webhook")
    with pytest.raises(CommandError) as caught:
        fetch(*arguments)
    assert caught.value.returncode == 2
