"""From the subscription to the weekly mail, with real SMTP."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.crypto import address_hash
from digests import services
from digests.enums import DeliveryState
from digests.models import Delivery, Subscription
from digests.tokens import token_of
from mail.enums import SuppressionReason
from mail.models import Suppression
from tests.digests.conftest import READER, THURSDAY, subscribed
from tests.factories import make_city, record_event

pytestmark = pytest.mark.django_db


def test_asking_keeps_no_clear_address_and_sends_one_confirmation(inbox):
    services.subscribe(READER, make_city())
    services.send(Delivery.objects.get().pk)
    ((to, mail),) = inbox.mails
    assert to == [READER]
    assert "/subscriptions/confirm/" in mail.get_body(("plain",)).get_content()
    row = Subscription.objects.values("address_hash", "token_hash").get()
    assert row["address_hash"] == address_hash("reader@example.ORG")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM digests_subscription")
        assert b"example" not in cursor.fetchone()[0].lower().encode()


def test_a_mail_scanner_that_follows_the_link_confirms_nothing(client: Client):
    services.subscribe(READER, make_city())
    url = f"/subscriptions/confirm/{token_of(Subscription.objects.get())}/"
    assert client.get(url).status_code == 200
    assert not Subscription.objects.get().active
    assert client.post(url).status_code == 200
    assert Subscription.objects.get().active


def test_the_weekly_mail_goes_once_however_often_it_is_due(inbox):
    event = record_event(title="Raga </script> at Dusk", start=THURSDAY + timedelta(days=2))
    subscribed()
    assert services.record_due(now=THURSDAY) == 1
    assert services.record_due(now=THURSDAY) == 0
    delivery = Delivery.objects.get()
    assert services.send(delivery.pk, now=THURSDAY)
    assert not services.send(delivery.pk, now=THURSDAY)
    ((_, mail),) = inbox.mails
    html = mail.get_body(("html",)).get_content()
    assert "Raga &lt;/script&gt; at Dusk" in html
    assert event.get_absolute_url() in html
    assert len(html.encode()) < 90_000
    assert not re.search(r"<img|src=", html)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"].endswith(".digest.127.0.0.1>")


def test_one_click_unsubscribe_needs_no_cookie_and_no_question():
    subscription = subscribed()
    client = Client(enforce_csrf_checks=True)
    url = f"/subscriptions/{token_of(subscription)}/unsubscribe/"
    assert client.get(url).status_code == 200
    subscription.refresh_from_db()
    assert subscription.active
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    subscription.refresh_from_db()
    assert not subscription.active


def test_an_empty_week_is_skipped():
    subscribed()
    services.record_due(now=THURSDAY)
    assert Delivery.objects.get().state == DeliveryState.SKIPPED


def test_who_got_a_digest_two_days_ago_gets_none():
    record_event(start=THURSDAY + timedelta(days=2))
    Subscription.objects.filter(pk=subscribed().pk).update(last_sent_at=THURSDAY - timedelta(days=2))
    assert services.record_due(now=THURSDAY) == 0


def test_only_the_chosen_categories_are_sent():
    record_event(title="A talk", start=THURSDAY + timedelta(days=2), category="talk")
    wanted = record_event(title="A concert", start=THURSDAY + timedelta(days=2))
    subscribed(filters={"categories": ["music"]})
    services.record_due(now=THURSDAY)
    assert Delivery.objects.get().event_ids == [wanted.id]


def test_a_suppressed_address_is_never_written_to(inbox):
    Suppression.objects.create(address_hash=address_hash(READER), reason=SuppressionReason.BOUNCE)
    services.subscribe(READER, make_city())
    assert not Subscription.objects.exists()


def test_a_failed_mail_is_tried_again(settings, inbox):
    record_event(start=THURSDAY + timedelta(days=2))
    subscribed()
    services.record_due(now=THURSDAY)
    delivery = Delivery.objects.get()
    good, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert not services.send(delivery.pk, now=THURSDAY)
    settings.EMAIL_PORT = good
    assert services.retry_failed(now=THURSDAY) == 1
    assert services.send(delivery.pk, now=THURSDAY)
    assert len(inbox.mails) == 1


def test_the_api_answers_alike_for_known_and_unknown_addresses(client: Client):
    make_city()
    body = {"email": READER, "city": "bengaluru"}
    answers = [client.post("/api/v1/subscriptions", body, content_type="application/json") for _ in range(2)]
    assert [a.status_code for a in answers] == [202, 202]
    token = token_of(Subscription.objects.get())
    assert client.post(
        "/api/v1/subscriptions/confirm", {"token": token}, content_type="application/json"
    ).json()["active"]
    assert client.delete(f"/api/v1/subscriptions/{token}").status_code == 204
    assert client.delete("/api/v1/subscriptions/unknown").status_code == 404


def test_asking_too_often_is_refused(client: Client):
    make_city()
    codes = [
        client.post(
            "/api/v1/subscriptions", {"email": READER, "city": "bengaluru"}, content_type="application/json"
        ).status_code
        for _ in range(4)
    ]
    assert codes == [202, 202, 202, 429]


def test_the_form_names_what_is_wrong_and_the_trap_sends_nothing(client: Client):
    make_city()
    assert client.get("/subscribe/").status_code == 200
    wrong = client.post("/subscribe/", {"email": "nobody", "city": "bengaluru"})
    assert wrong.status_code == 400
    assert b"valid email" in wrong.content
    assert (
        client.post("/subscribe/", {"email": READER, "city": "bengaluru", "website": "x"}).status_code == 200
    )
    assert not Subscription.objects.exists()
    assert client.post("/subscribe/", {"email": READER, "city": "bengaluru"}).status_code == 200
    assert Subscription.objects.count() == 1


def test_the_mailbox_shows_mails_to_staff_alone(client: Client, settings, tmp_path, admin_user):
    settings.EMAIL_BACKEND, settings.MAILBOX_DIR = "digests.mailbox.MailboxBackend", tmp_path / "box"
    services.subscribe(READER, make_city())
    services.send(Delivery.objects.get().pk)
    assert client.get("/mailbox/").status_code == 302
    client.force_login(admin_user)
    listing = client.get("/mailbox/").content.decode()
    name = re.search(r"/mailbox/([0-9a-f]{32})/", listing).group(1)
    assert "Confirm: what is on" in client.get(f"/mailbox/{name}/").content.decode()
    assert "sandbox" in client.get(f"/mailbox/{name}/html/")["Content-Security-Policy"]
    assert client.get("/mailbox/" + "0" * 32 + "/").status_code == 404
