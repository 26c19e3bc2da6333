"""Signed requests, what counts as success, and retries over three days."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils.timezone import now
from standardwebhooks import Webhook, WebhookVerificationError

from audit.models import Entry
from tests.webhooks.conftest import publish
from tests.webhooks.receiving import Receiver, delivery, follow, send
from webhooks import services
from webhooks.models import Endpoint
from webhooks.services import sending

pytestmark = pytest.mark.django_db


def test_a_message_is_signed_as_the_reference_implementation_verifies(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    publish("ಜಾಝ್ “tonight”")
    follow()
    assert send() == 1
    (got,) = receiver.got
    stamp = datetime.fromtimestamp(int(got.headers["webhook-timestamp"])).astimezone()
    with time_machine.travel(stamp, tick=False):
        body = Webhook(endpoint.secret).verify(got.get_data(), dict(got.headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(endpoint.secret).verify(got.get_data() + b" ", dict(got.headers))
    assert body["data"]["title"] == "ಜಾಝ್ “tonight”"
    assert got.headers["Content-Type"] == "application/json"
    row = delivery()
    assert (row.state, row.status, row.attempts, got.headers["webhook-id"]) == (
        "delivered",
        204,
        1,
        row.webhook_id,
    )
    endpoint.refresh_from_db()
    assert endpoint.last_success_at is not None
    assert not endpoint.is_slow


def test_for_a_day_either_secret_verifies_then_only_the_new_one(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    old, begun = endpoint.secret, now()
    _, new = services.renew_secret(endpoint.user, endpoint.pk, now=begun)
    for after, holds in ((timedelta(hours=23), {old, new}), (timedelta(hours=25), {new})):
        with time_machine.travel(begun + after, tick=False):
            services.send_test(endpoint.user, endpoint.pk)
            assert send() == 1
            got = receiver.got[-1]
            verified = set()
            for secret in (old, new):
                try:
                    Webhook(secret).verify(got.get_data(), dict(got.headers))
                    verified.add(secret)
                except WebhookVerificationError:
                    continue
        assert verified == holds
        assert len(got.headers["webhook-signature"].split()) == len(holds)


def test_tries_come_at_growing_distances_over_three_days(
    endpoint: Endpoint, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)
    monkeypatch.setattr(sending, "FAILING", timedelta(days=9))
    receiver.status = 500
    begun = now()
    publish()
    follow()
    tried = []
    with time_machine.travel(begun, tick=False) as clock:
        while (row := delivery()).state == "waiting":
            clock.move_to(max(row.due_at, Endpoint.objects.get().rests_until or row.due_at))
            tried.append(round((now() - begun).total_seconds()))
            assert send() == 1
    assert tried == [0, 5, 305, 2105, 9305, 27305, 63305, 113705, 185705, 272105]
    assert tried[-1] / 86_400 > 3
    assert (row.state, row.attempts, len(row.tries)) == ("failed", 10, 10)
    assert len(set(receiver.ids)) == 1
    assert len({request.get_data() for request in receiver.got}) == 1
    assert len({request.headers["webhook-timestamp"] for request in receiver.got}) == 10


def test_jitter_makes_waits_longer_never_shorter() -> None:
    waits = [sending._jittered(timedelta(seconds=100)).total_seconds() for _ in range(200)]
    assert 100 <= min(waits) < max(waits) <= 110


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 299])
def test_any_2xx_is_success(endpoint: Endpoint, receiver: Receiver, status: int) -> None:
    receiver.status = status
    services.send_test(endpoint.user, endpoint.pk)
    send()
    assert (delivery().state, delivery().status) == ("delivered", status)


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_anything_else_waits(endpoint: Endpoint, receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"Location": "/elsewhere", "Retry-After": "600"}
    services.send_test(endpoint.user, endpoint.pk)
    send()
    row = delivery()
    assert (row.state, row.status, len(receiver.got)) == ("waiting", status, 1)
    if status in (429, 503):
        assert row.due_at >= now() + timedelta(seconds=590), "the receiver asked for it"


def test_of_an_answer_a_kilobyte_is_kept_as_text(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status, receiver.body = 500, "\0<script>é" + "x" * 50_000
    services.send_test(endpoint.user, endpoint.pk)
    send()
    answer = delivery().answer
    assert answer.startswith("\ufffd<script>é")
    assert 1_000 < len(answer) <= 1_024


def test_gone_disables_at_once_and_tells_the_owner(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status = 410
    publish()
    follow()
    assert send() == 1
    endpoint.refresh_from_db()
    assert (endpoint.enabled, endpoint.disabled_because) == (False, "gone")
    assert send() == 0
    assert (services.tell_owners(now=now()), services.tell_owners(now=now())) == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == ["dev@example.org"]
    assert endpoint.host in sent.subject
    assert f"/me/webhooks/{endpoint.pk}/" in sent.body
    assert endpoint.secret not in sent.body
    assert Entry.objects.filter(action="webhook.disabled").count() == 1


def test_three_days_without_success_disable(endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status = 500
    publish()
    follow()
    begun = now()
    for days in (0, 2.9, 3.05):
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            assert Endpoint.objects.get().enabled
            assert send() == 1
    endpoint.refresh_from_db()
    assert (endpoint.enabled, endpoint.disabled_because, endpoint.notice) == (False, "failing", "failing")


def test_one_success_forgives(endpoint: Endpoint, receiver: Receiver) -> None:
    begun = now()
    for days, status in ((0, 500), (2, 204), (4, 500)):
        receiver.status = status
        with time_machine.travel(begun + timedelta(days=days), tick=False):
            services.send_test(endpoint.user, endpoint.pk)
            send()
    endpoint.refresh_from_db()
    assert endpoint.enabled
    assert endpoint.failing_since == begun + timedelta(days=4)
