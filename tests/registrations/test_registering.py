"""Seats are given while there are some; an address registers once."""

from datetime import timedelta

import pytest

from accounts.exceptions import InputRefused
from events.enums import Happening, Publication
from events.models import Event, EventCounters
from outbox.models import Change
from registrations import services
from registrations.exceptions import AlreadyRegistered, RegistrationRefused
from registrations.models import Registration, RegistrationMail, RegistrationSetup
from registrations.queries import place_in_line, room_of
from registrations.records import Wish
from tests.factories import NOW, make_person


def test_seats_are_given_until_none_is_left_and_then_people_wait_in_order(setup, comes):
    states = [comes(name).state for name in ("Ann", "Ben", "Cem", "Dia")]
    assert states == ["registered", "registered", "waiting", "waiting"]
    assert (room_of(setup).free, room_of(setup).waiting) == (0, 2)
    waiting = Registration.objects.filter(state="waiting").order_by("queued_at")
    assert [place_in_line(row) for row in waiting] == [1, 2]
    assert [mail.kind for mail in RegistrationMail.objects.order_by("created_at")] == [
        "confirmed",
        "confirmed",
        "waiting",
        "waiting",
    ]
    assert EventCounters.objects.get(event=setup.pk).registrations == 2


def test_guests_need_seats_too(comes):
    assert comes("Ann", guests=1).state == "registered"
    assert comes("Ben").state == "waiting"


def test_an_address_registers_once_however_it_is_written(event, comes):
    comes("Ann")
    with pytest.raises(AlreadyRegistered, match="mailed its link"):
        services.register(event.pk, Wish(name="Ann", address=" ANN@Example.org "))
    assert Registration.objects.count() == 1
    assert RegistrationMail.objects.filter(kind="again").count() == 1


def test_who_cancelled_comes_again_behind_all_others(comes):
    ann = comes("Ann")
    comes("Ben")
    comes("Cem")
    services.cancel(ann.pk)
    assert comes("Ann").state == "waiting"
    assert Registration.objects.count() == 3


def test_a_clock_that_is_set_back_lets_nobody_pass(comes):
    rows = [
        comes(name, now=NOW - timedelta(minutes=number))
        for number, name in enumerate(("Ann", "Ben", "Cem", "Dia"))
    ]
    assert [place_in_line(row) for row in rows] == [None, None, 1, 2]


def test_a_cancelled_seat_is_offered_to_the_first_who_waits(comes):
    ann, _, cem, dia = [comes(name) for name in ("Ann", "Ben", "Cem", "Dia")]
    services.cancel(ann.pk)
    for row in (cem, dia):
        row.refresh_from_db()
    assert (cem.state, dia.state) == ("offered", "waiting")
    assert services.cancel(ann.pk).state == "cancelled"  # once more changes nothing


def test_guests_can_be_fewer_always_and_more_while_seats_are_free(setup, comes):
    ann = comes("Ann", guests=1)
    ben = comes("Ben")
    services.change_guests(ann.pk, 0)
    ben.refresh_from_db()
    assert ben.state == "offered"
    with pytest.raises(RegistrationRefused, match="no more places"):
        services.change_guests(ann.pk, 2)
    with pytest.raises(InputRefused, match="at most 2"):
        services.change_guests(ann.pk, 3)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"publication": Publication.FLAGGED}, "not listed"),
        ({"happening": Happening.CANCELLED}, "does not take place"),
        ({"start_at": NOW - timedelta(days=3)}, "has ended"),
    ],
)
def test_nobody_registers_for_what_does_not_take_place(event, comes, fields, told):
    Event.objects.filter(pk=event.pk).update(**fields)
    with pytest.raises(RegistrationRefused, match=told):
        comes("Ann")


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"is_open": False}, "closed"),
        ({"closes_at": NOW - timedelta(days=3)}, "has ended"),
        ({"capacity": 0, "has_waitlist": False}, "All places are taken"),
    ],
)
def test_the_terms_are_obeyed(setup, comes, terms, told):
    RegistrationSetup.objects.filter(pk=setup.pk).update(**terms)
    with pytest.raises(RegistrationRefused, match=told):
        comes("Ann")
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "<b></b>"}, "name"),
        ({"name": ""}, "name"),
        ({"address": "ann"}, "email"),
        ({"guests": 3}, "guests"),
        ({"answers": {"q9": "x"}}, "answers"),
        ({"answers": {}}, "answers"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(setup, said, field):
    RegistrationSetup.objects.filter(pk=setup.pk).update(
        questions=[{"id": "q1", "label": "Which shoes?", "required": True}]
    )
    usual = {"name": "Ann", "address": "ann@example.org", "answers": {"q1": "red"}}
    with pytest.raises(InputRefused) as refused:
        services.register(setup.pk, Wish(**{**usual, **said}))
    assert refused.value.field == field


def test_an_account_is_told_live_and_nobody_else(event):
    ann = make_person(is_staff=False)
    services.register(event.pk, Wish(name="Ann", address=ann.email), by=ann)
    change = Change.objects.get(type="registration.changed")
    assert (change.audience, change.user_id, change.topics) == ("user", ann.pk, ["user:me"])
    assert change.data["state"] == "registered"


def test_where_nobody_registers_it_is_said(db):
    with pytest.raises(RegistrationRefused, match="Nobody registers"):
        services.register(make_person().pk, Wish(name="Ann", address="ann@example.org"))
