"""An address that grants access reaches no reader.

Formerly public ones are removed, and the change is announced.
"""

import json
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from events.models import Event, EventImage, Listing, Organizer, Origin, Proposal
from outbox.models import Change
from pipeline.contract.normalized import Image, OrganizerRef
from tests.factories import make_origin, record_event

HEX = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
SECRET = f"https://calendar.google.com/calendar/ical/me%40gmail.com/private-{HEX}/basic.ics"
step = import_module("events.migrations.0011_no_address_with_a_secret")


def clean():
    """Run the migration's step on the models of its day."""
    step.clean(
        MigrationLoader(connection).project_state(("events", "0011_no_address_with_a_secret")).apps, None
    )


def exposed(title="Raga at Dusk", **fields):
    """An event as recorded before addresses were checked."""
    reported = {
        "url": SECRET,
        "online_url": "https://us02web.zoom.us/j/1?pwd=abc",
        "ticket_url": "https://tickets.example/1",
        "description": f'<p>Join <a href="{SECRET}" rel="nofollow noopener">here</a> or at {SECRET} tonight.</p>',
        "images": (
            Image(url="https://img.example/a.jpg?token=abc", is_primary=True),
            Image(url="https://img.example/b.jpg"),
        ),
        "organizer": OrganizerRef(name="Club", url=SECRET),
    }
    with transaction.atomic():
        return record_event(title=title, **{**reported, **fields})


@pytest.mark.django_db(transaction=True)
def test_addresses_that_were_public_are_cleaned_and_readers_told(client):
    event = exposed(origin=make_origin(url=SECRET))
    Proposal.objects.create(event=event, fields={"url": {"from": "", "to": SECRET}})
    Change.objects.all().delete()
    clean()
    change = Change.objects.filter(object_id=event.pk, type="event.changed").order_by("-at", "-id").first()
    event.refresh_from_db()
    assert (event.url, event.online_url, event.ticket_url) == ("", "", "https://tickets.example/1")
    assert change.topics == [
        "events:all",
        "events:category:music",
        "events:city:bengaluru",
        f"events:event:{event.pk}",
    ]
    assert change.data["version"] <= event.version
    rows = [
        *Event.objects.values(),
        *Listing.objects.values(),
        *Origin.objects.values(),
        *Organizer.objects.values(),
    ]
    rows += [*EventImage.objects.values(), *Proposal.objects.values()]
    text = json.dumps(rows, default=str)
    assert HEX not in text
    assert "token=abc" not in text
    assert "pwd=" not in text
    assert "https://img.example/b.jpg" in text
    for address in (f"/api/v1/events/{event.pk}", event.get_absolute_url()):
        assert HEX not in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_cleaned_event_tells_what_announcing_would():
    from events.services import announcing

    event = exposed(area="indiranagar")
    clean()
    change = Change.objects.filter(object_id=event.pk).order_by("-at", "-id").first()
    event.refresh_from_db()
    slugs = announcing.slugs_for([event])
    assert change.data == announcing.data(event, slugs)
    assert set(change.topics) == announcing.topics(event, slugs)


@pytest.mark.django_db(transaction=True)
def test_what_is_clean_is_left_alone():
    with transaction.atomic():
        record_event(title="Clean", url="https://venue.example/private-events/?key=kultur")
    versions = list(Event.objects.values_list("version", flat=True))
    Change.objects.all().delete()
    clean()
    clean()
    assert list(Event.objects.values_list("version", flat=True)) == versions
    assert not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_cleaning_goes_in_batches(monkeypatch):
    for number in range(5):
        exposed(f"Raga {number}", organizer=None)
    monkeypatch.setattr(step, "BATCH", 2)
    clean()
    assert not Event.objects.exclude(url="").exists()
    assert not Listing.objects.filter(facts__url=SECRET).exists()


@pytest.mark.django_db
def test_a_page_shows_no_address_that_slipped_in(client):
    event = record_event(origin=make_origin(url=SECRET), url="")
    page = client.get(event.get_absolute_url()).content.decode()
    assert HEX not in page
    assert "<p>Feed: " in page
    assert client.get(f"/api/v1/events/{event.pk}").json()["sources"][0]["url"] == ""
