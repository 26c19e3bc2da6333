"""Checks of mail: providers that exist, and what production needs before digests may leave."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from flags.models import Flag
from flags.services import said_by_environment
from mail.enums import Stream
from mail.providers import providers_of
from mail.providers.api import ApiProvider
from mail.views import hears


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
