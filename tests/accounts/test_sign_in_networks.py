"""A sign-in of staff from a network never seen is told, with no address kept."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import now

from accounts.models import StaffNetwork, User
from accounts.sign_in_networks import KEPT, forget_networks, note_network
from accounts.signals import staff_network_new
from tests.factories import make_person, make_staff

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE, OFFICE_TOO, CAFE = "203.0.113.7", "203.0.113.201", "198.51.100.4"


@pytest.fixture
def told():
    heard = []

    def hear(user_id, **_):
        heard.append(user_id)

    staff_network_new.connect(hear)
    yield heard
    staff_network_new.disconnect(hear)


@pytest.fixture
def come(rf):
    def signed_in(person: User, address: str) -> None:
        note_network(rf.get("/", REMOTE_ADDR=address), person)

    return signed_in


def test_the_first_network_is_the_measure_and_another_is_told_once(come, told):
    staff = make_staff()
    for address in (OFFICE, OFFICE_TOO):
        come(staff, address)
    assert told == []
    for _ in range(2):
        come(staff, CAFE)
    assert told == [staff.pk]
    assert StaffNetwork.objects.filter(user=staff).count() == 2


def test_no_address_is_kept_and_hashes_of_two_people_in_one_office_differ(come):
    one, other = make_staff(), make_staff(email="other@example.org")
    come(one, OFFICE)
    come(other, OFFICE)
    kept = list(StaffNetwork.objects.values_list("network", flat=True))
    assert len(set(kept)) == 2
    assert not any("203.0" in each for each in kept)


def test_of_readers_nothing_is_kept(come, told):
    reader = make_person(is_staff=False)
    come(reader, OFFICE)
    come(reader, CAFE)
    assert (StaffNetwork.objects.count(), told) == (0, [])


def test_an_unknown_address_is_no_network(come, told):
    staff = make_staff()
    come(staff, OFFICE)
    come(staff, "")
    assert told == []


def test_a_network_of_long_ago_is_forgotten_but_never_the_last(come, told):
    staff = make_staff()
    come(staff, OFFICE)
    with time_machine.travel(now() + timedelta(days=30)):
        come(staff, CAFE)
    later = now() + KEPT + timedelta(days=60)
    assert forget_networks(later) == 1
    assert forget_networks(later + 10 * KEPT) == 0
    with time_machine.travel(later):
        come(staff, OFFICE)
    assert told == [staff.pk, staff.pk]


def test_a_sign_in_of_a_browser_is_noted(client: Client):
    staff = User.objects.create_superuser("vera@example.org", "correct horse battery")
    for password in ("wrong horse battery", "correct horse battery"):
        assert StaffNetwork.objects.count() == 0
        client.post("/accounts/login/", {"login": staff.email, "password": password})
    assert StaffNetwork.objects.filter(user=staff).count() == 1
