"""Metadata for machines: safe JSON-LD in Google's form, plain text, canonical addresses."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from events import seo
from events.models import EventImage, Organizer
from tests.factories import EVENING, make_event

SITE = "https://nocturne.example"


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--", "a & b", "line\u2028end", 'quote " and \\']
)
def test_json_ld_keeps_any_text_inside_its_element(text: str) -> None:
    written = seo.json_ld({"name": text})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"name": text}


@pytest.mark.django_db
def test_event_data_has_what_google_requires() -> None:
    event = make_event(
        lat=12.97,
        lng=77.6,
        address="12th Main",
        end_at=datetime(2026, 11, 21, 17, 30, tzinfo=UTC),
        description="<p>Two sets.</p>",
    )
    data = seo.event_data(event, site_url=SITE)
    assert data["name"] == "Moonlit Jazz"
    assert data["startDate"] == "2026-11-21T20:00:00+05:30"
    assert data["endDate"] == "2026-11-21T23:00:00+05:30"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["description"] == "Two sets."
    assert data["location"] == {
        "@type": "Place",
        "name": "Blue Room",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "12th Main",
            "addressLocality": "Bengaluru",
            "addressCountry": "IN",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 12.97, "longitude": 77.6},
    }
    assert data["url"] == SITE + event.get_absolute_url()


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"all_day": True}, {"time_known": False}])
def test_a_start_without_a_time_is_a_date(fields: dict) -> None:
    assert seo.event_data(make_event(**fields), site_url=SITE)["startDate"] == "2026-11-21"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("happening", "statuses", "has_former"),
    [
        ("rescheduled", ["EventRescheduled"], True),
        ("moved_online", ["EventMovedOnline", "EventRescheduled"], True),
        ("cancelled", ["EventCancelled"], False),
        ("postponed", ["EventPostponed"], False),
    ],
)
def test_a_former_start_stands_beside_the_status_that_explains_it(
    happening: str, statuses: list[str], has_former: bool
) -> None:
    event = make_event(happening=happening, previous_start_at=EVENING - timedelta(days=1))
    data = seo.event_data(event, site_url=SITE)
    told = data["eventStatus"]
    assert [f"https://schema.org/{name}" for name in statuses] == ([told] if isinstance(told, str) else told)
    assert data.get("previousStartDate") == ("2026-11-20T19:30:00+05:30" if has_former else None)


@pytest.mark.django_db
def test_an_unknown_price_makes_no_offer() -> None:
    assert "offers" not in seo.event_data(make_event(url="https://e.example/"), site_url=SITE)


@pytest.mark.django_db
def test_offers_say_price_and_availability() -> None:
    event = make_event(
        price_type="paid",
        price_min=Decimal("499"),
        price_currency="INR",
        ticket_url="https://t.example/",
        sold_out=True,
    )
    assert seo.event_data(event, site_url=SITE)["offers"] == {
        "@type": "Offer",
        "url": "https://t.example/",
        "price": "499",
        "priceCurrency": "INR",
        "availability": "https://schema.org/SoldOut",
    }


@pytest.mark.django_db
def test_several_prices_are_told_from_the_lowest_to_the_highest() -> None:
    fields = {"price_min": Decimal("300"), "price_max": Decimal("900"), "price_currency": "INR"}
    offer = seo.event_data(make_event(price_type="paid", url="https://e.example/", **fields), site_url=SITE)[
        "offers"
    ]
    assert (offer["@type"], offer["price"], offer["lowPrice"], offer["highPrice"]) == (
        "AggregateOffer", "300", "300", "900",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_cancelled_event_offers_nothing_that_could_be_had() -> None:
    event = make_event(price_type="free", url="https://e.example/", happening="cancelled")
    assert "availability" not in seo.event_data(event, site_url=SITE)["offers"]


@pytest.mark.django_db
def test_a_free_event_costs_0() -> None:
    data = seo.event_data(make_event(price_type="free", url="https://e.example/"), site_url=SITE)
    assert (data["offers"]["price"], data["isAccessibleForFree"]) == ("0", True)


@pytest.mark.django_db
def test_online_events_are_at_a_virtual_location() -> None:
    online = seo.event_data(make_event(online="yes", online_url="https://meet.example/"), site_url=SITE)
    assert online["location"] == {"@type": "VirtualLocation", "url": "https://meet.example/"}
    assert online["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    both = seo.event_data(make_event(title="Both ways", online="both"), site_url=SITE)
    assert [place["@type"] for place in both["location"]] == ["Place", "VirtualLocation"]


@pytest.mark.django_db
def test_people_and_pictures() -> None:
    organizer = Organizer.objects.create(
        name="Asha", folded_name="asha", type="individual", url="https://asha.example/"
    )
    event = make_event(organizer=organizer, performers=["Aditi"])
    EventImage.objects.create(event=event, source_url="https://img.example/a.jpg")
    data = seo.event_data(event, site_url=SITE)
    assert data["organizer"] == {"@type": "Person", "name": "Asha", "url": "https://asha.example/"}
    assert data["performer"] == [{"@type": "MusicGroup", "name": "Aditi"}]
    assert data["image"] == ["https://img.example/a.jpg"]
    drawn = seo.event_data(event, site_url=SITE, drawn=[f"{SITE}/media/share/a.1x1.png"])
    assert drawn["image"] == ["https://img.example/a.jpg", f"{SITE}/media/share/a.1x1.png"]


@pytest.mark.django_db
def test_a_picture_that_google_would_not_show_is_not_named() -> None:
    event = make_event()
    EventImage.objects.create(event=event, url="https://p.example/narrow.webp", width=719)
    wide = EventImage.objects.create(
        event=event, source_url="https://img.example/b.jpg", url="https://p.example/wide.webp", width=720
    )
    assert seo.event_data(event, site_url=SITE)["image"] == [wide.url]


@pytest.mark.django_db
def test_an_organizer_without_a_site_has_its_page_here() -> None:
    organizer = Organizer.objects.create(name="Blue Room", folded_name="blue room")
    told = seo.event_data(make_event(organizer=organizer), site_url=SITE)["organizer"]
    assert told["url"] == f"{SITE}/organizers/blue-room-{organizer.id.hex}/"


def test_plain_text_keeps_lines_and_cuts_at_a_word() -> None:
    assert seo.plain_text("<p>One &amp; two</p><ul><li>three</li></ul>") == "One & two\nthree"
    assert seo.plain_text("<p>one two three four</p>", limit=12) == "one two…"


@pytest.mark.django_db
def test_every_field_that_google_recommends_is_told_where_it_is_known() -> None:
    """https://developers.google.com/search/docs/appearance/structured-data/event."""
    event = make_event(
        address="12th Main", description="<p>Two sets.</p>", end_at=EVENING + timedelta(hours=5), performers=["Aditi"],
        organizer=Organizer.objects.create(name="Blue Room", url="https://blue.example/"), ticket_url="https://t.example/", capacity=120,
        price_type="paid", price_min=Decimal("500"), price_currency="INR", tags=["jazz"],
    )  # fmt: skip
    EventImage.objects.create(event=event, url="https://p.example/1.jpg", is_primary=True)
    data = seo.event_data(event, site_url=SITE)
    assert {"description", "endDate", "eventStatus", "eventAttendanceMode", "image"} <= data.keys()
    assert {"price", "priceCurrency", "availability", "url"} <= data["offers"].keys()
    assert {"name", "url"} <= data["organizer"].keys()
    assert data["performer"][0]["name"] == "Aditi"
    assert data["location"]["name"] == "Blue Room"
    assert (data["keywords"], data["maximumAttendeeCapacity"]) == (["jazz"], 120)
