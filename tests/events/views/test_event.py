"""The event page in each publication state, its calendar file and its card."""

import json
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Category, Event, EventCounters, EventImage, Organizer, Series
from tests.factories import EVENING, make_area, make_city, make_event, make_listing, make_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
NONE = UUID(int=7)


def text(client: Client, event: Event) -> str:
    response = client.get(event.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(("slug", "name"), [("hip_hop", "Hip-hop"), ("of_old", "of old")])
def test_a_subcategory_is_called_by_its_name(client: Client, slug: str, name: str) -> None:
    assert f'<p class="event__kind">Music, {name}</p>' in text(
        client, make_event(category_id="music", subcategory=slug)
    )


def test_what_when_where_and_price(client: Client) -> None:
    city = make_city()
    place = make_place(city=city)
    event = make_event(
        city=city, area=make_area(city=city), place=place, address="12th Main", price_type="free", end_at=datetime(2026, 11, 21, 16, 30, tzinfo=UTC),
        ticket_url="https://t.example/", tags=["jazz"], performers=["Aditi"], lat=12.9784, lng=77.6408, language="en", capacity=1200,
        registration_required=True, setting="indoor", verification="official", doors_at=datetime(2026, 11, 21, 14, tzinfo=UTC),
        organizer=Organizer.objects.create(name="Asha", folded_name="asha"),
    )  # fmt: skip
    html = text(client, event)
    for words in (
        "Tonight, 20:00 to 22:00 IST", "12th Main", f"/venues/blue-room-{place.id.hex}/", "Reserve free at t.example",
        '<a href="/performers/aditi/">Aditi</a></dd>',
        ">Asha</a></dd>",
        "<dd>English</dd>", "<dd>1,200</dd>", "<dd>Needed</dd>", "<dd>Indoor</dd>", "<dd>Official: its organizer says so</dd>",
        "<dd>19:30</dd>", "<dd>2 h</dd>",
        "5.1 km east of the centre of Bengaluru", "openstreetmap.org", f'rel="canonical" href="http://127.0.0.1:8000{event.get_absolute_url()}"',
    ):  # fmt: skip
        assert words in html


def test_several_prices_say_whom_they_are_for(client: Client) -> None:
    event = make_event(price_type="paid", price_min=49, price_max=149, offers=["$149", "Academic $49"])
    assert "<dt>Prices</dt><dd>$149 · Academic $49</dd>" in text(client, event)
    assert client.get(f"/api/v1/events/{event.id}").json()["offers"] == ["$149", "Academic $49"]


def test_a_point_near_the_venue_is_shown_as_such_and_leads_nowhere(client: Client) -> None:
    event = make_event(city=make_city(), around_lat=12.95, around_lng=77.61, lat=None, lng=None)
    html = text(client, event)
    assert ("About here" in html, "does not tell the exact place" in html) == (True, True)
    assert ("openstreetmap.org" in html, "GeoCoordinates" in html) == (False, False)
    venue = client.get(f"/api/v1/events/{event.id}").json()["venue"]
    assert (venue["lat"], venue["lng"], venue["approximate"]) == (12.95, 77.61, True)
    near = client.get("/api/v1/events?lat=12.95&lng=77.61&radius_km=5").json()
    assert near["results"] == []


def test_json_ld_is_valid_whatever_the_title(client: Client) -> None:
    event = make_event(title="</script><script>alert(1)</script>")
    html = text(client, event)
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert [json.loads(block)["name"] for block in found] == ["</script><script>alert(1)</script>"]
    assert "<script>alert(1)" not in html


def test_states_are_said(client: Client) -> None:
    cancelled = text(client, make_event(title="Off", happening="cancelled", ticket_url="https://t.example/"))
    assert "Cancelled" in cancelled
    assert "https://t.example/" not in re.sub(r"<script.*?</script>", "", cancelled, flags=re.DOTALL)
    assert "This is over." in text(client, make_event(title="Past", start=EVENING - timedelta(days=2)))
    assert "its source no longer lists it" in text(client, make_event(title="Doubtful", freshness="missing"))
    assert "Price not given" in text(client, make_event(title="Priceless"))


def test_sources_and_their_age(client: Client) -> None:
    event = make_event(is_sample=True)
    listing = make_listing(event=event, url="https://town.example/jazz")
    make_listing(event=event, source="Old list", missing_since=EVENING - timedelta(days=2))
    html = text(client, event)
    assert (
        f'href="/go/{event.id.hex}/{listing.id.hex}" rel="nofollow ugc noopener">Town calendar</a>: last seen just now.'
        in html
    )
    assert "no longer listed, noticed on Thursday" in html
    assert "This is a sample" in html


def test_what_a_platform_wants_to_be_said_stands_beside_its_link(client: Client) -> None:
    event = make_event()
    listing = make_listing(event=event, source="Town's concerts", url="https://town.example/jazz")
    listing.origin.credit = "Concerts by Songkick"
    listing.origin.save()
    assert "last seen just now. Concerts by Songkick.</p>" in text(client, event)


def test_a_wrong_slug_leads_to_the_right_one(client: Client) -> None:
    event = make_event()
    response = client.get(f"/events/wrong-{event.id.hex}/")
    assert (response.status_code, response.headers["Location"]) == (301, event.get_absolute_url())


def test_a_merged_event_leads_to_the_survivor_of_the_chain(client: Client) -> None:
    last = make_event(title="Survivor")
    middle = make_event(title="Middle", publication="merged", merged_into=last)
    first = make_event(title="First", publication="merged", merged_into=middle)
    assert client.get(first.get_absolute_url()).headers["Location"] == last.get_absolute_url()
    assert (
        client.get(first.get_absolute_url().rstrip("/") + ".ics").headers["Location"]
        == last.get_absolute_url().rstrip("/") + ".ics"
    )


def test_merged_into_what_may_not_be_seen_is_not_found(client: Client) -> None:
    hidden = make_event(title="Hidden", publication="pending")
    assert (
        client.get(
            make_event(title="First", publication="merged", merged_into=hidden).get_absolute_url()
        ).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("publication", "status"),
    [
        ("approved", 200),
        ("archived", 200),
        ("draft", 404),
        ("pending", 404),
        ("rejected", 404),
        ("flagged", 404),
        ("removed", 410),
    ],
)
def test_each_publication_state_has_its_answer(client: Client, publication: str, status: int) -> None:
    event = make_event(publication=publication, publication_reason="Asked for by its organizer.")
    response = client.get(event.get_absolute_url())
    assert response.status_code == status
    assert ("Asked for by its organizer." in response.content.decode()) == (status == 410)
    assert client.get(event.get_absolute_url().rstrip("/") + ".ics").status_code == status


@pytest.mark.parametrize("path", [f"/events/x-{NONE.hex}/", "/events/x-123/", f"/events/{NONE}/nothing"])
def test_what_is_none_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_other_dates_of_its_series(client: Client) -> None:
    origin = make_listing(event=make_event(title="Else")).origin
    series = Series.objects.create(origin=origin, external_id="s", title="Jazz")
    event = make_event(series=series)
    make_event(series=series, start=EVENING + timedelta(days=7), sold_out=True)
    make_event(series=series, start=EVENING - timedelta(days=7))
    html = text(client, event)
    assert re.findall(r'<ul class="dates">(.*?)</ul>', html, re.DOTALL)[0].count("<li>") == 1
    assert "Sat 28 Nov, 19:30 IST <span>Sold out</span>" in html


def test_similar_is_of_the_same_city_and_still_takes_place(client: Client) -> None:
    event = make_event()
    make_event(title="Also jazz")
    make_event(title="Off", happening="cancelled")
    make_event(title="Far", city=make_city(slug="austin"))
    assert re.findall(r'card__title"><a href="[^"]+">([^<]+)<', text(client, event)) == ["Also jazz"]


def test_similar_shows_no_other_dates_and_each_event_once(client: Client) -> None:
    event = make_event()
    make_event(start=EVENING + timedelta(days=7))
    for days in (1, 2, 3):
        make_event(title="Bebop", start=EVENING + timedelta(days=days))
    assert re.findall(r'card__title"><a href="[^"]+">([^<]+)<', text(client, event)) == ["Bebop"]


def test_similar_to_what_is_online_in_no_city_is_so_too(client: Client) -> None:
    event = make_event(city=None, online="yes")
    make_event(title="Choir", city=None, online="both")
    make_event(title="Of a city", online="both")
    make_event(title="Elsewhere", city=None)
    assert re.findall(r'card__title"><a href="[^"]+">([^<]+)<', text(client, event)) == ["Choir"]


def test_similar_by_meaning_where_there_are_vectors(client: Client) -> None:
    from events.models import EventVector

    event, near, far = (make_event(title=title) for title in ("Jazz", "Bebop", "Tax law"))
    for held, first in ((event, 1.0), (near, 0.9), (far, -1.0)):
        EventVector.objects.create(event=held, embedding=[first, *[0.1] * 511], text_hash="x")
    assert re.findall(r'card__title"><a href="[^"]+">([^<]+)<', text(client, event)) == ["Bebop", "Tax law"]


def test_a_large_picture_of_our_own_is_shown(client: Client) -> None:
    event = make_event()
    EventImage.objects.create(
        event=event,
        source_url="https://a.example/a.jpg",
        url="/media/a.jpg",
        width=1200,
        height=800,
        alt="The trio",
    )
    html = text(client, event)
    assert '<img src="/media/a.jpg" alt="The trio" width="1200" height="800" decoding="async">' in html


def test_no_more_than_ten_queries(client: Client) -> None:
    event = make_event(place=make_place(name="B", city=None))
    for number in range(3):
        make_listing(event=event, source=f"Source {number}")
        make_event(title=f"Other {number}")
    with CaptureQueriesContext(connection) as captured:
        text(client, event)
    assert len(captured) <= 10


def test_calendar_file(client: Client) -> None:
    event = make_event()
    response = client.get(event.get_absolute_url().rstrip("/") + ".ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:{event.id}@nocturne" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?city=bengaluru", 200),
        ("?city=bengaluru&category=music", 200),
        ("?city=bengaluru&category=film", 204),
        ("?city=nowhere", 204),
    ],
)
def test_card_fragment_knows_whether_it_belongs_to_a_list(client: Client, query: str, status: int) -> None:
    event = make_event()
    Category.objects.get_or_create(slug="film")
    response = client.get(f"/events/{event.id}/card{query}")
    assert response.status_code == status
    assert (f'data-event="{event.id}"' in response.content.decode()) == (status == 200)


def test_card_fragment_of_what_is_gone(client: Client) -> None:
    assert client.get(f"/events/{make_event(publication='removed').id}/card").status_code == 410


def test_how_often_it_was_opened_is_told_once_that_says_something(client: Client) -> None:
    event = make_event()
    counters = EventCounters.objects.create(event=event, views=9)
    assert "Opened" not in text(client, event)
    EventCounters.objects.filter(pk=counters.pk).update(views=1240, shares=1)
    assert "Opened 1,240 times, shared 1 time." in text(client, event)


def test_who_told_what_and_when_it_was_checked(client: Client) -> None:
    event = make_event(price_type="paid", price_min=499, description="<p>Two sets.</p>")
    hall = make_listing(event=event, source="Blue Room").origin
    seller = make_listing(event=event, source="Ticketmaster").origin
    told = {"start": hall, "venue": hall, "description": hall, "price": seller}
    event.provenance = {group: {"origin": str(origin.key)} for group, origin in told.items()}
    event.save(update_fields=["provenance"])
    said = "Time, place and description from Blue Room, price from Ticketmaster, checked just now."
    assert said in text(client, event)
    Event.objects.filter(pk=event.pk).update(provenance=event.provenance | {"start": {"origin": "person"}})
    assert "Time from our moderators, place and description from Blue Room" in text(client, event)
    owls = Organizer.objects.create(name="Night Owls", folded_name="night owls")
    by_team = {"start": {"origin": "person", "team": True}}
    Event.objects.filter(pk=event.pk).update(provenance=event.provenance | by_team, organizer=owls)
    assert "Time from Night Owls, place and description from Blue Room" in text(client, event)


def test_all_that_changed_is_said_at_the_top_with_what_was_before(client: Client) -> None:
    event = make_event(
        sold_out=True, happening="rescheduled", previous_start_at=EVENING - timedelta(days=1), former_venue="Red Room",
        url="https://blue.example/jazz", ticket_url="https://www.eventbrite.co.uk/e/1",
    )  # fmt: skip
    html = text(client, event)
    bands = re.findall(r'<p class="band band--(\w+)">.*?</svg>([^<]+)<', html)
    assert bands[:3] == [("sold_out", "Sold out"), ("rescheduled", "New time"), ("moved", "New place")]
    assert re.findall(r'<s class="event__was"><span class="vh">before: </span>([^<]+)</s>', html) == [
        "Fri 20 Nov, 19:30",
        "Red Room",
    ]
    assert "Details at blue.example" in html
    assert "Tickets at" not in html


def test_the_zone_is_said_for_readers_elsewhere(client: Client) -> None:
    assert "Time in Bengaluru</span>" in text(client, make_event())
    assert "Time in New York</span>" in text(client, make_event(city=None, timezone="America/New_York"))
    assert "Time in" not in text(client, make_event(all_day=True))
