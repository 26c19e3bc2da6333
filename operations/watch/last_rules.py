"""The rule about the database itself, kept in a file: when PostgreSQL does not answer, it is judged from there.

`var/watch/last-rules.json` has what the rule `database-down` said last, and the operators' addresses. `var/watch/database.json`
has since when PostgreSQL is silent, and whether that was told: the processes of one machine share it, so that one of them tells.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.mail import EmailMessage

from mail.enums import Stream
from mail.providers import providers_of
from sources.enums import AlertChannel, Severity
from sources.models import AlertRule
from sources.monitoring.channels import AlertNews, Channel, Pager, Slack, Webhook, operators, text_of

log = structlog.get_logger(__name__)
RULE: Final = "database-down"
_KEY: Final = f"rule:{RULE}"


def keep() -> None:
    """Write down the rule and the addresses. Raises django.db.Error."""
    row = AlertRule.objects.filter(pk=RULE).first()
    rule = {
        "title": row.title, "detail": row.remedy, "minutes": row.minutes, "severity": row.severity, "channels": row.channels,
        "is_on": row.is_on, "silenced_until": row.silenced_until.isoformat() if row.silenced_until else None,
    } if row else {}  # fmt: skip
    _write(_folder() / "last-rules.json", {"rule": rule, "operators": operators()})


def database_gone(*, now: datetime) -> bool:
    """Note that PostgreSQL does not answer, and tell operators once it is so for as long as the rule says. True where they were told."""
    with _alone() as folder:
        known, path = _read(folder / "last-rules.json"), folder / "database.json"
        state = _read(path) or {"since": now.isoformat(), "told": False}
        rule, since = known.get("rule") or {}, datetime.fromisoformat(state["since"])
        waits = now - since < timedelta(minutes=rule.get("minutes", 1))
        silenced = rule.get("silenced_until")
        is_silent = not rule.get("is_on") or (silenced and now < datetime.fromisoformat(silenced))
        if not state["told"] and not waits and not is_silent:
            state["told"] = _told(rule, known.get("operators", []), since, None)
            _write(path, state)
            return bool(state["told"])
        _write(path, state)
        return False


def database_back(*, now: datetime) -> bool:
    """Forget that PostgreSQL was gone, and tell its end where the beginning was told. True where it was."""
    if not (_folder() / "database.json").exists():
        return False
    with _alone() as folder:
        known, path = _read(folder / "last-rules.json"), folder / "database.json"
        state = _read(path)
        path.unlink(missing_ok=True)
        if not state.get("told"):
            return False
        return _told(
            known.get("rule") or {}, known.get("operators", []), datetime.fromisoformat(state["since"]), now
        )


def _told(rule: dict[str, Any], addresses: Sequence[str], since: datetime, ended: datetime | None) -> bool:
    news = AlertNews(
        title=rule.get("title", "The database does not answer"), detail=rule.get("detail", ""), began=since, ended=ended,
        known=ended is not None, key=_KEY, severity=Severity(rule.get("severity", Severity.CRITICAL)),
    )  # fmt: skip
    wanted = rule.get("channels", [])
    sent = [channel.send([news], more=0) for channel in _channels() if channel.name in wanted]
    if AlertChannel.MAIL in wanted:
        sent += [_mailed(address, news) for address in addresses]
    return any(sent)


def _channels() -> list[Channel]:
    """Those that need no database."""
    found: list[Channel] = []
    if settings.SLACK_WEBHOOK_URL:
        found.append(Slack(settings.SLACK_WEBHOOK_URL, shared=False))
    if settings.OPERATOR_WEBHOOK_URL:
        found.append(Webhook(settings.OPERATOR_WEBHOOK_URL, settings.OPERATOR_WEBHOOK_SECRET, shared=False))
    if settings.PAGERDUTY_ROUTING_KEY:
        found.append(Pager(settings.PAGERDUTY_URL, settings.PAGERDUTY_ROUTING_KEY, shared=False))
    return found


def _mailed(address: str, news: AlertNews) -> bool:
    """Straight to a provider: the door of all mail writes each one down first, in the database that is gone."""
    message = EmailMessage(
        subject=f"[{settings.SITE_NAME}] {news.line()}"[:150], body=text_of([news], more=0),
        from_email=settings.DEFAULT_FROM_EMAIL, to=[address],
    )  # fmt: skip
    begin: Callable[[], None] = lambda: None  # noqa: E731 - nothing is to be written down before the first byte
    for provider in providers_of(Stream.TRANSACTIONAL):
        try:
            provider.hand_over(message, begin)
        except Exception as error:
            # each provider raises errors of its own; the next one may take it
            log.warning("operators_not_told", channel="mail", error=type(error).__name__)
            continue
        return True
    return False


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "watch"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder, while no other process of this machine is in it."""
    folder = _folder()
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield folder


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def _write(path: Path, body: dict[str, Any]) -> None:
    """Whole or not at all, readable by us alone: it has addresses."""
    beside = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(body, file)
    beside.replace(path)
