"""What is switched off is hidden, is not scheduled, and answers 404."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from digests import tasks as digests
from events.models import Organizer, OrganizerMember
from flags.models import FEATURES, Flag
from flags.services import forget
from outbox.queries import cursor, position
from outbox.services import number_changes
from registrations.models import EventMessage, Registration, RegistrationMail, RegistrationSetup
from registrations.services import send, waiting_mails
from saved_searches import tasks as saved_searches
from saved_searches.services.alerting import CONSUMER
from sources import tasks as sources
from tests.factories import make_city, make_event, make_person, make_source
from webhooks import tasks as webhooks

pytestmark = pytest.mark.django_db
#: Addresses by the flag without which they are nowhere.
ADDRESSES = {
    Flag.LIVE_SOURCES: ["/bengaluru/scan/", "/api/v1/cities/bengaluru/scan"],
    Flag.LIVE_FEED: ["/api/v1/changes"],
    Flag.SUBMISSIONS: [
        "/submit/",
        "POST /api/v1/submissions",
        "/organize/events/new/",
        "POST /api/v1/events",
    ],
    Flag.WEBHOOKS: ["POST /api/v1/webhooks/pushed"],
    Flag.DIGESTS: ["/subscribe/", "POST /api/v1/subscriptions"],
    Flag.OUTGOING_WEBHOOKS: ["/me/webhooks/", "/api/v1/me/webhooks"],
    Flag.RECOMMENDATIONS: ["/api/v1/me/events", "/me/insights/", "/api/v1/me/insights"],
    Flag.LEARNT_RECOMMENDATIONS: ["/api/v1/recommendations?city=bengaluru"],
    Flag.ANALYTICS: ["POST /beacon"],
    Flag.RATINGS: [
        "/ratings/",
        "/ratings/events/EVENT/",
        "/organize/events/EVENT/ratings/",
        "/api/v1/events/EVENT/ratings",
    ],
    Flag.GALLERIES: [
        "/photos/",
        "/photos/events/EVENT/",
        "/api/v1/me/photos",
        "/api/v1/events/EVENT/photos",
    ],
    Flag.NOTIFICATIONS: ["/organize/events/EVENT/messages/"],
}
#: Words of links by the flag without which they are not shown, and the page.
LINKS = {
    Flag.LIVE_SOURCES: ("/bengaluru/", 'action="/bengaluru/scan/"'),
    Flag.SUBMISSIONS: ("/bengaluru/", 'href="/submit/'),
    Flag.DIGESTS: ("/bengaluru/", 'href="/subscribe/'),
    Flag.OUTGOING_WEBHOOKS: ("/accounts/", 'href="/me/webhooks/"'),
    Flag.RATINGS: ("/organize/events/EVENT/", "/ratings/"),
    Flag.GALLERIES: ("/accounts/", 'href="/photos/"'),
    Flag.NOTIFICATIONS: ("/organize/events/EVENT/", "/messages/"),
}
TASKS: dict[Flag, Callable[[], Any]] = {
    Flag.LIVE_SOURCES: sources.fetch_due_sources,
    Flag.DIGESTS: digests.send_due_digests,
    Flag.OUTGOING_WEBHOOKS: webhooks.follow_changes,
    Flag.NOTIFICATIONS: saved_searches.follow_changes,
}


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    cache.clear()
    forget()
    yield
    forget()


@pytest.fixture
def team() -> tuple[Client, str]:
    """A client of somebody who speaks for an event with registration, and its id."""
    make_city()
    make_source(slug="pushed", type="webhook", connector="webhook")
    ann = make_person(email="ann@example.org", is_staff=False)
    owls = Organizer.objects.create(name="Owls", folded_name="owls", verification="verified")
    OrganizerMember.objects.create(organizer=owls, user=ann, role="owner")
    event = make_event(title="Owl Night", start=timezone.now() + timedelta(days=5), organizer=owls)
    RegistrationSetup.objects.create(event=event)
    client = Client()
    client.force_login(ann)
    return client, str(event.pk)


def _ask(team: tuple[Client, str], what: str) -> Any:
    client, event = team
    method, _, path = what.rpartition(" ")
    path = path.replace("EVENT", event)
    return client.post(path, "{}", "application/json") if method else client.get(path)


@pytest.mark.parametrize("flag", ADDRESSES, ids=str)
def test_its_addresses_are_nowhere(team, monkeypatch, flag):
    monkeypatch.setenv(f"FLAG_{flag.name}", "on")  # some are off by default
    on = [_ask(team, what).status_code for what in ADDRESSES[flag]]
    monkeypatch.setenv(f"FLAG_{flag.name}", "off")
    assert [_ask(team, what).status_code for what in ADDRESSES[flag]] == [404] * len(on)
    assert 404 not in on


@pytest.mark.parametrize("flag", LINKS, ids=str)
def test_it_is_not_shown(team, monkeypatch, flag):
    page, link = LINKS[flag]
    if flag is Flag.NOTIFICATIONS:
        assert link in _ask(team, page).content.decode()
    monkeypatch.setenv(f"FLAG_{flag.name}", "off")
    cache.clear()
    answer = _ask(team, page)
    assert (answer.status_code, link in answer.content.decode()) == (200, False)


@pytest.mark.parametrize("flag", TASKS, ids=str)
def test_it_is_not_done_by_the_clock(team, monkeypatch, flag):
    monkeypatch.setenv(f"FLAG_{flag.name}", "off")
    number_changes()
    assert TASKS[flag]() == 0


def test_what_is_built_is_asked_for_somewhere():
    tested = {*ADDRESSES, *LINKS, *TASKS, Flag.SEARCH_BY_MEANING, Flag.MAIL, Flag.MAINTENANCE}
    assert {flag for flag in Flag if FEATURES[flag].is_built} == tested


def test_a_search_goes_by_words_alone(client, monkeypatch):
    asked = []
    monkeypatch.setattr("events.search.answering.nearest.is_ready", lambda: bool(asked.append("meaning")))
    make_city()
    make_event(title="Owl Night")
    assert client.get("/api/v1/search", {"q": "something for nocturnal birds"}).status_code == 200
    assert asked
    asked.clear()
    monkeypatch.setenv("FLAG_SEARCH_BY_MEANING", "off")
    assert client.get("/api/v1/search", {"q": "something for nocturnal birds too"}).status_code == 200
    assert not asked


def test_alerts_are_hidden_and_nobody_is_told_later_of_what_happened_meanwhile(team, monkeypatch):
    client, _ = team
    new = "/me/searches/new/?city=bengaluru"
    wish = {"name": "Jazz", "query": {"city": "bengaluru"}, "alert": True}
    assert 'name="alert"' in client.get(new).content.decode()
    monkeypatch.setenv("FLAG_NOTIFICATIONS", "off")
    assert 'name="alert"' not in client.get(new).content.decode()
    refused = client.post("/api/v1/me/saved-searches", wish, "application/json")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "alert")
    assert client.post(new, {"name": "Jazz"}).status_code == 302
    number_changes()
    saved_searches.follow_changes()
    assert cursor(CONSUMER) == position().number > 0


def test_messages_that_wait_are_kept_back_and_other_mails_go(team, monkeypatch):
    _, event = team
    comes = Registration.objects.create(
        event_id=event, name="Ben", address="ben@example.org", address_hash="b" * 64, state="registered"
    )
    message = EventMessage.objects.create(event_id=event, audience="all", subject="x", text="x", state="sent")
    then = timezone.now() - timedelta(minutes=5)
    own = RegistrationMail.objects.create(registration=comes, kind="confirmed", created_at=then)
    theirs = RegistrationMail.objects.create(
        registration=comes, kind="message", message=message, created_at=then
    )
    monkeypatch.setenv("FLAG_NOTIFICATIONS", "off")
    assert waiting_mails(now=timezone.now()) == [own.pk]
    assert [send(theirs.pk), send(own.pk)] == [False, True]
    monkeypatch.setenv("FLAG_NOTIFICATIONS", "on")
    assert send(theirs.pk) is True


def test_without_mail_a_mail_waits_until_there_is_mail_again(team, monkeypatch):
    _, event = team
    comes = Registration.objects.create(
        event_id=event, name="Ben", address="ben@example.org", address_hash="b" * 64, state="registered"
    )
    own, now = RegistrationMail.objects.create(registration=comes, kind="confirmed"), timezone.now()
    monkeypatch.setenv("FLAG_MAIL", "off")
    assert send(own.pk, now=now) is False
    own.refresh_from_db()
    assert (own.sent_at, own.attempts) == (None, 0)
    monkeypatch.setenv("FLAG_MAIL", "on")
    assert own.lease_until is not None
    assert send(own.pk, now=own.lease_until) is True
