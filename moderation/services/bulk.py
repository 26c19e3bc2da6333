"""One verdict on many reviews: filed at once, carried out in the background, reported per review, undone as one.

A part is carried out in one transaction that locks its items. So the work may run twice, or be cut off: what was
committed is not done again, and what was not is still waiting (`unfinished`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.db import Error, transaction
from django.db.models import Count
from django.utils.timezone import now as clock

from accounts.actions import Action, Word, record_action, target_of
from accounts.models import User
from accounts.rights import Actor, RightMissing, person_of, require
from events.exceptions import EventError
from moderation.enums import BulkState, ItemState, RejectReason, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import BulkDecision, BulkItem, Decision
from moderation.services.claiming import JUDGE
from moderation.services.deciding import NEEDED
from moderation.services.deciding_many import decide_batch
from moderation.services.undoing import undo
from moderation.signals import bulk_filed
from outbox import rows as table

log = structlog.get_logger(__name__)

#: The most reviews in one bulk decision.
MOST: Final = 2_000
#: So many are carried out in one transaction.
PART: Final = 50
#: What has not moved for so long is started again.
LOST_AFTER: Final = timedelta(minutes=2)
#: The verdicts that name no other object, and so may be given to many.
GIVEN_TO_MANY: Final = (
    Verdict.APPROVE, Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG, Verdict.ACCEPT_CHANGE, Verdict.DECLINE_CHANGE,
    Verdict.MERGE, Verdict.DIFFERENT, Verdict.UPHOLD, Verdict.DISMISS, Verdict.CANCEL,
    Verdict.ACCEPT_RUN, Verdict.DISCARD_RUN,
)  # fmt: skip


def start_bulk(
    versions: Mapping[UUID, int], verdict: Verdict, *, by: User, reason: str = "", note: str = ""
) -> BulkDecision:
    """File one verdict on many reviews, by id and the version that the moderator saw (five queries).

    It is carried out in the background. Raises RightMissing, ReasonMissing, ModerationError.
    """
    require(by, JUDGE, *NEEDED.get(verdict, ()))
    if verdict not in GIVEN_TO_MANY:
        raise ModerationError("This verdict cannot be given to many at once.")
    if verdict in (Verdict.REJECT, Verdict.REMOVE) and reason not in {r.value for r in RejectReason}:
        raise ReasonMissing("Choose one of the reasons.")
    if not versions:
        raise ModerationError("Choose at least one review.")
    if len(versions) > MOST:
        raise ModerationError(f"Choose at most {MOST} reviews at once.")
    with transaction.atomic():
        bulk = BulkDecision.objects.create(
            verdict=verdict.value, reason=reason, note=note[:2000], by=person_of(by)
        )
        table.insert([BulkItem(bulk=bulk, review_id=pk, version=version) for pk, version in versions.items()])
        after = {"verdict": Word(verdict), "reviews": len(versions)}
        record_action(by, Action.BULK_STARTED, target=target_of(bulk), after=after, note=note)
        _file(bulk.pk)
    return bulk


def undo_bulk(bulk_id: UUID, *, by: User) -> BulkDecision:
    """Take back a bulk decision, in the background; what was not begun is left.

    Items that changed since are skipped and named. Raises RightMissing, Conflict.
    """
    require(by, JUDGE)
    with transaction.atomic():
        asked = BulkDecision.objects.filter(pk=bulk_id, state__in=(BulkState.RUNNING, BulkState.DONE)).update(
            state=BulkState.UNDOING, undone_by=person_of(by), finished_at=None
        )
        if not asked:
            raise Conflict("This was taken back already.")
        BulkItem.objects.filter(bulk=bulk_id, state=ItemState.WAITING).update(
            state=ItemState.LEFT, message="taken back before it was carried out"
        )
        bulk = BulkDecision.objects.get(pk=bulk_id)
        record_action(by, Action.BULK_UNDONE, target=target_of(bulk))
        _file(bulk_id)
    return bulk


def carry_out(bulk_id: UUID, *, now: datetime | None = None) -> bool:
    """Carry out or undo the next part of a bulk decision. Returns whether there may be more."""
    moment = now or clock()
    with transaction.atomic():
        bulk = BulkDecision.objects.filter(pk=bulk_id).select_related("by", "undone_by").first()
        if bulk is None or bulk.state not in (BulkState.RUNNING, BulkState.UNDOING):
            return False
        due = ItemState.WAITING if bulk.state == BulkState.RUNNING else ItemState.DONE
        rows = BulkItem.objects.select_for_update(of=("self",), skip_locked=True).filter(bulk=bulk, state=due)
        items = list(rows.order_by("id").select_related("decision")[:PART])
        if items:
            _carry_out(bulk, items, now=moment)
            BulkItem.objects.bulk_update(items, ["state", "message", "decision"])
            return True
        return _finish(bulk, due, now=moment)


def unfinished(*, now: datetime) -> list[UUID]:
    """The bulk decisions that wait to be carried out or undone for longer than a worker needs to begin."""
    rows = BulkDecision.objects.filter(
        state__in=(BulkState.RUNNING, BulkState.UNDOING), created_at__lt=now - LOST_AFTER
    )
    return list(rows.order_by("created_at").values_list("pk", flat=True)[:100])


def progress(bulk: BulkDecision) -> dict[str, int]:
    """How many items are in each state (one query), and `total`."""
    counts = dict(BulkItem.objects.filter(bulk=bulk).order_by().values_list("state").annotate(Count("pk")))
    return {state.value: counts.get(state.value, 0) for state in ItemState} | {"total": sum(counts.values())}


def _file(bulk_id: UUID) -> None:
    transaction.on_commit(partial(bulk_filed.send_robust, sender=BulkDecision, bulk=bulk_id), robust=True)


def _finish(bulk: BulkDecision, due: ItemState, *, now: datetime) -> bool:
    """Close the bulk decision where no item is left, not even with another worker."""
    if BulkItem.objects.filter(bulk=bulk, state=due).exists():
        return False
    over = BulkState.DONE if bulk.state == BulkState.RUNNING else BulkState.UNDONE
    BulkDecision.objects.filter(pk=bulk.pk, state=bulk.state).update(state=over, finished_at=now)
    return False


def _carry_out(bulk: BulkDecision, items: list[BulkItem], *, now: datetime) -> None:
    by = bulk.by if bulk.state == BulkState.RUNNING else bulk.undone_by
    if by is None or not by.is_active:
        for item in items:
            item.state, item.message = _failed(bulk), "the account that asked for it is closed"
    elif bulk.state == BulkState.UNDOING:
        for item in items:
            item.message = _undo(item, by=by, now=now)
            item.state = ItemState.KEPT if item.message else ItemState.UNDONE
    else:
        _decide(bulk, items, by=by, now=now)


def _decide(bulk: BulkDecision, items: list[BulkItem], *, by: User, now: datetime) -> None:
    """Decide the items together; after an error that nobody foresaw each by itself, so that one does not hold up all."""
    try:
        with transaction.atomic():
            outcomes = decide_batch(
                {item.review_id: item.version for item in items}, Verdict(bulk.verdict), by=by, reason=bulk.reason,
                note=bulk.note, now=now,
            )  # fmt: skip
    except RightMissing as error:
        outcomes = dict.fromkeys((item.review_id for item in items), str(error))
    except Error:
        log.exception("bulk_decision_failed", bulk=str(bulk.pk), items=len(items))
        if len(items) > 1:
            for item in items:
                _decide(bulk, [item], by=by, now=now)
            return
        outcomes = {items[0].review_id: "It could not be stored. Open it and decide it there."}
    for item in items:
        outcome = outcomes[item.review_id]
        if isinstance(outcome, Decision):
            item.state, item.decision = ItemState.DONE, outcome
        else:
            item.state, item.message = ItemState.FAILED, outcome[:500]


def _undo(item: BulkItem, *, by: Actor, now: datetime) -> str:
    """Undo one item. Returns why that was refused, '' where it was not."""
    if item.decision is None:
        return "its decision is gone"
    try:
        undo(item.decision.pk, by=by, now=now)
    except (ModerationError, EventError) as error:
        return error.detail[:500]
    except RightMissing as error:
        return str(error)[:500]
    return ""


def _failed(bulk: BulkDecision) -> ItemState:
    return ItemState.FAILED if bulk.state == BulkState.RUNNING else ItemState.KEPT
