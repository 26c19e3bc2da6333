"""kill -9 of senders at random moments, over SMTP and over an API. `make chaos-mail` does 200 kills; SEED chooses the moments."""

import base64
import json
import os
import time
from email import message_from_bytes
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from digests.enums import DeliveryState
from digests.models import Delivery
from mail.models import Dispatch
from mail.services import send_again
from tests.factories import make_staff
from tests.mail.chaos import Readers, check, senders, storm
from tests.mail.rough import rough_server

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = int(os.environ.get("CHAOS_KILLS", "8"))
MAILS = int(os.environ.get("CHAOS_MAILS", "30"))
SEED = int(os.environ.get("SEED", "1"))


def say(line: str) -> None:
    if KILLS > 8:
        print(line)


def environment_with(environment: dict[str, str], **more: str) -> dict[str, str]:
    return {**environment, "LOG_LEVEL": "CRITICAL", "EMAIL_USE_TLS": "false", **more}


def test_over_smtp_nothing_is_doubled_and_what_may_not_have_gone_is_listed(
    child_environment: dict[str, str],
) -> None:
    readers = Readers(MAILS)
    with rough_server() as server:
        server.pause = 0.002
        given = environment_with(
            child_environment, MAIL_PROVIDERS="smtp", EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(server.port)
        )
        with senders(given, seed=SEED) as both:
            storm(both, readers, kills=KILLS, say=say)
        found = check([str(message_from_bytes(raw)["X-Delivery"]) for raw in server.taken])
    print(json.dumps({"provider": "smtp", "seed": SEED, "kills": both.kills, **found}))
    assert both.kills >= KILLS
    assert found["mails"] == found["sent"] + found["unknown"]


def test_over_an_api_its_webhook_and_an_operator_settle_every_mail(
    child_environment: dict[str, str], httpserver: HTTPServer, settings: Any, client: Any
) -> None:
    readers = Readers(MAILS)
    taken: list[tuple[str, str]] = []

    def take(request: Request) -> Response:
        said = json.loads(request.get_data())
        taken.append((said["headers"]["X-Delivery"], said["custom_args"]["dispatch"]))
        time.sleep(0.01)
        return Response(status=202)

    httpserver.expect_request("/v3/mail/send", method="POST").respond_with_handler(take)
    given = environment_with(
        child_environment, MAIL_PROVIDERS="sendgrid", SENDGRID_API_KEY="SG.x",
        ANYMAIL_SENDGRID_API_URL=httpserver.url_for("/v3/"), EGRESS_ALLOW_LOOPBACK="true", EGRESS_ALLOWED_PORTS=str(httpserver.port),
    )  # fmt: skip
    with senders(given, seed=SEED) as both:
        storm(both, readers, kills=KILLS, say=say)
        found = check([delivery for delivery, _ in taken])
        _post_news(client, settings, [dispatch for _, dispatch in taken])
        lost = Dispatch.objects.filter(key__in=[f"digests.delivery:{row.pk}" for row in _unknown()])
        settled = found["unknown"] - len(lost)
        operator = make_staff(email="operator@example.org")
        assert all(send_again(row, by=operator) for row in lost)
        both.finish()
    print(
        json.dumps(
            {"provider": "api", "seed": SEED, "kills": both.kills, **found, "settled_by_webhook": settled}
        )
    )
    assert both.kills >= KILLS
    assert settled == found["unknown_that_went"]
    assert sorted(delivery for delivery, _ in taken) == sorted(
        str(pk) for pk in Delivery.objects.values_list("pk", flat=True)
    )
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}


def _unknown() -> Any:
    return Delivery.objects.filter(state=DeliveryState.UNKNOWN)


def _post_news(client: Any, settings: Any, dispatches: list[str]) -> None:
    """What SendGrid posts of the mails that it took."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    settings.ANYMAIL = {"SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": base64.b64encode(public).decode()}
    events = [
        {"event": "delivered", "email": "x@example.org", "timestamp": 1795262400, "sg_event_id": f"d-{name}", "dispatch": name}
        for name in dispatches
    ]  # fmt: skip
    raw = json.dumps(events).encode()
    signature = base64.b64encode(key.sign(b"1" + raw, ec.ECDSA(hashes.SHA256()))).decode()
    answer = client.post(
        "/mailbox/webhooks/sendgrid/", raw, content_type="application/json",
        headers={"X-Twilio-Email-Event-Webhook-Signature": signature, "X-Twilio-Email-Event-Webhook-Timestamp": "1"},
    )  # fmt: skip
    assert answer.status_code == 200
