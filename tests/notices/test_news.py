"""New events of searches and follows, registrations, messages, submissions and sign-ins: who is told what."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts import news
from accounts.crypto import address_hash
from events.filters import EventFilter
from events.models import Organizer
from flags.models import Flag
from moderation.models import Conversation, Decision
from moderation.services import submitters
from notices import services
from notices.models import Notice, NoticeDelivery
from outbox.services import number_changes
from personal.models import Follow, Preferences
from registrations.enums import RegistrationState
from registrations.models import EventMessage, RegistrationMail
from registrations.services import messaging
from registrations.services.changing import move
from saved_searches import services as searches
from tests.factories import make_area, make_event, make_person, make_place, make_source
from tests.factories.accounts import PASSWORD
from tests.notices.conftest import on_their_way, register, send_all, tell, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("begun")]
SOON = timedelta(days=3)


def published(title: str, **fields):
    return make_event(title=title, start=timezone.now() + SOON, published_at=timezone.now(), **fields)


def test_new_events_of_all_searches_are_one_notice(vera, begun):
    Preferences.objects.create(user=vera, mail=True)
    searches.save(vera, EventFilter(q="jazz"), name="Jazz", alert=True)
    searches.save(vera, EventFilter(q="moon"), name="Moon", alert=True)
    for title in ("Jazz one", "Jazz two", "Moon walk"):
        published(title)
        number_changes()
        searches.follow()
    assert tell() == 1
    [notice] = Notice.objects.filter(kind="search")
    assert (notice.facts["count"], notice.facts["names"]) == (3, ["Jazz", "Moon"])
    assert send_all(timezone.now() + timedelta(hours=2)) == 1
    assert mail.outbox[0].subject == "3 new events: Jazz, Moon"


def test_followers_are_told_of_new_events_once_and_not_of_what_comes_back(vera, begun):
    Follow.objects.create(user=vera, performer="raga-trio", name="Raga Trio")
    published("One", performers=["Raga Trio"])
    published("Two", performers=["Raga Trio", "Somebody"])
    published("Other", performers=["Somebody"])
    make_event(title="Old", start=timezone.now() + SOON, performers=["Raga Trio"], published_at=timezone.now() - SOON)  # fmt: skip
    assert tell() == 1
    [notice] = Notice.objects.filter(kind="follow")
    assert [each["title"] for each in notice.facts["events"]] == ["One", "Two"]
    assert notice.facts["names"] == ["Raga Trio"]
    assert on_their_way() == []


@pytest.mark.parametrize("column", ["place", "organizer", "area"])
def test_followers_of_a_venue_an_organizer_or_a_part_of_the_city_are_told_by_mail(vera, begun, column):
    Preferences.objects.create(user=vera, mail=True)
    followed = {
        "place": lambda: make_place(name="Owl Cellar"),
        "organizer": lambda: Organizer.objects.create(name="Owl Cellar", folded_name="owl cellar"),
        "area": lambda: make_area(slug="owl-cellar", name="Owl Cellar"),
    }[column]()
    Follow.objects.create(user=vera, **{column: followed})
    published("Its own", **{column: followed})
    published("Somewhere else")
    assert tell() == 1
    assert send_all(timezone.now() + timedelta(hours=2)) == 1
    assert mail.outbox[0].subject == "1 new event of what you follow: Owl Cellar"
    assert "Its own" in mail.outbox[0].body
    assert "Somewhere else" not in mail.outbox[0].body


def test_the_message_of_an_organizer_is_told_and_mailed_by_registrations(vera, event, begun):
    row = register(event, person=vera)
    register(event, person=make_person(email="quiet@example.org", is_staff=False), no_messages=True)
    message = EventMessage.objects.create(
        event=event, audience="all", subject="Doors open at seven", text="See you there.", state="waiting"
    )
    assert messaging.release_message(message.pk, now=timezone.now()) == 1
    tell()
    assert told() == [("message", f"message:{message.pk}")]
    assert Notice.objects.get().facts["said"] == "Doors open at seven"
    assert on_their_way() == []
    assert list(RegistrationMail.objects.values_list("registration", flat=True)) == [row.pk]


def test_a_day_brings_so_many_mails_as_one_wants_and_the_rest_is_in_the_list(vera, begun):
    Preferences.objects.create(user=vera, mail=True, notices_a_day=2)
    Follow.objects.create(user=vera, performer="raga-trio", name="Raga Trio")
    now = timezone.now()
    for number in range(4):
        published(f"Number {number}", performers=["Raga Trio"])
        number_changes()
        services.follow(now=now)
        services.tell_due(now=now + timedelta(hours=1))
    assert len(told(vera)) == 4
    assert NoticeDelivery.objects.count() == 2


def test_registrations_and_offers_are_told_and_mailed_by_registrations(vera, event, begun):
    row = register(event, person=vera)
    row.state = RegistrationState.WAITING.value
    with transaction.atomic():
        move(row, RegistrationState.OFFERED, now=timezone.now(), offer_ends_at=timezone.now() + SOON)
    with transaction.atomic():
        move(row, RegistrationState.REGISTERED, now=timezone.now())
    with transaction.atomic():
        move(row, RegistrationState.CANCELLED, now=timezone.now())
    tell()
    assert [kind for kind, _ in told(vera)] == ["offer", "registration"]
    assert on_their_way() == []


def test_more_guests_are_no_news(vera, event, begun):
    from registrations.services.changing import tell as announce

    row = register(event, person=vera)
    with transaction.atomic():
        announce(row)
    assert tell() == 0


def test_a_new_browser_is_told_of_and_a_known_one_is_not(vera, begun):
    vera.date_joined = timezone.now() - SOON
    vera.save()
    EmailAddress.objects.create(user=vera, email=vera.email, verified=True, primary=True)
    first = Client()
    for _ in range(2):
        first.post("/accounts/login/", {"login": vera.email, "password": PASSWORD})
        first.post("/accounts/logout/")
    tell()
    assert [kind for kind, _ in told(vera)] == ["sign_in"]
    assert send_all(timezone.now() + timedelta(hours=2)) == 1
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_who_has_just_made_the_account_is_not_told_that_they_signed_in(begun):
    person = make_person(email="new@example.org", is_staff=False)
    news.session_started(person.pk, uuid7(), kind="site", client="Firefox")
    assert tell() == 0


def test_sign_ins_are_told_while_notices_are_off_and_changes_are_not(vera, event, begun, monkeypatch):
    from tests.notices.conftest import change, save

    monkeypatch.setenv(f"FLAG_{Flag.NOTIFICATIONS.upper()}", "off")
    vera.date_joined = timezone.now() - SOON
    vera.save()
    save(vera, event)
    change(event, start_at=event.start_at + SOON)
    news.session_started(vera.pk, uuid7(), kind="site", client="Firefox")
    tell()
    assert [kind for kind, _ in told(vera)] == ["sign_in"]


@pytest.mark.parametrize(("publication", "verdict"), [("approved", "listed"), ("rejected", "refused")])
def test_a_submitter_is_told_once_what_became_of_it(client, publication, verdict):
    event = published("My own", publication=publication)
    run = uuid7()
    Conversation.objects.create(
        run_id=run, address="sent@example.org", address_hash=address_hash("sent@example.org")
    )
    whose = submitters.of_address("sent@example.org")
    submitters.note(run, source_id=make_source().pk, submitter=whose, is_known=False, now=timezone.now())
    submitters.bind(run, event.pk)
    if publication == "rejected":
        Decision.objects.create(object_id=event.pk, verdict="reject", before={})
    for _ in range(2):
        services.tell_submitters(now=timezone.now())
        services.tell_due(now=timezone.now())
    [notice] = Notice.objects.all()
    assert (notice.user, notice.facts["verdict"]) == (None, verdict)
    assert send_all() == 1
    assert mail.outbox[0].to == ["sent@example.org"]
