"""Tells moderators each morning what waits, staff each week how good the data are, and operators of alerts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from notices.news.staff import alert, mornings, weekly
from notices.services.writing import write


def tell_moderators(*, now: datetime) -> int:
    """Write what waits for the moderators whose morning it is, once a day each. Returns how many."""
    with transaction.atomic():
        return write(mornings(now=now), now=now)


def tell_of_quality(facts_for: Callable[[User], Mapping[str, Any] | None], *, now: datetime) -> int:
    """Write the report on the quality of data for the staff whose morning it is, once a week each. Returns how many.

    `facts_for` tells what is in a person's report, None where there is nothing to tell.
    """
    with transaction.atomic():
        return write(weekly(facts_for, now=now), now=now)


def tell_operators(addresses: Collection[str], lines: Sequence[str], *, more: int = 0, now: datetime) -> int:
    """Write an alert into the lists of the operators with these addresses, in the present transaction. Returns how many."""
    return write(alert(addresses, lines, more=more, now=now), now=now)
