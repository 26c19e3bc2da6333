"""Direct decisions.

Verdicts without a review, by a moderator in the list of events or by the rules on a batch.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.rights import Actor, is_person, person_of
from events.enums import Publication
from events.records import Moved, Outcome, Recorded
from moderation.enums import RejectReason, ReviewKind, ReviewState, Verdict
from moderation.models import MOST_EVENTS, Decision, Review
from moderation.services import edits, reports
from moderation.services.deciding import send_verdict
from moderation.services.learning import learn_from_decisions
from moderation.services.logged import log_rule_verdicts, log_verdicts
from moderation.services.queue_size import announce_queue_size
from moderation.services.verdicts import VERDICTS

_SAYS: Final = {
    Publication.APPROVED: Verdict.APPROVE,
    Publication.REJECTED: Verdict.REJECT,
    Publication.REMOVED: Verdict.REMOVE,
    Publication.FLAGGED: Verdict.FLAG,
}
#: The reasons that a moderator chooses from; other words are a note.
_REASONS: Final = frozenset(reason.value for reason in RejectReason)
#: The reason of a decision by the rules.
_RULES: Final = {
    Verdict.APPROVE: "from a trusted source, and nothing was doubtful",
    Verdict.ACCEPT_CHANGE: "changed by its source, and nothing was doubtful",
}
#: The rule that lets an event, or a change, through.
LET_THROUGH: Final = {Verdict.APPROVE: "clean", Verdict.ACCEPT_CHANGE: "harmless"}
#: In the measures of a decision: rules that were switched off, and how many of its events they would have held.
SILENT: Final = "silent"


def record_direct_decisions(
    moved: Sequence[Moved], to: Publication, *, by: Actor, reason: str, note: str = "", now: datetime
) -> None:
    """Store a moderator's verdict on events as decisions, and close the open reviews that it answers.

    A review that another moderator is deciding at this moment is skipped. Waiting for it would be a deadlock,
    since that decision waits for the event.
    """
    verdict = _SAYS.get(to)
    if verdict is None or not is_person(by):
        return
    kinds = [kind for kind, known in VERDICTS.items() if verdict in known and kind is not ReviewKind.APPEAL]
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
            review=reviews.get(one.event_id), object_id=one.event_id, verdict=verdict.value, by=person_of(by),
            **({"reason": reason, "note": note} if reason in _REASONS else {"note": " ".join(filter(None, (reason, note)))}),
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
    _answer_reports(locked, decisions)
    learn_from_decisions(decisions, now=now)
    if reviews:
        announce_queue_size(review.city_id for review in locked)


def record_direct_edit(event_id: UUID, note: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Store a person's edit of an event outside a review as a decision, so that it can be undone."""
    edits.follow(event_id, now=now)
    if not is_person(by):
        return
    state = edits.publication_of(event_id)
    decision = Decision.objects.create(
        object_id=event_id, verdict=Verdict.EDIT.value, by=person_of(by), before=state, after=state,
        undo={"edit": dict(note)}, at=now,
    )  # fmt: skip
    log_verdicts([decision], by=by)
    learn_from_decisions([decision], now=now)


def _answer_reports(locked: Sequence[Review], decisions: Sequence[Decision]) -> None:
    """Uphold readers' reports whose events a moderator hid."""
    made = {decision.object_id: decision for decision in decisions}
    for review in locked:
        if review.kind == ReviewKind.REPORT:
            reports.close(made[review.object_id], reports.open_reports(review.object_id))


def record_rule_decisions(recorded: Iterable[Recorded], *, source_id: UUID, name: str, now: datetime) -> None:
    """Store what the rules let through of a batch, with the rule's name and what was measured for dry runs.

    One decision for each verdict, with all its events, and one entry of the log that binds them (two queries).
    """
    let_through: dict[Verdict, list[Recorded]] = {}
    for verdict, row in _verdicts(recorded):
        let_through.setdefault(verdict, []).append(row)
    decisions = [
        Decision(
            object_id=source_id, verdict=verdict.value, automatic=True, note=f"{name}: {_RULES[verdict]}", events=[row.event_id for row in part],
            rules=[LET_THROUGH[verdict]], measures=_measures(part), after={"publication": Publication.APPROVED.value}, at=now,
        )
        for verdict, rows in let_through.items()
        for part in (rows[start : start + MOST_EVENTS] for start in range(0, len(rows), MOST_EVENTS))
    ]  # fmt: skip
    Decision.objects.bulk_create(decisions)
    log_rule_verdicts(decisions)


def _measures(rows: Sequence[Recorded]) -> dict[str, Any]:
    """What was measured of the events, a list for each threshold, and how often rules that are off would have held."""
    found: dict[str, Any] = {}
    for row in rows:
        for rule, value in row.judgement.measures.items():
            found.setdefault(rule, []).append(value)
    silent = Counter(rule for row in rows for rule in row.judgement.silent)
    return found | ({SILENT: dict(silent)} if silent else {})


def _verdicts(recorded: Iterable[Recorded]) -> Iterator[tuple[Verdict, Recorded]]:
    for row in recorded:
        if row.publication != Publication.APPROVED:
            continue
        if row.outcome is Outcome.NEW:
            yield Verdict.APPROVE, row
        elif row.outcome is Outcome.CHANGED and row.proposal_id is None:
            yield Verdict.ACCEPT_CHANGE, row
