"""The inbox: submitted payloads are stored, acknowledged, and processed one after the other.

None is lost. The queue consists of the payloads: each is stored under the id of its future run, and waits
while no run with that id exists. A source has one run at a time, so a payload that arrives meanwhile waits
its turn. The worker that ends a run looks for the next payload, and so does the clock every minute, so that
neither a broken broker nor a lost worker loses one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now as clock

from accounts.privacy.partitions import month_of
from pipeline.contract.raw import RawPayload
from sources.enums import PUSHED, Phase, RunState, Trust
from sources.ingest import payloads
from sources.models import FetchRun, Payload, Source
from sources.queries import pauses
from sources.runs.claim import AlreadyRunning, open_run
from sources.runs.process import process_run
from sources.runs.settle import PROCESS_WENT_AWAY
from sources.setup.create import ensure_source

#: A payload that waits longer was abandoned by an operator (a blocked source, a broken configuration).
WAITS = timedelta(days=7)
#: A payload whose process was lost is retried, but not for ever.
MOST_TRIES = 3
SUBMISSIONS = "submissions"
_LOCK_SPACE = 0x4E6F6349  # "NocI": advisory locks of the inbox


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The answer to the sender.

    The run's id; `is_new` is False for a repeated message, `is_same` is False where its body differs. `is_proven`
    is False where the body is not kept any more: whoever repeats the message need not be who sent it.
    """

    run_id: UUID
    is_new: bool
    is_same: bool = True
    is_proven: bool = True


def submissions_source() -> Source:
    """The source of visitors' submissions. A moderator reviews each, unless its submitter has earned trust."""
    return ensure_source(SUBMISSIONS, connector="submission", config={}, city=None, trust=Trust.EARNED)


def run_id_for(source: Source, key: str) -> UUID:
    """The run of a message with an id of its own (webhook-id, Idempotency-Key).

    A repeated message is the same run.
    """
    return uuid5(source.id, key)


def receive(source: Source, payload: RawPayload, *, run_id: UUID, now: datetime | None = None) -> Receipt:
    """Store `payload` for the run `run_id`, once.

    Commits before it returns; the caller then calls `drain`.
    """
    moment = now or clock()
    ghost = FetchRun(id=run_id, source=source, started_at=moment)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)",
                [_LOCK_SPACE, int.from_bytes(run_id.bytes[:4], signed=True)],
            )
        since = moment - timedelta(days=31)
        before = Payload.objects.filter(source_id=source.id, run_id=run_id, fetched_at__gte=since).order_by(
            "id"
        )
        kept = before.values_list("sha256", flat=True).first()
        if kept is None and not FetchRun.objects.filter(pk=run_id).exists():
            payloads.keep(ghost, payload, now=moment)
            return Receipt(run_id=run_id, is_new=True)
    return Receipt(
        run_id=run_id,
        is_new=False,
        is_same=kept in (None, sha256(payload.content).hexdigest()),
        is_proven=kept is not None,
    )


def waiting_sources(*, now: datetime) -> list[UUID]:
    """Sources with waiting payloads."""
    rows = _waiting(now).order_by().values_list("source_id", flat=True).distinct()
    active = Source.objects.filter(pk__in=list(rows), type__in=PUSHED)
    return list(active.values_list("id", flat=True))


def drain(source: Source, *, now: datetime | None = None, most: int = 500) -> Iterator[FetchRun]:
    """Process the waiting payloads of a source in order, one run each.

    Stops where another worker has the source, which will continue.
    """
    if source.trust == Trust.BLOCKED or pauses.active_pauses().why(source, pauses.PROCESS):
        return
    for _ in range(most):
        moment = now or clock()
        row = _waiting(moment).filter(source_id=source.id).order_by("fetched_at", "id").first()
        if row is None:
            return
        run = _open(source, row, now=moment)
        if run is None:
            return
        yield process_run(run, now=moment)
        source.refresh_from_db()


def _waiting(now: datetime) -> QuerySet[Payload]:
    """Payloads without a run, or whose run lost its process and is to be retried."""
    died = Q(state=RunState.FAILED, error_detail__startswith=PROCESS_WENT_AWAY) & ~Q(
        http__tries__gte=MOST_TRIES
    )
    done = FetchRun.objects.filter(pk=OuterRef("run_id")).exclude(died)
    pushed = Source.objects.filter(type__in=PUSHED).values("pk")
    return Payload.objects.filter(~Exists(done), fetched_at__gt=now - WAITS, source_id__in=pushed)


def _open(source: Source, row: Payload, *, now: datetime) -> FetchRun | None:
    """Claim the source and open the payload's run; None where another worker has the source."""
    try:
        with transaction.atomic():
            run = open_run(source, requested_by=source.type, now=now, run_id=row.run_id, phase=Phase.WAITING)
            run.http = {**run.http, "tries": int(run.http.get("tries", 0)) + 1}
            run.save(update_fields=["http"])
            if row.month != month_of(now):
                # the partition of a run's payloads is that of the month in which it was opened
                Payload.objects.filter(month=row.month, pk=row.pk).update(month=month_of(now))
            return run
    except AlreadyRunning:
        return None
