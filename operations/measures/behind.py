"""What is late: the clock, and vectors."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q

from events.models import Event
from operations.models import Heartbeat

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and for how many seconds the oldest."""

    count: int
    seconds: float


def beat_late(*, now: datetime) -> float:
    """Seconds since the heartbeat was due; 0 where there was none yet."""
    last = Heartbeat.objects.filter(pk=1).values_list("last_at", flat=True).first()
    return max(0.0, (now - last - MINUTE).total_seconds()) if last else 0.0


def vectors(*, now: datetime) -> Waiting:
    """Events without a vector, or with one from before they changed."""
    stale = Q(vector__isnull=True) | Q(vector__made_at__lt=F("updated_at"))
    found = Event.objects.filter(stale, publication__in=["approved", "pending"]).aggregate(
        count=Count("pk"), oldest=Min("updated_at")
    )
    late = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return Waiting(found["count"], max(0.0, late))
