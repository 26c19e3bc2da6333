"""No secret address of a source becomes a public field, whatever its way in."""

from importlib import import_module

import pytest
from django.apps import apps

from events.models import Event
from pipeline.contract.raw import RawPayload
from places.models import Place
from places.records import PlaceFacts
from places.services import take_places
from sources.lab import examine
from sources.models import Source
from sources.setup.context import origin_of
from sources.triggers.load import load
from tests.factories import NOW, make_area, make_categories, make_source, make_staff

pytestmark = pytest.mark.django_db
HEX = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
SECRET = f"https://calendar.google.com/calendar/ical/me%40gmail.com/private-{HEX}/basic.ics"
CALENDAR = f"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VEVENT
UID:1@example.org
DTSTART:20261125T140000Z
DTEND:20261125T160000Z
SUMMARY:Raga at Dusk {SECRET}
LOCATION:Blue Room\\, 12th Main\\, Indiranagar\\, Bengaluru
DESCRIPTION:Join at https://us02web.zoom.us/j/1?pwd=abc or {SECRET}. An evening of ragas with tabla and tanpura.
URL:{SECRET}
ATTACH;FMTTYPE=image/jpeg:https://img.example/a.jpg?token=abc
ORGANIZER;CN=Club:{SECRET}
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def rows() -> str:
    return repr(
        [
            list(model.objects.values())
            for model in apps.get_models()
            if model._meta.app_label in ("events", "places", "outbox")
        ]
    )


def test_what_a_calendar_tells_is_cleaned_before_it_is_recorded(client):
    make_area()
    make_categories()
    source = make_source(url=SECRET, config={"url": SECRET})
    load(
        source,
        [RawPayload(url=SECRET, content=CALENDAR.encode(), content_type="text/calendar", fetched_at=NOW)],
        now=NOW,
    )
    event = Event.objects.get()
    assert event.title == "Raga at Dusk"
    assert "An evening of ragas" in event.description
    for part in (HEX, "pwd=abc", "token=abc"):
        assert part not in rows()
    assert HEX not in client.get(f"/api/v1/events/{event.pk}").content.decode()


def test_the_address_of_a_secret_calendar_stands_in_the_configuration_alone():
    wish = examine.LabWish(url=SECRET, connector="ical", city="")
    source = examine.make_source(
        wish, name="Club", connector="ical", config={"url": SECRET}, trust="normal", by=make_staff()
    )
    assert (source.url, source.config["url"]) == ("", SECRET)
    Source.objects.filter(pk=source.pk).update(url=SECRET)
    source.refresh_from_db()
    assert origin_of(source).url == ""
    import_module("sources.migrations.0010_no_address_with_a_secret").clean(apps, None)
    source.refresh_from_db()
    assert source.url == ""


def test_a_venue_keeps_no_secret_address():
    make_area()
    photos = (
        {"url": "https://img.example/p?key=AIzaSyA0b1c2d3e4f5", "credit": "x"},
        {"url": "https://img.example/q", "credit": "x"},
    )
    facts = PlaceFacts(
        name="Blue Room", city="bengaluru", lat=12.979, lng=77.64, website=SECRET, photos=photos
    )
    take_places([facts], by="google_places", keeps_days=None, now=NOW)
    place = Place.objects.get(name="Blue Room")
    assert place.website == ""
    assert [photo["url"] for photo in place.photos] == ["https://img.example/q"]
