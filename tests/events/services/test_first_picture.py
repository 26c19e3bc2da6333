"""A person chooses which picture is shown first: it is locked, undone and given back like every other field."""

import pytest
from django.urls import reverse

from events import services
from events.exceptions import BadValue
from events.models import Event, EventImage
from events.services.primary_picture import choose_primary
from pipeline.contract.normalized import Image
from tests.factories import NOW, make_entry, make_staff, normalized, publish_all, record_event

pytestmark = pytest.mark.django_db
SMALL, LARGE = "https://a.example/small.jpg", "https://a.example/large.jpg"


def told(url: str, *, is_primary: bool) -> Image:
    return Image(url=url, alt=url[-9:-4], credit="Ada", is_primary=is_primary)


def with_two() -> Event:
    """A recorded event whose source has two pictures, both stored; the larger is shown first."""
    event = record_event(images=tuple(told(url, is_primary=url == LARGE) for url in (SMALL, LARGE)))
    for url, side in ((SMALL, 400), (LARGE, 900)):
        stored = {"state": "stored", "url": f"/media/{side}.webp", "thumbnail": f"/media/{side}.webp"}
        EventImage.objects.filter(source_url=url).update(width=side, height=side, **stored)
    choose_primary(event)
    return event


def first(event: Event) -> str:
    return EventImage.objects.get(event=event, is_primary=True).source_url


def test_a_chosen_picture_is_locked_kept_by_imports_and_undone():
    event, by = with_two(), make_staff()
    done = services.apply_edit(event.pk, {"picture": SMALL}, by=by)
    assert (first(event), done.event.locked_fields) == (SMALL, ["images"])
    choose_primary(done.event)  # as after each fetch
    again = make_entry(
        event=normalized(title=event.title, images=(told(LARGE, is_primary=True),)), event_id=event.pk
    )
    services.record_events([again], origin=event.listings.get().origin, judge=publish_all, now=NOW)
    assert first(event) == SMALL
    services.undo_edit(event.pk, done.note, by=by)
    assert (first(event), Event.objects.get().locked_fields) == (LARGE, [])


def test_a_picture_that_is_given_back_is_the_largest_and_that_is_undone_too():
    event, by = with_two(), make_staff()
    services.edit(event.pk, {"picture": SMALL}, by=by)
    done = services.apply_edit(event.pk, {}, unlock=["images"], by=by)
    assert (first(event), done.event.locked_fields) == (LARGE, [])
    services.undo_edit(event.pk, done.note, by=by)
    assert (first(event), Event.objects.get().locked_fields) == (SMALL, ["images"])


def test_another_address_is_refused_and_the_present_picture_changes_nothing():
    event, by = with_two(), make_staff()
    with pytest.raises(BadValue, match="none of the event's pictures"):
        services.edit(event.pk, {"picture": "https://evil.example/x.jpg"}, by=by)
    assert services.apply_edit(event.pk, {"picture": LARGE}, by=by).note == {}


def test_the_form_shows_each_sources_picture_and_takes_it(admin_client):
    event = with_two()
    EventImage.objects.filter(source_url=LARGE).update(is_primary=False)
    EventImage.objects.filter(source_url=SMALL).update(is_primary=True)
    address = reverse("admin:events_event_change", args=[event.pk])
    page = admin_client.get(address)
    text = page.content.decode()
    assert (text.count("/media/400.webp"), text.count("/media/900.webp"), text.count("Credit: Ada")) == (
        1,
        2,
        2,
    )
    form = page.context["editing"].form
    sent = {name: form[name].value() or "" for name in form.fields if name != "unlock"}
    listing = event.listings.get()
    taken = admin_client.post(address, {**sent, "take": f"images:{listing.pk}"})
    assert taken.context["editing"].form["picture"].value() == LARGE
    admin_client.post(address, {**sent, "picture": LARGE})
    assert (first(event), Event.objects.get().locked_fields) == (LARGE, ["images"])
