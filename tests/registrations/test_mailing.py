"""Mails about registrations: true when they go, once, in the language of the reader."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from icalendar import Calendar

from mail.enums import DispatchState
from mail.models import Dispatch
from mail.signals import released, settled
from registrations import services
from registrations.mails import when_of
from registrations.models import RegistrationMail
from registrations.services.mailing import MOST_ATTEMPTS, PREFIX
from registrations.tasks import expire_offers, forget_registrations, send_mail, send_waiting
from tests.mail.refusing import refuse_all_mail


def _only():
    return RegistrationMail.objects.get()


def test_a_confirmation_brings_the_link_and_the_event_for_the_calendar(event, comes):
    comes("Ann")
    assert services.send(_only().pk) is True
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["ann@example.org"], f"You are registered: {event.title}")
    assert "/registrations/magic-link/" in sent.body
    name, content, kind = sent.attachments[0]
    assert (name, kind) == ("event.ics", "text/calendar")
    assert str(Calendar.from_ical(content).walk("VEVENT")[0]["SUMMARY"]) == event.title
    assert services.send(_only().pk) is False


def test_it_says_when_the_event_begins_by_the_clock_there(event, comes):
    comes("Ann")
    services.send(_only().pk)
    assert f"{event.title}: {when_of(event)}, " in mail.outbox[0].body
    assert " UTC" not in mail.outbox[0].body


def test_it_is_in_the_language_of_the_reader(comes):
    comes("Ann", language="es")
    services.send(_only().pk)
    assert not mail.outbox[0].subject.startswith("You are")


def test_what_is_not_true_any_more_is_not_sent(comes):
    ann = comes("Ann")
    first = _only()
    services.cancel(ann.pk)
    assert services.send(first.pk) is False
    assert mail.outbox == []
    assert services.waiting_mails(now=timezone.now() + timedelta(hours=1)) == [
        RegistrationMail.objects.get(kind="cancelled").pk
    ]


def test_a_refusing_server_is_asked_again_for_a_while(comes, monkeypatch):
    comes("Ann")
    refuse_all_mail(monkeypatch)
    now = timezone.now()
    for _ in range(MOST_ATTEMPTS):
        assert services.send(_only().pk, now=now) is False
        now = (_only().lease_until or now) + timedelta(seconds=1)
    assert (_only().attempts, _only().error) == (
        MOST_ATTEMPTS,
        "refused: NothingTaken: the mail backend did not accept the mail",
    )
    assert services.send(_only().pk, now=now) is False
    assert mail.outbox == []


def test_a_mail_whose_process_died_is_not_sent_twice(comes):
    comes("Ann")
    row = _only()
    assert services.send(row.pk)
    RegistrationMail.objects.update(sent_at=None, lease_until=None)
    assert services.send(row.pk) is True
    assert len(mail.outbox) == 1
    RegistrationMail.objects.update(sent_at=None, lease_until=None)
    Dispatch.objects.update(state="unknown")
    assert services.send(row.pk) is False
    assert _only().error.startswith("unknown")
    settled.send(sender=None, key=f"{PREFIX}{row.pk}", state=DispatchState.DELIVERED, reason="")
    assert _only().sent_at is not None
    assert len(mail.outbox) == 1


def test_an_operator_sends_a_lost_mail_again(comes):
    comes("Ann")
    RegistrationMail.objects.update(attempts=MOST_ATTEMPTS, error="unknown: lost")
    assert services.waiting_mails(now=timezone.now() + timedelta(minutes=5)) == []
    released.send(sender=None, key=f"{PREFIX}{_only().pk}")
    assert services.waiting_mails(now=timezone.now() + timedelta(minutes=5)) == [_only().pk]


@pytest.mark.django_db(transaction=True)
def test_the_tasks_do_what_is_due(comes):
    ann = comes("Ann")
    assert (expire_offers(), forget_registrations()) == (0, 0)
    RegistrationMail.objects.update(
        sent_at=None, lease_until=None, attempts=0, created_at=timezone.now() - timedelta(minutes=5)
    )
    mail.outbox.clear()
    assert send_waiting() == 1
    assert send_mail(str(_only().pk)) is True
    assert [sent.to for sent in mail.outbox] == [["ann@example.org"]]
    ended = ann.event.start_at + timedelta(days=91)
    assert (services.forget(now=ended - timedelta(days=2)), services.forget(now=ended)) == (0, 1)
