"""Anomalies that insights found become alerts, and end with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.dispatch import receiver
from django.urls import reverse

from insights.models import Anomaly
from insights.signals import judged
from sources.models import Source
from sources.monitoring.alerts import raise_alert, resolve

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
