"""Two events become one, reversibly: survivor pointer, children kept, ids and addresses restored by `unmerge`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from events import facts as telling
from events import states
from events.enums import Happening, MatchOutcome, Publication
from events.exceptions import MergeRefused
from events.models import DuplicateMatch, Event, EventCounters, Listing
from events.services import announcing, search_text
from events.services import linked
from events.services.plans import BACKGROUND, locked_columns, told_by
from events.services.publication import lock
from outbox import services as outbox


def merge(
    survivor_id: UUID, child_id: UUID, *, by: Any = None, reasons: str = "", similarity: float = 1.0, now: datetime | None = None
) -> Event:
    """Make `child` part of `survivor`, and return the survivor. In one transaction:

    1. both rows are locked in id order; a merge into itself, of a merged event, or with a stored "different" by a person (unless a person asks) is refused;
    2. the child's listings feed the survivor; what was merged into the child before points to the survivor as well, so that chains never grow;
    3. counters are added, the survivor's facts chosen anew from all listings, locked fields kept;
    4. the child becomes `merged`, its address answers 301 to the survivor;
    5. a DuplicateMatch keeps what `unmerge` needs, and Changes tell both.

    Raises MergeRefused, Event.DoesNotExist.
    """
    moment = now or clock()
    with transaction.atomic():
        survivor, child = _lock_two(survivor_id, child_id)
        _refuse_senseless(survivor, child, by=by)
        slugs = announcing.slugs_for([survivor, child])
        topics = announcing.topics(survivor, slugs) | announcing.topics(child, slugs)
        undo = _undo_note(survivor, child)
        Listing.objects.filter(event=child).update(event=survivor)
        Event.objects.filter(merged_into=child).update(merged_into=survivor, updated_at=moment)
        _add_counters(survivor, child, sign=1)
        was = child.publication
        states.check_move(states.PUBLICATION_MOVES, Publication(was), Publication.MERGED)
        child.publication, child.merged_into = Publication.MERGED.value, survivor
        _bump(child, moment)
        child.save(update_fields=["publication", "merged_into", "updated_at", "version"])
        changed = _choose_anew(survivor, moment)
        _remember(survivor, child, outcome=MatchOutcome.MERGE, by=by, reasons=reasons, similarity=similarity, undo=undo, now=moment)
        _tell_merge(survivor, child, was=was, changed=changed, topics=topics, slugs=slugs)
    return survivor


def unmerge(child_id: UUID, *, by: Any = None, now: datetime | None = None) -> Event:
    """Undo the merge of `child`: its listings, counters and publication come back, and the pair is remembered as different.

    Raises MergeRefused where the event is not merged or nothing was kept to undo; Event.DoesNotExist.
    """
    moment = now or clock()
    with transaction.atomic():
        child = Event.objects.get(pk=child_id)
        if child.publication != Publication.MERGED or child.merged_into_id is None:
            raise MergeRefused("The event is not merged.")
        survivor, child = _lock_two(child.merged_into_id, child_id)
        match = _match_of(child)
        undo = match.undo
        Listing.objects.filter(pk__in=undo["listings"]).update(event=child)
        Event.objects.filter(pk__in=undo["children"], merged_into=survivor).update(merged_into=child, updated_at=moment)
        _add_counters(survivor, child, sign=-1)
        child.publication, child.merged_into = undo["publication"], None
        _bump(child, moment)
        child.save(update_fields=["publication", "merged_into", "updated_at", "version"])
        slugs = announcing.slugs_for([survivor, child])
        before = announcing.topics(survivor, slugs)
        changed = _choose_anew(survivor, moment)
        match.outcome, match.by_person, match.undone_at, match.undo = MatchOutcome.DIFFERENT, by is not None, moment, {}
        match.save(update_fields=["outcome", "by_person", "undone_at", "undo"])
        changes = [announcing.change(survivor, slugs, type=announcing.CHANGED, before=before)] if changed and _visible(survivor) else []
        changes += [announcing.change(child, slugs, type=announcing.PUBLISHED)] if _visible(child) else []
        outbox.record(changes)
    return child


def mark_different(first_id: UUID, second_id: UUID, *, by: Any = None, reasons: str = "") -> DuplicateMatch:
    """Store that two events are not the same, so that no machine merges or asks again."""
    first, second = sorted([first_id, second_id])
    match, _ = DuplicateMatch.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults={"outcome": MatchOutcome.DIFFERENT, "by_person": by is not None, "reasons": reasons[:500]},
        create_defaults={"similarity": 0.0, "outcome": MatchOutcome.DIFFERENT, "by_person": by is not None, "reasons": reasons[:500]},
    )
    return match


def _visible(event: Event) -> bool:
    return event.publication == Publication.APPROVED


def _lock_two(survivor_id: UUID, child_id: UUID) -> tuple[Event, Event]:
    found = {event.id: event for event in lock([survivor_id, child_id])}
    for event_id in (survivor_id, child_id):
        if event_id not in found:
            raise Event.DoesNotExist(f"There is no event {event_id}.")
    return found[survivor_id], found[child_id]


def _refuse_senseless(survivor: Event, child: Event, *, by: Any) -> None:
    if survivor.id == child.id:
        raise MergeRefused("An event cannot be merged into itself.")
    if Publication.MERGED in (survivor.publication, child.publication):
        raise MergeRefused("One of the two is merged already: merge its survivor.")
    if survivor.publication == Publication.REMOVED:
        raise MergeRefused("The survivor was removed.")
    first, second = sorted([survivor.id, child.id])
    if by is None and DuplicateMatch.objects.filter(first_id=first, second_id=second, outcome=MatchOutcome.DIFFERENT).exists():
        raise MergeRefused("A person said that these two are different.")


def _undo_note(survivor: Event, child: Event) -> dict[str, Any]:
    counters = EventCounters.objects.filter(event=child).values("views", "registrations", "shares").first()
    return {
        "publication": child.publication,
        "listings": [str(pk) for pk in Listing.objects.filter(event=child).values_list("pk", flat=True)],
        "children": [str(pk) for pk in Event.objects.filter(merged_into=child).values_list("pk", flat=True)],
        "counters": dict(counters) if counters else {},
        "survivor": str(survivor.id),
    }


def _add_counters(survivor: Event, child: Event, *, sign: int) -> None:
    """The child keeps its own counts, so that undoing is a subtraction."""
    kept = EventCounters.objects.filter(event=child).first()
    counters, _ = EventCounters.objects.select_for_update().get_or_create(event=survivor)
    if kept is not None:
        for name in ("views", "registrations", "shares"):
            setattr(counters, name, max(0, getattr(counters, name) + sign * getattr(kept, name)))
        counters.save()


def _choose_anew(survivor: Event, moment: datetime) -> bool:
    """The survivor's facts from all its listings; whether a reader sees a difference."""
    listings = list(Listing.objects.filter(event=survivor).select_related("origin"))
    if not listings:
        return False
    words = [told_by(listing) for listing in listings]
    chosen = telling.canonical(words)
    values = {**telling.columns(chosen.facts), **linked.known(words).columns(chosen)}
    if values["happening"] == Happening.SCHEDULED and survivor.happening == Happening.RESCHEDULED:
        del values["happening"], values["previous_start_at"]  # "moved" is our own finding, no source takes it back
    changes = telling.differing(survivor, values, ignore=locked_columns(survivor))
    if not changes:
        return False
    for name, (_, value) in changes.items():
        setattr(survivor, name, value)
    survivor.provenance = dict(chosen.provenance)
    _bump(survivor, moment)
    survivor.save()
    search_text.refresh([survivor.id])
    return bool(set(changes) - BACKGROUND)


def _bump(event: Event, moment: datetime) -> None:
    event.version += 1
    event.updated_at = moment


def _remember(
    survivor: Event, child: Event, *, outcome: MatchOutcome, by: Any, reasons: str, similarity: float, undo: dict[str, Any], now: datetime
) -> None:
    first, second = sorted([survivor.id, child.id])
    DuplicateMatch.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults={
            "outcome": outcome,
            "by_person": by is not None,
            "survivor": survivor,
            "undo": undo,
            "undone_at": None,
            "similarity": similarity,
            "reasons": reasons[:500],
        },
        create_defaults={
            "outcome": outcome,
            "by_person": by is not None,
            "survivor": survivor,
            "undo": undo,
            "similarity": similarity,
            "reasons": reasons[:500],
            "created_at": now,
        },
    )


def _match_of(child: Event) -> DuplicateMatch:
    """The newest merge of this child; what it was merged into may itself have been merged since."""
    matches = DuplicateMatch.objects.select_for_update().filter(outcome=MatchOutcome.MERGE, undone_at__isnull=True)
    match = (matches.filter(first=child) | matches.filter(second=child)).exclude(survivor=child).order_by("-created_at").first()
    if match is None or not match.undo:
        raise MergeRefused("Nothing was kept from which this merge could be undone.")
    return match


def _tell_merge(survivor: Event, child: Event, *, was: str, changed: bool, topics: set[str], slugs: Any) -> None:
    changes = []
    if was == Publication.APPROVED:
        changes.append(announcing.change(child, slugs, type=announcing.MERGED, before=topics, survivor=str(survivor.id)))
    if changed and _visible(survivor):
        changes.append(announcing.change(survivor, slugs, type=announcing.CHANGED, before=topics))
    outbox.record(changes)
