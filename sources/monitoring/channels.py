"""Channels to operators: mail, and Slack, a webhook and PagerDuty through the HTTP client. A failing channel is logged and retried."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.timezone import now as clock

from accounts.models import User
from accounts.secrets import remember
from accounts.webhook_signature import signed_headers
from egress.factory import open_client
from egress.records import RequestPolicy
from mail import outgoing
from mail.enums import Stream
from mail.records import Result
from pipeline.contract.http_errors import EgressError
from sources.enums import AlertChannel, Severity

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertNews:
    """One alert in a message: its beginning, or with `ended` its end.

    `known` means that its beginning was sent before.
    """

    title: str
    detail: str
    began: datetime
    ended: datetime | None = None
    known: bool = False
    key: str = ""
    severity: Severity = Severity.WARNING
    escalated: bool = False

    def line(self) -> str:
        """The alert as one line."""
        if self.ended is None:
            word = "Nobody has acknowledged: " if self.escalated else ""
            return f"{word}{'CRITICAL: ' if self.severity is Severity.CRITICAL else ''}{self.title}"
        return f"Over: {self.title}" if self.known else f"Began and over: {self.title}"


class Channel(Protocol):
    """A channel to operators."""

    @property
    def name(self) -> AlertChannel:
        """How rules call it."""
        ...

    def send(self, news: Sequence[AlertNews], *, more: int) -> bool:
        """Send all alerts in one message; `more` is how many are left out. False where it failed."""
        ...


def channels() -> list[Channel]:
    """The configured channels."""
    addresses = operators()
    return [
        *([Mail(addresses)] if addresses else []),
        *([Slack(settings.SLACK_WEBHOOK_URL)] if settings.SLACK_WEBHOOK_URL else []),
        *(
            [Webhook(settings.OPERATOR_WEBHOOK_URL, settings.OPERATOR_WEBHOOK_SECRET)]
            if settings.OPERATOR_WEBHOOK_URL
            else []
        ),
        *(
            [Pager(settings.PAGERDUTY_URL, settings.PAGERDUTY_ROUTING_KEY)]
            if settings.PAGERDUTY_ROUTING_KEY
            else []
        ),
    ]


def operators() -> list[str]:
    """The addresses for alerts: OPERATOR_EMAILS, or every active superuser's."""
    return list(settings.OPERATOR_EMAILS) or list(
        User.objects.filter(is_superuser=True, is_active=True)
        .order_by("email")
        .values_list("email", flat=True)
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain mail to each operator separately."""

    addresses: Sequence[str]

    @property
    def name(self) -> AlertChannel:
        """As Channel."""
        return AlertChannel.MAIL

    def send(self, news: Sequence[AlertNews], *, more: int) -> bool:
        """As Channel."""
        subject = (
            f"[{settings.SITE_NAME}] {news[0].line() if len(news) == 1 else f'{len(news) + more} alerts'}"
        )
        body = text_of(news, more=more)
        went = 0
        for address in self.addresses:
            mail = EmailMessage(subject=" ".join(subject.split())[:150], body=body, to=[address])
            outcome = outgoing.send(mail, stream=Stream.TRANSACTIONAL, kind="alert")
            if outcome.result is Result.SENT:
                went += 1
            else:
                log.warning("operators_not_told", channel="mail", error=outcome.reason)
        return went > 0


@dataclass(frozen=True, slots=True)
class Slack:
    """An incoming webhook (https://api.slack.com/messaging/webhooks). Its address is secret."""

    url: str
    shared: bool = True

    @property
    def name(self) -> AlertChannel:
        """As Channel."""
        return AlertChannel.SLACK

    def send(self, news: Sequence[AlertNews], *, more: int) -> bool:
        """As Channel."""
        remember([self.url, self.url.rstrip("/").rpartition("/")[2]])
        escaped = text_of(news, more=more).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _posted("slack", self.url, json.dumps({"text": escaped[:30_000]}).encode(), shared=self.shared)


@dataclass(frozen=True, slots=True)
class Webhook:
    """A server of the operators that takes messages signed by Standard Webhooks."""

    url: str
    secret: str
    shared: bool = True

    @property
    def name(self) -> AlertChannel:
        """As Channel."""
        return AlertChannel.WEBHOOK

    def send(self, news: Sequence[AlertNews], *, more: int) -> bool:
        """As Channel: `{"type": "operators.alerts", "timestamp", "data": {"alerts": […], "more"}}`."""
        remember([self.secret])
        at, message = clock(), f"alerts_{uuid4().hex}"
        told = {"alerts": [_facts(one) for one in news], "more": more}
        body = json.dumps({"type": "operators.alerts", "timestamp": at.isoformat(), "data": told}).encode()
        headers = signed_headers(message, [self.secret], body, at=int(at.timestamp()))
        return _posted("webhook", self.url, body, headers, shared=self.shared)


@dataclass(frozen=True, slots=True)
class Pager:
    """The Events API v2 of PagerDuty: one event for each alert, resolved by the same key."""

    url: str
    routing_key: str
    shared: bool = True

    @property
    def name(self) -> AlertChannel:
        """As Channel."""
        return AlertChannel.PAGERDUTY

    def send(self, news: Sequence[AlertNews], *, more: int) -> bool:
        """As Channel. What is left out of a long message stays in the list of alerts."""
        remember([self.routing_key])
        sent = [self._sent(one) for one in news]  # each, whatever became of the one before
        return all(sent)

    def _sent(self, one: AlertNews) -> bool:
        event: dict[str, Any] = {
            "routing_key": self.routing_key,
            "event_action": "resolve" if one.ended else "trigger",
            "dedup_key": f"nocturne:{one.key or one.title}"[:255],
            "payload": {
                "summary": one.line()[:1024],
                "source": settings.SITE_URL,
                "severity": one.severity.value,
                "timestamp": one.began.isoformat(),
                "custom_details": {"detail": one.detail},
            },
        }
        return _posted(
            "pagerduty",
            self.url,
            json.dumps(event).encode(),
            {"Content-Type": "application/json"},
            shared=self.shared,
        )


def _posted(
    channel: str, url: str, body: bytes, headers: Mapping[str, str] | None = None, *, shared: bool
) -> bool:
    """Whether the other side took it. `shared` False needs neither database nor Valkey."""
    policy = RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT, obey_robots=False, max_received=65_536, max_decoded=65_536
    )
    try:
        with open_client(policy, name=channel, shared=shared) as http:
            http.post(url, content=body, headers=headers)
    except EgressError as error:
        log.warning("operators_not_told", channel=channel, error=error.detail)
        return False
    return True


def _facts(one: AlertNews) -> dict[str, str | None]:
    return {
        "key": one.key,
        "title": one.title,
        "detail": one.detail,
        "severity": one.severity.value,
        "began": one.began.isoformat(),
        "ended": None if one.ended is None else one.ended.isoformat(),
    }


def text_of(news: Sequence[AlertNews], *, more: int) -> str:
    """The message: beginnings first, then ends."""
    ordered = sorted(news, key=lambda one: one.ended is not None)
    parts = [_paragraph(one) for one in ordered]
    if more:
        parts.append(f"And {more} more.")
    parts.append(f"All of it: {settings.SITE_URL}{reverse('admin:sources_source_changelist')}")
    return "\n\n".join(parts) + "\n"


def _paragraph(one: AlertNews) -> str:
    stamp = f"{one.ended or one.began:%Y-%m-%d %H:%M} UTC"
    return "\n".join([f"{one.line()} ({stamp})", *([one.detail] if one.detail and one.ended is None else [])])
