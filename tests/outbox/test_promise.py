"""No commit changes an approved event visibly without a Change row, whatever code made it."""

import pytest
from django.db import IntegrityError, connection, transaction

from events.models import Event
from outbox.models import Change
from tests.factories import announce, make_event

pytestmark = pytest.mark.django_db(transaction=True)


def by_sql(event):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_event SET title = 'Other' WHERE id = %s", [event.id])


def by_update(event):
    Event.objects.filter(pk=event.pk).update(title="Other")


def by_bulk_update(event):
    event.title = "Other"
    Event.objects.bulk_update([event], ["title"])


def by_save(event):
    event.title = "Other"
    event.save()


def by_delete(event):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_eventsearch WHERE event_id = %s", [event.id])
        cursor.execute("DELETE FROM events_event WHERE id = %s", [event.id])


def by_hiding(event):
    Event.objects.filter(pk=event.pk).update(publication="removed")


WAYS = [by_sql, by_update, by_bulk_update, by_save, by_delete, by_hiding]


def test_no_way_around_the_outbox():
    event = make_event()
    for way in WAYS:
        fresh = Event.objects.get(pk=event.pk)
        with pytest.raises(IntegrityError, match="without a row in the outbox"), transaction.atomic():
            way(fresh)
        assert Event.objects.get(pk=event.pk).title == "Moonlit Jazz", way.__name__


def test_the_admins_own_save_is_refused_too():
    """`ModelAdmin.save_model`, past whatever a form allows: the database is what holds the promise."""
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.sites import AdminSite

    event = make_event()
    event.title = "Other"
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelAdmin(Event, AdminSite()).save_model(None, event, None, change=True)  # type: ignore[arg-type]
    assert Event.objects.get().title == "Moonlit Jazz"


def test_with_its_change_in_the_same_transaction_it_goes_through():
    event = make_event()
    with transaction.atomic():
        by_update(event)
        announce(event, kind="event.changed")
    assert Event.objects.get().title == "Other"
    assert list(Change.objects.order_by("number").values_list("type", flat=True)) == [
        "event.published",
        "event.changed",
    ]


def test_a_change_of_an_earlier_transaction_does_not_count():
    event = make_event()
    with transaction.atomic():
        announce(event, kind="event.changed")
    with pytest.raises(IntegrityError), transaction.atomic():
        by_update(event)


def test_what_readers_do_not_see_needs_no_change():
    event = make_event()
    Event.objects.filter(pk=event.pk).update(publication="approved")
    with transaction.atomic():
        draft = Event.objects.create(
            slug="draft", title="Draft", start_at=event.start_at, start_date=event.start_date, end_date=event.end_date, timezone="UTC",
            category_id="music", publication="pending",
        )  # fmt: skip
    Event.objects.filter(pk=draft.pk).update(title="Still a draft")
    assert Change.objects.filter(object_id=draft.id).count() == 0


def test_a_draft_that_becomes_visible_needs_its_change():
    event = make_event(publication="pending", published_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(publication="approved")
