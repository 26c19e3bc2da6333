"""A team moves the start of its event: readers see it as rescheduled, and who registered is told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.enums import Happening, Publication
from events.models import Event, Organizer, OrganizerMember
from events.services import edit_own
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_person(email="ann@example.org", is_staff=False)


@pytest.fixture
def event(ann) -> Event:
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=owls, user=ann, role="owner")
    start = (timezone.now() + timedelta(days=5)).replace(microsecond=0)
    made = make_event(title="Owl Night", start=start, doors_at=start - timedelta(hours=1))
    Event.objects.filter(pk=made.pk).update(organizer=owls)
    return Event.objects.get(pk=made.pk)


def _to(event: Event, start, **more):
    return {"start_at": start, "start_date": start.date(), "end_date": start.date(), "end_at": None, **more}


def test_a_published_event_is_rescheduled_with_its_former_start(event, ann, client):
    first, later = event.start_at, event.start_at + timedelta(days=1)
    edit_own(event.pk, _to(event, later), by=ann)
    event.refresh_from_db()
    assert (event.happening, event.previous_start_at) == (Happening.RESCHEDULED, first)
    assert event.doors_at == later - timedelta(hours=1)
    assert "New time" in client.get(event.get_absolute_url()).content.decode()
    edit_own(event.pk, _to(event, first), by=ann)
    event.refresh_from_db()
    assert (event.happening, event.previous_start_at) == (Happening.SCHEDULED, None)


def test_before_publication_a_correction_is_no_move(event, ann):
    Event.objects.filter(pk=event.pk).update(publication=Publication.PENDING)
    edit_own(event.pk, _to(event, event.start_at + timedelta(hours=1)), by=ann)
    event.refresh_from_db()
    assert (event.happening, event.previous_start_at) == (Happening.SCHEDULED, None)


def test_a_time_that_becomes_known_is_no_move_and_another_day_is_one(event, ann):
    Event.objects.filter(pk=event.pk).update(time_known=False)
    edit_own(
        event.pk,
        _to(event, event.start_at + timedelta(seconds=60), time_known=True, start_date=event.start_date),
        by=ann,
    )
    event.refresh_from_db()
    assert event.happening == Happening.SCHEDULED
    Event.objects.filter(pk=event.pk).update(time_known=False)
    edit_own(event.pk, _to(event, event.start_at + timedelta(days=2)), by=ann)
    event.refresh_from_db()
    assert event.happening == Happening.RESCHEDULED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Happening.POSTPONED, Happening.RESCHEDULED),
        (Happening.MOVED_ONLINE, Happening.MOVED_ONLINE),
        (Happening.CANCELLED, Happening.CANCELLED),
    ],
)
def test_what_else_it_was_is_kept_where_it_still_holds(event, ann, before, after):
    Event.objects.filter(pk=event.pk).update(happening=before)
    edit_own(event.pk, _to(event, event.start_at + timedelta(days=1)), by=ann)
    event.refresh_from_db()
    assert event.happening == after
    assert (event.previous_start_at is None) == (after == Happening.CANCELLED)
