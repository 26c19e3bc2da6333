"""The page about the sources: honest about failures, silent about secrets, bounded in queries."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.models import Origin
from sources.queries.told import told_sources
from tests.factories import make_city, make_event, make_listing, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def test_each_source_says_what_it_is_how_it_does_and_nothing_secret(client: Client) -> None:
    now = timezone.now()
    fine = make_source(
        slug="town", name="Town <calendar>", url="https://town.example/", is_active=True, health="healthy",
        schedule_minutes=360, covered_at=now - timedelta(hours=3), terms={"url": "https://town.example/terms"},
    )  # fmt: skip
    make_source(
        slug="broken", name="Broken", is_active=True, health="failing", last_error="token=s3cret refused",
        url="https://feed.example/private-0123456789abcdef0123456789abcdef/basic.ics", config={"url": "https://hidden.example/"},
    )  # fmt: skip
    make_source(slug="never", name="Never asked")
    make_source(slug="people", name="People", type="submission", connector="submission", is_active=True)
    event = make_event(start=now + timedelta(days=1))
    listing = make_listing(event=event, source="Else")
    listing.origin = Origin.objects.create(key=fine.id, slug="town", name="Town")
    listing.save(update_fields=["origin"])
    html = client.get("/sources/").content.decode()
    for words in (
        "Town &lt;calendar&gt;", 'href="https://town.example/" rel="nofollow ugc noopener"', "1 event to come", "asked every 6 hours",
        "last read: 3 h ago", "Works", "Does not answer as it should", "last read: not yet", "1 does not work as it should.",
        'href="https://town.example/terms"',
    ):  # fmt: skip
        assert words in html
    for secret in ("s3cret", "private-0123", "hidden.example", "Never asked", "People"):
        assert secret not in html


def test_the_queries_do_not_grow_with_the_sources(client: Client) -> None:
    for number in range(12):
        make_source(slug=f"s{number}", is_active=True, city=make_city(slug=f"c{number}", name=f"C {number}"))
    with CaptureQueriesContext(connection) as captured:
        assert len(told_sources(now=timezone.now())) == 12
    assert len(captured) == 2  # sources and their cities; the switches of kinds of connectors are kept
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/sources/").status_code == 200
    assert len(captured) <= 10
