"""Tells moderators each morning what waits, and operators of alerts."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from notices.news.staff import alert, mornings
from notices.services.writing import write


def tell_moderators(*, now: datetime) -> int:
    """Write what waits for the moderators whose morning it is, once a day each. Returns how many."""
    with transaction.atomic():
        return write(mornings(now=now), now=now)


def tell_operators(addresses: Collection[str], lines: Sequence[str], *, more: int = 0, now: datetime) -> int:
    """Write an alert into the lists of the operators with these addresses, in the present transaction. Returns how many."""
    return write(alert(addresses, lines, more=more, now=now), now=now)
