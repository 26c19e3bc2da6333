"""Home, search, venues, feeds, and the pages about the site and robots."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from icalendar import Calendar

from tests.factories import EVENING, make_area, make_city, make_event, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]


def titles(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return re.findall(r'card__title"><a href="[^"]+">([^<]+)</a>', response.content.decode())


def answers(client: Client, path: str) -> list[str]:
    """The titles that a search found by the whole question."""
    html = client.get(path).content.decode().partition('class="nearby"')[0]
    return re.findall(r'card__title"><a href="[^"]+">([^<]+)</a>', html)


def test_home_shows_cities_with_their_counts(client: Client) -> None:
    make_event()
    make_city(slug="austin", name="Austin")
    html = client.get("/").content.decode()
    assert '<a href="/bengaluru/">Bengaluru<span>1 event</span></a>' in html
    assert "1 city without events yet" in html
    assert '<a href="/austin/">Austin</a></li></ul></details>' in html


def test_home_shows_tonight_in_one_city_at_once(client: Client) -> None:
    """In the one with most events, or in that of `?city=`, which the reader's device asks for."""
    chicago = make_city(slug="chicago", name="Chicago", timezone="America/Chicago")
    make_event(title="Blues", city=chicago, timezone="America/Chicago", start=EVENING + timedelta(days=2))
    for number in range(8):
        make_event(title=f"Gig {number}", start=EVENING + timedelta(hours=1, minutes=number))
    html = client.get("/").content.decode()
    assert "Tonight in Bengaluru" in html
    assert "The city with most events." in html
    assert html.count('class="card"') == 6
    assert re.findall(r"<h3>([A-Z][^<]+)</h3>", html) == ["Asia", "The Americas"]
    other = client.get("/?city=chicago").content.decode()
    assert "Next in Chicago" in other
    assert "The city that was chosen." in other
    assert "Tonight in Bengaluru" in client.get("/?city=nowhere").content.decode()


def test_a_chosen_city_without_events_says_what_can_be_done(client: Client) -> None:
    make_event()
    make_city(slug="austin", name="Austin")
    html = client.get("/?city=austin").content.decode()
    assert 'href="/subscribe/?city=austin">Hear by mail when it begins' in html
    assert 'href="/submit/?city=austin"' in html


def test_home_without_events_shows_a_way_on(client: Client) -> None:
    assert "No city has events yet." in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/search?q=jazz", ["Moonlit Jazz"]),
        ("/search?q=jazz+tonight&city=bengaluru", ["Moonlit Jazz"]),
        ("/search?q=free", ["Film night"]),
        ("/search?q=film&city=bengaluru", ["Film night"]),
        ("/search?q=", ["Moonlit Jazz", "Film night"]),  # without a question the next events
        ("/search?q=jaz%27%28%29+%26+%21", ["Moonlit Jazz"]),
    ],
)
def test_search(client: Client, path: str, found: list[str]) -> None:
    make_event()
    make_event(title="Film night", start=EVENING + timedelta(days=1), category_id="film", price_type="free")
    assert answers(client, path) == found


def test_search_chips_can_be_removed(client: Client) -> None:
    make_event()
    html = client.get("/search?q=free+jazz+tonight&city=bengaluru").content.decode()
    assert 'href="/search?q=jazz+tonight&amp;city=bengaluru" aria-label="Remove: Free"' in html
    assert 'href="/search?q=free+jazz+tonight" aria-label="Remove: Bengaluru"' in html
    assert 'value="free jazz tonight"' in html


def test_search_says_what_was_read_differently(client: Client) -> None:
    make_event()
    html = client.get("/search?q=jazz+tonigt").content.decode()
    assert "“tonigt” was read as “tonight”." in html
    assert 'aria-label="Remove: Tonight"' in html


def test_search_narrows_by_counts(client: Client) -> None:
    make_event()
    make_event(title="Jazz film", category_id="film")
    html = client.get("/search?q=jazz").content.decode()
    assert 'href="/search?q=jazz&amp;category=film">Film <small>1</small>' in html
    assert "2 events" in html
    assert answers(client, "/search?q=jazz&category=film") == ["Jazz film"]


def test_search_shows_the_nearest_answers_below_and_says_why(client: Client) -> None:
    make_event()
    html = client.get("/search?q=jazz&category=film").content.decode()
    assert "Nothing listed for “jazz”." in html
    below = html.partition('class="nearby"')[2]
    assert "Moonlit Jazz" in below
    assert re.search(r"<p>Nothing [^<]+\. These [^<]+\.</p>", below)


def test_search_says_when_nothing_was_found(client: Client) -> None:
    assert "Nothing listed for “zither”." in client.get("/search?q=zither").content.decode()


def test_search_with_a_slash_leads_to_search(client: Client) -> None:
    assert client.get("/search/?q=jazz").headers["Location"] == "/search?q=jazz"


def test_venue_lists_what_is_on(client: Client) -> None:
    place = make_place(address="12th Main", lat=12.97, lng=77.64, area=make_area(city=make_city()))
    make_event(place=place)
    make_event(title="Elsewhere")
    assert titles(client, f"/venues/blue-room-{place.id.hex}/") == ["Moonlit Jazz"]


def test_a_merged_venue_and_a_wrong_slug_lead_on(client: Client) -> None:
    kept = make_place()
    merged = make_place(slug="blue", state="merged", merged_into=kept)
    target = f"/venues/blue-room-{kept.id.hex}/"
    assert client.get(f"/venues/blue-{merged.id.hex}/").headers["Location"] == target
    assert client.get(f"/venues/x-{kept.id.hex}/").headers["Location"] == target
    assert client.get(f"/venues/x-{uuid4().hex}/").status_code == 404


def test_a_venue_without_place_or_events(client: Client) -> None:
    place = make_place(state="closed")
    html = client.get(f"/venues/blue-room-{place.id.hex}/").content.decode()
    assert "Closed for good." in html
    assert "Nothing is listed for the coming time." in html


@pytest.mark.parametrize(
    "path", ["/bengaluru", "/bengaluru/music", "/bengaluru/indiranagar", "/bengaluru/tomorrow"]
)
def test_feeds_hold_the_events_of_their_page(client: Client, path: str) -> None:
    make_event(title="Jazz")
    make_event(
        title="Film",
        category_id="film",
        start=EVENING + timedelta(days=1),
        area=make_area(city=make_city()),
        happening="cancelled",
    )
    shown = titles(client, f"{path}/")
    calendar = Calendar.from_ical(client.get(f"{path}.ics").content)
    assert [str(part["SUMMARY"]) for part in calendar.walk("VEVENT")] == shown
    assert [event["title"] for event in client.get(f"{path}.json").json()["results"]] == shown
    rss = client.get(f"{path}.rss")
    assert rss.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert rss.content.decode().count("<item>") == len(shown)


def test_feeds_take_the_query_of_their_page(client: Client) -> None:
    make_event(title="Jazz")
    make_event(title="Film", price_type="free", category_id="film")
    assert [event["title"] for event in client.get("/bengaluru.json?price=free").json()["results"]] == [
        "Film"
    ]


def test_an_unchanged_feed_answers_304(client: Client) -> None:
    make_event()
    first = client.get("/bengaluru.ics")
    assert client.get("/bengaluru.ics", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_feeds_of_what_is_none(client: Client) -> None:
    make_city(slug="los-angeles", legacy_id="ca--los-angeles", timezone="America/Los_Angeles")
    assert client.get("/nowhere.ics").status_code == 404
    assert client.get("/ca--los-angeles/music.ics").headers["Location"] == "/los-angeles/music.ics"


def test_robots_and_about(client: Client) -> None:
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in client.get("/robots.txt").content.decode()
    assert client.get("/about/").status_code == client.get("/about/bot").status_code == 200


def test_pages_have_a_strict_policy_and_an_own_404(client: Client) -> None:
    response = client.get("/nowhere/")
    assert "There is nothing at this address." in response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_forms_refuse_other_methods(client: Client) -> None:
    assert client.post("/").status_code == 405
