"""The coverage of a walk over pages is stored with the run, so that missing events of a paged answer are
detected.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import now as clock
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.raw import RawPayload
from sources.ingest.coverage import Covers, worse
from sources.models import FetchRun, Source, StagedEvent
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from sources.triggers.reread import reopen
from tests.factories import NOW
from tests.sources.feeds import feed_source

pages = st.builds(
    lambda coverage, until, checkpoint: Page(
        payload=RawPayload(url="", content=b""),
        records=(),
        coverage=coverage,
        covered_until=until,
        checkpoint=checkpoint,
    ),
    st.sampled_from(Coverage),
    st.none()
    | st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([{}, {"cursor": "x"}]),
)


def of(*all_pages: Page) -> Covers:
    covers = Covers()
    for page in all_pages:
        covers = covers.and_page(page)
    return covers


@given(st.lists(pages, max_size=6), st.randoms())
def test_the_order_of_pages_does_not_matter_and_no_page_covers_more_than_all(
    given_pages: list[Page], chance: Any
):
    covers = of(*given_pages)
    shuffled = list(given_pages)
    chance.shuffle(shuffled)
    assert of(*shuffled) == covers
    assert all(worse(covers.coverage, page.coverage) == covers.coverage for page in given_pages)
    assert all(
        page.covered_until is None or (covers.until is not None and covers.until <= page.covered_until)
        for page in given_pages
    )
    assert Covers.from_json(covers.to_json()) == covers
    assert covers.partly().coverage is Coverage.PARTIAL


# --- through a run, over real HTTP ---


def serve(httpserver: HTTPServer, *lists: list[int]) -> None:
    """A JSON API with pages; each has the address of the next."""
    for number, ids in enumerate(lists):
        rows = [
            {
                "id": f"e{n}",
                "title": f"Raga {n}",
                "start": (NOW + timedelta(days=2 + n)).isoformat(),
                "venue": "Blue Room",
            }
            for n in ids
        ]
        following = f"/api/{number + 1}" if number + 1 < len(lists) else ""
        httpserver.expect_request(f"/api/{number}").respond_with_json({"events": rows, "next": following})


def run(httpserver: HTTPServer, source: Source, *lists: list[int]) -> FetchRun:
    httpserver.clear()
    serve(httpserver, *lists)
    source.refresh_from_db()
    opened = open_run(source, requested_by="test", now=clock())
    with open_client(RequestPolicy(obey_robots=False), name=source.slug, shared=False) as http:
        more = fetch_payloads(opened, now=NOW, http=http)
    return process_run(opened, now=NOW) if more else opened


def paged(httpserver: HTTPServer, settings: Any, **config: Any) -> Source:
    settings.EGRESS_ALLOW_LOOPBACK = True
    settings_of = {
        "url": httpserver.url_for("/api/0"),
        "items": "events",
        "next": "next",
        "complete": True,
        **config,
    }
    return feed_source(connector="json_feed", type="api", config=settings_of, is_active=True)


@pytest.mark.django_db
def test_what_a_whole_walk_leaves_out_is_missing(httpserver: HTTPServer, settings: Any):
    source = paged(httpserver, settings)
    first = run(httpserver, source, [0, 1, 2], [3, 4, 5], [6, 7, 8])
    assert (first.state, first.coverage, first.events_found) == ("success", "complete", 9)
    second = run(httpserver, source, [0, 1, 2], [3, 4, 5], [6, 7])
    assert (second.coverage, second.missing) == ("complete", 1)
    assert list(
        StagedEvent.objects.filter(missing_since__isnull=False).values_list("external_id", flat=True)
    ) == ["e8"]


@pytest.mark.django_db
def test_a_walk_that_was_cut_covers_a_part_only(httpserver: HTTPServer, settings: Any):
    source = paged(httpserver, settings)
    run(httpserver, source, [0, 1, 2], [3, 4, 5], [6, 7, 8])
    source.refresh_from_db()
    source.config = {**source.config, "max_pages": 2}
    source.save()
    cut = run(httpserver, source, [0, 1, 2], [3, 4], [6, 7, 8])
    assert (cut.state, cut.coverage, cut.missing) == ("partial", "partial", 0)


@pytest.mark.django_db
def test_an_accepted_run_covers_what_it_covered_when_it_was_fetched(httpserver: HTTPServer, settings: Any):
    source = paged(httpserver, settings)
    run(httpserver, source, list(range(10)), list(range(10, 20)))
    held = run(httpserver, source, [0, 1], [2, 3])
    assert held.state == "quarantined"
    accepted = reopen(held.pk)
    assert accepted is not None
    done = process_run(accepted, now=NOW, accept_loss=True)
    assert (done.coverage, done.missing) == ("complete", 16)
