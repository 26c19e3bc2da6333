"""Direct decisions.

Verdicts without a review, by a moderator in the list of events or by the rules on a batch.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.rights import Actor, is_person, person_of
from events.enums import Publication
from events.records import Moved, Outcome, Recorded
from moderation.enums import ReviewState, Verdict
from moderation.models import MOST_EVENTS, Decision, Review
from moderation.services.deciding import VERDICTS, send_verdict
from moderation.services.logged import log_rule_verdicts, log_verdicts
from moderation.services.queue_size import announce_queue_size

_SAYS: Final = {
    Publication.APPROVED: Verdict.APPROVE,
    Publication.REJECTED: Verdict.REJECT,
    Publication.REMOVED: Verdict.REMOVE,
    Publication.FLAGGED: Verdict.FLAG,
}
#: The reason of a decision by the rules.
_RULES: Final = {
    Verdict.APPROVE: "from a trusted source, and nothing was doubtful",
    Verdict.ACCEPT_CHANGE: "changed by its source, and nothing was doubtful",
}


def record_direct_decisions(
    moved: Sequence[Moved], to: Publication, *, by: Actor, reason: str, now: datetime
) -> None:
    """Store a moderator's verdict on events as decisions, and close the open reviews that it answers.

    A review that another moderator is deciding at this moment is skipped. Waiting for it would be a deadlock,
    since that decision waits for the event.
    """
    verdict = _SAYS.get(to)
    if verdict is None or not is_person(by):
        return
    kinds = [kind for kind, known in VERDICTS.items() if verdict in known]
    waiting = Review.objects.filter(
        object_id__in=[one.event_id for one in moved], kind__in=kinds, state=ReviewState.OPEN
    )
    locked = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("-kind", "pk"))
    Review.objects.filter(pk__in=[review.pk for review in locked]).update(
        state=ReviewState.DECIDED, decided_at=now, version=F("version") + 1
    )
    reviews = {review.object_id: review for review in locked}
    decisions = [
        Decision(
            review=reviews.get(one.event_id), object_id=one.event_id, verdict=verdict.value, note=reason, by=person_of(by),
            before={"publication": one.before.value}, after={"publication": to.value}, at=now,
        )
        for one in moved
        if one.before is not to or one.event_id in reviews
    ]  # fmt: skip
    Decision.objects.bulk_create(decisions)
    log_verdicts(decisions, by=by)
    for decision in decisions:
        if decision.review is not None:
            transaction.on_commit(partial(send_verdict, decision, decision.review), robust=True)
    if reviews:
        announce_queue_size(review.city_id for review in locked)


def record_rule_decisions(recorded: Iterable[Recorded], *, source_id: UUID, name: str, now: datetime) -> None:
    """Store what the rules let through of a batch.

    One decision for each verdict, with all its events, and one entry of the log that binds them (two queries).
    """
    let_through: dict[Verdict, list[UUID]] = {}
    for verdict, event_id in _verdicts(recorded):
        let_through.setdefault(verdict, []).append(event_id)
    decisions = [
        Decision(
            object_id=source_id, verdict=verdict.value, automatic=True, note=f"{name}: {_RULES[verdict]}", events=ids[start : start + MOST_EVENTS],
            after={"publication": Publication.APPROVED.value}, at=now,
        )
        for verdict, ids in let_through.items()
        for start in range(0, len(ids), MOST_EVENTS)
    ]  # fmt: skip
    Decision.objects.bulk_create(decisions)
    log_rule_verdicts(decisions)


def _verdicts(recorded: Iterable[Recorded]) -> Iterator[tuple[Verdict, UUID]]:
    for row in recorded:
        if row.publication != Publication.APPROVED:
            continue
        if row.outcome is Outcome.NEW:
            yield Verdict.APPROVE, row.event_id
        elif row.outcome is Outcome.CHANGED and row.proposal_id is None:
            yield Verdict.ACCEPT_CHANGE, row.event_id
