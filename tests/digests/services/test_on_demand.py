"""A digest outside of its hour: the preview, the test to oneself, a city by command."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from digests.models import Delivery
from digests.tokens import token_of
from tests.digests.conftest import subscribed
from tests.factories import make_city, make_staff, record_event

pytestmark = pytest.mark.django_db


def reader():
    record_event(start=timezone.now() + timedelta(days=2))
    return subscribed(now=timezone.now() - timedelta(days=9))


def test_staff_see_a_digest_without_the_links_of_the_subscriber(client: Client):
    row = reader()
    client.force_login(make_staff())
    page = f"/admin/digests/subscription/{row.pk}/preview/"
    day = (timezone.now() + timedelta(days=1)).date()
    shown = client.get(f"{page}?date={day}")
    assert shown.status_code == 200
    assert "Raga at Dusk" in shown.content.decode()
    framed = client.get(f"{page}html/?date={day}")
    assert "sandbox" in framed["Content-Security-Policy"]
    assert token_of(row) not in (shown.content + framed.content).decode()
    assert not Delivery.objects.exists()


def test_a_test_goes_to_oneself_alone(client: Client):
    row = reader()
    staff = make_staff()
    client.force_login(staff)
    client.post(f"/admin/digests/subscription/{row.pk}/preview/")
    (sent,) = mail.outbox
    assert sent.to == [staff.email]
    assert sent.subject.startswith("[Test] Bengaluru: Raga at Dusk")
    assert "List-Unsubscribe" not in sent.extra_headers


def test_a_day_on_which_nothing_is_on_is_said(client: Client):
    row = reader()
    client.force_login(make_staff())
    late = (timezone.now() + timedelta(days=60)).date()
    assert (
        b"Nothing is on then"
        in client.get(f"/admin/digests/subscription/{row.pk}/preview/?date={late}").content
    )


def test_a_dry_run_prints_subjects_and_stores_nothing(capsys):
    reader()
    call_command("send_digest", city="bengaluru", dry_run=True)
    *subjects, last = capsys.readouterr().out.splitlines()
    assert "Raga at Dusk" in subjects[0]
    assert json.loads(last)["recorded"] == 0
    assert not Delivery.objects.exists()


def test_a_city_is_sent_once(capsys, inbox):
    reader()
    for recorded, sent in ((1, 1), (0, 0)):
        call_command("send_digest", city="bengaluru")
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert (told["recorded"], told["sent"]) == (recorded, sent)
    assert len(inbox.mails) == 1


def test_a_city_that_there_is_not_is_said():
    make_city()
    with pytest.raises(CommandError, match="no active city"):
        call_command("send_digest", city="atlantis")
