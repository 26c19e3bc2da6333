"""Checks of `check --deploy`: settings that protect a site and were taken away."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from config import bounds, outside
from config import env as environment
from config.bounds import is_remote
from flags.services import unreadable

#: Each bounds what one address, person or key may do; 0 is no bound.
_LIMITS: Final = (
    "API_RATE_LIMIT", "API_KEY_RATE_LIMIT", "PAGE_RATE_LIMIT", "LIVE_CONNECTIONS_PER_ADDRESS", "LIVE_CONNECTIONS_PER_USER",
    "LIVE_MESSAGES_PER_ADDRESS",
)  # fmt: skip

#: Who is told of an alarm.
_HEARD_BY: Final = ("OPERATOR_EMAILS", "SLACK_WEBHOOK_URL", "PAGERDUTY_ROUTING_KEY", "OPERATOR_WEBHOOK_URL")
_KEPT_DAYS: Final = (
    "PAYLOAD_RETENTION_DAYS", "MAIL_LOG_DAYS", "WEBHOOKS_LOG_DAYS", "WEBHOOKS_BACKLOG_DAYS", "REPORTS_KEPT_DAYS", "LIVE_RETENTION_DAYS",
    "ALERT_LOG_DAYS",
)  # fmt: skip
#: Modes of libpq in which a connection without TLS is refused.
_ENCRYPTED: Final = ("require", "verify-ca", "verify-full")
_DATABASES: Final = {"default": "DATABASE_URL", "replica": "DATABASE_REPLICA_URL"}
#: Addresses of Valkey and of the broker, and the schemes that should stand in place of plain ones.
_STORES: Final = ("REDIS_URL", "CELERY_BROKER_URL")
_PLAIN: Final = {"redis": "rediss", "amqp": "amqps"}
#: Characters.
_SHORTEST_TOKEN: Final = 16


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


@register(Tags.security, deploy=True)
def addresses(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Links in mails and cookies follow SITE_URL, and a Host that is not checked gets into both."""
    found: list[CheckMessage] = []
    if not settings.SITE_URL.startswith("https://"):
        found.append(
            Error(
                "SITE_URL does not begin with https://: links in mails, with their tokens, travel in the clear.",
                hint="Set it to the https address of the site.",
                id="config.E002",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS contains *: whoever sends another Host gets links to it.",
                hint="Name the hosts of the site.",
                id="config.E003",
            )
        )
    return found


@register(Tags.security, deploy=True)
def alerts(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """An alarm needs somebody who hears it, and a death of the whole machine somebody outside."""
    found: list[CheckMessage] = []
    if not any(getattr(settings, name) for name in _HEARD_BY):
        found.append(
            Warning(
                f"None of {', '.join(_HEARD_BY)} is set: nobody hears an alarm.",
                hint="Set one of them; see docs/operations/escalation.md.",
                id="config.W004",
            )
        )
    if not settings.HEARTBEAT_URL:
        found.append(
            Warning(
                "HEARTBEAT_URL is not set: where the whole machine dies, nobody is told.",
                hint="Set it to a service that alarms when the heartbeat stays away.",
                id="config.W005",
            )
        )
    if not settings.BACKUP_TO:
        found.append(
            Warning(
                "BACKUP_TO is not set: no backup is made here.",
                hint="Set it (docs/backup.md), unless the database's provider makes them.",
                id="config.W006",
            )
        )
    return found


@register(Tags.security, deploy=True)
def in_the_clear(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Passwords and readers' addresses that leave this machine unencrypted, or are written to the log."""
    found: list[CheckMessage] = []
    if is_remote(settings.EMAIL_HOST) and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        found.append(
            Warning(
                "EMAIL_USE_TLS and EMAIL_USE_SSL are off: mails and the password of EMAIL_HOST travel in the clear.",
                hint="Remove EMAIL_USE_TLS=false, or set EMAIL_USE_SSL for port 465.",
                id="config.W007",
            )
        )
    if settings.LOG_LEVEL.upper() == "DEBUG":
        found.append(
            Warning(
                "LOG_LEVEL is DEBUG: libraries write what they send and receive into the log.",
                hint="Remove it: INFO is the default.",
                id="config.W008",
            )
        )
    return found


@register(Tags.security, deploy=True)
def proofs(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """A token that can be guessed opens the numbers of the site."""
    if not settings.METRICS_TOKEN or len(settings.METRICS_TOKEN) >= _SHORTEST_TOKEN:
        return []
    return [
        Error(
            f"METRICS_TOKEN has fewer than {_SHORTEST_TOKEN} characters.",
            hint="make init-secrets makes one.",
            id="config.E004",
        )
    ]


@register(Tags.security, deploy=True)
def kept_too_short(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Days of keeping below one delete what was written just now."""
    return [
        Error(
            f"{name} is below 1: what was just written is deleted at the next turn.",
            hint="Set it to 1 or more, or remove it.",
            id="config.E005",
        )
        for name in _KEPT_DAYS
        if getattr(settings, name) < 1
    ]


@register(Tags.security, deploy=True)
def stores_in_the_clear(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The password and all that is kept travel with each query; sessions and tasks with each command of Valkey.

    A warning, since a private network of containers on one host is no network to others.
    """
    found: list[CheckMessage] = []
    for alias, database in settings.DATABASES.items():
        mode = (database.get("OPTIONS") or {}).get("sslmode", "")
        if is_remote(str(database.get("HOST", ""))) and mode not in _ENCRYPTED:
            found.append(
                Warning(
                    f"{_DATABASES[alias]} leads to {database['HOST']} without TLS (sslmode={mode or 'prefer'}).",
                    hint="Add ?sslmode=verify-full (with sslrootcert) or at least ?sslmode=require to its address, unless nobody else is on that network.",
                    id="config.W009",
                )
            )
    for name in _STORES:
        where = urlsplit(str(getattr(settings, name) or ""))
        if where.scheme in _PLAIN and is_remote(where.hostname or ""):
            found.append(
                Warning(
                    f"{name} begins with {where.scheme}://: what goes to {where.hostname} travels in the clear.",
                    hint=f"Begin it with {_PLAIN[where.scheme]}://, unless nobody else is on that network.",
                    id="config.W010",
                )
            )
    return found


@register(Tags.security, deploy=True)
def values_that_hurt(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """What the tables of `config.bounds` say of the settings; production refuses the insecure ones at its start."""
    given = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    return [
        (Error if each.is_error else Warning)(each.message, hint=each.remedy, id=each.id)
        for each in bounds.problems(given)
    ]


@register(Tags.security, deploy=True)
def values_outside_the_settings(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """What `config.outside` says of variables that the Procfile and compose read."""
    env = environment.read(settings.BASE_DIR)
    found = outside.problems(
        lambda name: str(env.str(name, default="")).strip(),
        site_url=settings.SITE_URL,
        proxies=settings.TRUSTED_PROXIES,
    )
    return [
        (Error if each.is_error else Warning)(each.message, hint=each.remedy, id=each.id) for each in found
    ]


@register(Tags.security, deploy=True)
def proxies(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Whoever may write X-Forwarded-For chooses the address by which they are limited."""
    return [
        Error(
            f"TRUSTED_PROXIES contains {network}: anybody may say which address they have, and no limit holds.",
            hint="Name only the networks of your reverse proxies.",
            id="config.E006",
        )
        for network in map(str, settings.TRUSTED_PROXIES)
        if network.endswith("/0")
    ]


@register(Tags.security, deploy=True)
def flags_that_say_nothing(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """A flag whose value cannot be read is ignored: what should be off stays on."""
    return [
        Error(
            f"{name} is {value!r}, which is neither on, off nor a percentage: it is ignored.",
            hint="Set it to on, off, or a percentage such as 25%.",
            id="config.E020",
        )
        for name, value in sorted(unreadable().items())
    ]
