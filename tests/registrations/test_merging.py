"""Merging and parting two events keeps every registration."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.models import EventCounters
from events.services import merge, unmerge
from registrations import services
from registrations.links import token_of
from registrations.models import Registration, RegistrationSetup
from registrations.records import Wish
from tests.factories import make_event, make_staff

pytestmark = pytest.mark.django_db


def _event(title, capacity=2):
    event = make_event(title=title, start=timezone.now() + timedelta(days=7))
    if capacity:
        RegistrationSetup.objects.create(event=event, capacity=capacity)
    return event


def _comes(event, *names):
    return [services.register(event.pk, Wish(name=name, address=f"{name}@example.org")) for name in names]


def _held(event):
    rows = Registration.objects.filter(event=event).exclude(state="merged")
    return {row.name: row.state for row in rows}


def test_registrations_move_with_the_merge_and_back():
    stays, goes, staff = _event("Ball"), _event("Ball 2"), make_staff()
    _comes(stays, "ann")
    _comes(goes, "ben", "cem", "dia")
    merge(stays.pk, goes.pk, by=staff)
    assert _held(stays) == {"ann": "registered", "ben": "registered", "cem": "registered", "dia": "waiting"}
    unmerge(goes.pk, by=staff)
    assert _held(stays) == {"ann": "registered"}
    assert _held(goes) == {"ben": "registered", "cem": "registered", "dia": "waiting"}


def test_of_two_registrations_of_one_address_the_better_one_stays_and_the_other_comes_back():
    stays, goes, staff = _event("Ball", capacity=1), _event("Ball 2"), make_staff()
    _comes(stays, "ann", "ben")
    _comes(goes, "ben")
    merge(stays.pk, goes.pk, by=staff)
    assert _held(stays) == {"ann": "registered", "ben": "registered"}
    assert Registration.objects.count() == 3
    unmerge(goes.pk, by=staff)
    assert _held(goes) == {"ben": "registered"}


def test_a_place_that_the_merge_gave_is_taken_back_and_what_is_free_is_offered():
    stays, goes, staff = _event("Ball", capacity=1), _event("Ball 2", capacity=1), make_staff()
    _comes(stays, "ann", "ben")
    _comes(goes, "ben", "cem")
    merge(stays.pk, goes.pk, by=staff)
    unmerge(goes.pk, by=staff)
    assert _held(stays) == {"ann": "registered", "ben": "waiting"}
    assert _held(goes) == {"ben": "registered", "cem": "waiting"}
    assert [EventCounters.objects.get(event=event).registrations for event in (stays, goes)] == [1, 1]


def test_a_listing_is_taken_out_of_an_event_that_people_registered_for():
    event, made = _event("Ball"), make_event(title="Other")
    _comes(event, "ann")
    assert services.bring_back(made.pk, event.pk, now=timezone.now()) == 0
    assert _held(event) == {"ann": "registered"}


def test_the_link_of_either_registration_leads_to_the_one_that_stands(client):
    stays, goes, staff = _event("Ball", capacity=1), _event("Ball 2"), make_staff()
    _comes(stays, "ann", "ben")
    (ben,) = _comes(goes, "ben")
    waits = Registration.objects.get(event=stays, state="waiting")
    merge(stays.pk, goes.pk, by=staff)
    path = f"/registrations/magic-link/{token_of(waits)}/"
    assert "qr" in client.get(path).content.decode()
    assert client.post(path, {"do": "cancel"}).status_code == 302
    ben.refresh_from_db()
    assert ben.state == "cancelled"
    unmerge(goes.pk, by=staff)
    assert _held(stays) == {"ann": "registered", "ben": "cancelled"}


def test_an_event_without_terms_gets_those_of_the_other_and_gives_them_back():
    stays, goes, staff = _event("Ball", capacity=None), _event("Ball 2"), make_staff()
    _comes(goes, "ann")
    merge(stays.pk, goes.pk, by=staff)
    _comes(stays, "ben")
    unmerge(goes.pk, by=staff)
    assert _held(goes) == {"ann": "registered", "ben": "registered"}
    assert not RegistrationSetup.objects.filter(pk=stays.pk).exists()


def test_who_cancelled_meanwhile_stays_cancelled():
    stays, goes, staff = _event("Ball"), _event("Ball 2"), make_staff()
    (ann,) = _comes(goes, "ann")
    merge(stays.pk, goes.pk, by=staff)
    services.cancel(ann.pk)
    unmerge(goes.pk, by=staff)
    assert _held(goes) == {"ann": "cancelled"}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=st.sets(st.sampled_from("abcde")), two=st.sets(st.sampled_from("abcde")), capacity=st.integers(1, 4)
)
def test_no_registration_is_lost_by_a_merge_and_its_undoing(one, two, capacity):
    Registration.objects.all().delete()
    RegistrationSetup.objects.all().delete()
    staff = make_staff(email=f"s{timezone.now().timestamp()}@example.org")
    stays, goes = _event("Ball", capacity), _event("Ball 2", capacity)
    _comes(stays, *sorted(one))
    _comes(goes, *sorted(two))
    merge(stays.pk, goes.pk, by=staff)
    assert set(_held(stays)) == one | two
    assert Registration.objects.count() == len(one) + len(two)
    unmerge(goes.pk, by=staff)
    assert (set(_held(stays)), set(_held(goes))) == (one, two)
