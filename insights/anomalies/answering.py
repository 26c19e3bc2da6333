"""“Was this right?”: the answers of staff, and how right the alerts are by them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q

from accounts.rights import Actor, name_of, require
from insights.models import Anomaly
from insights.models.anomalies import KINDS
from insights.signals import judged
from places.queries.reach import narrowed

#: Who may answer.
RIGHT: Final = "insights.change_anomaly"
#: Answers of so long tell how right alerts are.
COUNTED: Final = timedelta(days=90)


def answer(ids: Iterable[UUID], was_right: bool | None, *, by: Actor, now: datetime) -> int:
    """Note whether it was right to tell of these anomalies; None takes an answer back. Returns how many there were.

    With a no its alert ends at once, and it is not told again before it was over. Only those of the actor's cities.
    Raises RightMissing.
    """
    require(by, RIGHT)
    with transaction.atomic():
        rows = list(
            narrowed(Anomaly.objects.select_for_update(of=("self",)).filter(pk__in=list(ids)), by, "city")
        )
        for row in rows:
            row.was_right, row.answered_at = was_right, now if was_right is not None else None
            row.answered_by = name_of(by)[:60] if was_right is not None else ""
        Anomaly.objects.bulk_update(rows, ["was_right", "answered_by", "answered_at"])
        if rows and was_right is False:
            judged.send(sender=Anomaly, begun=[], ended=rows, now=now)
    return len(rows)


def tally(*, now: datetime) -> dict[str, dict[str, int]]:
    """By kind, how many of the anomalies of the last 90 days were right, wrong, and not answered. One query."""
    rows = Anomaly.objects.filter(began_at__gt=now - COUNTED, began_at__lte=now).order_by().values("kind")
    counted = rows.annotate(
        right=Count("pk", filter=Q(was_right=True)),
        wrong=Count("pk", filter=Q(was_right=False)),
        unanswered=Count("pk", filter=Q(was_right=None)),
    )
    found = {kind: {"right": 0, "wrong": 0, "unanswered": 0} for kind in KINDS}
    for row in counted:
        found[row["kind"]] = {"right": row["right"], "wrong": row["wrong"], "unanswered": row["unanswered"]}
    return found


def precision(counts: Iterable[dict[str, int]]) -> float | None:
    """The right ones of those that were answered. None where none was."""
    told = list(counts)
    right, wrong = sum(one["right"] for one in told), sum(one["wrong"] for one in told)
    return right / (right + wrong) if right + wrong else None
