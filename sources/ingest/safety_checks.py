"""What a run means for earlier listings: which are gone, which moved, and whether the run may be applied."""

from collections.abc import Sequence
from datetime import datetime

from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews, withdraw
from pipeline.contract.enums import Coverage, SourceType
from sources.enums import RunState
from sources.ingest import reconciliation
from sources.ingest.expected import evidence_of
from sources.ingest.read import Listed, Read
from sources.ingest.tally import Result, Tally
from sources.models import FetchRun


def refusal(run: FetchRun, read: Read, listed: Listed, moves: Sequence[reconciliation.Move]) -> str:
    """Why the run must wait for a moderator, '' where it may be applied.

    It finds nothing where something was, or would lose or retitle too much.
    """
    moved = {move.old for move in moves}
    lost = sum(1 for row in listed.gone if not row.missing and row.identity not in moved)
    return (
        reconciliation.emptied_refused(upcoming=_expected(run, read, listed), records=len(read.kept))
        or reconciliation.loss_refused(upcoming=listed.there, lost=lost)
        or reconciliation.retitling_refused(known=read.feeding, retitled=read.retitled)
    )


def quarantine(
    run: FetchRun,
    read: Read,
    listed: Listed,
    moves: Sequence[reconciliation.Move],
    tally: Tally,
    reason: str,
    *,
    now: datetime,
) -> Result:
    """Set the run aside: nothing is applied until a moderator accepts it (or `load --accept-loss`).

    The review keeps what the run would change. An older quarantined run of the source is withdrawn.
    """
    withdraw_quarantined(run, now=now)
    would = evidence_of(run, read, listed, moves, tally)
    tally.dropped["quarantined"] += len(read.kept)
    run.error_code, run.error_detail = "quarantined", f"{reason}. Nothing of this run was applied."
    file_reviews(
        [
            Filing(
                kind=ReviewKind.RUN,
                object_id=run.id,
                title=f"{run.source.name}: {reason}",
                reasons=(reason,),
                evidence={
                    "source": run.source.slug,
                    "source_name": run.source.name,
                    "run": str(run.id),
                    "found": tally.found,
                    "reason": reason,
                    **would,
                },
                city_id=run.source.city_id,
                priority=50,
            )
        ]
    )
    tally.give_to(run)
    return Result(state=RunState.QUARANTINED, tally=tally, reason=reason)


def withdraw_quarantined(run: FetchRun, *, now: datetime) -> None:
    """Withdraw older quarantined runs after a newer answer was understood or waits itself.

    A partial run withdraws none.
    """
    if any(run.params.values()):
        return
    older = FetchRun.objects.filter(
        source_id=run.source_id, state=RunState.QUARANTINED, started_at__lte=run.started_at
    ).exclude(pk=run.pk)
    ids = list(older.order_by("-started_at").values_list("pk", flat=True)[:100])
    if ids:
        withdraw(ReviewKind.RUN, ids, now=now)


def _expected(run: FetchRun, read: Read, listed: Listed) -> int:
    """How many listed events an empty answer puts in doubt.

    None where the answer lists only what is new, what was asked for, or what someone submitted.
    """
    a_part = run.coverage == Coverage.PARTIAL and (read.incremental or any(run.params.values()))
    if a_part or run.source.type in (SourceType.WEBHOOK, SourceType.SUBMISSION):
        return 0
    return listed.absent
