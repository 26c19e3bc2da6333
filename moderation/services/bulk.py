"""One verdict on many reviews: filed at once, carried out in the background, reported per review, undone as one.

A part is carried out in one transaction that locks its items. So the work may run twice, or be cut off: what was
committed is not done again, and what was not is still waiting (`unfinished`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now as clock

from accounts.actions import Action, Word, record_action, target_of
from accounts.models import User
from accounts.rights import RightMissing, person_of, require
from moderation.enums import BulkState, ItemState, RejectReason, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import BulkDecision, BulkItem, Decision
from moderation.services.claiming import JUDGE
from moderation.services.deciding import Refusal, decide_batch, words_of
from moderation.services.undoing import undo_batch
from moderation.services.verdicts import NEEDED
from moderation.signals import bulk_filed
from outbox import rows as table
from pipeline.text.shortening import shortened

log = structlog.get_logger(__name__)

#: The most reviews in one bulk decision.
MOST: Final = 2_000
#: So many are carried out in one transaction.
PART: Final = 50
#: So long may the message of an item be.
LONGEST_MESSAGE: Final = 500
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
        # what was decided last is taken back first
        order = "id" if bulk.state == BulkState.RUNNING else "-id"
        items = list(rows.order_by(order).select_related("decision")[:PART])
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
    """Decide or undo the items, and note in each what came of it."""
    is_undo = bulk.state == BulkState.UNDOING
    by = bulk.undone_by if is_undo else bulk.by
    done, failed = (ItemState.UNDONE, ItemState.KEPT) if is_undo else (ItemState.DONE, ItemState.FAILED)
    if by is None or not by.is_active:
        outcomes: dict[UUID, Decision | str] = dict.fromkeys(
            _ids(items), "the account that asked for it is closed"
        )
    else:
        outcomes = _outcomes(bulk, items, by=by, now=now)
    for item in items:
        outcome = outcomes[item.pk]
        if isinstance(outcome, str):
            item.state, item.message = failed, shortened(outcome, LONGEST_MESSAGE)
        else:
            item.state, item.message = done, ""
            item.decision = item.decision if is_undo else outcome


def _outcomes(
    bulk: BulkDecision, items: Sequence[BulkItem], *, by: User, now: datetime
) -> dict[UUID, Decision | str]:
    """What came of each item: all together; after an error that nobody foresaw each by itself, so that one does not
    hold up all."""
    try:
        with transaction.atomic():
            work = _undo if bulk.state == BulkState.UNDOING else _decide
            return work(bulk, items, by=by, now=now)
    except RightMissing as error:
        return dict.fromkeys(_ids(items), str(error))
    except Exception:
        log.exception("bulk_decision_failed", bulk=str(bulk.pk), items=len(items))
        if len(items) == 1:
            return {items[0].pk: "It could not be stored. Open it and decide it there."}
    found: dict[UUID, Decision | str] = {}
    for item in items:
        found |= _outcomes(bulk, [item], by=by, now=now)
    return found


def _decide(
    bulk: BulkDecision, items: Sequence[BulkItem], *, by: User, now: datetime
) -> dict[UUID, Decision | str]:
    versions = {item.review_id: item.version for item in items}
    found = decide_batch(versions, Verdict(bulk.verdict), by=by, reason=bulk.reason, note=bulk.note, now=now)
    return {item.pk: _said(found[item.review_id]) for item in items}


def _undo(
    _bulk: BulkDecision, items: Sequence[BulkItem], *, by: User, now: datetime
) -> dict[UUID, Decision | str]:
    found = undo_batch(
        [item.decision_id for item in items if item.decision_id], by=by, now=now, unless_changed=True
    )
    return {
        item.pk: _said(found[item.decision_id]) if item.decision_id else "its decision is gone"
        for item in items
    }


def _said(outcome: Decision | Refusal) -> Decision | str:
    return outcome if isinstance(outcome, Decision) else words_of(outcome)


def _ids(items: Iterable[BulkItem]) -> list[UUID]:
    return [item.pk for item in items]
