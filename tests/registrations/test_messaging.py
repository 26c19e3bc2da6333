"""Messages to those who come: bounded, read by a moderator at first, each once to each person, and no more to who wants none."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.exceptions import InputRefused
from accounts.rights import RightMissing
from audit.models import Entry
from events.models import Event, Organizer, OrganizerMember
from moderation import services as moderation
from moderation.desk.panels import panel_of
from moderation.enums import Verdict
from moderation.models import Review
from registrations import services
from registrations.enums import MessageAudience
from registrations.exceptions import RegistrationRefused
from registrations.links import token_of
from registrations.models import EventMessage, RegistrationMail
from registrations.records import Letter
from registrations.services.mailing import LEASE
from tests.factories import make_person, make_staff
from tests.mail.refusing import refuse_all_mail


@pytest.fixture
def owner(event):
    person = make_person(email="owner@example.org", is_staff=False)
    owls = Organizer.objects.create(name="Owls", folded_name="owls")
    OrganizerMember.objects.create(organizer=owls, user=person, role="owner")
    Event.objects.filter(pk=event.pk).update(organizer=owls)
    return person


@pytest.fixture
def known(settings):
    """Every team is known: nobody reads first."""
    settings.REGISTRATION_MESSAGES_REVIEWED = 0


def _letter(audience=MessageAudience.ALL, text="Doors open at eight.\n\nBring a coat."):
    return Letter(audience=audience, subject="Doors", text=text)


def _mailed(message):
    rows = RegistrationMail.objects.filter(message=message).select_related("registration")
    return sorted(row.registration.name for row in rows)


@pytest.mark.parametrize(
    ("audience", "names"),
    [("all", ["Ann", "Ben", "Cem"]), ("seats", ["Ann", "Ben"]), ("waitlist", ["Cem"])],
)
def test_it_goes_to_whom_it_is_for(event, comes, owner, known, audience, names):
    rows = [comes(name) for name in ("Ann", "Ben", "Cem", "Dia")]
    services.cancel(rows[3].pk)
    message = services.write_message(event.pk, _letter(MessageAudience(audience)), by=owner)
    assert _mailed(message) == names
    assert (message.state, message.receivers) == ("sent", len(names))
    entry = Entry.objects.get(action="registration.message_written")
    assert entry.target == f"events.event:{event.pk}"


def test_it_is_plain_text_in_the_words_of_the_team_and_says_how_to_end_it(event, comes, owner, known):
    ann = comes("Ann")
    text = "Hello\n<a href='https://evil.example'>win</a> {title} https://evil.example/x"
    message = services.write_message(event.pk, _letter(text=text), by=owner)
    assert services.send(RegistrationMail.objects.get(message=message).pk)
    (sent,) = mail.outbox
    assert (sent.to, sent.alternatives) == ([ann.address], [])
    assert sent.subject == f"{event.title}: Doors"
    assert "> Hello\n> win {title} https://evil.example/x" in sent.body
    assert token_of(ann) in sent.body


def test_nobody_gets_it_twice_and_a_mail_that_was_refused_is_tried_again(
    event, comes, owner, known, monkeypatch
):
    comes("Ann")
    message = services.write_message(event.pk, _letter(), by=owner)
    assert services.release_message(message.pk, now=timezone.now()) == 0
    (pk,) = RegistrationMail.objects.filter(message=message).values_list("pk", flat=True)

    with monkeypatch.context() as patched:
        refuse_all_mail(patched)
        assert not services.send(pk)
    later = timezone.now() + LEASE * 2
    assert pk in services.waiting_mails(now=later)
    assert services.send(pk, now=later)
    assert not services.send(pk, now=later)
    assert len(mail.outbox) == 1


def test_who_wants_none_gets_none_not_even_one_that_waits(event, comes, owner, known, client):
    ann, _ = comes("Ann"), comes("Ben")
    message = services.write_message(event.pk, _letter(), by=owner)
    path = f"/registrations/magic-link/{token_of(ann)}/"
    assert "No more messages" in client.get(path).content.decode()
    assert client.post(path, {"do": "quiet"}).status_code == 302
    assert not services.send(RegistrationMail.objects.get(message=message, registration=ann).pk)
    assert _mailed(services.write_message(event.pk, _letter(), by=owner)) == ["Ben"]
    client.post(path, {"do": "messages"})
    assert _mailed(services.write_message(event.pk, _letter(), by=owner)) == ["Ann", "Ben"]


def test_the_first_ones_of_a_team_wait_for_a_moderator(event, comes, owner, settings):
    settings.REGISTRATION_MESSAGES_REVIEWED, settings.REGISTRATION_MESSAGES_A_DAY = 1, 10
    comes("Ann")
    staff = make_staff()
    first = services.write_message(event.pk, _letter(), by=owner)
    assert (first.state, _mailed(first)) == ("waiting", [])
    review = Review.objects.get(kind="message")
    assert panel_of(review, by=staff)["count"] == 1
    moderation.decide(review.pk, Verdict.GRANT, by=staff)
    assert _mailed(first) == ["Ann"]
    second = services.write_message(event.pk, _letter(), by=owner)
    assert second.state == "sent"


def test_a_refused_one_is_never_sent_and_the_next_ones_wait_again(event, comes, owner, settings):
    settings.REGISTRATION_MESSAGES_REVIEWED = 1
    comes("Ann")
    first = services.write_message(event.pk, _letter(), by=owner)
    moderation.decide(Review.objects.get().pk, Verdict.REFUSE, by=make_staff())
    assert services.release_message(first.pk, now=timezone.now()) == 0
    assert services.write_message(event.pk, _letter(), by=owner).state == "waiting"
    first.refresh_from_db()
    assert (first.state, RegistrationMail.objects.filter(kind="message").count()) == ("refused", 0)


def test_only_so_many_a_day(event, comes, owner, known, settings):
    settings.REGISTRATION_MESSAGES_A_DAY = 2
    comes("Ann")
    now = timezone.now()
    for _ in range(2):
        services.write_message(event.pk, _letter(), by=owner, now=now)
    with pytest.raises(RegistrationRefused, match="At most 2"):
        services.write_message(event.pk, _letter(), by=owner, now=now)
    assert services.write_message(event.pk, _letter(), by=owner, now=now + timedelta(days=1)).state == "sent"


def test_helpers_and_others_may_not(event, comes, owner):
    comes("Ann")
    OrganizerMember.objects.update(role="helper")
    with pytest.raises(RightMissing):
        services.write_message(event.pk, _letter(), by=owner)


@pytest.mark.parametrize("text", ["", "<b></b>", "x" * 3001])
def test_what_cannot_be_sent_is_refused(event, comes, owner, text):
    comes("Ann")
    with pytest.raises(InputRefused):
        services.write_message(event.pk, _letter(text=text), by=owner)


def test_nobody_to_write_to_is_said(event, owner):
    with pytest.raises(RegistrationRefused, match="Nobody would get"):
        services.write_message(event.pk, _letter(), by=owner)


def test_the_page_shows_the_mail_before_it_goes(event, comes, owner, known):
    comes("Ann")
    desk = Client()
    desk.force_login(owner)
    page = f"/organize/events/{event.pk}/messages/"
    said = {"audience": "all", "subject": "Doors", "text": "At eight.\nReally."}
    html = desk.post(page, {**said, "do": "preview"}).content.decode()
    assert "1 person gets it." in html
    assert not EventMessage.objects.exists()
    assert desk.post(page, {**said, "do": "send"}).status_code == 302
    assert "sent to 1" in desk.get(page).content.decode()
    assert desk.post(page, {**said, "subject": "", "do": "send"}).status_code == 400
    OrganizerMember.objects.update(role="helper")
    assert desk.get(page).status_code == 404
