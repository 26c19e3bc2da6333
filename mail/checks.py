"""Checks of mail: providers that exist, and what production needs before digests may leave."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from flags.models import Flag
from flags.services import said_by_environment
from mail.enums import Stream
from mail.providers import providers_of
from mail.providers.api import ApiProvider
from mail.views import hears

#: Backends for a developer's machine.
_NOWHERE: Final = frozenset(
    {
        "digests.mailbox.MailboxBackend",
        *(
            f"django.core.mail.backends.{kind}.EmailBackend"
            for kind in ("console", "dummy", "filebased", "locmem")
        ),
    }
)


@register(Tags.compatibility)
def known_providers(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Each provider of the settings can be made."""
    try:
        for stream in Stream:
            for provider in providers_of(stream):
                if isinstance(provider, ApiProvider):
                    provider.check()
    except ImproperlyConfigured as error:
        return [
            Error(str(error), hint="docs/mail.md lists the providers and their settings.", id="mail.E001")
        ]
    return []


@register(Tags.security, deploy=True)
def postal_address(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Digests name their sender's postal address, as the laws on commercial mail want (CAN-SPAM, 15 U.S.C. 7704(a)(5))."""
    if settings.MAIL_POSTAL_ADDRESS or said_by_environment(Flag.DIGESTS.value) in ("off", "0", "no", "false"):
        return []
    return [
        Error(
            "MAIL_POSTAL_ADDRESS is not set: no digest leaves.",
            hint="Set it to the operator's postal address, or FLAG_DIGESTS=off.",
            id="mail.E002",
        )
    ]


@register(Tags.security, deploy=True)
def providers_are_heard(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """A provider whose posts nothing proves is not heard, so that bounces and complaints stay unknown."""
    return [
        Warning(
            f"Nothing proves the posts of {name}: its bounces and complaints stay unknown.",
            hint=f"Set what signs them (docs/mail.md), and have it post to {settings.SITE_URL}/mailbox/webhooks/{name}/.",
            id="mail.W001",
        )
        for name in sorted(
            {one.name for stream in Stream for one in providers_of(stream) if isinstance(one, ApiProvider)}
        )
        if not hears(name)
    ]


@register(Tags.security, deploy=True)
def mail_that_goes_nowhere(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """A backend that keeps or drops mail takes it for sent: nobody gets a link to a new password."""
    return [
        Error(
            f"{variable} names {name}, which keeps or drops mail: it counts as sent, and nobody gets it.",
            hint="Name a provider in MAIL_PROVIDERS, or set EMAIL_HOST (docs/mail.md).",
            id="mail.E003",
        )
        for variable in (
            "EMAIL_BACKEND",
            "MAIL_PROVIDERS",
            "MAIL_TRANSACTIONAL_PROVIDERS",
            "MAIL_DIGEST_PROVIDERS",
        )
        for name in ([settings.EMAIL_BACKEND] if variable == "EMAIL_BACKEND" else getattr(settings, variable))
        if name in _NOWHERE
    ]
