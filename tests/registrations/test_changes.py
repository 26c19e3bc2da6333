"""Whoever changes an event, those who come or wait are told once of what it came to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.rights import CLOCK
from events.enums import Happening, Publication
from events.models import Event, Organizer, OrganizerMember
from events.services import change_happening, change_status, edit, edit_own, merge, record_events
from outbox.services import number_changes
from places.models import Place
from registrations import services
from registrations.models import Registration, RegistrationMail, RegistrationSetup
from registrations.records import Wish
from registrations.services.changes import BUNDLED_FOR, SOON
from registrations.tasks import tell_of_changes
from tests.factories import (
    make_entry,
    make_event,
    make_origin,
    make_person,
    make_place,
    make_staff,
    normalized,
    publish_all,
    record_event,
)

NOW = timezone.now


@pytest.fixture
def staff():
    return make_staff(email="staff@example.org")


@pytest.fixture
def people(comes):
    """Two with a place, one who waits, one who cancelled; all know the event as it is."""
    services.cancel(comes("Dan").pk)
    came = [comes(name) for name in ("Ann", "Ben", "Cem")]
    tell(NOW())
    RegistrationMail.objects.all().delete()
    return came


def tell(now) -> int:
    number_changes()
    return services.tell_of_changes(now=now)


def told(kind: str = "") -> list[str]:
    """The names of who is told, in order; with a kind of that."""
    rows = RegistrationMail.objects.filter(**({"kind": kind} if kind else {})).select_related("registration")
    return sorted(row.registration.name for row in rows)


def _moved(event: Event, **by) -> dict[str, object]:
    start = Event.objects.get(pk=event.pk).start_at + timedelta(**by)
    return {"start_at": start, "start_date": start.date(), "end_date": start.date(), "end_at": None}


def test_several_changes_within_ten_minutes_are_one_mail(event, people, staff):
    begun = NOW()
    for number in range(3):
        edit(event.pk, _moved(event, hours=1), by=staff)
        assert tell(begun + number * timedelta(minutes=4)) == 0
    assert (tell(begun + BUNDLED_FOR), tell(begun + 2 * BUNDLED_FOR)) == (3, 0)
    assert told("moved") == told() == ["Ann", "Ben", "Cem"]
    assert all(services.send(pk) for pk in RegistrationMail.objects.values_list("pk", flat=True))
    assert {sent.subject for sent in mail.outbox} == {f"New time: {event.title}"}


def test_what_is_taken_back_meanwhile_is_told_to_nobody(event, people, staff):
    begun, former = NOW(), Event.objects.get(pk=event.pk)
    edit(event.pk, _moved(event, days=1), by=staff)
    change_happening(event.pk, Happening("cancelled"), by=staff)
    tell(begun)
    change_happening(event.pk, Happening("scheduled"), by=staff)
    edit(
        event.pk,
        {name: getattr(former, name) for name in ("start_at", "start_date", "end_date", "end_at")},
        by=staff,
    )
    assert tell(begun + BUNDLED_FOR) == 0
    assert told() == []


def test_it_is_off_and_on_again(event, people, staff):
    for number, (happening, kind) in enumerate(
        [("cancelled", "called_off"), ("scheduled", "goes_on"), ("postponed", "postponed")]
    ):
        begun = NOW() + number * timedelta(hours=1)
        change_happening(event.pk, Happening(happening), by=staff)
        tell(begun)
        assert tell(begun + BUNDLED_FOR) == 3
        assert told(kind) == ["Ann", "Ben", "Cem"]
    off = RegistrationMail.objects.filter(kind__in=["called_off", "goes_on"])
    assert not off.exists(), "a mail that waits is replaced by what is so now"
    assert services.send(RegistrationMail.objects.first().pk) is True
    assert "A new date is not known yet" in mail.outbox[-1].body


def test_of_what_begins_soon_people_are_told_at_once(event, people, staff):
    edit(event.pk, _moved(event, hours=1), by=staff)
    late = Event.objects.get(pk=event.pk).start_at - SOON
    assert tell(late) == 3


def test_of_what_is_over_nobody_is_told(event, people, staff):
    edit(event.pk, _moved(event, hours=-1), by=staff)
    ended = event.start_at + timedelta(hours=1)
    assert (tell(ended), tell(ended + BUNDLED_FOR)) == (0, 0)


def test_another_venue_is_told_and_the_same_one_under_another_row_is_not(event, people, staff):
    first, same, other = (make_place(name=name) for name in ("Old Hall", "The Old Hall", "New Hall"))
    Event.objects.filter(pk=event.pk).update(place=first)
    Registration.objects.update(told_place_id=first.pk)
    Place.objects.filter(pk=first.pk).update(merged_into=same)
    Event.objects.filter(pk=event.pk).update(place=same)
    begun = NOW()
    services.note_change([event.pk], now=begun)
    assert tell(begun + BUNDLED_FOR) == 0
    Event.objects.filter(pk=event.pk).update(place=other, venue_name="New Hall")
    services.note_change([event.pk], now=begun)
    assert tell(begun + BUNDLED_FOR) == 3
    assert services.send(RegistrationMail.objects.first().pk) is True
    assert (mail.outbox[0].subject, "New Hall" in mail.outbox[0].body) == (f"New place: {event.title}", True)


def test_it_moves_online(event, people, staff):
    begun = NOW()
    change_happening(event.pk, Happening("moved_online"), by=staff)
    tell(begun)
    assert tell(begun + BUNDLED_FOR) == 3
    assert services.send(RegistrationMail.objects.first().pk) is True
    assert "online" in mail.outbox[0].body


def test_what_is_taken_off_the_site_is_told_and_what_a_moderator_looks_at_is_not(event, people, staff):
    begun = NOW()
    change_status(event.pk, Publication.FLAGGED, by=staff, reason="wrong")
    tell(begun)
    assert tell(begun + BUNDLED_FOR) == 0
    change_status(event.pk, Publication.APPROVED, by=staff)
    change_status(event.pk, Publication.REMOVED, by=staff, reason="spam")
    tell(begun + BUNDLED_FOR)
    assert tell(begun + 2 * BUNDLED_FOR) == 3
    assert told("withdrawn") == ["Ann", "Ben", "Cem"]
    assert services.send(RegistrationMail.objects.first().pk) is True
    assert mail.outbox[0].subject == f"No longer listed: {event.title}"


def test_a_team_tells_in_the_same_way(event, people):
    ann = make_person(email="owner@example.org", is_staff=False)
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=owls, user=ann, role="owner")
    Event.objects.filter(pk=event.pk).update(organizer=owls)
    begun = NOW()
    edit_own(event.pk, _moved(event, days=1), by=ann)
    tell(begun)
    assert tell(begun + BUNDLED_FOR) == 3


def test_a_source_tells_in_the_same_way(db):
    event = record_event()
    RegistrationSetup.objects.create(event=event)
    services.register(event.pk, Wish(name="Ann", address="ann@example.org"))
    begun = NOW()
    tell(begun)
    later = replace(normalized(), start=normalized().start + timedelta(hours=1), end=None)
    record_events(
        [make_entry(event=later, event_id=event.pk)], origin=make_origin(), judge=publish_all, now=begun
    )
    assert Event.objects.get(pk=event.pk).start_at == later.start
    tell(begun)
    assert (tell(begun + BUNDLED_FOR), tell(begun + 2 * BUNDLED_FOR)) == (1, 0)
    assert told("moved") == ["Ann"]


def test_after_a_merge_those_are_told_who_knew_another_time(event, people, staff):
    start = event.start_at + timedelta(hours=2)
    other = make_event(title=f"{event.title} again", start=start)
    setup = RegistrationSetup.objects.create(event=other)
    eve = Registration.objects.create(
        event=other, name="Eve", address="eve@example.org", address_hash="e" * 64, state="registered",
        told_start_at=start, told_place_id=other.place_id,
    )  # fmt: skip
    merge(event.pk, other.pk, by=staff)
    tell(NOW() + BUNDLED_FOR)
    assert told("moved") == ["Eve"]
    eve.refresh_from_db()
    assert (eve.event_id, eve.told_start_at, setup.pk) == (
        event.pk,
        Event.objects.get(pk=event.pk).start_at,
        other.pk,
    )


def test_the_task_begins_with_what_comes(event, comes, staff):
    change_happening(event.pk, Happening("postponed"), by=CLOCK)
    number_changes()
    assert tell_of_changes() == 0
    assert not RegistrationSetup.objects.filter(changed_at__isnull=False).exists()
