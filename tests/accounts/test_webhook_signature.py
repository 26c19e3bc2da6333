"""Standard Webhooks: signature, time, and the answer to the sender."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from accounts.webhook_signature import (
    HeadersMissing,
    SecretInvalid,
    SignatureWrong,
    TimestampOutside,
    WebhookRefused,
    sign,
    verify,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
BODY = b'{"title": "A"}'


def headers(*, name="msg_1", at=NOW, signature=None):
    stamp = int(at.timestamp())
    return {
        "Webhook-Id": name,
        "Webhook-Timestamp": str(stamp),
        "Webhook-Signature": signature or sign(SECRET, name, stamp, BODY),
    }


def test_signed_message_gives_its_id():
    assert verify(SECRET, headers(), BODY, now=NOW) == "msg_1"


def test_signatures_are_those_of_the_reference_implementation():
    assert sign(SECRET, "msg_1", int(NOW.timestamp()), BODY) == Webhook(SECRET).sign(
        "msg_1", NOW, BODY.decode()
    )


def test_one_of_several_signatures_is_enough():
    assert (
        verify(SECRET, headers(signature=f"v1,x v1a,y {headers()['Webhook-Signature']}"), BODY, now=NOW)
        == "msg_1"
    )


def test_other_body_secret_or_id_is_refused():
    other = "whsec_" + base64.b64encode(b"another secret, as long").decode()
    for secret, body, sent in [
        (SECRET, b"{}", headers()),
        (other, BODY, headers()),
        (SECRET, BODY, headers() | {"Webhook-Id": "msg_2"}),
    ]:
        with pytest.raises(SignatureWrong):
            verify(secret, sent, body, now=NOW)


def test_signature_with_signs_of_other_scripts_is_refused():
    with pytest.raises(SignatureWrong):
        verify(SECRET, headers(signature="v1,ü"), BODY, now=NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_window_of_time(seconds, accepted):
    sent = headers(at=NOW - timedelta(seconds=seconds))
    if accepted:
        assert verify(SECRET, sent, BODY, now=NOW) == "msg_1"
    else:
        with pytest.raises(TimestampOutside, match="300 seconds"):
            verify(SECRET, sent, BODY, now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"Webhook-Id": ""},
        {"Webhook-Id": "a.b"},
        {"Webhook-Id": "x" * 201},
        {"Webhook-Timestamp": "now"},
        {"Webhook-Timestamp": "1" * 30},
        {"Webhook-Signature": " "},
    ],
)
def test_headers_that_are_missing_or_unreadable(changes):
    with pytest.raises(HeadersMissing):
        verify(SECRET, headers() | changes, BODY, now=NOW)


def test_no_headers_at_all():
    with pytest.raises(WebhookRefused) as caught:
        verify(SECRET, {}, BODY, now=NOW)

    assert "webhook-id" in caught.value.detail


@pytest.mark.parametrize("secret", ["whsec_!!!", "whsec_", "whsec_" + base64.b64encode(b"short").decode()])
def test_our_own_secret_is_checked(secret):
    with pytest.raises(SecretInvalid):
        verify(secret, headers(), BODY, now=NOW)
