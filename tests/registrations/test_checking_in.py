"""Check-in: by code, nobody twice, also by phones that were without network."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.rights import RightMissing
from audit.models import Entry
from events.models import Event, Organizer, OrganizerMember
from events.services import merge
from registrations import services
from registrations.models import Registration, RegistrationSetup
from registrations.records import Wish
from tests.factories import announce, make_event, make_person, make_staff


@pytest.fixture
def helper(event):
    person = make_person(is_staff=False)
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    OrganizerMember.objects.create(organizer=owls, user=person, role="helper")
    with transaction.atomic():
        Event.objects.filter(pk=event.pk).update(organizer=owls)
        announce(event)
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
    ann, ben, now = comes("Ann"), comes("Ben"), timezone.now() + timedelta(hours=2)
    hour = timedelta(hours=1)
    services.check_in(event.pk, [(ann.code, now - hour), (ben.code, now + hour)], by=helper, now=now)
    at = dict(Registration.objects.values_list("pk", "checked_in_at"))
    assert (at[ann.pk], at[ben.pk]) == (now - hour, now)


def test_the_earliest_scan_of_two_phones_is_kept_and_one_that_was_slow_by_years_is_not_believed(
    event, comes, helper
):
    ann, ben, now = comes("Ann"), comes("Ben"), timezone.now() + timedelta(hours=2)
    first, second = now - timedelta(minutes=5), now - timedelta(minutes=4)
    told = services.check_in(event.pk, [(ann.code, second), (ann.code, first)], by=helper, now=now)
    assert [one.outcome for one in told] == ["already", "in"]
    services.check_in(event.pk, [(ben.code, now - timedelta(days=9000))], by=helper, now=now)
    at = dict(Registration.objects.values_list("pk", "checked_in_at"))
    assert (at[ann.pk], at[ben.pk]) == (first, ben.created_at)


@pytest.mark.django_db(transaction=True)
def test_two_phones_that_send_the_same_codes_at_once_let_each_in_once(event, comes, helper):
    RegistrationSetup.objects.update(capacity=20)
    codes = [comes(f"P{number}").code for number in range(12)]
    now, start, told = timezone.now(), Barrier(2), []

    def send(scanned):
        try:
            start.wait()
            told.extend(services.check_in(event.pk, [(code, now) for code in scanned], by=helper, now=now))
        finally:
            connection.close()

    phones = [Thread(target=send, args=(given,)) for given in (codes, codes[::-1])]
    for phone in phones:
        phone.start()
    for phone in phones:
        phone.join()
    assert sorted(one.outcome for one in told) == ["already"] * 12 + ["in"] * 12


def test_the_code_of_a_registration_that_another_stands_for_lets_in_at_both_events(event, comes, helper):
    other, staff, now = make_event(title="Ball 2", start=event.start_at), make_staff(), timezone.now()
    RegistrationSetup.objects.create(event=other)
    ann = comes("Ann")
    again = services.register(other.pk, Wish(name="Ann", address="ann@example.org"))
    merge(other.pk, event.pk, by=staff)
    (first,) = services.check_in(event.pk, [(again.code, now)], by=helper, now=now)
    (second,) = services.check_in(event.pk, [(ann.code, now)], by=helper, now=now)
    assert (first.outcome, second.outcome) == ("in", "already")


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
