"""Alerts operators in time about credentials that expire or should be replaced."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from sources.credentials.oauth2 import is_renewable
from sources.models import Credential
from sources.monitoring.alerts import raise_alert, resolve

#: How long before its end operators are alerted to a credential.
AHEAD: Final = timedelta(days=14)


def warn_of_ends(*, now: datetime) -> int:
    """Raise alerts for credentials that end within two weeks or whose rotation is due.

    Returns how many are new. Alerts that no longer apply are resolved. Self-renewing tokens are skipped.
    """
    return sum(
        _warn_of(row, now)
        for row in Credential.objects.filter(Q(expires_at__isnull=False) | Q(rotation_days__isnull=False))
    )


def _warn_of(row: Credential, now: datetime) -> int:
    ending = row.expires_at is not None and row.expires_at <= now + AHEAD and not is_renewable(row)
    due_at = (
        row.issued_at + timedelta(days=row.rotation_days)
        if row.issued_at is not None and row.rotation_days
        else None
    )
    due = due_at is not None and due_at <= now
    new = 0
    if ending and row.expires_at is not None:
        title = f"The credential {row.name} ends on {row.expires_at:%Y-%m-%d}"
        new += raise_alert(
            f"credential:{row.pk}:ending",
            title,
            detail=f"{_users(row)} Get a new one from the platform and replace it.",
            now=now,
        )
    else:
        resolve(f"credential:{row.pk}:ending", now=now)
    if due:
        title = f"The credential {row.name} should be replaced"
        new += raise_alert(
            f"credential:{row.pk}:rotation",
            title,
            detail=f"It is older than {row.rotation_days} days. {_users(row)}",
            now=now,
        )
    else:
        resolve(f"credential:{row.pk}:rotation", now=now)
    if new:
        Credential.objects.filter(pk=row.pk).update(warned_at=now)
    return new


def _users(row: Credential) -> str:
    names = list(row.sources.order_by("name").values_list("name", flat=True)[:4])
    if not names:
        return "No source uses it."
    return f"Used by {', '.join(names[:3])}{' and others' if len(names) > 3 else ''}."
