"""A mail server on loopback, and a subscriber."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache

from digests import services
from digests.models import Delivery, Subscription
from digests.tokens import token_of
from mail import limits
from mail.providers.smtp import forget_connection
from places.models import City
from tests.factories import make_city, record_event
from tests.ports import free_port

THURSDAY = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)  # 09:30 in Bengaluru
READER = "Reader@Example.org"


class Inbox:
    """The state of an SMTP server.

    Received mails, its replies to RCPT and DATA, and a hook for complete mails.
    """

    def __init__(self) -> None:
        self.mails = []
        self.asked = []
        self.to_rcpt = self.to_data = "250 kept"
        self.on_rcpt: Callable[[], object] = lambda: None
        self.on_data: Callable[[], object] = lambda: None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        self.asked.append(address)
        self.on_rcpt()
        if self.to_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_rcpt

    async def handle_DATA(self, _server, _session, envelope):
        self.on_data()
        if self.to_data.startswith("250"):
            self.mails.append(
                (envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default))
            )
        return self.to_data


@pytest.fixture
def inbox(settings) -> Iterator[Inbox]:
    handler = Inbox()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = False
    yield handler
    controller.stop()


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    limits.succeeded("smtp")
    yield
    forget_connection()


def subscribed(
    address: str = READER, *, city=None, now: datetime = THURSDAY - timedelta(days=5), **fields
) -> Subscription:
    """A confirmed subscription, due on Thursdays at nine, without its confirmation mail."""
    city = city or make_city()
    services.subscribe(address, city, now=now, **{"weekday": 3, "hour": 9, **fields})
    subscription = Subscription.objects.filter(city=city if isinstance(city, City) else city.city).latest(
        "id"
    )
    services.confirm(token_of(subscription), now=now)
    Delivery.objects.filter(subscription=subscription).delete()
    return Subscription.objects.get(pk=subscription.pk)


def due_digest(**fields) -> Delivery:
    """The recorded weekly mail of a reader, with one event on Saturday."""
    record_event(start=THURSDAY + timedelta(days=2))
    subscription = subscribed(**fields)
    services.record_due(now=THURSDAY)
    return Delivery.objects.get(subscription=subscription)
