"""Follows the outbox from a cursor: what happened to events and to accounts becomes notices.

Notices and cursor are written in one transaction. A process that dies leaves both as they were, and the next one goes on
from there.
"""

from datetime import datetime
from typing import Final

import structlog
from django.db import connection, transaction

from notices.news import ENDED, TYPES, gathered, single
from notices.services.devices import end_with_sessions
from notices.services.writing import gather, write
from outbox.enums import Audience
from outbox.queries import changes_after, cursor, position
from outbox.services import advance

log = structlog.get_logger(__name__)
#: The consumer of the outbox.
CONSUMER: Final = "notices"
#: Changes that one transaction reads.
BATCH: Final = 500
_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('notices', 0))"


def follow(*, now: datetime, batch: int = BATCH) -> int:
    """Write the notices of all changes since the last time. Returns how many news there were.

    Only one process follows at a time; another one returns at once. The first call begins with the changes to come.
    """
    total = 0
    while True:
        with transaction.atomic():
            if not _alone():
                return total
            here = position()
            begun = cursor(CONSUMER) or here.number
            if begun < here.pruned_to:
                log.warning("notices_gap", after=begun, begins=here.pruned_to)
                begun = here.pruned_to
            changes = list(
                changes_after(
                    begun, limit=batch, types=(*TYPES, ENDED), audiences=(Audience.PUBLIC, Audience.USER)
                )
            )
            total += write(single(changes), now=now) + gather(gathered(changes, now=now), now=now)
            end_with_sessions([change.object_id for change in changes if change.type == ENDED])
            is_last = len(changes) < batch
            advance(CONSUMER, here.number if is_last else int(changes[-1].number or 0))
        if is_last:
            return total


def _alone() -> bool:
    with connection.cursor() as asked:
        asked.execute(_LOCK)
        (free,) = asked.fetchone()
    return bool(free)
