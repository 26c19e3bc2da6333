"""One turn of the watch: whichever process comes first in a minute measures it, the others leave it."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from operations.measures import kept
from operations.measures.minute import measure
from operations.models import MetricMinute

_LOCK: Final = 0x4E6F6357  # "NocW"


def turn(*, now: datetime) -> bool:
    """Measure this minute unless another process has, or is at it. True where this one did. Raises django.db.Error."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            is_mine = bool(cursor.fetchone()[0])
        if not is_mine or MetricMinute.objects.filter(at=kept.minute_of(now)).exists():
            return False
        kept.keep(measure(now=now), now=now)
        return True
