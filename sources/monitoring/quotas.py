"""Alerts for quotas of keys: at 80 %, when one is exhausted, and when a day went by without either."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.timezone import now as clock

from egress.models import QuotaUse
from sources.models import Alert, Credential
from sources.monitoring.alerts import raise_alert, resolve

#: A key that exceeds its limit every minute raises one alert, not one a minute.
CALM: Final = timedelta(days=1)


def note_quota(
    *,
    key: str,
    used: int,
    granted: int,
    seconds: int,
    window_end: datetime,
    share: float,
    now: datetime | None = None,
) -> bool:
    """Note that a key has used `share` (0 to 1) of its grant in a window of `seconds`.

    True where the alert is new.
    """
    spent = share >= 1.0
    what = "is spent" if spent else f"is used to {share:.0%}"
    then = (
        f"Its sources continue at {window_end:%Y-%m-%d %H:%M} UTC."
        if spent
        else f"The window ends at {window_end:%Y-%m-%d %H:%M} UTC."
    )
    return raise_alert(
        _alert_key(key, seconds, spent),
        f"The quota of {name_of(key)} {what}",
        detail=f"{used} of {granted} requests in {_window(seconds)}. {then} Fetch its sources less often, or ask the platform for more.",
        now=now or clock(),
    )


def settle_quotas(*, now: datetime) -> int:
    """Resolve the alerts of keys that stayed within their quota for a day. Returns how many."""
    recent = QuotaUse.objects.filter(alerted_at__gt=now - CALM).values_list("key", "seconds", "spent_at")
    still = {_alert_key(key, seconds, False) for key, seconds, _ in recent}
    still |= {
        _alert_key(key, seconds, True)
        for key, seconds, spent_at in recent
        if spent_at is not None and spent_at > now - CALM
    }
    rows = Alert.objects.filter(
        key__startswith="quota:", resolved_at__isnull=True, raised_at__lte=now - CALM
    ).exclude(key__in=still)
    return sum(resolve(key, now=now) for key in list(rows.values_list("key", flat=True)))


def name_of(key: str) -> str:
    """The operators' name of a key: that of its credential, or its environment variable."""
    kind, _, rest = key.partition(":")
    if kind == "credential":
        try:
            return (
                Credential.objects.filter(pk=UUID(rest)).values_list("name", flat=True).first()
                or "a deleted credential"
            )
        except ValueError:
            return key
    return rest or key


def _alert_key(key: str, seconds: int, spent: bool) -> str:
    return f"quota:{key}:{seconds}:{'spent' if spent else 'near'}"


def _window(seconds: int) -> str:
    for length, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds % length == 0:
            count = seconds // length
            return f"a {word}".replace("a hour", "an hour") if count == 1 else f"{count} {word}s"
    return f"{seconds} seconds"
