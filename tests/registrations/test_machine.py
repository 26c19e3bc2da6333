"""Whatever people, teams, moderators and clocks do, registrations are as a small model says.

Three events of one team (the last without terms) are registered for, merged in any shape, and parted in any order. Their team writes, and whoever
comes when a message is let pass gets it once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase
from hypothesis import settings as run_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.exceptions import InputRefused
from events.enums import Happening
from events.exceptions import MergeRefused
from events.models import Event, EventCounters, Organizer, OrganizerMember
from events.services import change_happening, merge, unmerge
from registrations import services
from registrations.enums import MessageAudience
from registrations.exceptions import RegistrationError
from registrations.models import EventMessage, Registration, RegistrationMail, RegistrationSetup
from registrations.records import Letter, Terms, Wish
from registrations.services.mailing import MOST_ATTEMPTS
from registrations.services.waitlist import offer_end
from tests.factories import make_event, make_person, make_staff

MOST_GUESTS = 2
_BEST = ("registered", "offered", "waiting", "expired", "cancelled")
_WHO = st.sampled_from("abcdef")
_EVENT = st.integers(0, 2)


@dataclass(kw_only=True)
class Wanted:
    """A registration of the model: `home` is the event it was made for; one that `sleeps` has another that stands for it."""

    home: UUID
    who: str
    guests: int
    state: str
    queued: int
    sleeps: bool = False
    ends: Any = None

    @property
    def seats(self) -> int:
        return 1 + self.guests


class Model:
    """What should be so. `at` says where an event's registrations stand; that is the business of merges, and read from them."""

    def __init__(self, start: Any) -> None:
        self.start = start
        self.rows: dict[UUID, Wanted] = {}
        self.capacity: dict[UUID, int | None] = {}
        self.came_from: dict[UUID, UUID | None] = {}
        self.off: set[UUID] = set()
        self.into: dict[UUID, UUID] = {}
        self.turn = 0
        self.written: list[UUID] = []
        #: Who has a mail of a message, by the message.
        self.written_to: dict[UUID, list[str]] = {}

    def at(self, event: UUID) -> UUID:
        return self.into.get(event, event)

    def here(self, event: UUID, *, asleep: bool = False) -> dict[UUID, Wanted]:
        return {
            pk: row for pk, row in self.rows.items() if self.at(row.home) == event and row.sleeps == asleep
        }

    def held(self, event: UUID) -> int:
        return sum(row.seats for row in self.here(event).values() if row.state in ("registered", "offered"))

    def free(self, event: UUID) -> float:
        capacity = self.capacity[event]
        return float("inf") if capacity is None else max(0, capacity - self.held(event))

    def waiting(self, event: UUID) -> list[UUID]:
        rows = self.here(event)
        return sorted(
            (pk for pk, row in rows.items() if row.state == "waiting"), key=lambda pk: rows[pk].queued
        )

    def open(self, event: UUID, now: Any) -> bool:
        return (
            event in self.capacity and event not in self.into and event not in self.off and now < self.start
        )

    def fill(self, event: UUID, now: Any) -> None:
        ends = offer_end(self.start, now=now)
        for pk in self.waiting(event) if event not in self.off and event not in self.into else ():
            row, free = self.rows[pk], self.free(event)
            if self.capacity[event] is None:
                row.state = "registered"
            elif ends is not None and row.seats <= free:
                row.state, row.ends = "offered", ends

    def settle(self, now: Any) -> None:
        """After a merge or a parting."""
        for event in self.capacity:
            addresses = {row.who for row in self.rows.values() if self.at(row.home) == event}
            for who in addresses:
                stands = [row for row in self.here(event).values() if row.who == who]
                asleep = [row for row in self.here(event, asleep=True).values() if row.who == who]
                best = min(stands or asleep, key=lambda row: (_BEST.index(row.state), row.queued))
                for row in stands:
                    row.sleeps = row is not best
                    row.ends = None if row.sleeps else row.ends
                if best.sleeps:
                    best.sleeps = False
                    best.state = "waiting" if best.state == "offered" else best.state
                for row in stands:
                    if row.sleeps and row.state == "offered":
                        row.ends = None


class Registrations(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        mark = uuid4().hex[:8]
        self.now = timezone.now()
        start = self.now + timedelta(days=12)
        self.staff = make_staff(email=f"s{mark}@example.org")
        self.owner = make_person(email=f"o{mark}@example.org", is_staff=False)
        team = Organizer.objects.create(name=mark, folded_name=mark, verification="verified")
        OrganizerMember.objects.create(organizer=team, user=self.owner, role="owner")
        made = [make_event(title=f"Ball {number} {mark}", start=start) for number in range(3)]
        self.events = [event.pk for event in made]
        Event.objects.filter(pk__in=self.events).update(organizer=team)
        self.model = Model(start)
        for event, seats in zip(self.events[:2], (3, 2), strict=True):
            RegistrationSetup.objects.create(event_id=event, capacity=seats, most_guests=MOST_GUESTS)
            self.model.capacity[event], self.model.came_from[event] = seats, None

    def _later(self) -> Any:
        self.now += timedelta(seconds=1)
        self.model.turn += 1
        return self.now

    def _pick(self, data: st.DataObject) -> UUID:
        return data.draw(st.sampled_from(sorted(self.model.rows)))

    def _standing(self, pk: UUID) -> tuple[UUID, UUID]:
        """The id of what stands for a registration, and the event."""
        row = self.model.rows[pk]
        event = self.model.at(row.home)
        (found,) = [key for key, one in self.model.here(event).items() if one.who == row.who]
        return found, event

    @rule(number=_EVENT, who=_WHO, guests=st.integers(0, MOST_GUESTS), back=st.integers(0, 90))
    def register(self, number: int, who: str, guests: int, back: int) -> None:
        """On a server whose clock may be behind by `back` minutes."""
        event, model = self.events[number], self.model
        now = self._later() - timedelta(minutes=back)
        former = next((pk for pk, row in model.here(event).items() if row.who == who), None)
        is_active = former is not None and model.rows[former].state in ("registered", "waiting", "offered")
        wish = Wish(name=who, address=f"{who.upper()}@Example.org", guests=guests)
        if not model.open(event, now) or is_active:
            with pytest.raises(RegistrationError):
                services.register(event, wish, now=now)
            return
        made = services.register(event, wish, now=now)
        home = model.rows[former].home if former else model.came_from[event] or event
        state = "waiting" if model.waiting(event) or model.free(event) < 1 + guests else "registered"
        if former is not None:
            assert made.pk == former, "an address has two"
        model.rows[made.pk] = Wanted(home=home, who=who, guests=guests, state=state, queued=model.turn)
        model.fill(event, now)

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        pk, event = self._standing(given := self._pick(data))
        services.cancel(given, now=self._later())
        row = self.model.rows[pk]
        if row.state in ("registered", "waiting", "offered"):
            row.state, row.ends = "cancelled", None
            self.model.fill(event, self.now)

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        pk, event = self._standing(given := self._pick(data))
        row, now = self.model.rows[pk], self._later()
        if row.state == "registered":
            services.accept(given, now=now)
        elif row.state == "offered" and row.ends > now and event not in self.model.off:
            services.accept(given, now=now)
            row.state, row.ends = "registered", None
        else:
            with pytest.raises(RegistrationError):
                services.accept(given, now=now)

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data(), guests=st.integers(0, MOST_GUESTS + 1))
    def bring(self, data: st.DataObject, guests: int) -> None:
        pk, event = self._standing(given := self._pick(data))
        row, now, model = self.model.rows[pk], self._later(), self.model
        more = guests - row.guests
        is_refused = (
            not model.open(event, now)
            or row.state in ("cancelled", "expired")
            or guests > MOST_GUESTS
            or (more > 0 and row.state != "waiting" and model.capacity[event] is not None
                and (bool(model.waiting(event)) or model.free(event) < more))
        )  # fmt: skip
        if is_refused:
            with pytest.raises((RegistrationError, InputRefused)):
                services.change_guests(given, guests, now=now)
            return
        services.change_guests(given, guests, now=now)
        row.guests = guests
        if more < 0:
            model.fill(event, now)

    @rule(number=_EVENT, seats=st.one_of(st.none(), st.integers(1, 6)))
    def offer_seats(self, number: int, seats: int | None) -> None:
        event, now = self.events[number], self._later()
        if event in self.model.into:
            return
        services.set_terms(event, Terms(capacity=seats, most_guests=MOST_GUESTS), by=self.owner, now=now)
        self.model.capacity[event], self.model.came_from[event] = seats, None
        self.model.fill(event, now)

    @rule(hours=st.integers(1, 40))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        now = self._later()
        services.expire_offers(now=now)
        for row in self.model.rows.values():
            if row.state == "offered" and not row.sleeps and row.ends <= now:
                row.state, row.ends = "expired", None
        for event in self.model.capacity:
            self.model.fill(event, now)

    @rule(number=_EVENT)
    def call_off_or_on(self, number: int) -> None:
        event, off = self.events[number], self.model.off
        if event in self.model.into:
            return
        to = Happening.SCHEDULED if event in off else Happening.CANCELLED
        change_happening(event, to, by=self.staff, now=self._later())
        off.symmetric_difference_update({event})

    @rule(survivor=_EVENT, child=_EVENT)
    def merge(self, survivor: int, child: int) -> None:
        stays, goes, model = self.events[survivor], self.events[child], self.model
        if stays == goes or {stays, goes} & model.into.keys() or {stays, goes} & model.off:
            return
        now = self._later()
        merge(stays, goes, by=self.staff, now=now)
        if goes in model.capacity and stays not in model.capacity:
            model.capacity[stays] = model.capacity[goes]
            model.came_from[stays] = model.came_from[goes] or goes
        self._moved(now, {stays})

    @rule(number=_EVENT)
    def part(self, number: int) -> None:
        event, model = self.events[number], self.model
        if event not in model.into or model.off:
            return
        now, left = self._later(), model.into[event]
        for row in model.here(left).values():
            for other in model.here(left, asleep=True).values():
                if row.state == "cancelled" and other.who == row.who and other.state in _BEST[:3]:
                    other.state = "cancelled"
        try:
            unmerge(event, by=self.staff, now=now)
        except MergeRefused:
            raise AssertionError("a merge cannot be undone") from None
        self._moved(now, {event, left})
        for one in (left, event):
            home = model.came_from.get(one)
            if home is not None and model.at(home) != one:
                others = sorted(
                    {r.home for r in model.rows.values() if model.at(r.home) == one} - {one}, key=str
                )
                is_used = any(model.at(row.home) == one for row in model.rows.values())
                if is_used:
                    found = RegistrationSetup.objects.get(pk=one).came_from
                    assert found in (*others, None)
                    model.came_from[one] = found
                else:
                    del model.capacity[one], model.came_from[one]

    @rule(number=_EVENT)
    def write(self, number: int) -> None:
        """A team writes; a moderator has to read it first."""
        event, model = self.events[number], self.model
        people = [row for row in model.here(event).values() if row.state in _BEST[:3]]
        letter = Letter(audience=MessageAudience.ALL, subject="Doors", text=f"At {model.turn}.")
        if event not in model.capacity or event in model.into or not people or len(model.written) > 4:
            return
        model.written.append(services.write_message(event, letter, by=self.owner, now=self._later()).pk)

    @precondition(lambda self: self.model.written)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """A moderator lets a message pass, once more too: whoever comes then gets it once, wherever its event stands."""
        message = EventMessage.objects.get(pk=data.draw(st.sampled_from(self.model.written)))
        event = self.model.at(message.event_id)
        came = [row.who for row in self.model.here(event).values() if row.state in _BEST[:3]]
        is_new = message.pk not in self.model.written_to
        self.model.written_to.setdefault(message.pk, sorted(came))
        assert services.release_message(message.pk, now=self._later()) == (len(came) if is_new else 0)

    @rule()
    def deliver(self) -> None:
        """Mails that wait are sent to those who come at that moment, whatever became of their events; nobody gets two of a message."""
        for mail in RegistrationMail.objects.filter(message__in=self.model.written_to, sent_at=None):
            row = self.model.rows[mail.registration_id]
            here = self.model.here(self.model.at(row.home)).values()
            comes = any(one.who == row.who and one.state in _BEST[:3] for one in here)
            assert services.send(mail.pk, now=self.now) == (comes and mail.attempts < MOST_ATTEMPTS)

    def _moved(self, now: Any, events: set[UUID]) -> None:
        merged = Event.objects.filter(pk__in=self.events, merged_into__isnull=False)
        self.model.into = dict(merged.values_list("pk", "merged_into"))
        self.model.settle(now)
        for event in events & self.model.capacity.keys():
            self.model.fill(event, now)

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        model = self.model
        rows = {row.pk: row for row in Registration.objects.filter(event__in=self.events)}
        assert {pk: _told(row) for pk, row in rows.items()} == {
            pk: (
                model.at(row.home), row.guests, "merged" if row.sleeps else row.state,
                row.state if row.sleeps else "", row.ends if not row.sleeps else None,
            )
            for pk, row in model.rows.items()
        }  # fmt: skip
        for event in self.events:
            line = Registration.objects.filter(event=event, state="waiting").order_by("queued_at", "pk")
            if event in model.capacity:
                assert list(line.values_list("pk", flat=True)) == model.waiting(event), (
                    "the line has another order"
                )
            count = sum(row.state == "registered" for row in model.here(event).values())
            counted = (
                EventCounters.objects.filter(event=event).values_list("registrations", flat=True).first()
            )
            assert event in model.into or (counted or 0) == count
        assert set(
            RegistrationSetup.objects.filter(event__in=self.events).values_list("pk", "capacity")
        ) == set(model.capacity.items())

    @invariant()
    def each_message_went_to_everybody_once(self) -> None:
        for message, who in self.model.written_to.items():
            mails = RegistrationMail.objects.filter(message=message)
            assert (
                sorted(self.model.rows[pk].who for pk in mails.values_list("registration", flat=True)) == who
            )

    def teardown(self) -> None:
        RegistrationMail.objects.all().delete()


def _told(row: Registration) -> tuple[Any, ...]:
    return (
        row.event_id,
        row.guests,
        row.state,
        row.merged_state if row.state == "merged" else "",
        row.offer_ends_at,
    )


@pytest.mark.django_db
def test_registrations_are_as_a_small_model_says(settings: Any) -> None:
    settings.REGISTRATION_MESSAGES_A_DAY, settings.REGISTRATION_MESSAGES_REVIEWED = 1_000, 1_000
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Registrations,
        settings=run_settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
