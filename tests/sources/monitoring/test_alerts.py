"""Operators are alerted once, in few messages, even while a mail server is down."""

import json
import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError

from egress.models import QuotaUse
from egress.signals import quota_crossed
from sources import tasks
from sources.models import Alert
from sources.monitoring.alerts import APART, MOST, forget_old, notice, notify_operators, raise_alert, resolve
from sources.monitoring.quotas import name_of, settle_quotas
from tests.factories import NOW, make_credential, make_staff
from tests.sources.feeds import feed_source

LATER = NOW + APART + timedelta(seconds=1)


class DeadServer(EmailBackend):
    """An unreachable mail server."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("connection unexpectedly closed")


@pytest.fixture(autouse=True)
def operator(db: None, settings: Any) -> None:
    """One operator, with the tests' outbox instead of the mailbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.OPERATOR_EMAILS = ["ops@example.org"]
    settings.SLACK_WEBHOOK_URL = ""


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def test_one_key_is_one_open_alert() -> None:
    assert raise_alert("source:a:failing", "A fails", detail="first", now=NOW)
    assert not raise_alert("source:a:failing", "A fails", detail="second", now=LATER)
    assert Alert.objects.get().detail == "second"
    assert resolve("source:a:failing", now=LATER)
    assert not resolve("source:a:failing", now=LATER)
    assert raise_alert("source:a:failing", "A fails", now=LATER)
    assert Alert.objects.count() == 2


def test_the_beginning_and_the_end_are_told_once_each() -> None:
    raise_alert("a", "Club fails", detail="Look at its address.", source=feed_source(), now=NOW)
    assert [notify_operators(now=minutes(at)) for at in (0, 1, 11)] == [1, 0, 0]
    resolve("a", now=minutes(30))
    assert [notify_operators(now=minutes(at)) for at in (31, 32, 50)] == [1, 0, 0]
    first, second = mail.outbox
    assert (first.subject, first.to) == ("[Nocturne] Club fails", ["ops@example.org"])
    assert "Club fails (2026-11-21 12:00 UTC)\nLook at its address." in first.body
    assert second.subject == "[Nocturne] Over: Club fails"


def test_a_storm_is_one_message_in_ten_minutes() -> None:
    raise_alert("0", "Source 0 fails", now=NOW)
    sent = []
    for minute in range(25):
        raise_alert(str(minute), f"Source {minute} fails", now=minutes(minute))
        sent.append(notify_operators(now=minutes(minute)))
    assert [(minute, count) for minute, count in enumerate(sent) if count] == [(0, 1), (10, 10), (20, 10)]
    assert [message.subject for message in mail.outbox] == [
        "[Nocturne] Source 0 fails",
        "[Nocturne] 10 alerts",
        "[Nocturne] 10 alerts",
    ]


def test_very_many_are_counted_not_listed() -> None:
    for number in range(MOST + 7):
        raise_alert(str(number), f"Source {number} fails", now=NOW)
    assert notify_operators(now=NOW) == MOST + 7
    assert mail.outbox[0].body.count(" fails (") == MOST
    assert "And 7 more." in mail.outbox[0].body


def test_what_was_over_before_anyone_heard_is_one_line() -> None:
    raise_alert("a", "Club fails", now=NOW)
    resolve("a", now=minutes(1))
    assert [notify_operators(now=minutes(2)), notify_operators(now=minutes(30))] == [1, 0]
    assert mail.outbox[0].subject == "[Nocturne] Began and over: Club fails"


def test_a_notice_has_no_end() -> None:
    notice("credential:1:replaced", "The credential one was replaced", now=NOW)
    assert [notify_operators(now=NOW), notify_operators(now=LATER)] == [1, 0]
    assert mail.outbox[0].subject == "[Nocturne] The credential one was replaced"


def test_a_dead_mail_server_breaks_nothing_and_is_tried_again(settings: Any) -> None:
    raise_alert("a", "Club fails", now=NOW)
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    assert [notify_operators(now=minutes(at)) for at in (0, 1)] == [0, 0]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert notify_operators(now=minutes(2)) == 1
    assert len(mail.outbox) == 1


class OneRefused(EmailBackend):
    """A mail server that refuses one of the operators."""

    def send_messages(self, messages: Any) -> int:
        if messages[0].to == ["nobody <"]:
            raise ValueError("Invalid address; only nobody < could be parsed")
        if messages[0].to == ["gone@example.org"]:
            raise smtplib.SMTPRecipientsRefused({"gone@example.org": (550, b"no such user")})
        return super().send_messages(messages)


def test_an_operator_whose_address_is_refused_does_not_keep_the_others_from_hearing_once(
    settings: Any,
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.OneRefused"
    settings.OPERATOR_EMAILS = ["gone@example.org", "nobody <", "ops@example.org"]
    raise_alert("a", "Club fails", now=NOW)
    assert [notify_operators(now=minutes(at)) for at in (0, 20)] == [1, 0]
    assert [message.to for message in mail.outbox] == [["ops@example.org"]]


def test_without_a_list_every_active_superuser_hears_alone(settings: Any) -> None:
    settings.OPERATOR_EMAILS = []
    make_staff(email="a@example.org")
    make_staff(email="b@example.org")
    gone = make_staff(email="gone@example.org")
    gone.is_active = False
    gone.save()
    raise_alert("a", "Club fails", now=NOW)
    notify_operators(now=NOW)
    assert [message.to for message in mail.outbox] == [["a@example.org"], ["b@example.org"]]


def test_with_nobody_to_tell_it_waits(settings: Any) -> None:
    settings.OPERATOR_EMAILS = []
    raise_alert("a", "Club fails", now=NOW)
    assert notify_operators(now=NOW) == 0
    make_staff(email="a@example.org")
    assert notify_operators(now=minutes(1)) == 1


def test_slack_hears_through_the_door_and_its_address_stays_secret(
    settings: Any, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, {httpserver.port}
    settings.SLACK_WEBHOOK_URL = httpserver.url_for("/services/T00/B00/veryverysecret")
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    httpserver.expect_request("/services/T00/B00/veryverysecret", method="POST").respond_with_data("ok")
    raise_alert("a", "Club & <b>House</b> fails", now=NOW)
    assert notify_operators(now=NOW) == 1
    [(request, _)] = httpserver.log
    assert "Club &amp; &lt;b&gt;House&lt;/b&gt; fails" in json.loads(request.get_data())["text"]
    ours = [record for record in caplog.records if record.name != "werkzeug"]
    assert ours
    assert "veryverysecret" not in "".join(str(record.msg) for record in ours)


def test_a_server_of_the_operators_gets_a_signed_message(settings: Any, httpserver: HTTPServer) -> None:
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, {httpserver.port}
    settings.OPERATOR_WEBHOOK_URL = httpserver.url_for("/alerts")
    settings.OPERATOR_WEBHOOK_SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSByZWNlaXZlciwgMzIgYnl0ZXM="
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    httpserver.expect_ordered_request("/alerts", method="POST").respond_with_data("", 500)
    httpserver.expect_ordered_request("/alerts", method="POST").respond_with_data("", 204)
    raise_alert("a", "Club fails", detail="Look at its address.", now=NOW)
    assert [notify_operators(now=minutes(at)) for at in (0, 1, 2)] == [0, 1, 0]
    (first, _), (request, _) = httpserver.log
    told = Webhook(settings.OPERATOR_WEBHOOK_SECRET).verify(request.data, dict(request.headers))
    assert told["type"] == "operators.alerts"
    assert told["data"] == {
        "alerts": [{"key": "a", "title": "Club fails", "detail": "Look at its address.", "severity": "warning", "began": NOW.isoformat(), "ended": None}],
        "more": 0,
    }  # fmt: skip
    assert first.data
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "b3RoZXIgc2VjcmV0IG9mIHNvbWVib2R5LCAzMiBieXQ=").verify(request.data, dict(request.headers))  # fmt: skip


def test_a_title_from_outside_makes_no_header_of_its_own() -> None:
    raise_alert("a", "Club\r\nBcc: everyone@example.org fails", now=NOW)
    assert notify_operators(now=NOW) == 1
    assert mail.outbox[0].subject == "[Nocturne] Club Bcc: everyone@example.org fails"


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once() -> None:
    raise_alert("a", "Club fails", now=NOW)
    together = Barrier(4)

    def work(_number: int) -> int:
        together.wait()
        try:
            return notify_operators(now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1


def test_the_task_tells() -> None:
    raise_alert("a", "Club fails")
    assert tasks.notify_operators() == 1


# --- quotas ---


def cross(share: float, *, key: str = "env:YELP_API_KEY", seconds: int = 86_400, used: int = 4000) -> None:
    quota_crossed.send_robust(
        sender=None, key=key, used=used, granted=5000, window_end=NOW + timedelta(hours=3), seconds=float(seconds), share=share, cost=0.0, currency="USD"
    )  # fmt: skip


def test_a_quota_raises_alerts_at_eighty_percent_and_when_it_is_spent() -> None:
    cross(0.8)
    cross(0.8)
    cross(1.0, used=5000)
    assert list(Alert.objects.order_by("raised_at").values_list("title", flat=True)) == [
        "The quota of YELP_API_KEY is used to 80%",
        "The quota of YELP_API_KEY is spent",
    ]
    assert (
        "5000 of 5000 requests in a day. Its sources continue at 2026-11-21 15:00 UTC."
        in Alert.objects.latest("raised_at").detail
    )


def test_a_quota_that_held_for_a_day_is_over() -> None:
    use = {
        "key": "env:YELP_API_KEY",
        "seconds": 86_400,
        "used": 4000,
        "granted": 5000,
        "window_start": NOW,
        "alerted_at": NOW,
    }
    QuotaUse.objects.create(**use)
    cross(0.8)
    Alert.objects.update(raised_at=NOW)
    assert settle_quotas(now=NOW + timedelta(hours=23)) == 0
    QuotaUse.objects.create(
        **{**use, "window_start": NOW + timedelta(days=1), "alerted_at": NOW + timedelta(days=1)}
    )
    assert settle_quotas(now=NOW + timedelta(hours=30)) == 0
    assert settle_quotas(now=NOW + timedelta(days=3)) == 1
    assert Alert.objects.get().resolved_at == NOW + timedelta(days=3)


def test_a_key_is_called_by_its_name() -> None:
    row = make_credential(name="Yelp of the city")
    assert [
        name_of(key)
        for key in (f"credential:{row.pk}", "env:YELP_API_KEY", "credential:x", "api.example.org")
    ] == [
        "Yelp of the city",
        "YELP_API_KEY",
        "credential:x",
        "api.example.org",
    ]


def test_alerts_that_are_long_over_are_forgotten_and_open_ones_stay(settings: Any) -> None:
    settings.ALERT_LOG_DAYS = 10
    for key in ("over", "open", "just over"):
        raise_alert(key, key, now=NOW)
    resolve("over", now=NOW)
    resolve("just over", now=NOW + timedelta(days=1))
    assert forget_old(now=NOW + timedelta(days=10, hours=1)) == 1
    assert set(Alert.objects.values_list("key", flat=True)) == {"open", "just over"}
