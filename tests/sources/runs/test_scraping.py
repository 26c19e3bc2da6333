"""A source of the scraper from fetch to events, with a real spider, and cancelled during its work."""

import threading
from typing import Any

import pytest
from django.utils.timezone import now as clock
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from accounts.rights import PIPELINE
from events.models import Event
from pipeline.contract.enums import SourceType
from sources.enums import RunState
from sources.models import FetchRun, Source
from sources.runs.cancel import cancel
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from tests.factories import NOW
from tests.sources.feeds import feed_source

pytestmark = pytest.mark.django_db


def card(number: int, day: str) -> str:
    return f'<article class=ev><h2><a href="/e/{number}">Concert number {number}</a></h2><time datetime="{day}T19:00:00+00:00">soon</time></article>'


def scraper(httpserver: HTTPServer, settings: Any) -> Source:
    settings.EGRESS_ALLOW_LOOPBACK = True
    settings.EGRESS_ALLOWED_PORTS = [httpserver.port]
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    config = {
        "url": httpserver.url_for("/list"), "container": "article.ev", "title": "h2", "date": "time", "link": "h2 a",
        "pagination": "numbered", "page_parameter": "p", "max_pages": 4, "render": "http", "complete": True,
    }  # fmt: skip
    return feed_source(
        connector="scraper", type=SourceType.SCRAPER, config=config, is_active=True, rate_limit=10_000
    )


def test_what_a_spider_brings_becomes_events(httpserver: HTTPServer, settings: Any) -> None:
    source = scraper(httpserver, settings)
    days = [f"{NOW.year + 1}-01-{day:02}" for day in range(1, 9)]
    for page in (1, 2):
        body = "".join(card(number, days[number]) for number in range(page * 2, page * 2 + 2))
        httpserver.expect_request("/list", query_string={"p": str(page)}).respond_with_data(
            body, content_type="text/html"
        )
    httpserver.expect_request("/list").respond_with_data("<p>That is all.</p>", content_type="text/html")
    run = open_run(source, requested_by="test", now=clock())
    assert fetch_payloads(run, now=NOW), run.error_detail
    process_run(run, now=NOW)
    assert (run.state, run.coverage, run.error_detail) == (RunState.SUCCESS, "complete", "")
    assert set(Event.objects.values_list("title", flat=True)) == {
        f"Concert number {number}" for number in range(2, 6)
    }
    assert run.http["requests"] == 2
    assert len(run.http["exchanges"]) >= 2, "each page of the spider is told of"


def test_a_run_that_is_cancelled_ends_its_spider(httpserver: HTTPServer, settings: Any) -> None:
    source = scraper(httpserver, settings)
    run = open_run(source, requested_by="test", now=clock())
    over = threading.Event()

    def slow(request: Request) -> Response:
        over.wait(60)
        return Response(card(1, "2027-01-01"), mimetype="text/html")

    httpserver.expect_request("/list").respond_with_handler(slow)
    FetchRun.objects.filter(pk=run.pk).update(cancel_requested_at=None)
    from sources.runs import progress

    asked: list[int] = []
    real = progress.Watch.should_stop

    def asked_to_end(watch: progress.Watch) -> bool:
        asked.append(1)
        if len(asked) == 8:
            cancel(run.pk, by=PIPELINE, now=clock())
        return real(watch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress.Watch, "should_stop", asked_to_end)
        assert not fetch_payloads(run, now=NOW)
    over.set()
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
