"""Which providers a stream has, in the order of trying, as the settings say."""

from typing import Final

from django.conf import settings

from mail.enums import Stream
from mail.providers.api import ApiProvider
from mail.providers.base import Provider
from mail.providers.plain import PlainProvider
from mail.providers.smtp import SmtpProvider

OURS: Final = "mail.backend.DispatchBackend"
_SMTP: Final = frozenset({"smtp", "django.core.mail.backends.smtp.EmailBackend"})


def providers_of(stream: Stream) -> list[Provider]:
    """The providers of a stream. Where EMAIL_BACKEND names another backend than the door, that one takes all mail."""
    if settings.EMAIL_BACKEND != OURS:
        return [provider_of(settings.EMAIL_BACKEND)]
    chosen = {
        Stream.TRANSACTIONAL: settings.MAIL_TRANSACTIONAL_PROVIDERS,
        Stream.DIGEST: settings.MAIL_DIGEST_PROVIDERS,
    }[stream]
    return [provider_of(name) for name in chosen or settings.MAIL_PROVIDERS]


def provider_of(name: str) -> Provider:
    """`smtp`, a dotted path of a backend, or a provider that anymail knows."""
    if name in _SMTP:
        return SmtpProvider()
    return PlainProvider(name) if "." in name else ApiProvider(name)
