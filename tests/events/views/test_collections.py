"""Pages and feeds of organizers, performers, series, tags, venues, of what is online, and of what is outside every city."""

import re
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from events.models import Event, EventCounters, EventDay, Organizer, Series
from events.services import rebuild_vocabulary
from events.services.trends import refresh_trends
from events.views import collected
from places.models import Area, City
from tests.factories import EVENING, make_area, make_city, make_event, make_origin, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
DAY = timedelta(days=1)


def titles(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200, path
    return re.findall(r'card__title"><a href="[^"]+">([^<]+)</a>', response.content.decode())


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.fixture
def society() -> Organizer:
    return Organizer.objects.create(
        name="Golden Society", folded_name="golden society", url="https://golden.example/"
    )


@pytest.fixture
def series() -> Series:
    return Series.objects.create(origin=make_origin(), external_id="s", title="Monday Blues")


@pytest.fixture
def of_all(society, series) -> dict[str, str]:
    """The address of each kind of collection that has the event."""
    place = make_place()
    make_event(organizer=society, series=series, place=place, performers=["Ásha Rao"], tags=["Hip Hop"])
    return {
        "venue": f"/venues/blue-room-{place.id.hex}/",
        "organizer": f"/organizers/golden-society-{society.id.hex}/",
        "series": f"/series/monday-blues-{series.id.hex}/",
        "performer": "/performers/asha-rao/",
        "tag": "/tags/hip-hop/",
    }


@pytest.mark.parametrize("kind", ["venue", "organizer", "series", "performer", "tag"])
def test_a_collection_has_its_coming_running_and_past_events_and_feeds(client, of_all, kind):
    event = Event.objects.get()
    same = {
        "organizer": event.organizer, "series": event.series, "place": event.place, "performers": ["asha  rao"], "tags": ["hip-hop"],
    }  # fmt: skip
    make_event(title="Another day", start=EVENING + 3 * DAY, **same)
    make_event(title="Long show", start=EVENING - 9 * DAY, end_at=EVENING + 9 * DAY, **same)
    make_event(title="Last week", start=EVENING - 7 * DAY, **same)
    make_event(title="Long ago", start=EVENING - 32 * DAY, **same)
    make_event(title="Hidden", publication="pending", **same)
    make_event(title="Other")
    html = text(client, of_all[kind])
    assert titles(client, of_all[kind]) == ["Moonlit Jazz", "Another day", "Long show"]
    assert re.findall(r'<li><a href="[^"]+">(\w[^<]+) <span>', html) == ["Last week"]
    assert "noindex" not in html
    assert f'rel="canonical" href="http://testserver{of_all[kind]}"' in html.replace(
        "http://127.0.0.1:8000", "http://testserver"
    )
    calendar = Calendar.from_ical(client.get(of_all[kind].rstrip("/") + ".ics").content)
    assert sorted(str(one["SUMMARY"]) for one in calendar.walk("VEVENT")) == [
        "Another day",
        "Long show",
        "Moonlit Jazz",
    ]
    for ending in ("rss", "json"):
        answer = client.get(of_all[kind].rstrip("/") + f".{ending}")
        assert answer.status_code == 200
        assert "Another day" in answer.content.decode()
        assert (
            client.get(answer.request["PATH_INFO"], headers={"If-None-Match": answer["ETag"]}).status_code
            == 304
        )


@pytest.mark.parametrize("kind", ["venue", "organizer", "series", "performer", "tag"])
def test_a_collection_goes_on_to_its_last_event_with_few_queries(client, of_all, kind, monkeypatch):
    monkeypatch.setattr(collected, "PER_PAGE", 2)
    first = Event.objects.get()
    for number in range(4):
        columns = {
            name: getattr(first, name) for name in ("organizer", "series", "place", "performers", "tags")
        }
        make_event(title=f"Date {number}", start=EVENING + (number // 2 + 1) * DAY, **columns)
    seen, path = [], of_all[kind]
    while path:
        with CaptureQueriesContext(connection) as queries:
            html = text(client, path)
        assert len(queries) <= 10, [query["sql"] for query in queries]
        seen += re.findall(r'card__title"><a href="[^"]+">([^<]+)</a>', html)
        assert ("noindex" in html) is ("after=" in path)
        following = re.search(r'href="([^"]+)" rel="next"', html)
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == ["Moonlit Jazz", "Date 0", "Date 1", "Date 2", "Date 3"]


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/performers/Ásha Rao/", "/performers/asha-rao/"),
        ("/tags/Hip Hop/", "/tags/hip-hop/"),
        ("/tags/hip_hop.rss", "/tags/hip-hop.rss"),
    ],
)
def test_spellings_lead_to_one_address(client, of_all, path, leads_to):
    answer = client.get(quote(path))
    assert (answer.status_code, answer["Location"]) == (301, leads_to)


def test_another_name_leads_the_old_address_on(client, of_all, society):
    old = of_all["organizer"]
    society.name = "Silver Society"
    society.save()
    assert client.get(old)["Location"] == f"/organizers/silver-society-{society.id.hex}/"
    assert (
        client.get(old.rstrip("/") + ".ics")["Location"] == f"/organizers/silver-society-{society.id.hex}.ics"
    )


def test_names_of_every_script_have_pages(client):
    make_event(performers=["ಕನ್ನಡ ತಂಡ", "!!!"], tags=["ध्यान", "Fête d'été"])
    for path, name in (("/performers/ಕನ್ನಡ-ತಂಡ/", "ಕನ್ನಡ ತಂಡ"), ("/tags/ध्यान/", "ध्यान")):
        assert titles(client, quote(path)) == ["Moonlit Jazz"]
        assert name in text(client, quote(path))
    assert titles(client, "/tags/fete-d-ete/") == ["Moonlit Jazz"]
    assert client.get("/performers/!!!/").status_code == 404


@pytest.mark.parametrize("kind", ["venue", "organizer", "series", "performer", "tag"])
def test_without_events_the_page_stays_and_leads_on(client, of_all, kind):
    Event.objects.update(
        start_at=EVENING - 90 * DAY,
        start_date=(EVENING - 90 * DAY).date(),
        end_date=(EVENING - 90 * DAY).date(),
    )
    html = text(client, of_all[kind])
    assert "Nothing is listed for the coming time." in html
    assert "/submit/" in html
    assert "Past events" not in html


def test_what_no_public_event_names_has_no_page(client, of_all):
    Event.objects.update(publication="removed")
    for kind, path in of_all.items():
        assert client.get(path).status_code == (200 if kind == "venue" else 404)
    for path in (
        "/performers/nobody/",
        "/tags/nothing.ics",
        f"/organizers/x-{uuid4().hex}/",
        f"/series/x-{uuid4().hex}.rss",
    ):
        assert client.get(path).status_code == 404


def test_an_organizer_who_is_a_private_person_is_kept_out_of_search_engines(client, of_all, society):
    assert "noindex" not in text(client, of_all["organizer"])
    society.type = "individual"
    society.save()
    html = text(client, of_all["organizer"])
    assert "noindex" in html
    assert '"@type": "Person"' in html


def test_a_tag_names_the_cities_that_have_it(client):
    make_event(tags=["jazz"])
    for number in range(2):
        make_event(title=f"Far {number}", tags=["Jazz"], city=make_city(slug="pune", name="Pune"))
    rebuild_vocabulary(now=EVENING)
    html = text(client, "/tags/jazz/")
    assert re.findall(r'<a href="(/\w+/\?tag=[Jj]azz)">(\w+)<span>(\d) event', html) == [
        ("/pune/?tag=Jazz", "Pune", "2"),
        ("/bengaluru/?tag=Jazz", "Bengaluru", "1"),
    ]


def test_what_is_online_or_outside_every_city_has_lists_of_its_own(client):
    make_event(title="Here")
    make_event(title="Webinar", city=None, online="yes", category_id="tech", start=EVENING + DAY)
    make_event(title="Hybrid", online="both", price_type="free")
    make_event(title="Moved", happening="moved_online")
    make_event(title="Fair", city=None, venue_city="Kodagu", timezone="Asia/Tokyo", start=EVENING + DAY)
    assert titles(client, "/online/") == ["Hybrid", "Moved", "Webinar"]
    assert titles(client, "/elsewhere/") == ["Fair"]
    assert titles(client, "/online/tech/") == ["Webinar"]
    assert titles(client, "/online/tonight/") == ["Hybrid", "Moved"]
    assert titles(client, "/online/free/") == ["Hybrid"]
    assert "Webinar" in client.get("/online/tech.ics").content.decode()
    assert "Fair" in client.get("/elsewhere.rss").content.decode()
    assert client.get("/online/nowhere/").status_code == 404
    html = text(client, "/elsewhere/")
    assert 'class="card__zone">JST<' in html
    assert "Times are those of the place; the zone stands beside them." in html


def test_a_new_event_voids_the_page_that_is_kept(client, of_all):
    for kind in ("venue", "organizer"):
        assert titles(client, of_all[kind]) == ["Moonlit Jazz"]
    first = Event.objects.get()
    make_event(title="Second", organizer=first.organizer, place=first.place, start=EVENING + DAY)
    for kind in ("venue", "organizer"):
        assert titles(client, of_all[kind]) == ["Moonlit Jazz", "Second"]


def test_event_pages_and_cards_lead_to_collections(client, of_all):
    html = text(client, Event.objects.get().get_absolute_url())
    make_event(title="Next", series=Event.objects.get().series, start=EVENING + DAY)
    for path in of_all.values():
        if path != of_all["series"]:
            assert f'href="{path}"' in html
    assert f'href="{of_all["series"]}"' in text(client, Event.objects.get(title="Next").get_absolute_url())


def test_what_is_over_says_what_comes_next_and_leaves_search_engines_after_a_month(client):
    place = make_place()
    past = make_event(title="Over", start=EVENING - 2 * DAY, place=place)
    make_event(title="Cancelled", place=place, start=EVENING + DAY, happening="cancelled")
    following = make_event(title="Following", place=place, start=EVENING + 2 * DAY)
    html = text(client, past.get_absolute_url())
    assert "This is over." in html
    assert (
        f'What comes next there: <a href="{following.get_absolute_url()}">Following</a>, Mon 23 Nov, 19:30'
        in html
    )
    assert "noindex" not in html
    html = text(client, make_event(title="Long over", start=EVENING - 32 * DAY).get_absolute_url())
    assert "What is on in Bengaluru</a>" in html
    assert '<meta name="robots" content="noindex">' in html


def test_the_old_address_of_an_area_leads_on(client):
    city = make_city()
    renamed = make_area(city=city, slug="calendar-area", name="Calendar")
    assert client.get("/bengaluru/calendar/")["Location"] == "/bengaluru/calendar-area/"
    renamed = Area.objects.get(pk=renamed.pk)
    renamed.slug = "old-town"
    renamed.save(update_fields=["slug"])
    for old, ending in (("calendar-area", "/"), ("calendar-area", ".ics")):
        answer = client.get(f"/bengaluru/{old}{ending}")
        assert (answer.status_code, answer["Location"]) == (301, f"/bengaluru/old-town{ending}")
    assert client.get("/bengaluru/old-town/").status_code == 200
    assert client.get("/bengaluru/new-town/").status_code == 404
    city = City.objects.get(pk=city.pk)
    city.slug = "bangalore"
    city.save()
    assert client.get("/bengaluru/old-town/")["Location"] == "/bangalore/old-town/"


def test_a_city_names_what_was_opened_most_where_enough_was(client):
    assert "Trending this week" not in text(client, f"/{make_city().slug}/")
    events = [
        make_event(title=f"Show {number}", start=EVENING + timedelta(hours=number)) for number in range(4)
    ]
    for event, views in zip(events, (30, 9, 40, 20), strict=True):
        EventDay.objects.create(event=event, day=EVENING.date(), views=views)
        EventCounters.objects.create(event=event, views=views)
    refresh_trends(now=EVENING)
    html = text(client, "/bengaluru/")
    line = html.partition("Trending this week:")[2].partition("</p>")[0]
    assert re.findall(r">([^<]+)</a>", line) == ["Show 2", "Show 0", "Show 3"]


def test_home_and_search_lead_to_what_belongs_to_no_city(client):
    make_event()
    assert 'href="/online/"' not in text(client, "/").partition("<main")[2].partition("</main>")[0]
    make_event(title="Webinar", city=None, online="yes")
    html = text(client, "/")
    assert 'href="/online/"' in html
    assert 'href="/elsewhere/"' not in html
    assert 'href="/elsewhere/"' in text(client, "/search")
