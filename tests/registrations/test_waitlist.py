"""Offers of the waitlist: how long they hold, what ends them, and what must hold whatever people do."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.models import Event
from registrations import services
from registrations.exceptions import RegistrationRefused
from registrations.models import ACTIVE, HOLDING, Registration, RegistrationSetup
from registrations.records import Wish
from registrations.services.changing import locked_setup
from registrations.services.waitlist import LEAST_OFFERED, OFFERED_FOR, fill, offer_end
from tests.factories import make_event

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "holds"),
    [
        (timedelta(days=9), timedelta(hours=24)),
        (timedelta(hours=12), timedelta(hours=4)),
        (timedelta(minutes=20), timedelta(minutes=15)),
        (timedelta(minutes=14), None),
        (timedelta(hours=-1), None),
    ],
)
def test_an_offer_holds_a_day_and_less_near_the_start(left, holds):
    assert offer_end(NOW + left, now=NOW) == (None if holds is None else NOW + holds)


@given(st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=40)))
def test_an_offer_never_outlasts_the_start(left):
    ends = offer_end(NOW + left, now=NOW)
    assert ends is None or (LEAST_OFFERED <= ends - NOW <= OFFERED_FOR and ends <= NOW + left)


def test_an_offer_is_taken_in_time_or_goes_to_the_next(comes):
    now = timezone.now()
    ann, _, cem, dia = [comes(name) for name in ("Ann", "Ben", "Cem", "Dia")]
    services.cancel(ann.pk, now=now)
    assert services.expire_offers(now=now + timedelta(hours=23)) == 0
    late = now + timedelta(hours=24)
    with pytest.raises(RegistrationRefused, match="has ended"):
        services.accept(cem.pk, now=late)
    assert services.expire_offers(now=late) == 1
    assert services.accept(dia.pk, now=late).state == "registered"
    assert services.accept(dia.pk, now=late).state == "registered"  # once more changes nothing
    cem.refresh_from_db()
    assert (cem.state, cem.offer_ends_at) == ("expired", None)


def test_a_group_that_does_not_fit_keeps_its_place_and_lets_others_pass(setup, comes):
    ann, _, group, dia = comes("Ann"), comes("Ben"), comes("Cem", guests=1), comes("Dia")
    services.cancel(ann.pk)
    for row in (group, dia):
        row.refresh_from_db()
    assert (group.state, dia.state) == ("waiting", "offered")


def test_more_seats_are_offered_and_fewer_take_nothing_away(setup, comes):
    rows = [comes(name) for name in ("Ann", "Ben", "Cem", "Dia")]
    for capacity, states in ((3, "rrow"), (1, "rrow"), (None, "rror")):
        RegistrationSetup.objects.filter(pk=setup.pk).update(capacity=capacity)
        fill(RegistrationSetup.objects.get(pk=setup.pk), now=timezone.now())
        for row in rows:
            row.refresh_from_db()
        assert "".join(row.state[0] for row in rows) == states


def test_nobody_is_offered_a_seat_of_what_does_not_take_place(event, comes):
    ann, *_ = [comes(name) for name in ("Ann", "Ben", "Cem")]
    Event.objects.filter(pk=event.pk).update(happening="cancelled")
    services.cancel(ann.pk)
    assert not Registration.objects.filter(state="offered").exists()


def test_seats_that_are_free_again_with_an_event_are_offered(event, comes):
    ann, *_, cem = [comes(name) for name in ("Ann", "Ben", "Cem")]
    Event.objects.filter(pk=event.pk).update(happening="cancelled")
    services.cancel(ann.pk)
    Event.objects.filter(pk=event.pk).update(happening="scheduled")
    services.expire_offers(now=timezone.now())
    cem.refresh_from_db()
    assert cem.state == "offered"


_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("register"), st.integers(0, 7), st.integers(0, 2)),
        st.tuples(st.sampled_from(["cancel", "accept"]), st.integers(0, 7), st.just(0)),
        st.tuples(st.just("guests"), st.integers(0, 7), st.integers(0, 2)),
        st.tuples(st.just("capacity"), st.integers(1, 8), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 30), st.just(0)),
    ),
    max_size=25,
)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_whatever_people_do_seats_are_never_given_twice_and_nobody_is_lost(acts):
    start = timezone.now() + timedelta(days=30)
    event = make_event(title=f"Ball {uuid4().hex}", start=start)
    RegistrationSetup.objects.create(event=event, capacity=3, most_guests=2)
    now, most, seen = timezone.now(), 3, set()
    for what, number, more in acts:
        now += timedelta(seconds=1)
        row = (
            Registration.objects.filter(event=event, name__isnull=False)
            .order_by("created_at")[number : number + 1]
            .first()
        )
        try:
            if what == "register":
                wish = Wish(name=f"P{number}", address=f"p{number}@example.org", guests=more)
                seen.add(services.register(event.pk, wish, now=now).pk)
            elif what == "capacity":
                RegistrationSetup.objects.filter(pk=event.pk).update(capacity=number)
                fill(RegistrationSetup.objects.get(pk=event.pk), now=now)
                most = max(number, _held(event))
            elif what == "wait":
                now += timedelta(hours=number)
                services.expire_offers(now=now)
            elif row is not None and what == "guests":
                services.change_guests(row.pk, more, now=now)
            elif row is not None:
                {"cancel": services.cancel, "accept": services.accept}[what](row.pk, now=now)
        except Exception as error:
            if not type(error).__module__.startswith(("registrations.", "accounts.")):
                raise
        _check(event, most)
        most = max(RegistrationSetup.objects.get(pk=event.pk).capacity, _held(event))
    assert seen == set(Registration.objects.filter(event=event).values_list("pk", flat=True))


def _held(event):
    return sum(row.seats for row in Registration.objects.filter(event=event, state__in=HOLDING))


def _check(event, most):
    """Seats within the bound, and no seat free that somebody who waits would fit in."""
    assert _held(event) <= most
    capacity = RegistrationSetup.objects.get(pk=event.pk).capacity
    waiting = Registration.objects.filter(event=event, state="waiting")
    assert all(row.seats > capacity - _held(event) for row in waiting)
    hashes = list(
        Registration.objects.filter(event=event, state__in=ACTIVE).values_list("address_hash", flat=True)
    )
    assert len(hashes) == len(set(hashes))


@pytest.mark.django_db
def test_a_setup_that_is_gone_is_said():
    with pytest.raises(RegistrationRefused):
        locked_setup(uuid4())
