"""City pages: tonight first, lists by day, category and area, with a constant number of queries."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.filters import EventFilter
from events.queries import first_of_each_day, upcoming
from tests.factories import EVENING, make_area, make_city, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]


def titles(html: str) -> list[str]:
    return re.findall(r'card__title"><a href="[^"]+">([^<]+)</a>', html)


def headings(html: str) -> list[str]:
    return re.findall(r'<h2 id="s-[^"]+">([^<]+)</h2>', html)


def text(client: Client, path: str) -> str:
    response = client.get(path, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_tonight_comes_first_then_the_days(client: Client) -> None:
    make_event(title="Tomorrow's brunch", start=datetime(2026, 11, 22, 5, 30, tzinfo=UTC))
    make_event(title="Late", start=datetime(2026, 11, 21, 20, 0, tzinfo=UTC))
    make_event(title="Early", start=datetime(2026, 11, 21, 14, 30, tzinfo=UTC))
    make_event(
        title="Exhibition",
        start=EVENING - timedelta(days=9),
        all_day=True,
        end_date=datetime(2026, 12, 1, tzinfo=UTC).date(),
    )
    html = text(client, "/bengaluru/")
    assert headings(html) == ["Tonight", "Still on", "Tomorrow"]
    assert titles(html) == ["Early", "Late", "Exhibition", "Tomorrow&#x27;s brunch"]
    assert html.index("After midnight") < html.index(">Late<")


def test_what_goes_on_is_bounded_however_many_days_it_began_on(client: Client) -> None:
    for number in range(40):
        began = EVENING - timedelta(days=3 + number)
        make_event(
            title=f"Exhibition {number:02d}",
            start=began,
            end_at=EVENING + timedelta(days=50 - number),
            opening_hours="Mo-Su 00:00-24:00",
        )
    make_event(
        title="Since yesterday", start=EVENING - timedelta(days=1), end_at=EVENING + timedelta(days=90)
    )
    read = list(
        first_of_each_day(
            upcoming(EventFilter(city="bengaluru"), now=EVENING), most=24, most_later=12, today=EVENING.date()
        )
    )
    assert {event.title for event in read} == {
        "Since yesterday",
        *(f"Exhibition {number:02d}" for number in range(16, 40)),
    }
    assert titles(text(client, "/bengaluru/")) == [f"Exhibition {number}" for number in (39, 38, 37, 36)]


def test_a_closed_day_is_not_listed(client: Client) -> None:
    make_event(
        title="Rain maps",
        start=EVENING - timedelta(days=9),
        end_at=EVENING + timedelta(days=30),
        opening_hours="Su-Fr 10:00-18:00",
    )
    assert (titles(text(client, "/bengaluru/today/")), EVENING.isoweekday()) == ([], 6)
    assert titles(text(client, "/bengaluru/tomorrow/")) == ["Rain maps"]
    assert titles(text(client, "/bengaluru/")) == ["Rain maps"]


def test_what_is_over_hidden_or_elsewhere_is_not_listed(client: Client) -> None:
    make_event(title="Over", start=EVENING - timedelta(hours=5))
    make_event(title="Waiting", publication="pending", published_at=None)
    make_event(title="Elsewhere", city=make_city(slug="austin", timezone="America/Chicago"))
    assert titles(text(client, "/bengaluru/")) == []


def test_an_empty_night_shows_the_way_on(client: Client) -> None:
    make_event(title="Jazz", start=EVENING + timedelta(days=5))
    make_event(title="Film", start=EVENING + timedelta(days=5))
    html = text(client, "/bengaluru/")
    assert "Nothing listed for tonight yet." in html
    assert 'href="/bengaluru/2026-11-26/">Thu 26 Nov, 2 events</a>' in html


def test_the_day_strip_counts_a_night_to_its_evening(client: Client) -> None:
    make_event(title="Late", start=datetime(2026, 11, 21, 20, 0, tzinfo=UTC))
    make_event(title="Cancelled", happening="cancelled")
    html = text(client, "/bengaluru/")
    assert 'aria-label="Saturday 21 Nov: 1 event"' in html
    assert 'aria-label="Sunday 22 Nov: no events"' in html
    assert html.count('class="bar"') == 14


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/bengaluru/music/", ["Jazz"]),
        ("/bengaluru/indiranagar/", ["Film night"]),
        ("/bengaluru/tonight/", ["Jazz"]),
        ("/bengaluru/tomorrow/", ["Film night"]),
        ("/bengaluru/free/", ["Film night"]),
        ("/bengaluru/weekend/?category=film", ["Film night"]),
        ("/bengaluru/?day=2026-11-22", ["Film night"]),
        ("/bengaluru/music/?price_max=10", []),
        ("/bengaluru/music/?price_max=many", ["Jazz"]),
    ],
)
def test_lists_by_day_category_area_and_price(client: Client, path: str, found: list[str]) -> None:
    make_event(title="Jazz", price_type="paid", price_min=500)
    make_event(
        title="Film night",
        start=EVENING + timedelta(days=1),
        category_id="film",
        area=make_area(city=make_city()),
        price_type="free",
    )
    assert titles(text(client, path)) == found


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/bengaluru/?when=weekend", "/bengaluru/weekend/"),
        ("/bengaluru/?category=music&when=", "/bengaluru/music/"),
        ("/bengaluru/?category=music&when=tonight", "/bengaluru/music/?when=tonight"),
        ("/bengaluru/?price=free", "/bengaluru/free/"),
    ],
)
def test_the_filter_form_leads_to_one_address(client: Client, path: str, target: str) -> None:
    make_city()
    assert client.get(path).headers["Location"] == target


def test_active_filters_can_be_taken_off(client: Client) -> None:
    make_city()
    html = text(client, "/bengaluru/music/?when=tonight")
    assert 'href="/bengaluru/tonight/" aria-label="Remove: Music"' in html
    assert 'href="/bengaluru/music/" aria-label="Remove: Tonight"' in html
    assert "<title>Music tonight, Bengaluru</title>" in html
    assert 'name="robots" content="noindex"' in html


@pytest.mark.parametrize("path", ["/nowhere/", "/bengaluru/nothing/", "/bengaluru.pdf"])
def test_what_is_none_is_not_found(client: Client, path: str) -> None:
    make_city()
    assert client.get(path).status_code == 404


def test_a_hidden_city_is_not_found(client: Client) -> None:
    make_city(slug="ghost", state="hidden")
    assert client.get("/ghost/").status_code == 404


def test_an_old_id_leads_to_the_city(client: Client) -> None:
    make_city(slug="los-angeles", legacy_id="ca--los-angeles", timezone="America/Los_Angeles")
    response = client.get("/ca--los-angeles/")
    assert (response.status_code, response.headers["Location"]) == (301, "/los-angeles/")


def queries(client: Client, connection, path: str) -> int:
    """The least of three requests: flags and the outbox are read anew every few seconds, in one of them."""
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))
    return min(counts)


@pytest.mark.parametrize(
    "path",
    [
        "/bengaluru/",
        "/bengaluru/music/",
        "/bengaluru/2026-11/",
        "/bengaluru/weekend/?category=music",
        "/bengaluru/ongoing/",
    ],
)
def test_queries_do_not_grow_with_the_list(client: Client, path: str) -> None:
    from django.db import connection

    make_event(title="One", area=make_area(city=make_city()))
    with_one = queries(client, connection, path)
    for number in range(3):
        make_event(title=f"More {number}", start=EVENING + timedelta(hours=number), category_id="music")
    assert queries(client, connection, path) == with_one <= 10


def walk(client: Client, path: str) -> list[str]:
    """The titles of a list and of every page behind it, in the order of the pages."""
    found: list[str] = []
    for _ in range(20):
        html = text(client, path)
        found += titles(html)
        later = re.search(r'href="([^"]+)" rel="next"', html)
        if later is None:
            return found
        path = later[1].replace("&amp;", "&")
    raise AssertionError("the list has no end")


def test_a_list_goes_on_to_its_last_event(client: Client) -> None:
    """Many begin at the same moment: the page ends between them."""
    for number in range(70):
        make_event(title=f"Gig {number:02d}", start=EVENING + timedelta(hours=1, days=number // 40))
    found = walk(client, "/bengaluru/music/")
    assert sorted(found) == [f"Gig {number:02d}" for number in range(70)]
    assert len(titles(text(client, "/bengaluru/music/"))) == 30


def test_a_page_keeps_its_beginning_when_events_are_added_or_go(client: Client) -> None:
    gigs = [
        make_event(title=f"Gig {number:02d}", start=EVENING + timedelta(hours=1, minutes=number))
        for number in range(33)
    ]
    later = re.search(r'href="([^"]+)" rel="next"', text(client, "/bengaluru/music/"))
    assert later
    make_event(title="Added before", start=EVENING + timedelta(minutes=30))
    gigs[29].delete()
    assert titles(text(client, later[1])) == ["Gig 30", "Gig 31", "Gig 32"]


def test_the_city_goes_on_behind_its_first_week(client: Client) -> None:
    for number in range(40):
        make_event(title=f"Gig {number:02d}", start=EVENING + timedelta(hours=1, days=number))
    html = text(client, "/bengaluru/")
    assert 'rel="next"' in html
    assert walk(client, "/bengaluru/") == [f"Gig {number:02d}" for number in range(40)]


def test_a_quiet_city_shows_what_comes_later_at_once(client: Client) -> None:
    make_event(title="In a month", start=EVENING + timedelta(days=30))
    html = text(client, "/bengaluru/")
    assert titles(html) == ["In a month"]
    assert 'rel="next"' not in html


def test_what_is_still_on_has_a_list_of_its_own(client: Client) -> None:
    for number in range(2, 37):
        make_event(
            title=f"Show {number:02d}",
            start=EVENING - timedelta(days=3),
            end_at=EVENING + timedelta(days=number // 2),
            category_id="other",
        )
    make_event(title="Tonight", category_id="other")
    front = text(client, "/bengaluru/")
    assert 'href="/bengaluru/ongoing/">All that is still on</a>' in front
    narrowed = text(client, "/bengaluru/other/")
    assert headings(narrowed) == ["Tonight", "Still on"]
    assert 'href="/bengaluru/other/?ongoing=yes">All that is still on</a>' in narrowed
    assert len(walk(client, "/bengaluru/other/")) == 5
    everything = walk(client, "/bengaluru/ongoing/")
    assert sorted(everything) == [f"Show {number:02d}" for number in range(2, 37)]


@pytest.mark.parametrize("mark", ["x", "20261301T000000Z", "99999999", "20261121T143000Z-zz", "20261201"])
def test_a_mark_that_is_none_of_the_list_begins_it_anew(client: Client, mark: str) -> None:
    make_event(title="Jazz")
    assert titles(text(client, f"/bengaluru/music/?after={mark}")) == ["Jazz"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/bengaluru/?day=2026-11-26", "/bengaluru/2026-11-26/"),
        ("/bengaluru/?when=2026-11-26&category=music", "/bengaluru/music/?day=2026-11-26"),
        ("/bengaluru/?when=2026-12", "/bengaluru/2026-12/"),
        ("/bengaluru/month/", "/bengaluru/2026-11/"),
        ("/bengaluru/tomorrow/?day=2026-11-26", "/bengaluru/tomorrow/"),
    ],
)
def test_days_and_months_have_one_address(client: Client, path: str, target: str) -> None:
    make_city()
    response = client.get(path)
    assert response.status_code == 302 or target == "/bengaluru/tomorrow/"
    assert response.headers.get("Location", target) == target


@pytest.mark.parametrize("segment", ["2026-13", "2026-02-30", "20261121", "1999-01"])
def test_a_day_that_is_none_is_not_found(client: Client, segment: str) -> None:
    make_city()
    assert client.get(f"/bengaluru/{segment}/").status_code == 404


def test_a_month_is_a_table_of_days_with_counts(client: Client) -> None:
    make_event(title="Jazz", start=EVENING + timedelta(days=3))
    make_event(title="Film", start=EVENING + timedelta(days=3), category_id="film")
    make_event(title="Next month", start=EVENING + timedelta(days=20))
    html = text(client, "/bengaluru/2026-11/")
    assert (
        '<a class="month__day l4" href="/bengaluru/2026-11-24/" aria-label="Tuesday 24 Nov: 2 events"' in html
    )
    assert html.count("month__day--over") == 5
    assert titles(html) == ["Jazz", "Film"]
    assert 'href="/bengaluru/2026-12/"' in html
    assert 'href="/bengaluru/2026-10/"' not in html
    music = text(client, "/bengaluru/music/?month=2026-11")
    assert 'href="/bengaluru/music/?day=2026-11-24" aria-label="Tuesday 24 Nov: 1 event"' in music


def test_a_category_and_a_day_are_one_tap(client: Client) -> None:
    make_event(title="Jazz", start=EVENING + timedelta(days=3))
    html = text(client, "/bengaluru/")
    assert 'href="/bengaluru/music/?day=2026-11-24" aria-label="Music, Tuesday 24 Nov: 1 event"' in html
    assert titles(text(client, "/bengaluru/music/?day=2026-11-24")) == ["Jazz"]


def test_a_tag_narrows_a_city(client: Client) -> None:
    make_event(title="Jazz", tags=["live-music"])
    make_event(title="Film")
    assert titles(text(client, "/bengaluru/?tag=live-music")) == ["Jazz"]


def test_a_full_day_on_the_front_offers_all_of_it(client: Client) -> None:
    for number in range(27):
        make_event(title=f"Gig {number:02d}", start=EVENING + timedelta(hours=1, minutes=number))
    html = text(client, "/bengaluru/")
    assert len(titles(html)) == 16
    assert 'href="/bengaluru/tonight/">All 27 events</a>' in html


def test_the_page_carries_where_it_stands(client: Client) -> None:
    from outbox.queries import position

    make_event(area=make_area(city=make_city()))
    here = position()
    assert (
        f'data-live-epoch="{here.epoch}" data-live-offset="{here.number}" data-live-topics="events:city:bengaluru,weather:bengaluru"'
        in text(client, "/bengaluru/")
    )
    assert 'data-live-topics="events:area:indiranagar,weather:bengaluru"' in text(
        client, "/bengaluru/indiranagar/"
    )


def test_hostile_titles_stay_text(client: Client) -> None:
    make_event(title="</script><img src=x onerror=alert(1)>", venue_name='"><script>alert(2)</script>')
    html = text(client, "/bengaluru/")
    assert "<img src=x" not in html
    assert "<script>alert" not in html


def test_no_inline_script_style_or_foreign_address(client: Client) -> None:
    make_event(lat=12.97, lng=77.6)
    html = text(client, "/bengaluru/")
    assert not re.search(r"\sstyle=|\son\w+=", html)
    assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*ld\+json)", html) == []
    assert all(
        address.startswith("/")
        for address in re.findall(r'(?:src|<link rel="(?:stylesheet|preload|icon)" href)="([^"]+)"', html)
    )
