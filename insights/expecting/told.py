"""What a team is told of its coming event: what was expected today, as far as ours was better than the naive model."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from flags.models import Flag
from flags.services import is_on
from insights.expecting.accuracy import shown
from insights.expecting.records import Reach, Target
from insights.models import Expectation

#: An older expectation is not told.
_FRESH: Final = timedelta(days=2)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldOf:
    """What is expected of an event. None is what is not told: ours was not better there, or nothing says it."""

    day: date
    days_before: int
    registered: int | None
    attendance: int | None
    sells_out: float | None


def expected_of(event_id: UUID, *, now: datetime) -> ToldOf | None:
    """What was expected last of a coming event; None where nothing is told. Two queries, none while figures are switched off."""
    if not is_on(Flag.ANALYTICS):
        return None
    rows = Expectation.objects.filter(event=event_id, day__gt=(now - _FRESH).date(), start_at__gt=now)
    row = rows.order_by("-day").first()
    if row is None or row.registered is None:
        return None
    right, reach = shown(now=now), Reach(row.reach)

    def told(target: Target) -> float | None:
        value: float | None = getattr(row, target.value)
        return value if (target, reach) in right else None

    registered, attendance, sells_out = (told(one) for one in Target)
    if registered is attendance is sells_out is None:
        return None
    return ToldOf(
        day=row.day,
        days_before=row.days_before,
        registered=None if registered is None else round(registered),
        attendance=None if attendance is None else round(attendance),
        sells_out=sells_out,
    )
