"""Sitemaps: an index, the cities, and events by city and month, with the last change."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from redis.exceptions import RedisError

from events.models import Event, Organizer, Series
from events.services import rebuild_vocabulary
from events.views import sitemaps
from tests.factories import EVENING, make_city, make_copies, make_event, make_origin, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def empty(db):
    cache.clear()


def listed(client, path):
    """Path to last change of all addresses in a file."""
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    items = ElementTree.fromstring(answer.content)  # noqa: S314 (our own)
    return {urlsplit(item.findtext(f"{SPACE}loc")).path: item.findtext(f"{SPACE}lastmod") for item in items}


def test_events_by_city_and_month_with_their_last_change(client):
    at = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    event, later = make_event(), make_event(title="Later", start=EVENING + 20 * DAY)
    make_event(title="Far", city=make_city(slug="new-york"))
    make_event(title="Online", city=None, online="yes")
    make_event(title="Hidden", publication="pending", start=EVENING + 60 * DAY)
    Event.objects.update(updated_at=at)
    changed = "2026-11-20T09:30:00+00:00"
    assert listed(client, "/sitemap.xml") == {
        "/sitemap-cities.xml": None,
        "/sitemap-bengaluru-2026-11.xml": changed,
        "/sitemap-bengaluru-2026-12.xml": changed,
        "/sitemap-new-york-2026-11.xml": changed,
        "/sitemap-no-city-2026-11.xml": changed,
    }
    assert listed(client, "/sitemap-bengaluru-2026-11.xml") == {event.get_absolute_url(): changed}
    assert listed(client, "/sitemap-bengaluru-2026-12.xml") == {later.get_absolute_url(): changed}
    assert len(listed(client, "/sitemap-no-city-2026-11.xml")) == 1
    assert listed(client, "/sitemap-cities.xml") == {
        "/bengaluru/": changed,
        "/new-york/": changed,
        "/online/": None,
    }


def test_events_leave_a_month_after_their_end_and_keep_their_page(client):
    past = make_event(title="Past", start=EVENING - 29 * DAY)
    gone = make_event(title="Gone", start=EVENING - 32 * DAY)
    assert list(listed(client, "/sitemap-bengaluru-2026-10.xml")) == [past.get_absolute_url()]
    assert client.get(gone.get_absolute_url()).status_code == 200


def test_a_month_with_many_events_has_several_files(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PER_FILE", 2)
    make_copies(make_event(), 4)
    files = [path for path in listed(client, "/sitemap.xml") if "bengaluru" in path]
    assert [path.rpartition("-")[2] for path in files] == ["11.xml", "11.1.xml", "11.2.xml"]
    found = [listed(client, path) for path in files]
    assert [len(each) for each in found] == [2, 2, 1]
    assert len({path for each in found for path in each}) == 5


@pytest.mark.parametrize(
    "section",
    [
        "bengaluru-2026-13",
        "bengaluru-2027-01",
        "nowhere-2026-11",
        "bengaluru-2026-11.1",
        "x" * 3000,
        "2026-11",
    ],
)
def test_other_files_do_not_exist(client, section):
    make_event()
    assert client.get(f"/sitemap-{section}.xml").status_code == 404


def test_the_former_file_leads_to_the_index(client):
    assert client.get("/sitemap-events.xml").headers["Location"] == "/sitemap.xml"


def test_many_cost_as_many_queries_as_one(client, django_assert_num_queries):
    event = make_event()
    for _ in range(2):
        cache.clear()
        with django_assert_num_queries(6):
            client.get("/sitemap.xml")
        with django_assert_num_queries(1):
            client.get("/sitemap-bengaluru-2026-11.xml")
        with django_assert_num_queries(0):
            client.get("/sitemap.xml")
        make_copies(event, 100)


def test_without_valkey_they_answer(client, monkeypatch):
    def away(*_given, **_options):
        raise RedisError("away")

    make_event()
    monkeypatch.setattr(cache, "get", away)
    assert len(listed(client, "/sitemap.xml")) == 2


def test_each_page_is_named_in_all_languages(client):
    path = make_event().get_absolute_url()
    [item] = ElementTree.fromstring(client.get("/sitemap-bengaluru-2026-11.xml").content)  # noqa: S314 (our own)
    links = {
        link.get("hreflang"): urlsplit(link.get("href")).path
        for link in item.findall("{http://www.w3.org/1999/xhtml}link")
    }
    assert links == {
        "en": path,
        **{code: f"/{code}{path}" for code in ("hi", "kn", "es", "fr")},
        "x-default": path,
    }


def test_pages_that_list_events_stand_in_files_of_their_own(client, monkeypatch):
    society = Organizer.objects.create(name="Golden Society", folded_name="golden society")
    person = Organizer.objects.create(name="Asha", folded_name="asha", type="individual")
    series = Series.objects.create(origin=make_origin(), external_id="s", title="Blues")
    place = make_place()
    for number in range(2):
        make_event(
            organizer=society,
            series=series,
            place=place,
            performers=["Ásha Rao"],
            start=EVENING + number * DAY,
        )
    make_event(organizer=person, tags=["Jazz", "film"], city=make_city(slug="pune", name="Pune"))
    make_event(tags=["made up"], is_sample=True, city=None)
    rebuild_vocabulary(now=EVENING)
    cache.clear()
    files = {path for path in listed(client, "/sitemap.xml") if path.count("-") == 1}
    assert files == {
        f"/sitemap-{one}.xml" for one in ("cities", "venues", "organizers", "performers", "series", "tags")
    }
    found = {path for file in files for path in listed(client, file)}
    assert found == {
        "/bengaluru/", "/pune/", "/elsewhere/", f"/venues/blue-room-{place.id.hex}/", f"/organizers/golden-society-{society.id.hex}/",
        "/performers/asha-rao/", f"/series/blues-{series.id.hex}/", "/tags/jazz/", "/tags/film/",
    }  # fmt: skip
    for path in found:
        assert client.get(path).status_code == 200
    monkeypatch.setattr(sitemaps, "PER_FILE", 1)
    assert {"/sitemap-tags.xml", "/sitemap-tags.1.xml"} < set(listed(client, "/sitemap.xml?anew"))
    assert list(listed(client, "/sitemap-tags.1.xml")) == ["/tags/jazz/"]
    assert client.get("/sitemap-tags.2.xml").status_code == 404
