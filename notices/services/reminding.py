"""Writes the reminders that are due, each once: a kill, a second beat or a late one doubles and loses none."""

from datetime import datetime

from django.db import transaction

from notices.news.soon import AHEAD, reminders
from notices.services.writing import write


def remind(*, now: datetime) -> int:
    """Write the reminders of all events that begin soon. Returns how many are due; those that are written already stay."""
    total = 0
    for ahead in AHEAD:
        with transaction.atomic():
            total += write(reminders(ahead, now=now), now=now)
    return total
