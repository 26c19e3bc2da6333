"""How long the log is kept, and its partitions."""

from datetime import datetime, timedelta
from typing import Final

from accounts.privacy.partitions import drop_partitions, ensure_partitions, month_of
from insights.models import InteractionRow, Participant

#: Thirteen months: a year, and the same weeks of the year before beside each other.
KEPT: Final = timedelta(days=396)
_BATCH: Final = 10_000


def forget(*, now: datetime) -> int:
    """Make the partitions of the coming months, drop those whose months are over, delete older rows, and forget devices that came no more.

    Runs again without harm. Returns how many rows and partitions went.
    """
    table, before = InteractionRow._meta.db_table, (now - KEPT).date()
    ensure_partitions(table, "day", now=now)
    gone = len(drop_partitions(table, before=month_of(before)))
    old = InteractionRow.objects.filter(day__lt=before).order_by("day")
    while keys := list(old.values_list("pk", flat=True)[:_BATCH]):
        gone += InteractionRow.objects.filter(pk__in=keys, day__lt=before).delete()[0]
    return gone + Participant.objects.filter(user=None, seen_on__lt=before).delete()[0]
