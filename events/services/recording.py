"""Records a batch of entries as events. The number of queries does not depend on the number of entries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from events import facts as event_facts
from events import ongoing
from events.effective_facts import effective
from events.enums import Freshness, Happening, Publication
from events.models import Event, EventImage, Listing, Origin
from events.records import (
    Case,
    Entry,
    Judgement,
    Likeness,
    MatchQuestion,
    MismatchedListing,
    Outcome,
    Recorded,
)
from events.services import announcing, linked
from events.services.effective_facts import methods_of
from events.services.plans import (
    Plan,
    ReportedEntry,
    contribution_of,
    kept_provenance,
    locked_columns,
    recognised,
)
from events.services.publication import lock
from events.services.writing import write
from outbox import services as outbox
from outbox.records import NewChange
from pipeline.contract.fields import BACKGROUND, UNKNOWN

#: The columns that say when what goes on for days can be visited.
_RUN = ("opening_hours", "start_at", "start_date", "end_date", "timezone")

Judge = Callable[[Sequence[Case]], Sequence[Judgement]]
#: For each question None where the entry belongs with the others, otherwise how little it does.
Fits = Callable[[Sequence[MatchQuestion]], Sequence[Likeness | None]]


def record_events(
    entries: Sequence[Entry], *, origin: Origin, judge: Judge, now: datetime, fits: Fits | None = None
) -> list[Recorded]:
    """Record what `origin` says in `entries`, in the present transaction. What happens, in order:

    1. the events that the entries feed are locked in id order, with the words of their other origins; `fits`
       says which of the joined entries no longer belong with these (strays): their word is kept, and until a
       person decides counts as it was before;
    2. per event the canonical facts are chosen anew and compared with its columns; locked fields stay;
    3. `judge` decides, for all at once, what may be published, what applied, and what becomes a proposal;
    4. events, listings, images, counters, series and organizers are written, and the search text with them;
    5. one Change per event that readers see come, change or go.

    Two entries with one `event_id` are one event. Returns one Recorded per event, in the order of first
    appearance. Raises IntegrityError or DataError when the database refuses a row; the caller halves the
    batch.
    """
    if not entries:
        return []
    plans = _plan(entries, origin, now, fits)
    for plan, judgement in zip(plans, judge([_case(plan) for plan in plans]), strict=True):
        plan.judgement = judgement
        _decide(plan, now)
    write(plans, origin=origin, now=now)
    outbox.record(_changes_to_tell(plans))
    return [_recorded(plan) for plan in plans]


# --- 1 and 2: what is there, and what would change ---


def _plan(entries: Sequence[Entry], origin: Origin, now: datetime, fits: Fits | None) -> list[Plan]:
    grouped: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.event_id].append(entry)
    known = {event.id: event for event in lock(grouped)}
    others, told = _listed(known, entries, origin, now)
    told |= _strays(grouped, others, told, fits, now)
    links = linked.resolve(entries, origin, (word for words in others.values() for word in words))
    images = _image_urls(known)
    slugs = announcing.slugs_for(known.values())
    plans = []
    for event_id, group in grouped.items():
        contributions = effective(
            [*others.get(event_id, ()), *(_tell(entry, origin, told[_name(entry)]) for entry in group)]
        )
        chosen = event_facts.canonical(contributions)
        event = known.get(event_id)
        changes: dict[str, tuple[Any, Any]] = {}
        values = {**event_facts.columns(chosen.facts), **links.columns(chosen)}
        if event is not None:
            moved = _says_otherwise(event, chosen.winners["start"], [told[_name(entry)] for entry in group])
            changes = _changes(event, values, chosen.facts, images, moved=moved)
        plans.append(
            Plan(
                event=event
                or Event(
                    id=event_id, publication=Publication.PENDING, first_seen_at=now, created_at=now, version=1
                ),
                is_new=event is None,
                entries=group,
                told={_name(entry): told[_name(entry)] for entry in group},
                facts=chosen.facts,
                provenance=chosen.provenance,
                values=values,
                changes=changes,
                methods=methods_of(contributions, chosen, changes, values) if len(contributions) > 1 else {},
                before=announcing.seen(event, slugs) if event else announcing.NEVER_SEEN,
                before_publication=event.publication if event else "",
                images=list(chosen.facts.get("images") or []),
            )
        )
    return plans


def _name(entry: Entry) -> tuple[str, str]:
    return entry.external_id, entry.recurrence_id


def _tell(entry: Entry, origin: Origin, told: ReportedEntry) -> event_facts.Contribution:
    if told.stray_since is not None and told.effective_before is not None:
        return replace(told.effective_before, trust=origin.trust, missing=False, stray=True)
    return event_facts.Contribution(
        origin=str(origin.key),
        trust=origin.trust,
        changed_at=told.changed_at,
        facts=told.facts,
        identity=entry.external_id + entry.recurrence_id,
        since=told.since,
    )


def _listed(
    known: Mapping[UUID, Event], entries: Sequence[Entry], origin: Origin, now: datetime
) -> tuple[dict[UUID, list[event_facts.Contribution]], dict[tuple[str, str], ReportedEntry]]:
    """What other listings say of the known events, and what is known of the listings that this batch speaks
    for. Facts that are told again in the same words keep their age: who merely repeats himself is not fresher
    than others."""
    spoken = {_name(entry): entry for entry in entries}
    told = {
        name: ReportedEntry(facts=event_facts.facts_of(entry), changed_at=now)
        for name, entry in spoken.items()
    }
    found: dict[UUID, list[event_facts.Contribution]] = defaultdict(list)
    if not known:
        return found, told
    for listing in Listing.objects.filter(event__in=list(known)).select_related("origin"):
        entry = (
            spoken.get((listing.external_id, listing.recurrence_id))
            if listing.origin_id == origin.key
            else None
        )
        if entry is None:
            found[listing.event_id].append(contribution_of(listing))
            continue
        facts = told[_name(entry)].facts
        changed_at = (  # a field that the stored facts lack, and of which nothing is known, is no change
            listing.changed_at
            if facts == {**UNKNOWN, **listing.facts} or listing.stray_since is not None
            else now
        )
        joined = listing.joined_at is not None or listing.first_event_id != listing.event_id
        told[_name(entry)] = ReportedEntry(
            facts=facts,
            changed_at=changed_at,
            since=changed_at > listing.first_seen_at,
            listing_id=listing.pk,
            stray_since=listing.stray_since,
            joined=joined and listing.event_id == entry.event_id,
            moved=recognised(facts) != recognised(listing.facts) or listing.stray_since is not None,
            kept=listing.joined.get("kept"),
            effective_before=contribution_of(listing),
        )
    return found, told


def _strays(
    grouped: Mapping[UUID, Sequence[Entry]],
    others: Mapping[UUID, Sequence[event_facts.Contribution]],
    told: Mapping[tuple[str, str], ReportedEntry],
    fits: Fits | None,
    now: datetime,
) -> dict[tuple[str, str], ReportedEntry]:
    """What becomes of the joined entries whose title, time or place changed: strays, or again part of the
    rest. Nothing is asked where nothing changed, nor again about what a person said belongs together in these
    very words."""
    asked: list[MatchQuestion] = []
    for event_id, group in grouped.items():
        rest = [
            (word.origin, word.whole or word.facts)
            for word in others.get(event_id, ())
            if not word.stray and not word.missing
        ]
        for entry in group:
            known = told[_name(entry)]
            if rest and known.joined and known.moved and known.kept != recognised(known.facts):
                asked.append(MatchQuestion(entry=entry, others=tuple(rest)))
    if not asked or fits is None:
        return {}
    found = {}
    for question, unlike in zip(asked, fits(asked), strict=True):
        known = told[_name(question.entry)]
        again = known.stray_since is not None and not unlike
        since, changed_at = (
            (None, now if again else known.changed_at)
            if unlike is None or known.effective_before is None
            else (known.stray_since or now, known.effective_before.changed_at)
        )
        found[_name(question.entry)] = replace(
            known,
            stray_since=since,
            changed_at=changed_at,
            since=known.since or again,
            stray=unlike,
            fits_again=again,
        )
    return found


def _image_urls(known: Mapping[UUID, Event]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    if known:
        for event_id, url in EventImage.objects.filter(event__in=list(known)).values_list(
            "event_id", "source_url"
        ):
            found[event_id].add(url)
    return found


def _changes(
    event: Event,
    values: dict[str, Any],
    facts: event_facts.Facts,
    images: Mapping[UUID, set[str]],
    *,
    moved: bool,
) -> dict[str, tuple[Any, Any]]:
    ongoing.keep_begun({name: getattr(event, name) for name in _RUN}, values)
    _keep_rescheduled(event, values, moved=moved)
    changes = event_facts.differing(event, values)
    wanted = {image["url"] for image in facts.get("images") or []}
    if wanted != images.get(event.id, set()):
        changes["images"] = (sorted(images.get(event.id, set())), sorted(wanted))
    return changes


def _says_otherwise(event: Event, winner: event_facts.Contribution, told: Iterable[ReportedEntry]) -> bool:
    """Whether who gives the start now said another before, as opposed to one who was not asked until now:
    that he knows better is no move."""
    given_by = event.provenance.get("start", {}).get("origin", winner.origin)
    return given_by == winner.origin or any(
        known.effective_before.facts.get("start") != winner.facts["start"]
        for known in told
        if known.effective_before is not None
        and (known.effective_before.origin, known.effective_before.identity)
        == (winner.origin, winner.identity)
    )


def _keep_rescheduled(event: Event, values: dict[str, Any], *, moved: bool) -> None:
    """A start that moves means rescheduled, and says from when; a source that goes on saying "scheduled" does
    not take that back."""
    if values["happening"] != Happening.SCHEDULED:
        return
    if event.opening_hours and values["opening_hours"]:
        return  # it goes on: its source tells the days that are left
    if (
        moved
        and values["start_at"] != event.start_at
        and event.publication == Publication.APPROVED
        and event.time_known
        and values["time_known"]
    ):
        values["happening"], values["previous_start_at"] = Happening.RESCHEDULED.value, event.start_at
    elif event.happening == Happening.RESCHEDULED:
        values["happening"], values["previous_start_at"] = event.happening, event.previous_start_at


# --- 3: what may be done ---


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
    """Put the judged values on the event; keep what was withheld or is locked for the proposal."""
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
    if event.freshness != Freshness.SEEN and not all(told.stray_since for told in plan.told.values()):
        event.freshness = Freshness.SEEN.value
        plan.changes["freshness"] = (Freshness.MISSING.value, Freshness.SEEN.value)


# --- 5: telling ---


def _changes_to_tell(plans: Sequence[Plan]) -> Iterable[NewChange]:
    told = [plan for plan in plans if plan.is_new or set(plan.changes) - (BACKGROUND - {"end_predicted_at"})]
    slugs = announcing.slugs_for(plan.event for plan in told)
    for plan in told:
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
        strays=tuple(
            MismatchedListing(listing_id=told.listing_id, entry=entry, likeness=told.stray)
            for entry in plan.entries
            if (told := plan.told[_name(entry)]).stray is not None and told.listing_id is not None
        ),
        asked=plan.asked,
        fit_again=tuple(
            told.listing_id for told in plan.told.values() if told.fits_again and told.listing_id is not None
        ),
    )
