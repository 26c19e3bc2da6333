"""Every list of the desk asks the same number of queries with 1 row and with 30."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events.enums import TeamKind
from events.models import Event, EventImage, Listing, Organizer, OrganizerMember
from events.records import Team
from events.services import teams
from moderation.services import speaking
from organizers.models import WrittenEvent
from places.enums import TeamRole
from registrations import services
from registrations.links import token_of
from registrations.models import EventMessage, Registration, RegistrationMail, RegistrationSetup
from registrations.records import Wish
from registrations.services.changes import BUNDLED_FOR
from sources.triggers.inbox import submissions_source
from tests.factories import (
    make_city,
    make_event,
    make_origin,
    make_person,
    make_source,
    make_staff,
)

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


def _counts(get: Callable[[], object], grow: Callable[[int], None]) -> tuple[int, int]:
    """How many queries there are with 1 row and with 30; `grow` adds one by its number."""
    counts = []
    for numbers in (range(1), range(1, 30)):
        for number in numbers:
            grow(number)
        for _ in range(2):
            get()  # what is read once for a process, or kept by the first request for the next
        with CaptureQueriesContext(connection) as queries:
            get()
        counts.append(len(queries))
    return counts[0], counts[1]


def _register(event: Event, number: int) -> None:
    services.register(event.pk, Wish(name=f"P{number}", address=f"p{number}@example.org"))


@pytest.mark.parametrize("page", ["", "people.csv", "check-in/", "figures/", "messages/"])
def test_the_pages_of_an_event_with_people_and_a_waitlist(client, event, page):
    one, thirty = _counts(
        lambda: client.get(f"/organize/events/{event.pk}/{page}"), lambda number: _register(event, number)
    )
    assert one == thirty


def test_the_list_of_events(client, owls):
    def grow(number: int) -> None:
        made = make_event(title=f"Night {number}", start=timezone.now() + timedelta(days=5), organizer=owls)
        RegistrationSetup.objects.create(event=made)
        _register(made, number)

    one, thirty = _counts(lambda: client.get("/organize/"), grow)
    assert one == thirty


def test_the_list_of_teams_and_the_list_of_members(client, owls):
    ann = OrganizerMember.objects.get().user

    def grow(number: int) -> None:
        other = Organizer.objects.create(name=f"Team {number}", folded_name=f"team {number}")
        OrganizerMember.objects.create(organizer=other, user=ann, role="editor")
        person = make_person(email=f"m{number}@example.org", is_staff=False)
        OrganizerMember.objects.create(organizer=owls, user=person, role="helper", invited_by=ann)

    one, thirty = _counts(
        lambda: (client.get("/organize/"), client.get(f"/organize/organizers/{owls.pk}/")), grow
    )
    assert one == thirty


def test_the_list_of_messages(client, event):
    ann = OrganizerMember.objects.get().user

    def grow(number: int) -> None:
        EventMessage.objects.create(
            event=event, by=ann, audience="all", subject=f"{number}", text="x", state="sent"
        )

    one, thirty = _counts(lambda: client.get(f"/organize/events/{event.pk}/messages/"), grow)
    assert one == thirty


def test_the_queue_of_claims_and_one_of_them(owls):
    desk = Client()
    desk.force_login(make_staff())
    team, claims = Team(kind=TeamKind.ORGANIZER, id=owls.pk), []

    def grow(number: int) -> None:
        person = make_person(email=f"c{number}@example.org", is_staff=False)
        claims.append(speaking.file_claim(team, "I am it.", by=person))

    one, thirty = _counts(lambda: desk.get("/admin/moderation/review/"), grow)
    assert one == thirty


def test_ones_own_registrations(client):
    ann = OrganizerMember.objects.get().user

    def grow(number: int) -> None:
        made = make_event(title=f"Ball {number}", start=timezone.now() + timedelta(days=5))
        RegistrationSetup.objects.create(event=made)
        services.register(made.pk, Wish(name="Ann", address=ann.email), by=ann)

    one, thirty = _counts(lambda: client.get("/registrations/"), grow)
    assert one == thirty


def test_a_message_to_thirty_is_recorded_in_as_many_queries_as_one(client, event, settings):
    settings.REGISTRATION_MESSAGES_REVIEWED, settings.REGISTRATION_MESSAGES_A_DAY = 0, 99
    said = {"audience": "all", "subject": "Doors", "text": "At eight.", "do": "send"}
    one, thirty = _counts(
        lambda: client.post(f"/organize/events/{event.pk}/messages/", said),
        lambda number: _register(event, number),
    )
    assert one == thirty
    assert RegistrationMail.objects.filter(kind="message").count() >= 60
    assert Registration.objects.count() == 30


def test_the_pictures_of_an_event_on_their_page_and_by_the_api(client, event):
    def grow(number: int) -> None:
        address = f"https://x.example/{number}.webp"
        EventImage.objects.create(event=event, source_url=address, url=address, state="stored", alt="Owls")

    def read() -> None:
        assert client.get(f"/organize/events/{event.pk}/pictures/").status_code == 200
        assert client.get(f"/api/v1/events/{event.pk}/pictures").status_code == 200

    one, thirty = _counts(read, grow)
    assert one == thirty


def test_the_page_of_a_team_with_invitations_and_other_organizers(client, owls):
    ann = OrganizerMember.objects.get().user
    team = Team(kind=TeamKind.ORGANIZER, id=owls.pk)

    def grow(number: int) -> None:
        teams.invite(team, f"i{number}@example.org", TeamRole.HELPER, by=ann)
        other = Organizer.objects.create(name=f"Owls {number}", folded_name=f"owls {number}")
        OrganizerMember.objects.create(organizer=other, user=ann, role="owner")

    one, thirty = _counts(lambda: client.get(f"/organize/organizers/{owls.pk}/"), grow)
    assert one == thirty


def test_calendars_elsewhere(client, owls, monkeypatch):
    monkeypatch.setattr("organizers.calendars.MOST_CALENDARS", 99)  # so that the form for another one stays
    one, thirty = _counts(
        lambda: client.get(f"/organize/organizers/{owls.pk}/calendars/"),
        lambda number: make_source(slug=f"calendar-{number}", organizer=owls),
    )
    assert one == thirty


def test_a_sent_draft_with_its_dates(client, owls):
    ann = OrganizerMember.objects.get().user
    draft = WrittenEvent.objects.create(
        organizer=owls, author=ann, said={"title": "Owls", "city": make_city().slug}, run_id=uuid4(), sent_at=timezone.now()
    )  # fmt: skip
    origin = make_origin(slug="submissions", key=submissions_source().pk)

    def grow(number: int) -> None:
        made = make_event(title=f"Owls {number}", start=timezone.now() + timedelta(days=5), organizer=owls)
        told = {"external_id": f"submission:{draft.run_id}", "recurrence_id": str(number)}
        Listing.objects.create(event=made, first_event=made, origin=origin, **told)

    one, thirty = _counts(lambda: client.get(f"/organize/drafts/{draft.pk}/"), grow)
    assert one == thirty


def test_the_pages_of_a_registration_and_the_list_by_the_api(client, event):
    ann = OrganizerMember.objects.get().user
    mine = services.register(event.pk, Wish(name="Ann", address=ann.email), by=ann)

    def read() -> None:
        for page in (f"/events/{event.pk}/register/", f"/registrations/magic-link/{token_of(mine)}/"):
            assert client.get(page).status_code == 200
        assert client.get("/api/v1/me/registrations").status_code == 200

    def grow(number: int) -> None:
        _register(event, number)
        made = make_event(title=f"Ball {number}", start=timezone.now() + timedelta(days=5))
        RegistrationSetup.objects.create(event=made)
        services.register(made.pk, Wish(name="Ann", address=ann.email), by=ann)

    one, thirty = _counts(read, grow)
    assert one == thirty


def test_people_are_told_of_a_change_in_as_many_queries_as_one(event):
    """Each time the event moves, everybody is told."""
    moved = iter(range(1, 10))

    def tell() -> None:
        start = event.start_at + timedelta(hours=next(moved))
        Event.objects.filter(pk=event.pk).update(start_at=start)
        services.note_change([event.pk], now=timezone.now() - BUNDLED_FOR)
        services.tell_of_changes(now=timezone.now())

    one, thirty = _counts(tell, lambda number: _register(event, number))
    assert one == thirty
    assert RegistrationMail.objects.filter(kind="moved").count() == 30
