"""The organizer's desk: from a new organizer to the check-in, and what others may not."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from events.models import Event, Organizer, OrganizerMember
from registrations import services
from registrations.models import Registration, RegistrationSetup
from registrations.records import Wish
from tests.factories import make_event, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_person(email="ann@example.org", is_staff=False)


@pytest.fixture
def client(ann) -> Client:
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def owls(ann) -> Organizer:
    made = Organizer.objects.create(
        name="Owls", folded_name="owls", url="https://www.owls.example/", verification="verified"
    )
    OrganizerMember.objects.create(organizer=made, user=ann, role="owner")
    return made


@pytest.fixture
def event(owls) -> Event:
    made = make_event(title="Owl Night", start=timezone.now() + timedelta(days=5))
    Event.objects.filter(pk=made.pk).update(organizer=owls)
    return Event.objects.get(pk=made.pk)


def _page(event):
    return f"/organize/events/{event.pk}/"


def test_anyone_becomes_an_organizer_by_making_one(client):
    assert "Begin with your organizer" in client.get("/organize/").content.decode()
    assert client.post("/organize/", {"name": "Night Owls"}).url == "/organize/"
    html = client.get("/organize/").content.decode()
    assert "Night Owls" in html
    assert "You are an owner" in html


def test_a_name_that_is_taken_is_claimed(client):
    Organizer.objects.create(name="Night Owls", folded_name="night owls")
    answer = client.post("/organize/", {"name": "night owls"})
    assert answer.status_code == 400
    assert re.search(r"/organize/organizers/[0-9a-f-]+/claim/", answer.content.decode())


def test_nobody_else_sees_the_event_or_the_team(event, owls):
    other = Client()
    assert other.get(_page(event)).status_code == 302
    other.force_login(make_person(email="eve@example.org", is_staff=False))
    for path in ("", "people.csv", "check-in/"):
        assert other.get(f"{_page(event)}{path}").status_code == 404
    assert other.get(f"/organize/organizers/{owls.pk}/").url.endswith("/claim/")
    assert other.post(f"{_page(event)}check-in/codes/", {}, "application/json").status_code == 404


def test_a_team_edits_opens_registration_and_sees_who_comes(client, event):
    html = client.get(_page(event)).content.decode()
    assert "Let people register" in html
    shown = {"title": "Owl Night Two", "start": "2026-12-24T20:00", "end": "", "description": "", "url": ""}
    assert client.post(_page(event), {**shown, "version": event.version, "do": "edit"}).status_code == 302
    terms = {
        "is_open": "on",
        "capacity": "2",
        "most_guests": "1",
        "has_waitlist": "on",
        "questions": "Diet?\nShoes? *",
    }
    r = client.post(_page(event), {**terms, "do": "terms"})
    assert r.status_code == 302, re.findall(r"role=.alert.>([^<]+)", r.content.decode())
    event.refresh_from_db()
    assert event.title == "Owl Night Two"
    page = client.get(event.get_absolute_url()).content.decode()
    assert f'href="/events/{event.pk}/register/">Register here' in page
    assert f"/events/{event.pk}/register/" in event.ticket_url
    asked = RegistrationSetup.objects.get().questions
    assert [(one["label"], one["required"]) for one in asked] == [("Diet?", False), ("Shoes?", True)]
    wish = Wish(name="=Ben", address="ben@example.org", guests=1, answers={asked[1]["id"]: "red"})
    services.register(event.pk, wish)
    html = client.get(_page(event)).content.decode()
    assert "2 of 2 places are taken." in html
    rows = list(csv.reader(io.StringIO(client.get(f"{_page(event)}people.csv").content.decode())))
    assert rows[1] == ["'=Ben", "ben@example.org", "registered", "1", "", "", "red"]
    assert Entry.objects.filter(action="registration.exported").count() == 1
    assert "Owl Night Two" in client.get("/organize/").content.decode()


def test_an_end_before_the_start_and_an_old_version_are_refused(client, event):
    said = {
        "title": "X",
        "start": "2026-12-24T20:00",
        "end": "2026-12-24T19:00",
        "version": "1",
        "do": "edit",
    }
    assert client.post(_page(event), said).status_code == 400
    assert client.post(_page(event), {**said, "end": "", "version": "99"}).status_code == 409


def test_a_team_cancels_goes_on_and_withdraws(client, event):
    for wanted, happening in (("cancel", "cancelled"), ("go on", "scheduled")):
        client.post(_page(event), {"do": wanted})
        event.refresh_from_db()
        assert event.happening == happening
    assert client.post(_page(event), {"do": "withdraw"}).url == "/organize/"
    event.refresh_from_db()
    assert event.publication == "removed"


def test_check_in_answers_code_by_code(client, event):
    RegistrationSetup.objects.create(event=event)
    ben = services.register(event.pk, Wish(name="Ben", address="ben@example.org"))
    html = client.get(f"{_page(event)}check-in/").content.decode()
    assert ben.code in html
    assert client.get(f"/check-in/{ben.code}/").url == f"{_page(event)}check-in/?code={ben.code}"
    scanned = {"scanned": [{"code": ben.code, "at": timezone.now().isoformat()}, {"code": "NO"}]}
    for outcome in ("in", "already"):
        answer = client.post(f"{_page(event)}check-in/codes/", json.dumps(scanned), "application/json")
        assert [one["outcome"] for one in answer.json()["results"]] == [outcome, "unknown"]
    assert Registration.objects.get().checked_in_at is not None
    assert client.post(f"{_page(event)}check-in/codes/", "[]", "application/json").status_code == 400
    assert client.get("/check-in/NOBODY/").status_code == 404


@pytest.mark.parametrize("wrong_by", [timedelta(days=-4000), timedelta(minutes=-7), timedelta(hours=3)])
def test_a_scan_of_a_phone_whose_clock_is_wrong_has_the_right_moment(client, event, wrong_by):
    RegistrationSetup.objects.create(event=event)
    ben = services.register(event.pk, Wish(name="Ben", address="ben@example.org"))
    Registration.objects.update(created_at=timezone.now() - timedelta(days=1))
    phone, minutes = timezone.now() + wrong_by, timedelta(minutes=20)
    said = {"scanned": [{"code": ben.code, "at": (phone - minutes).isoformat()}], "now": phone.isoformat()}
    client.post(f"{_page(event)}check-in/codes/", json.dumps(said), "application/json")
    at = Registration.objects.get().checked_in_at
    assert abs(timezone.now() - minutes - at) < timedelta(seconds=5)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "never", 5, None])
def test_a_clock_at_the_end_of_time_breaks_nothing(client, event, at):
    RegistrationSetup.objects.create(event=event)
    ben = services.register(event.pk, Wish(name="Ben", address="ben@example.org"))
    said = {"scanned": [{"code": ben.code, "at": at}], "now": "2000-01-01T00:00:00Z"}
    answer = client.post(f"{_page(event)}check-in/codes/", json.dumps(said), "application/json")
    assert answer.json()["results"][0]["outcome"] == "in"


def test_a_team_is_joined_by_invitation_and_changed(client, owls, ann, django_capture_on_commit_callbacks):
    page = f"/organize/organizers/{owls.pk}/"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"do": "invite", "address": "bob@example.org", "role": "helper"})
    link = re.search(r"/organize/invitations/confirm/[^/\s]+/", str(mail.outbox[-1].body))[0]
    bob, other = make_person(email="bob@example.org", is_staff=False), Client()
    other.force_login(bob)
    assert "Join the team of Owls?" in other.get(link).content.decode()
    assert other.post(link).url == page
    assert other.get(link).status_code == 409
    client.post(page, {"do": "role", "member": bob.pk, "role": "editor"})
    assert OrganizerMember.objects.get(user=bob).role == "editor"
    assert client.post(page, {"do": "leave"}).status_code == 409  # the last owner
    assert client.post(page, {"do": "remove", "member": "x"}).status_code == 409
    client.post(page, {"do": "remove", "member": bob.pk})
    assert OrganizerMember.objects.count() == 1
    client.post(page, {"do": "invite", "address": "cem@example.org", "role": "helper"})
    waiting = owls.invitations.get()
    client.post(page, {"do": "withdraw", "invitation": waiting.pk})
    assert not owls.invitations.exists()
    assert client.post(page, {"do": "invite", "address": "x", "role": "helper"}).status_code == 400
    assert client.post(page, {"do": "nothing"}).status_code == 400


def test_a_claim_by_mail_makes_an_owner(owls):
    eve, client = make_person(email="eve@example.org", is_staff=False), Client()
    client.force_login(eve)
    page = f"/organize/organizers/{owls.pk}/claim/"
    Organizer.objects.update(verification="unverified")
    assert client.post(page, {"do": "mail", "address": "eve@gmail.com"}).status_code == 409
    client.post(page, {"do": "mail", "address": "Eve@owls.example"})
    assert mail.outbox[-1].to == ["eve@owls.example"]
    link = re.search(r"/organize/claims/confirm/[^/\s]+/", str(mail.outbox[-1].body))[0]
    thief = Client()
    thief.force_login(make_person(email="t@example.org", is_staff=False))
    assert thief.post(link).status_code == 409
    assert client.post(link).url == f"/organize/organizers/{owls.pk}/"
    assert OrganizerMember.objects.get(user=eve).role == "owner"
    owls.refresh_from_db()
    assert owls.verification == "verified"
    assert client.post("/organize/claims/confirm/x/").status_code == 409


def test_what_has_no_site_of_its_own_cannot_be_claimed_by_it(owls, client):
    Organizer.objects.update(url="https://www.facebook.com/owls")
    page = f"/organize/organizers/{owls.pk}/claim/"
    eve = Client()
    eve.force_login(make_person(email="eve@example.org", is_staff=False))
    html = eve.get(page).content.decode()
    assert "Ask a moderator" in html
    assert "By your domain" not in html
    assert eve.post(page, {"do": "look"}).status_code == 409
    assert client.get(page).url == f"/organize/organizers/{owls.pk}/"
    assert eve.get(f"/organize/nothing/{owls.pk}/").status_code == 404
