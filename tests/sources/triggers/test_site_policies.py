"""Operators hear when a site's robots.txt says something else to us, or its terms changed, from real servers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from pytest_httpserver import HTTPServer

from egress.factory import open_valkey
from egress.limits.valkey import PREFIX
from sources.models import Alert, SitePolicy, Source
from sources.monitoring.alerts import acknowledge
from sources.triggers.site_policies import APART, told, watch
from tests.factories import NOW, make_source, make_staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _loopback(settings: Any) -> None:
    settings.EGRESS_ALLOW_LOOPBACK = True


@pytest.fixture
def serve(httpserver: HTTPServer) -> Callable[..., None]:
    """Answer with this robots.txt and this page of terms; the crawler's own copies have expired."""

    def answer(robots: str, terms: str = "<p>Be kind.</p>", status: int = 200) -> None:
        httpserver.clear()
        cache.clear()
        for key in open_valkey().scan_iter(f"{PREFIX}*robots:*"):
            open_valkey().delete(key)
        httpserver.expect_request("/robots.txt").respond_with_data(robots, status=status)
        httpserver.expect_request("/terms").respond_with_data(
            f"<html><script>{robots}</script><body>{terms}</body></html>"
        )

    return answer


@pytest.fixture
def club(httpserver: HTTPServer) -> Source:
    """An active source of that server, which names its terms."""
    terms = {"url": httpserver.url_for("/terms")}
    return make_source(
        slug="club", is_active=True, config={"url": httpserver.url_for("/feed.ics")}, terms=terms
    )


def test_what_is_forbidden_to_us_is_told_once_with_before_and_after(
    club: Source, serve: Callable[..., None]
) -> None:
    serve("User-agent: *\nDisallow: /private\n")
    assert watch(now=NOW) == 0
    assert not Alert.objects.exists()
    serve("User-agent: *\nDisallow: /feed.ics\n")
    assert [watch(now=NOW + DAY), watch(now=NOW + DAY)] == [1, 0]
    alert = Alert.objects.get()
    assert alert.key.startswith("policy:robots:")
    assert "New: Disallow: /feed.ics. Gone: Disallow: /private." in alert.detail
    assert "Club" in alert.detail
    assert alert.source == club
    kept = SitePolicy.objects.get(kind="robots")
    assert (kept.before, kept.text, kept.changed_at) == (
        "Disallow: /private",
        "Disallow: /feed.ics",
        NOW + DAY,
    )


def test_a_comment_a_sitemap_and_what_others_are_told_change_nothing(
    club: Source, serve: Callable[..., None]
) -> None:
    serve("User-agent: *\nDisallow: /private\n")
    watch(now=NOW)
    serve(
        "# new\nSitemap: https://x.example/s.xml\nUser-agent: Other\nDisallow: /\n\nUser-agent: *\nDisallow: /private # why\n"
    )
    assert watch(now=NOW + DAY) == 0


def test_changed_terms_are_told_and_scripts_are_not_terms(club: Source, serve: Callable[..., None]) -> None:
    serve("")
    watch(now=NOW)
    serve("# another script", "<p>Be   kind.</p>")
    assert watch(now=NOW + DAY) == 0
    serve("", "<p>Be kind.</p><p>No robots may copy events.</p>")
    assert watch(now=NOW + DAY + APART - timedelta(minutes=1)) == 0  # not asked again within a day
    assert watch(now=NOW + 2 * DAY) == 1
    alert = Alert.objects.get()
    assert (alert.key.startswith("policy:terms:"), "No robots may copy events." in alert.detail) == (
        True,
        True,
    )


def test_acknowledging_ends_it_and_the_next_change_is_told_anew(
    club: Source, serve: Callable[..., None]
) -> None:
    for number, moment in enumerate((NOW, NOW + DAY)):
        serve(f"User-agent: *\nDisallow: /{number}")
        watch(now=moment)
    acknowledge([Alert.objects.get().pk], by=make_staff(), now=NOW + DAY)
    assert watch(now=NOW + DAY + timedelta(hours=6)) == 0
    assert Alert.objects.get().resolved_at is not None
    serve("User-agent: *\nDisallow: /2")
    assert watch(now=NOW + 2 * DAY) == 1
    assert Alert.objects.filter(resolved_at=None).count() == 1


def test_a_site_that_cannot_be_read_changes_nothing(club: Source, serve: Callable[..., None]) -> None:
    serve("User-agent: *\nDisallow: /private")
    watch(now=NOW)
    serve("", status=503)
    assert watch(now=NOW + DAY) == 0
    assert SitePolicy.objects.get(kind="robots").text == "Disallow: /private"


def test_sources_that_are_off_or_do_not_obey_are_not_asked(
    httpserver: HTTPServer, serve: Callable[..., None]
) -> None:
    make_source(slug="off", config={"url": httpserver.url_for("/a.ics")})
    make_source(slug="own", is_active=True, obey_robots=False, config={"url": httpserver.url_for("/b.ics")})
    serve("")
    watch(now=NOW)
    assert (SitePolicy.objects.count(), len(httpserver.log)) == (0, 0)


def test_what_is_told_of_long_texts_is_short() -> None:
    assert (
        len(told("\n".join(map(str, range(9000))), "\n".join(f"new {number}" for number in range(9000))))
        < 750
    )
    assert told("a\nb", "b\na").startswith("Only the order")
