"""Limits without memory of the test before, and what most tests send."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives

from egress.factory import open_valkey
from egress.limits.valkey import PREFIX
from mail.enums import Stream
from mail.outgoing import send
from mail.providers.smtp import forget_connection
from mail.records import Outcome

READER = "reader@example.org"


@pytest.fixture(autouse=True)
def _fresh(db: None, settings) -> Iterator[None]:
    cache.clear()
    keys = [*open_valkey().scan_iter(f"{PREFIX}*mail:*")]
    if keys:
        open_valkey().delete(*keys)
    settings.EMAIL_BACKEND = "mail.backend.DispatchBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "127.0.0.1", False, 0.3
    settings.MAIL_PROVIDERS = ["smtp"]
    yield
    forget_connection()


def letter(
    to: str = READER, subject: str = "Tonight", body: str = "Raga at dusk.\n.\n..two dots\n"
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(subject, body, "Nocturne <hello@nocturne.example>", [to])
    message.attach_alternative("<p>Raga at dusk.</p>", "text/html")
    return message


def sent(
    key: str = "tests.mail:1",
    *,
    stream: Stream = Stream.TRANSACTIONAL,
    campaign: str = "",
    to: str = READER,
    **more,
) -> Outcome:
    return send(letter(to), stream=stream, kind="test", key=key, campaign=campaign, **more)
