"""Every list of the desk asks the same number of queries with 1 row and with 30."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.enums import TeamKind
from events.models import Event, Organizer, OrganizerMember
from events.records import Team
from moderation.services import speaking
from registrations import services
from registrations.models import EventMessage, Registration, RegistrationMail, RegistrationSetup
from registrations.records import Wish
from tests.factories import make_event, make_person, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def owls() -> Organizer:
    made = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(
        organizer=made, user=make_person(email="ann@example.org", is_staff=False), role="owner"
    )
    return made


@pytest.fixture
def event(owls) -> Event:
    made = make_event(title="Owl Night", start=timezone.now() + timedelta(days=5), organizer=owls)
    RegistrationSetup.objects.create(event=made, capacity=3)
    return made


@pytest.fixture
def client(owls) -> Client:
    client = Client()
    client.force_login(OrganizerMember.objects.get().user)
    return client


def _same(get: Callable[[], object], grow: Callable[[int], None]) -> None:
    """`grow` adds one row by its number."""
    counts = []
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            grow(number)
        get()  # what is read once for a process
        with CaptureQueriesContext(connection) as queries:
            get()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _register(event: Event, number: int) -> None:
    services.register(event.pk, Wish(name=f"P{number}", address=f"p{number}@example.org"))


@pytest.mark.parametrize("page", ["", "people.csv", "check-in/", "figures/", "messages/"])
def test_the_pages_of_an_event_with_people_and_a_waitlist(client, event, page):
    _same(lambda: client.get(f"/organize/events/{event.pk}/{page}"), lambda number: _register(event, number))


def test_the_list_of_events(client, owls):
    def grow(number: int) -> None:
        made = make_event(title=f"Night {number}", start=timezone.now() + timedelta(days=5), organizer=owls)
        RegistrationSetup.objects.create(event=made)
        _register(made, number)

    _same(lambda: client.get("/organize/"), grow)


def test_the_list_of_teams_and_the_list_of_members(client, owls):
    ann = OrganizerMember.objects.get().user

    def grow(number: int) -> None:
        other = Organizer.objects.create(name=f"Team {number}", folded_name=f"team {number}")
        OrganizerMember.objects.create(organizer=other, user=ann, role="editor")
        person = make_person(email=f"m{number}@example.org", is_staff=False)
        OrganizerMember.objects.create(organizer=owls, user=person, role="helper", invited_by=ann)

    _same(lambda: (client.get("/organize/"), client.get(f"/organize/organizers/{owls.pk}/")), grow)


def test_the_list_of_messages(client, event):
    ann = OrganizerMember.objects.get().user

    def grow(number: int) -> None:
        EventMessage.objects.create(
            event=event, by=ann, audience="all", subject=f"{number}", text="x", state="sent"
        )

    _same(lambda: client.get(f"/organize/events/{event.pk}/messages/"), grow)


def test_the_queue_of_claims_and_one_of_them(owls):
    desk = Client()
    desk.force_login(make_staff())
    team, claims = Team(kind=TeamKind.ORGANIZER, id=owls.pk), []

    def grow(number: int) -> None:
        person = make_person(email=f"c{number}@example.org", is_staff=False)
        claims.append(speaking.file_claim(team, "I am it.", by=person))

    _same(lambda: desk.get("/admin/moderation/review/"), grow)


def test_ones_own_registrations(client):
    ann = OrganizerMember.objects.get().user

    def grow(number: int) -> None:
        made = make_event(title=f"Ball {number}", start=timezone.now() + timedelta(days=5))
        RegistrationSetup.objects.create(event=made)
        services.register(made.pk, Wish(name="Ann", address=ann.email), by=ann)

    _same(lambda: client.get("/registrations/"), grow)


def test_a_message_to_thirty_is_recorded_in_as_many_queries_as_one(client, event, settings):
    settings.REGISTRATION_MESSAGES_REVIEWED, settings.REGISTRATION_MESSAGES_A_DAY = 0, 99
    said = {"audience": "all", "subject": "Doors", "text": "At eight.", "do": "send"}
    _same(
        lambda: client.post(f"/organize/events/{event.pk}/messages/", said),
        lambda number: _register(event, number),
    )
    assert RegistrationMail.objects.filter(kind="message").count() >= 60
    assert Registration.objects.count() == 30
