"""Undoes a verdict: only the newest one, once, and only while nothing else has changed its result."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import now as clock

from accounts.actions import Action
from accounts.rights import Actor, is_person, may, person_of, require
from events import services as events
from events.enums import Publication
from events.models import Event
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Decision, Review
from moderation.phrases import deed, moment
from moderation.services import edits, matches, reports, venues
from moderation.services.claiming import JUDGE
from moderation.services.learning import forget_decision
from moderation.services.logged import log_verdicts
from moderation.services.queue_size import announce_queue_size
from places.queries.reach import require_city

_MOVES: Final = frozenset({Verdict.APPROVE, Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG})
_EDITS: Final = frozenset({Verdict.EDIT, *edits.ANSWERS})
#: States that hide an event from readers.
_AWAY: Final = frozenset({Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG})
#: Verdicts whose effect `undo` takes back, beside those on venues.
_UNDOABLE: Final = _MOVES | _EDITS | reports.ANSWERS | {Verdict.MERGE, Verdict.DIFFERENT, Verdict.DISCARD_RUN}
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

    In one transaction:
    1. The decision, its review and its event are locked, so that of two concurrent attempts one succeeds.
    2. It must be the newest decision on its object that was not undone, and its result unchanged; else
       Conflict names who did what.
    3. The service that owns the object reverts it, and a Decision `undo` that refers to the undone one is
       stored.

    Raises RightMissing, Conflict, ModerationError, EventError.
    """
    require(by, JUDGE)
    moment = now or clock()
    with transaction.atomic():
        decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
        review = Review.objects.select_for_update(of=("self",)).filter(decisions=decision).first()
        event = Event.objects.select_for_update(of=("self",)).filter(pk=decision.object_id).first()
        require_city(by, *_cities(review, event))
        _check(decision, review, event)
        _revert(decision, review, by=by, now=moment)
        if review is not None and review.state == ReviewState.OPEN:
            Review.objects.filter(pk=review.pk).update(version=F("version") + 1)
        if (
            review is not None
            and not Review.objects.filter(
                kind=review.kind, object_id=review.object_id, state=ReviewState.OPEN
            ).exists()
        ):
            Review.objects.filter(pk=review.pk).update(
                state=ReviewState.OPEN, decided_at=None, version=F("version") + 1
            )
            announce_queue_size([review.city_id])
        kept = {
            "review": review,
            "by": person_of(by),
            "automatic": not is_person(by),
            "before": decision.after,
            "after": decision.before,
        }
        taken_back, _ = Decision.objects.update_or_create(  # un-merging has recorded a decision already
            object_id=decision.object_id,
            verdict=Verdict.UNDO,
            at=moment,
            defaults={**kept, "undoes": decision},
        )
        log_verdicts([taken_back], by=by, action=Action.VERDICT_UNDONE)
        forget_decision(decision, now=moment)
        return taken_back


def _cities(review: Review | None, event: Event | None) -> set[UUID | None]:
    """The cities of what was decided on; None where it belongs to none."""
    of_review = review.city_ids if review else ()
    return {*of_review, *([event.city_id] if event else [])} or {None}


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
    elif verdict in _MOVES and "publication" in decision.before:
        before = Publication(decision.before["publication"])
        events.change_status(
            decision.object_id, before, by=by, reason="verdict taken back", now=now, is_decided=True
        )
        edits.revert(decision, by=by, now=now)
    elif verdict in _EDITS and decision.undo:
        edits.revert(decision, by=by, now=now)
    elif verdict != Verdict.DISCARD_RUN:  # discarding changed nothing beside the review
        raise ModerationError(f"A verdict “{decision.get_verdict_display()}” cannot be undone.")


def _check(decision: Decision, review: Review | None, event: Event | None) -> None:
    """Raise Conflict unless the decision is the newest one in force and its result is unchanged."""
    title, zone = _subject(decision, review, event)
    again = Decision.objects.filter(undoes=decision).select_related("by").first()
    if again is not None:
        raise Conflict(f"“{title}”: this was undone already. {deed(again, zone)}.")
    newer = _newer_than(decision)
    if newer is not None:
        raise Conflict(f"“{title}” was decided again after this: {deed(newer, zone)}. Undo that first.")
    _check_survivor(decision, title, event)
    left = decision.after.get("publication")
    if event is not None and left and event.publication != left:
        since = event.moderated_at if event.moderated_at and event.moderated_at > decision.at else None
        who = f": {event.moderated_by} {moment(since, zone)}" if event.moderated_by and since else ""
        why = f" ({event.publication_reason})" if event.publication_reason else ""
        raise Conflict(f"“{title}” is {event.publication} now{why}, no longer {left}{who}. Decide again.")


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


def _newer_than(decision: Decision, *, on: UUID | None = None) -> Decision | None:
    """The newest later decision on the same object, or on `on`, that was not undone."""
    after = Q(at__gt=decision.at) | Q(at=decision.at, pk__gt=decision.pk)
    on_same = _in_force(Decision.objects.filter(after, object_id=on or decision.object_id))
    return on_same.select_related("by").order_by("-at", "-pk").first()


def _in_force(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Those of `rows` that were not undone and are no undoing themselves."""
    return rows.exclude(verdict=Verdict.UNDO, undoes__isnull=False).filter(undone__isnull=True)
