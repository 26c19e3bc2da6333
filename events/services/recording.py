"""Records a batch of entries as events.

The number of queries does not depend on the number of entries.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from events.enums import Freshness, Publication
from events.models import Origin
from events.records import Case, Entry, Judgement, MismatchedListing, Outcome, Recorded
from events.services import announcing, search_text
from events.services.comparing import plans_of
from events.services.mismatched import Fits
from events.services.plans import Plan, kept_provenance, listing_key, locked_columns
from events.services.writing import write
from outbox.records import NewChange
from pipeline.contract.fields import BACKGROUND

Judge = Callable[[Sequence[Case]], Sequence[Judgement]]


def record_events(
    entries: Sequence[Entry],
    *,
    origin: Origin,
    judge: Judge,
    now: datetime,
    fits: Fits | None = None,
    beside: Callable[[], object] | None = None,
) -> list[Recorded]:
    """Record `origin`'s `entries` in the present transaction, in this order:

    1. the events of the entries are locked in id order, with the contributions of their other origins. `fits`
       finds the joined entries that no longer match these: their facts are stored, but until a moderator
       decides, the former ones stay effective;
    2. for each event the canonical facts are chosen again and compared with its columns; locked fields stay;
    3. `judge` decides, for all at once, what may be published, what is applied, and what becomes a proposal;
    4. events, listings, images, counters, series and organizers are written, with the search text;
    5. one Change for each event that readers see come, change or go.

    `beside` may write what the caller has about the events: it is called once while PostgreSQL stores them, and should
    ask the database nothing. Two entries with one `event_id` are one event. Returns one Recorded for each event, in the order of first
    appearance. Raises IntegrityError or DataError when the database refuses a row; the caller halves the
    batch.
    """
    if not entries:
        return []
    plans = plans_of(entries, origin, now, fits)
    for plan, judgement in zip(plans, judge([_case(plan) for plan in plans]), strict=True):
        plan.judgement = judgement
        _decide(plan, now)
    told = [plan for plan in plans if plan.is_new or set(plan.changes) - (BACKGROUND - {"end_predicted_at"})]
    names = search_text.names_for(plan.event for plan in told)
    write(plans, names, _changes_to_tell(told, names.slugs()), origin=origin, now=now, beside=beside)
    return [_recorded(plan) for plan in plans]


def _case(plan: Plan) -> Case:
    return Case(
        event_id=plan.event.id,
        is_new=plan.is_new,
        facts=plan.facts,
        changes=plan.changes,
        publication=Publication(plan.event.publication),
        locked=locked_columns(plan.event),
        similar=tuple(like for entry in plan.entries for like in entry.similar),
        methods=plan.methods,
    )


def _decide(plan: Plan, now: datetime) -> None:
    """Set the judged values on the event; keep withheld and locked ones for the proposal."""
    judgement, event = plan.judgement, plan.event
    doubted = (
        set(judgement.withheld)
        if judgement.apply or plan.is_new
        else set(judgement.withheld) | (plan.changes.keys() - BACKGROUND)
    )
    plan.doubted = frozenset(doubted & plan.changes.keys() - BACKGROUND)
    closed = set(locked_columns(event)) | doubted
    plan.withheld = {
        name: change for name, change in plan.changes.items() if name in closed and name not in BACKGROUND
    }
    plan.changes = {name: change for name, change in plan.changes.items() if name not in closed}
    for name, value in plan.values.items():
        if plan.is_new or name not in closed:
            setattr(event, name, value)
    if plan.is_new and judgement.publish:
        event.publication, event.published_at = Publication.APPROVED.value, now
    if plan.is_new or plan.changes:
        event.provenance = kept_provenance(event, plan.provenance)
        event.updated_at = now
        event.version += 0 if plan.is_new or set(plan.changes) <= BACKGROUND else 1
    if event.freshness != Freshness.SEEN and not all(
        reported.mismatched_since for reported in plan.reported.values()
    ):
        event.freshness = Freshness.SEEN.value
        plan.changes["freshness"] = (Freshness.MISSING.value, Freshness.SEEN.value)


def _changes_to_tell(plans: Iterable[Plan], slugs: announcing.Slugs) -> Iterable[NewChange]:
    for plan in plans:
        cancelled_now = announcing.is_cancelled(plan.event) and "happening" in plan.changes
        kind = announcing.kind_of_change(
            before=plan.before_publication, after=plan.event.publication, cancelled_now=cancelled_now
        )
        if kind:
            yield announcing.change(
                plan.event, slugs, type=kind, before=plan.before, changed=sorted(plan.changes)
            )


def _recorded(plan: Plan) -> Recorded:
    visible = set(plan.changes) - BACKGROUND
    outcome = (
        Outcome.NEW if plan.is_new else Outcome.CHANGED if visible or plan.withheld else Outcome.UNCHANGED
    )
    return Recorded(
        event_id=plan.event.id,
        outcome=outcome,
        publication=Publication(plan.event.publication),
        merged=any(entry.merged for entry in plan.entries),
        moved="start_at" in plan.changes or "place_id" in plan.changes,
        proposal_id=plan.proposal.id if plan.proposal else None,
        reasons=plan.judgement.reasons,
        case=_case(plan),
        mismatches=tuple(
            MismatchedListing(listing_id=reported.listing_id, entry=entry, likeness=reported.mismatch)
            for entry in plan.entries
            if (reported := plan.reported[listing_key(entry)]).mismatch is not None
            and reported.listing_id is not None
        ),
        asked=plan.asked,
        judgement=plan.judgement,
        matching_again=tuple(
            reported.listing_id
            for reported in plan.reported.values()
            if reported.fits_again and reported.listing_id is not None
        ),
    )
