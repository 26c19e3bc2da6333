"""What providers post: signed, once, in any order, and to Suppression at once."""

import base64
import json
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.timezone import now

from accounts.crypto import address_hash
from mail.enums import DispatchState, News
from mail.models import Campaign, Dispatch, ProviderNews, SoftBounce, Suppression
from mail.services.suppressing import SOFT_MOST
from mail.signals import campaign_changed, settled
from tests.mail.conftest import READER

KEY = ec.generate_private_key(ec.SECP256R1())
PAGE = "/mailbox/webhooks/sendgrid/"


@pytest.fixture(autouse=True)
def _key(settings):
    public = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings.ANYMAIL = {"SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": base64.b64encode(public).decode()}


def handed(number: int = 1, state: str = "accepted", campaign: str = "", address: str = READER) -> Dispatch:
    return Dispatch.objects.create(
        key=f"tests.mail:{number}", stream="digest", campaign=campaign, address_hash=address_hash(address), provider="sendgrid", state=state,
    )  # fmt: skip


def event(kind: str, row: Dispatch | None, number: int = 1, **more: object) -> dict[str, object]:
    ours = {"dispatch": str(row.pk)} if row else {}
    return {
        "event": kind, "email": READER, "timestamp": int(time.time()), "sg_event_id": f"{kind}-{row.pk if row else ''}-{number}",
        "sg_message_id": "m.1", **ours, **more,
    }  # fmt: skip


def post(client, *events: object, key=KEY, body: bytes | None = None):
    raw = json.dumps(events).encode() if body is None else body
    stamp = str(int(time.time()))
    signature = base64.b64encode(key.sign(stamp.encode() + raw, ec.ECDSA(hashes.SHA256()))).decode()
    return client.post(
        PAGE, raw, content_type="application/json", headers={
            "X-Twilio-Email-Event-Webhook-Signature": signature, "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
        },
    )  # fmt: skip


HARD = {"type": "bounce", "reason": "550 5.1.1 no such user", "status": "5.1.1"}


def test_a_mail_of_unknown_end_is_settled_by_our_id(client, django_capture_on_commit_callbacks):
    row, heard = handed(state="unknown"), []
    settled.connect(lambda **said: heard.append((said["key"], said["state"])), weak=False, dispatch_uid="t")
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client, event("processed", row), event("delivered", row)).status_code == 200
    settled.disconnect(dispatch_uid="t")
    row.refresh_from_db()
    assert row.state == DispatchState.DELIVERED
    assert heard == [(row.key, DispatchState.ACCEPTED), (row.key, DispatchState.DELIVERED)]


def test_a_bounce_suppresses_the_address_at_once_and_once(client):
    row = handed()
    for _ in range(3):
        assert post(client, event("bounce", row, **HARD)).status_code == 200
    row.refresh_from_db()
    assert (row.state, row.code) == (DispatchState.BOUNCED, "550 5.1.1")
    assert Suppression.objects.get().reason == "bounce"
    assert ProviderNews.objects.count() == 1
    assert READER not in row.reason


@pytest.mark.parametrize(
    ("kind", "more", "reason", "state"),
    [
        ("spamreport", {}, "complaint", "complained"),
        ("unsubscribe", {}, "left", "accepted"),
        ("dropped", {"reason": "Bounced Address"}, "bounce", "bounced"),
        ("dropped", {"reason": "Unsubscribed Address"}, "left", "accepted"),
        ("bounce", {"type": "bounce", "reason": ""}, "bounce", "bounced"),
    ],
)
def test_each_kind_of_no_is_kept_with_its_reason(kind, more, reason, state, client):
    row = handed()
    post(client, event(kind, row, **more))
    row.refresh_from_db()
    assert (Suppression.objects.get().reason, row.state) == (reason, state)


@pytest.mark.parametrize(
    "more",
    [
        {"type": "blocked", "reason": "421 4.7.0 try later"},
        {"type": "bounce", "reason": "552 5.2.2 mailbox full"},
        {"type": "bounce", "reason": "550 5.7.1 blocked by policy"},
        {"type": "bounce", "reason": "451 4.3.0 later"},
    ],
)
def test_a_failure_in_passing_is_counted_and_suppresses_after_five(more, client):
    for number in range(SOFT_MOST):
        assert not Suppression.objects.exists()
        assert post(client, event("bounce", handed(number), **more)).status_code == 200
    assert SoftBounce.objects.get().count == SOFT_MOST
    assert Suppression.objects.get().reason == "bounce"


def test_a_mail_that_arrives_forgives(client):
    soft = {"type": "blocked", "reason": "421 later"}
    for number in range(SOFT_MOST - 1):
        post(client, event("bounce", handed(number), **soft))
    post(client, event("delivered", handed(50)))
    post(client, event("bounce", handed(51), **soft))
    assert SoftBounce.objects.get().count == 1
    assert not Suppression.objects.exists()


def test_old_failures_are_forgotten(client):
    soft = {"type": "blocked", "reason": "421 later"}
    post(client, event("bounce", handed(1), **soft))
    SoftBounce.objects.update(first_at=now() - timedelta(days=31))
    post(client, event("bounce", handed(2), **soft))
    assert SoftBounce.objects.get().count == 1


def test_news_in_any_order_end_alike(client):
    row = handed()
    post(client, event("spamreport", row), event("delivered", row), event("processed", row))
    row.refresh_from_db()
    assert row.state == DispatchState.COMPLAINED
    assert {one.news for one in ProviderNews.objects.all()} == {News.COMPLAINED, News.DELIVERED, News.TAKEN}


def test_a_provider_that_gives_no_metadata_is_matched_by_its_own_name(client):
    row = handed()
    Dispatch.objects.update(provider_id="anymail-1")
    post(client, event("delivered", None, anymail_id="anymail-1"))
    row.refresh_from_db()
    assert row.state == DispatchState.DELIVERED


def test_a_bounce_of_a_mail_that_is_not_ours_still_counts_for_its_address(client):
    post(client, event("bounce", None, **HARD))
    assert Suppression.objects.get().pk == address_hash(READER)


@pytest.mark.parametrize("how", ["unsigned", "by another key", "changed"])
def test_what_nobody_signed_is_not_believed(how, client):
    row = handed()
    said = event("bounce", row, **HARD)
    if how == "unsigned":
        answer = client.post(PAGE, json.dumps([said]), content_type="application/json")
    elif how == "changed":
        stamp, raw = "1", json.dumps([said]).encode()
        signature = base64.b64encode(KEY.sign(b"1[]", ec.ECDSA(hashes.SHA256()))).decode()
        answer = client.post(
            PAGE, raw, content_type="application/json",
            headers={"X-Twilio-Email-Event-Webhook-Signature": signature, "X-Twilio-Email-Event-Webhook-Timestamp": stamp},
        )  # fmt: skip
    else:
        answer = post(client, said, key=ec.generate_private_key(ec.SECP256R1()))
    assert answer.status_code == 403
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"{}", b"null", b'["x"]', b"[{}]", b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(body, client):
    assert post(client, body=body).status_code == 400 or body == b"{}"
    assert not ProviderNews.objects.exists()


@pytest.mark.parametrize("provider", ["postmark", "nobody", "base", "amazon_ses"])
def test_a_provider_whose_posts_nothing_proves_has_no_address(provider, client):
    assert (
        client.post(f"/mailbox/webhooks/{provider}/", "[]", content_type="application/json").status_code
        == 404
    )


def test_a_shared_secret_opens_the_address_of_those_who_do_not_sign(client, settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "nocturne:long-and-random"}
    row = handed()
    Dispatch.objects.update(provider="postmark", provider_id="abc")
    said = {
        "RecordType": "Bounce", "Type": "HardBounce", "MessageID": "abc", "Email": READER, "ID": 7,
        "BouncedAt": "2026-11-24T20:00:00Z", "Metadata": {"dispatch": str(row.pk)}, "Details": "smtp;550 5.1.1 unknown",
    }  # fmt: skip
    page = "/mailbox/webhooks/postmark/"
    assert client.post(page, said, content_type="application/json").status_code == 403
    secret = base64.b64encode(b"nocturne:long-and-random").decode()
    answer = client.post(
        page, said, content_type="application/json", headers={"Authorization": f"Basic {secret}"}
    )
    assert answer.status_code == 200
    assert Suppression.objects.get().reason == "bounce"


def test_the_address_answers_a_try_and_nothing_else(client):
    assert client.head(PAGE).status_code == 200
    assert client.get(PAGE).status_code == 405


def _campaign(mails: int) -> list[Dispatch]:
    rows = [
        Dispatch(
            key=f"c:{number}", stream="digest", campaign="digest 2026-W47", address_hash=f"{number:064}", provider="sendgrid", state="accepted",
        )
        for number in range(mails)
    ]  # fmt: skip
    return Dispatch.objects.bulk_create(rows)


@pytest.mark.parametrize(
    ("mails", "kind", "fine", "too_many"),
    [(100, "bounce", 5, 6), (99, "bounce", 50, 0), (1000, "spamreport", 1, 2), (100, "spamreport", 1, 2)],
)
def test_a_campaign_stops_by_itself_when_too_many_say_no(
    mails, kind, fine, too_many, client, django_capture_on_commit_callbacks
):
    rows, heard = _campaign(mails), []
    campaign_changed.connect(lambda **said: heard.append(said["reason"]), weak=False, dispatch_uid="t")
    more = HARD if kind == "bounce" else {}
    with django_capture_on_commit_callbacks(execute=True):
        post(client, *[event(kind, row, **more) for row in rows[:fine]])
        assert not Campaign.objects.exists()
        post(client, *[event(kind, row, **more) for row in rows[fine:too_many]])
    campaign_changed.disconnect(dispatch_uid="t")
    assert Campaign.objects.exists() == bool(too_many)
    assert len(heard) == bool(too_many)
