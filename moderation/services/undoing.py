"""Undoes a verdict: only the newest one, once, and only while nothing else has changed its result."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now as clock

from accounts.actions import Action
from accounts.rights import Actor, is_person, person_of, require
from events import services as events
from events.enums import Publication
from events.models import Event
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Decision, Review
from moderation.services import matches, venues
from moderation.services.deciding import JUDGE
from moderation.services.logged import log_verdicts
from moderation.services.queue_size import announce_queue_size
from places.queries.reach import require_city

_MOVES: Final = frozenset({Verdict.APPROVE, Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG})
#: States that hide an event from readers.
_AWAY: Final = frozenset({Verdict.REJECT, Verdict.REMOVE, Verdict.FLAG})


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
        return taken_back


def _cities(review: Review | None, event: Event | None) -> set[UUID | None]:
    """The cities of what was decided on; None where it belongs to none."""
    of_review = review.city_ids if review else ()
    return {*of_review, *([event.city_id] if event else [])} or {None}


def _revert(decision: Decision, review: Review | None, *, by: Actor, now: datetime) -> None:
    verdict = Verdict(decision.verdict)
    if review is not None and review.kind == ReviewKind.VENUE:
        venues.revert(decision.object_id, verdict, by=by, now=now)
    elif verdict in (Verdict.MERGE, Verdict.DIFFERENT):
        matches.revert(decision, verdict, by=by, now=now)
    elif verdict in _MOVES and "publication" in decision.before:
        before = Publication(decision.before["publication"])
        events.change_status(
            decision.object_id, before, by=by, reason="verdict taken back", now=now, is_decided=True
        )
    else:
        raise ModerationError(f"A verdict “{decision.get_verdict_display()}” cannot be undone.")


def _check(decision: Decision, review: Review | None, event: Event | None) -> None:
    """Raise Conflict unless the decision is the newest one in force and its result is unchanged."""
    title = review.title if review else event.title if event else str(decision.object_id)
    again = Decision.objects.filter(undoes=decision).select_related("by").first()
    if again is not None:
        raise Conflict(f"“{title}”: this was undone already, by {_who(again)}.")
    newer = _newer_than(decision)
    if newer is not None:
        raise Conflict(
            f"“{title}”: {_who(newer)} decided after this ({newer.get_verdict_display()} {newer.get_reason_display()}).".replace(
                " )", ")"
            )
        )
    _check_survivor(decision, title, event)
    left = decision.after.get("publication")
    if event is not None and left and event.publication != left:
        who = (
            f" by {event.moderated_by}"
            if event.moderated_by and event.moderated_at and event.moderated_at > decision.at
            else ""
        )
        why = f" ({event.publication_reason})" if event.publication_reason else ""
        raise Conflict(f"“{title}” is {event.publication} now{who}{why}, no longer {left}. Decide again.")


def _check_survivor(decision: Decision, title: str, event: Event | None) -> None:
    """Raise Conflict where a person has hidden the surviving event meanwhile.

    Undoing would show it to readers.
    """
    if decision.verdict != Verdict.MERGE or event is None or event.merged_into_id is None:
        return
    newer = _newer_than(decision, on=event.merged_into_id)
    if newer is not None and newer.verdict in _AWAY:
        who = f"{_who(newer)} decided on the event that it is part of ({newer.get_verdict_display()} {newer.get_reason_display()})"
        raise Conflict(f"“{title}”: {who}. Undo that first.".replace(" )", ")"))


def _newer_than(decision: Decision, *, on: UUID | None = None) -> Decision | None:
    """The newest later decision on the same object, or on `on`, that was not undone."""
    after = Q(at__gt=decision.at) | Q(at=decision.at, pk__gt=decision.pk)
    on_same = Decision.objects.filter(after, object_id=on or decision.object_id)
    source_trust = on_same.exclude(verdict=Verdict.UNDO, undoes__isnull=False).filter(undone__isnull=True)
    return source_trust.select_related("by").order_by("-at", "-pk").first()


def _who(decision: Decision) -> str:
    return f"{decision.by or 'a rule'} on {decision.at:%Y-%m-%d %H:%M} UTC"
