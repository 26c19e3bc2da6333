"""Writes changes, and numbers them after the commit."""

import secrets
from collections.abc import Iterable
from functools import partial
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from outbox import rows as table
from outbox.models import Change, Cursor, Epoch
from outbox.records import NewChange
from outbox.signals import numbered
from pipeline import tracing

log = structlog.get_logger(__name__)

#: An arbitrary key that no other advisory lock of this project uses.
NUMBERING_LOCK = 7_206_145_001

# In the order of writing: who changes an object that another has changed has waited for its row, and writes later. `at` is the
# clock of a machine, and clocks differ.
_NUMBER_SQL = """
WITH todo AS (
    SELECT id, row_number() OVER (ORDER BY written NULLS FIRST, at, id) AS place FROM outbox_change WHERE number IS NULL
), base AS (
    SELECT last_number FROM outbox_epoch WHERE id = 1
), numbered AS (
    UPDATE outbox_change SET number = base.last_number + todo.place FROM todo, base WHERE outbox_change.id = todo.id RETURNING 1
)
UPDATE outbox_epoch SET last_number = last_number + (SELECT count(*) FROM numbered) WHERE id = 1 AND EXISTS (SELECT 1 FROM numbered)
RETURNING last_number
"""


def request_id() -> str:
    """The id of the current request or job, '' where there is none."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def record(changes: Iterable[NewChange]) -> list[Change]:
    """Write `changes` in the present transaction (one query) and number them after the commit.

    Must run in a transaction.
    """
    request = request_id()
    now = timezone.now()
    rows = [
        table.made(
            Change,
            type=change.type,
            object_type=change.object_type,
            object_id=change.object_id,
            audience=change.audience,
            user_id=change.user_id,
            topics=sorted(set(change.topics)),
            data=dict(change.data),
            request_id=request,
            at=now,
        )
        for change in changes
    ]
    if rows:
        with tracing.span("change", changes=len(rows), type=rows[0].type):
            table.insert(rows)
        transaction.on_commit(_number_robustly)
    return rows


def number_changes() -> int | None:
    """Number all committed changes without a number, and announce them.

    Returns the newest number. None where there were none, or another process is numbering. The lock is only
    tried: its holder sees, in a later snapshot, all that committed before, so no number ever appears below
    one that a reader has seen. A change that commits after that snapshot, while the lock is taken, is left to
    the holder, who looks once more after releasing the lock.
    """
    newest: int | None = None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [NUMBERING_LOCK])
            if not cursor.fetchone()[0]:
                return newest
            cursor.execute(_NUMBER_SQL)
            row = cursor.fetchone()
        if row is not None:
            newest = int(row[0])
            _announce(newest)
        if not Change.objects.filter(number=None).exists():
            return newest


def renew_epoch() -> Epoch:
    """Begin a new epoch after a restore. Readers' offsets become void."""
    epoch, _ = Epoch.objects.update_or_create(
        pk=1, defaults={"epoch": secrets.token_hex(6), "started_at": timezone.now()}
    )
    return epoch


def advance(name: str, number: int) -> None:
    """Move the cursor of consumer `name` forward to `number`, never backward."""
    Cursor.objects.bulk_create([Cursor(name=name)], ignore_conflicts=True)
    Cursor.objects.filter(name=name, number__lt=number).update(number=number, updated_at=timezone.now())


def prune(*, older_than: Any, batch: int = 10_000) -> int:
    """Delete numbered changes older than `older_than` (aware datetime), in batches.

    Returns how many. The last deleted number is stored.
    """
    total = 0
    while True:
        with transaction.atomic():
            ids = list(
                Change.objects.filter(number__isnull=False, at__lt=older_than)
                .order_by("number")
                .values_list("id", "number")[:batch]
            )
            if not ids:
                return total
            Change.objects.filter(id__in=[pk for pk, _ in ids]).delete()
            Epoch.objects.filter(pk=1, pruned_to__lt=ids[-1][1]).update(pruned_to=ids[-1][1])
        total += len(ids)


def _number_robustly() -> None:
    """Number after the commit without failing the request: the poll of each hub numbers what is left."""
    try:
        number_changes()
    except DatabaseError as error:
        log.warning("numbering_failed", error=str(error))


def _announce(last_number: int) -> None:
    send = partial(numbered.send_robust, sender=Change, last_number=last_number)
    for receiver, answer in send():
        if isinstance(answer, Exception):
            log.warning("announcement_failed", receiver=repr(receiver), error=str(answer))
