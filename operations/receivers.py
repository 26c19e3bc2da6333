"""What is out of the usual becomes an alert: anomalies that insights found, and what accounts tell of sign-ins and keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse

from accounts.signals import key_used_unusually, staff_network_new
from insights.models import Anomaly
from insights.signals import judged
from sources.models import Source
from sources.monitoring.alerts import notice, raise_alert, resolve

_TITLES: Final = {
    "fewer": "{} brings far less than usual",
    "vanished": "{} has nothing new",
    "price": "The prices of {} have jumped",
    "crowd": "Many accounts were made within an hour",
}


@receiver(judged, dispatch_uid="operations.tell_of_anomalies")
def tell_of_anomalies(*, begun: Sequence[Anomaly], ended: Sequence[Anomaly], now: datetime, **_: Any) -> None:
    """Open and close their alerts, in the same transaction."""
    for row in ended:
        resolve(_key(row), now=now)
    sources = Source.objects.in_bulk([row.origin_id for row in begun if row.origin_id])
    page = reverse("admin:insights_anomaly_changelist")
    for row in begun:
        raise_alert(
            _key(row),
            _TITLES[row.kind].format(row.name[:140]),
            detail=f"{row.words} Was this right? Say so at {page}",
            source=sources.get(row.origin_id),
            now=now,
        )


def _key(row: Anomaly) -> str:
    return f"anomaly:{row.kind}:{row.key}"


@receiver(staff_network_new, dispatch_uid="operations.staff_network")
def tell_of_network(user_id: UUID, **_: Any) -> None:
    """A member of staff signed in from where they never did."""
    notice(
        f"signs:network:{user_id}",
        "A member of staff signed in from a network never seen",
        detail=f"Ask its owner, by another way than mail, whether it was them: {_account(user_id)}.",
    )


@receiver(key_used_unusually, dispatch_uid="operations.key_use")
def tell_of_key(user_id: UUID, key_id: UUID, scope: str, rested: bool, **_: Any) -> None:
    """A key does what it did not before, or not for long."""
    what = "after a rest of months" if rested else "for the first time, long after its others"
    notice(
        f"signs:key:{key_id}",
        f"An API key uses {scope} {what}",
        detail=f"Ask its owner whether their program changed; otherwise they revoke it: {_account(user_id)}.",
    )


def _account(user_id: UUID) -> str:
    return settings.SITE_URL + reverse("admin:accounts_user_change", args=[user_id])
