"""Undoes verdicts, one or many: only the newest on an object, once, and only while nothing else has changed its result."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import now as clock

from accounts.actions import Action
from accounts.rights import Actor, RightMissing, is_person, may, person_of, require
from events import services as events
from events.enums import Publication
from events.exceptions import EventError
from events.models import Event, Listing
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Decision, Review
from moderation.phrases import deed, moment
from moderation.services import edits, matches, reports, venues
from moderation.services.claiming import JUDGE
from moderation.services.deciding import Refusal, move_events
from moderation.services.learning import forget_decisions
from moderation.services.logged import log_verdicts
from moderation.services.queue_size import announce_queue_size
from moderation.services.verdicts import PUBLICATIONS
from places.queries.reach import require_city

_EDITS: Final = frozenset({Verdict.EDIT, *edits.ANSWERS})
#: States that hide an event from readers.
_AWAY: Final = frozenset({Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG})
#: Verdicts whose effect `undo` takes back, beside those on venues.
_UNDOABLE: Final = (
    frozenset(PUBLICATIONS)
    | _EDITS
    | reports.ANSWERS
    | {Verdict.MERGE, Verdict.DIFFERENT, Verdict.DISCARD_RUN}
)
_REASON: Final = "verdict taken back"
M = TypeVar("M", bound=Model)
#: For so long each admin page offers to undo the person's last verdict.
OFFERED: Final = timedelta(minutes=10)


def is_undoable(verdict: Verdict) -> bool:
    """Whether a verdict can be undone at all. What cannot be asks before it is carried out."""
    return verdict in _UNDOABLE


def last_undoable(by: Actor, *, now: datetime | None = None) -> Decision | None:
    """The person's newest verdict of the last ten minutes that can be undone and was not; None where undoing it
    would be refused, since its result has changed meanwhile (one query, two for a merge)."""
    if not is_person(by) or not may(by, JUDGE):
        return None
    later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    there = Event.objects.filter(pk=OuterRef("object_id"))
    recent = Decision.objects.filter(
        by=by, automatic=False, at__gt=(now or clock()) - OFFERED, verdict__in=_UNDOABLE, undone__isnull=True
    )
    recent = recent.annotate(
        is_settled_anew=Exists(_in_force(Decision.objects.filter(later, object_id=OuterRef("object_id")))),
        stands=Subquery(there.values("publication")),
    )
    last = recent.select_related("review", "review__city").order_by("-at", "-pk").first()
    if last is None or last.is_settled_anew or last.after.get("publication", last.stands) != last.stands:
        return None
    return None if last.verdict == Verdict.MERGE and _is_hidden_in(last) else last


def _is_hidden_in(merge: Decision) -> bool:
    """Whether a person has hidden the event into which this one was merged."""
    event = Event.objects.filter(pk=merge.object_id).first()
    try:
        _check_survivor(merge, "", event)
    except Conflict:
        return True
    return False


def undo(decision_id: UUID, *, by: Actor, now: datetime | None = None) -> Decision:
    """Undo a verdict: the publication is restored, a merge is un-merged, the review is open again.

    See `undo_batch`. Raises RightMissing, Conflict, ModerationError, EventError, Decision.DoesNotExist.
    """
    with transaction.atomic():
        outcome = _take_back([decision_id], by=by, now=now or clock())[decision_id]
        if not isinstance(outcome, Decision):
            raise outcome
    return outcome


def undo_batch(
    decision_ids: Collection[UUID], *, by: Actor, now: datetime | None = None, unless_changed: bool = False
) -> dict[UUID, Decision | Refusal]:
    """Undo verdicts, those that moved events in about as many queries as one of them. In one transaction:

    1. The decisions, their reviews and their events are locked, so that of two concurrent attempts one succeeds.
    2. Each must be the newest decision on its object that was not undone, and its result unchanged; else
       Conflict names who did what. `unless_changed` refuses too where a source has sent something new since.
    3. The service that owns the object reverts it, and a Decision `undo` that refers to the undone one is
       stored.

    Returns for each its Decision `undo`, or why nothing was done. Raises RightMissing where `by` may not judge at all.
    """
    with transaction.atomic():
        return _take_back(decision_ids, by=by, now=now or clock(), unless_changed=unless_changed)


def _take_back(
    decision_ids: Collection[UUID], *, by: Actor, now: datetime, unless_changed: bool = False
) -> dict[UUID, Decision | Refusal]:
    require(by, JUDGE)
    outcomes: dict[UUID, Decision | Refusal] = {
        pk: Decision.DoesNotExist("This decision is gone.") for pk in decision_ids
    }
    rows = Decision.objects.select_for_update(of=("self",)).filter(pk__in=list(decision_ids)).order_by("pk")
    waiting = sorted(rows, key=lambda one: (one.at, one.pk))
    while waiting:  # of several on one object the newest first
        newest = {one.object_id: one for one in waiting}
        waiting = [one for one in waiting if newest[one.object_id] is not one]
        in_turn = sorted(newest.values(), key=lambda one: (one.at, one.pk), reverse=True)
        outcomes |= _take_back_apart(in_turn, by=by, now=now, unless_changed=unless_changed)
    return outcomes


def _take_back_apart(
    decisions: Sequence[Decision], *, by: Actor, now: datetime, unless_changed: bool
) -> dict[UUID, Decision | Refusal]:
    """Undo decisions on different objects, whose rows are locked."""
    reviews = _locked(Review, [one.review_id for one in decisions])
    found = _locked(Event, [one.object_id for one in decisions])
    known = _Since.read(decisions, unless_changed=unless_changed)
    outcomes: dict[UUID, Decision | Refusal] = {}
    moves: dict[Publication, list[Decision]] = {}
    for decision in decisions:
        review, event = reviews.get(decision.review_id), found.get(decision.object_id)
        try:
            require_city(by, *_cities(review, event))
            _check(decision, review, event, known)
            if _only_moved(decision, review):
                moves.setdefault(Publication(decision.before["publication"]), []).append(decision)
            else:
                with transaction.atomic():
                    _revert(decision, review, by=by, now=now)
        except (ModerationError, EventError, RightMissing) as error:
            outcomes[decision.pk] = error
    for before, some in moves.items():
        refused = move_events({one.object_id for one in some}, before, by=by, reason=_REASON, now=now)
        outcomes |= {one.pk: refused[one.object_id] for one in some if one.object_id in refused}
    undone = [one for one in decisions if one.pk not in outcomes]
    _ask_again([reviews[one.review_id] for one in undone if one.review_id in reviews])
    return outcomes | dict(_stored(undone, reviews, by=by, now=now))


def _locked(model: type[M], ids: Iterable[UUID | None]) -> dict[UUID | None, M]:
    """The rows by their id, locked in the order of their ids."""
    rows = model._default_manager.select_for_update(of=("self",)).filter(pk__in={pk for pk in ids if pk})
    return {row.pk: row for row in rows.order_by("pk")}


def _ask_again(reviews: Iterable[Review]) -> None:
    """Open the reviews again, but where their question is open in another; who sees one must look again."""
    asked = list(reviews)
    if not asked:
        return
    rows = Review.objects.filter(object_id__in=[one.object_id for one in asked], state=ReviewState.OPEN)
    is_open = set(rows.values_list("kind", "object_id"))
    closed = [one for one in asked if (one.kind, one.object_id) not in is_open]
    again = [one.pk for one in asked if one.state == ReviewState.OPEN] + [one.pk for one in closed]
    Review.objects.filter(pk__in=again).update(
        state=ReviewState.OPEN, decided_at=None, version=F("version") + 1
    )
    if closed:
        announce_queue_size(one.city_id for one in closed)


def _stored(
    undone: Sequence[Decision], reviews: Mapping[UUID | None, Review], *, by: Actor, now: datetime
) -> Iterator[tuple[UUID, Decision]]:
    """Store and log that decisions were undone, each with its id, and forget what they said of sources."""
    if not undone:
        return
    parted = Decision.objects.filter(
        object_id__in=[one.object_id for one in undone], verdict=Verdict.UNDO, at=now, undoes__isnull=True
    )
    there = {one.object_id: one for one in parted}  # un-merging has recorded a decision already
    taken_back = []
    for one in undone:
        row = there.get(one.object_id) or Decision(object_id=one.object_id, verdict=Verdict.UNDO, at=now)
        row.review, row.undoes = reviews.get(one.review_id), one
        row.by, row.automatic = person_of(by), not is_person(by)
        row.before, row.after = one.after, one.before
        taken_back.append(row)
    Decision.objects.bulk_create([row for row in taken_back if row.object_id not in there])
    for row in there.values():
        row.save()
    log_verdicts(taken_back, by=by, action=Action.VERDICT_UNDONE)
    forget_decisions(undone, now=now)
    yield from ((one.pk, row) for one, row in zip(undone, taken_back, strict=True))


def _cities(review: Review | None, event: Event | None) -> set[UUID | None]:
    """The cities of what was decided on; None where it belongs to none."""
    of_review = review.city_ids if review else ()
    return {*of_review, *([event.city_id] if event else [])} or {None}


def _only_moved(decision: Decision, review: Review | None) -> bool:
    """Whether the verdict did no more than to move its event, so that many are moved back together."""
    of_reports = review is not None and review.kind == ReviewKind.REPORT
    return (
        decision.verdict in PUBLICATIONS
        and "publication" in decision.before
        and not (decision.undo or of_reports)
    )


def _revert(decision: Decision, review: Review | None, *, by: Actor, now: datetime) -> None:
    verdict = Verdict(decision.verdict)
    if review is not None and review.kind == ReviewKind.REPORT:
        reports.reopen(decision)
    if verdict in reports.ANSWERS:
        edits.revert(decision, by=by, now=now)
        return
    if review is not None and review.kind == ReviewKind.VENUE:
        venues.revert(decision.object_id, verdict, by=by, now=now)
    elif verdict in (Verdict.MERGE, Verdict.DIFFERENT):
        matches.revert(decision, verdict, by=by, now=now)
        edits.revert(decision, by=by, now=now)
    elif verdict in PUBLICATIONS and "publication" in decision.before:
        before = Publication(decision.before["publication"])
        events.change_status(decision.object_id, before, by=by, reason=_REASON, now=now, is_decided=True)
        edits.revert(decision, by=by, now=now)
    elif verdict in _EDITS and decision.undo:
        edits.revert(decision, by=by, now=now)
    elif verdict != Verdict.DISCARD_RUN:  # discarding changed nothing beside the review
        raise ModerationError(f"A verdict “{decision.get_verdict_display()}” cannot be undone.")


@dataclass(frozen=True, slots=True)
class _Since:
    """What happened to the objects of decisions after these: their undoing, later decisions, what sources sent."""

    undone: Mapping[UUID | None, Decision]
    later: Mapping[UUID, Sequence[Decision]]
    sent: Mapping[UUID, Listing]

    @classmethod
    def read(cls, decisions: Sequence[Decision], *, unless_changed: bool) -> "_Since":
        """Read it (two queries, three with what sources sent)."""
        ids, first = [one.object_id for one in decisions], min(one.at for one in decisions)
        undone = Decision.objects.filter(undoes__in=decisions).select_related("by")
        rows = _in_force(Decision.objects.filter(object_id__in=ids, at__gte=first)).select_related("by")
        later: dict[UUID, list[Decision]] = {}
        for row in rows.order_by("-at", "-pk"):
            later.setdefault(row.object_id, []).append(row)
        sent = Listing.objects.filter(event__in=ids, changed_at__gt=first).select_related("origin")
        return cls(
            undone={row.undoes_id: row for row in undone}, later=later,
            sent={row.event_id: row for row in sent.order_by("changed_at")} if unless_changed else {},
        )  # fmt: skip

    def newer(self, decision: Decision) -> Decision | None:
        """The newest later decision on the same object that was not undone."""
        rows = self.later.get(decision.object_id, ())
        return next((row for row in rows if (row.at, row.pk) > (decision.at, decision.pk)), None)


def _check(decision: Decision, review: Review | None, event: Event | None, since: _Since) -> None:
    """Raise Conflict unless the decision is the newest one in force and its result is unchanged."""
    title, zone = _subject(decision, review, event)
    again, newer = since.undone.get(decision.pk), since.newer(decision)
    if again is not None:
        raise Conflict(f"“{title}”: this was undone already. {deed(again, zone)}.")
    if newer is not None:
        raise Conflict(f"“{title}” was decided again after this: {deed(newer, zone)}. Undo that first.")
    _check_survivor(decision, title, event)
    left = decision.after.get("publication")
    if event is not None and left and event.publication != left:
        at = event.moderated_at if event.moderated_at and event.moderated_at > decision.at else None
        who = f": {event.moderated_by} {moment(at, zone)}" if event.moderated_by and at else ""
        why = f" ({event.publication_reason})" if event.publication_reason else ""
        raise Conflict(f"“{title}” is {event.publication} now{why}, no longer {left}{who}. Decide again.")
    sent = since.sent.get(decision.object_id)
    if sent is not None and sent.changed_at > decision.at:
        when = moment(sent.changed_at, zone)
        raise Conflict(
            f"“{title}” has changed since: {sent.origin.name} sent something new {when}. Look at it first."
        )


def _subject(decision: Decision, review: Review | None, event: Event | None) -> tuple[str, str]:
    """The title of what was decided on, and the zone in which people there tell the time."""
    zone = event.timezone if event else review.city.timezone if review and review.city else ""
    return review.title if review else event.title if event else str(decision.object_id), zone


def _check_survivor(decision: Decision, title: str, event: Event | None) -> None:
    """Raise Conflict where a person has hidden the surviving event meanwhile.

    Undoing would show it to readers.
    """
    if decision.verdict != Verdict.MERGE or event is None or event.merged_into_id is None:
        return
    newer = _newer_than(decision, on=event.merged_into_id)
    if newer is not None and newer.verdict in _AWAY:
        raise Conflict(f"“{title}” is part of another event: {deed(newer, event.timezone)}. Undo that first.")


def _newer_than(decision: Decision, *, on: UUID) -> Decision | None:
    """The newest decision on the object `on` after this one that was not undone."""
    after = Q(at__gt=decision.at) | Q(at=decision.at, pk__gt=decision.pk)
    on_it = _in_force(Decision.objects.filter(after, object_id=on))
    return on_it.select_related("by").order_by("-at", "-pk").first()


def _in_force(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Those of `rows` that were not undone and are no undoing themselves."""
    return rows.exclude(verdict=Verdict.UNDO, undoes__isnull=False).filter(undone__isnull=True)
