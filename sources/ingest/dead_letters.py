"""Dead letters: records and answers that used too much processor time or ended their process.

They are retried only when the code changes or an operator asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from outbox import rows as table
from pipeline.characters import storable
from pipeline.contract.lookups import Identity
from pipeline.refinement.guarded_step import ENDED, OUT_OF_TIME
from sources.enums import PUSHED, DeadLetterKind
from sources.ingest.code_version import code_version
from sources.ingest.staged import Identified
from sources.models import DeadLetter, FetchRun, Payload, Source
from sources.monitoring.alerts import raise_alert, resolve

#: Value of `requested_by` for runs that retry the dead letters of what was submitted.
RETRY = "set aside"
#: The reason of an answer that used too much time.
READING = f"{OUT_OF_TIME}reading"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetters:
    """The present dead letters of one source.

    Reasons of records by identity and hash, and of answers by SHA-256. `is_due`: a dead letter is to be
    retried, even if the source sends the same bytes.
    """

    records: Mapping[tuple[Identity, str], str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    is_due: bool = False

    def why(self, item: Identified) -> str:
        """Why the record must not be processed, '' where it may."""
        return self.records.get((item.identity, item.raw_hash), "") if self.records else ""


def is_dead_letter(reason: str) -> bool:
    """Whether a record was dropped for what it does to the process, not for what it contains."""
    return reason.startswith((OUT_OF_TIME, ENDED))


def is_due(row: DeadLetter) -> bool:
    """Whether a dead letter is to be retried: the code has changed, or an operator asked for it."""
    return row.try_again_at is not None or row.code != code_version()


def of_source(source_id: UUID) -> DeadLetters:
    """The dead letters of a source (one query)."""
    records, answers, due = {}, {}, False
    for row in DeadLetter.objects.filter(source_id=source_id):
        if is_due(row):
            due = True
        elif row.kind == DeadLetterKind.ANSWER:
            answers[row.sha256] = row.reason
        else:
            records[(row.external_id, row.recurrence_id), row.sha256] = row.reason
    return DeadLetters(records=records, answers=answers, is_due=due)


def add_records(run: FetchRun, items: Sequence[tuple[Identified, str]], *, now: datetime) -> None:
    """Set records aside, each with its reason, and alert operators."""
    rows = [
        DeadLetter(
            kind=DeadLetterKind.RECORD,
            external_id=item.identity[0],
            recurrence_id=item.identity[1],
            sha256=item.raw_hash,
            title=storable(item.record.title)[:300],
            reason=reason[:100],
            payload_month=item.payload_month,
            payload_id=item.payload_id,
        )
        for item, reason in items
    ]
    _keep(run, rows, now=now)


def add_answer(
    run: FetchRun, sha256: str, url: str, reason: str, *, now: datetime, payload: Payload | None = None
) -> None:
    """Set the answer with these bytes aside, and alert operators."""
    row = DeadLetter(
        kind=DeadLetterKind.ANSWER, sha256=sha256, title=storable(url)[:300], reason=reason[:100]
    )
    if payload is not None:
        row.payload_month, row.payload_id = payload.month, payload.id
    _keep(run, [row], now=now)


def clear_retried(run: FetchRun, *, now: datetime) -> None:
    """Delete the dead letters that a successful run has retried; the alert ends with the last of them.

    A partial run, or one of submitted payloads, deletes none.
    """
    rows = DeadLetter.objects.filter(source_id=run.source_id)
    is_all = not any(run.params.values()) and (run.source.type not in PUSHED or run.requested_by == RETRY)
    if is_all and rows.exists():
        rows.filter(~Q(code=code_version()) | Q(try_again_at__lte=run.started_at)).delete()
        if not rows.exists():
            resolve(_alert_of(run.source), now=now)


def delete_old(*, now: datetime, days: int = 90) -> int:
    """Delete dead letters whose payloads have expired. Returns how many."""
    return DeadLetter.objects.filter(added_at__lt=now - timedelta(days=days)).delete()[0]


def _keep(run: FetchRun, rows: Sequence[DeadLetter], *, now: datetime) -> None:
    for row in rows:
        row.source_id, row.run, row.code, row.added_at = run.source_id, run, code_version(), now
    table.insert(
        rows,
        unique=["source", "kind", "external_id", "recurrence_id", "sha256"],
        update=[
            "title",
            "reason",
            "code",
            "payload_month",
            "payload_id",
            "run",
            "added_at",
            "try_again_at",
        ],
    )
    DeadLetter.objects.filter(source_id=run.source_id, run=run, added_at=now).exclude(
        pk__in=[row.pk for row in rows]
    ).update(strikes=F("strikes") + 1)
    source = run.source
    raise_alert(
        _alert_of(source),
        f"{source.name}: {len(rows)} dead letter{'s' * (len(rows) > 1)}, {rows[0].reason}",
        detail=f"{rows[0].title}: it is not tried again until the code changes. After a correction choose Try again in the admin, under Dead letters.",
        source=source,
        now=now,
    )


def _alert_of(source: Source) -> str:
    return f"source:{source.slug}:aside"
