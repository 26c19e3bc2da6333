"""The admin shows failed mails, and no addresses."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils.timezone import now

from digests import services
from digests.admin import failed_mails
from digests.models import Delivery
from mail.models import Dispatch
from tests.digests.conftest import READER, due_digest
from tests.factories import make_staff

pytestmark = pytest.mark.django_db


def failed(inbox) -> Delivery:
    delivery = due_digest()
    inbox.to_rcpt = f"450 4.2.1 <{READER}>: later"
    services.send(delivery.pk, now=delivery.created_at)
    Delivery.objects.update(created_at=now())
    return delivery


def test_failed_mails_are_counted_in_the_sidebar(rf, inbox):
    assert failed_mails(rf.get("/")) == ""
    failed(inbox)
    assert failed_mails(rf.get("/")) == "1"


def test_no_page_of_mails_shows_an_address(client: Client, inbox):
    delivery = failed(inbox)
    client.force_login(make_staff())
    listing = client.get("/admin/digests/delivery/?state=failed").content.decode()
    assert "SMTPRecipientsRefused: 450 4.2.1 …@…" in listing
    pages = [
        "digests/delivery/",
        f"digests/delivery/{delivery.pk}/change/",
        "digests/subscription/",
        f"digests/subscription/{delivery.subscription_id}/change/",
        "mail/dispatch/",
        f"mail/dispatch/{Dispatch.objects.get().pk}/change/",
        "mail/suppression/",
        "mail/softbounce/",
        "mail/campaign/",
    ]
    for page in pages:
        answer = client.get(f"/admin/{page}")
        assert answer.status_code == 200
        assert "example.org" not in answer.content.decode().lower().replace("mod@example.org", "")


def test_reasons_from_before_lose_their_addresses():
    delivery = due_digest()
    Delivery.objects.update(error="SMTPRecipientsRefused: {'reader@example.org': (550, b'unknown')}")
    import_module("digests.migrations.0004_mask_reasons").mask(apps, None)
    delivery.refresh_from_db()
    assert delivery.error == "SMTPRecipientsRefused: …@… (550, b'unknown')}"
