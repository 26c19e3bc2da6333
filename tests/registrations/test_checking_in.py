"""Check-in: by code, nobody twice, also by phones that were without network."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.rights import RightMissing
from audit.models import Entry
from events.models import Event, Organizer, OrganizerMember
from registrations import services
from registrations.models import Registration
from tests.factories import make_person


@pytest.fixture
def helper(event):
    person = make_person(is_staff=False)
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    OrganizerMember.objects.create(organizer=owls, user=person, role="helper")
    Event.objects.filter(pk=event.pk).update(organizer=owls)
    return person


def test_a_code_lets_a_person_in_once(event, comes, helper):
    ann, now = comes("Ann", guests=1), timezone.now()
    later = now + timedelta(minutes=5)
    (first,) = services.check_in(event.pk, [(f" {ann.code.lower()} ", now)], by=helper, now=now)
    (second,) = services.check_in(event.pk, [(ann.code, later)], by=helper, now=later)
    assert (first.outcome, first.name, first.seats) == ("in", "Ann", 2)
    assert (second.outcome, second.at) == ("already", now)
    assert Entry.objects.get(action="registration.checked_in").target == f"events.event:{event.pk}"


def test_a_scan_without_network_counts_from_when_it_was_made_and_never_from_the_future(event, comes, helper):
    ann, ben, now = comes("Ann"), comes("Ben"), timezone.now()
    hour = timedelta(hours=1)
    services.check_in(event.pk, [(ann.code, now - hour), (ben.code, now + hour)], by=helper, now=now)
    at = dict(Registration.objects.values_list("pk", "checked_in_at"))
    assert (at[ann.pk], at[ben.pk]) == (now - hour, now)


def test_who_waits_or_is_unknown_does_not_get_in(event, comes, helper):
    comes("Ann", guests=1)
    waits, now = comes("Ben"), timezone.now()
    told = services.check_in(event.pk, [(waits.code, now), ("NOBODY", now)], by=helper, now=now)
    assert [one.outcome for one in told] == ["refused", "unknown"]


def test_only_the_team_checks_in(event, comes):
    with pytest.raises(RightMissing):
        services.check_in(
            event.pk, [], by=make_person(email="b@example.org", is_staff=False), now=timezone.now()
        )
