"""Checks of `check --deploy`: settings that protect a site and were taken away."""

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

#: Each bounds what one address, person or key may do; 0 is no bound.
_LIMITS: Final = (
    "API_RATE_LIMIT", "API_KEY_RATE_LIMIT", "PAGE_RATE_LIMIT", "LIVE_CONNECTIONS_PER_ADDRESS", "LIVE_CONNECTIONS_PER_USER",
    "LIVE_MESSAGES_PER_ADDRESS",
)  # fmt: skip


@register(Tags.security, deploy=True)
def limits(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """A limit that is off lets one client take the whole site."""
    return [
        Warning(
            f"{name} is 0: one client may send as much as it can.",
            hint="Remove it: production has a limit by default (.env.example).",
            id="config.W001",
        )
        for name in _LIMITS
        if getattr(settings, name) <= 0
    ]


@register(Tags.security, deploy=True)
def sandbox(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The browser reads pages of strangers."""
    if settings.CHROMIUM_SANDBOX:
        return []
    return [
        Warning(
            "CHROMIUM_SANDBOX is off: a page that breaks the browser has the rights of the worker.",
            hint="Allow user namespaces in the container, and remove it.",
            id="config.W002",
        )
    ]


@register(Tags.security, deploy=True)
def backups(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Backups need a public key here, and the private one elsewhere."""
    found: list[CheckMessage] = []
    if settings.BACKUP_TO and not settings.BACKUP_RECIPIENTS:
        found.append(
            Error(
                "BACKUP_TO is set and BACKUP_RECIPIENTS is not: no backup is made.",
                hint="manage.py make_backup_key makes a pair; see docs/backup.md.",
                id="config.E001",
            )
        )
    if settings.BACKUP_IDENTITY:
        found.append(
            Warning(
                "BACKUP_IDENTITY is set: whoever takes this machine over can read every backup.",
                hint="Keep it in a safe, and set it for a restore alone.",
                id="config.W003",
            )
        )
    return found
