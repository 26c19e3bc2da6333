"""All events of a merge tree in memory: loaded and locked together, and saved once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from uuid_utils.compat import uuid7

from events import facts as event_facts
from events.enums import Publication
from events.exceptions import MergeRefused
from events.models import DuplicateMatch, Event, EventCounters, EventImage, Listing
from events.services import announcing, search_text
from events.services.effective_facts import effective_contributions
from outbox import rows as table
from outbox import services as outbox
from outbox.records import NewChange
from pipeline.contract.enums import MatchOutcome
from pipeline.contract.fields import BACKGROUND

_COUNTS = ("views", "registrations", "shares")
#: The columns of an event, by name.
FIELDS = {field.attname: field for field in Event._meta.concrete_fields}
#: Columns whose change readers do not see.
_UNSEEN = (BACKGROUND - {"end_predicted_at"}) | {"provenance"}
#: Columns that belong to each event alone: no merge copies them and no comparison uses them.
_OWN = frozenset({"id", "version", "updated_at"})


class Members:
    """The events around `ids`, with their listings, merges, counters and pictures.

    Raises Event.DoesNotExist for an unknown one, MergeRefused where a merge was committed meanwhile.
    """

    def __init__(self, ids: Iterable[UUID], *, now: datetime, lock: bool = True) -> None:
        wanted = set(ids)
        self.now = now
        found = Event.objects.filter(self._around(wanted))
        rows = found.select_for_update(of=("self",)) if lock else found
        self.events: dict[UUID, Event] = {event.id: event for event in rows.order_by("id")}
        for event_id in wanted - self.events.keys():
            raise Event.DoesNotExist(f"There is no event {event_id}.")
        if self._is_torn():
            raise MergeRefused("One of the two events was merged just now. Reload the page.")
        self.listings = list(
            Listing.objects.filter(event__in=self.events).select_related("origin").order_by("id")
        )
        self.matches = {
            match.second_id if match.survivor_id == match.first_id else match.first_id: match
            for match in DuplicateMatch.objects.filter(
                outcome=MatchOutcome.MERGE, survivor__in=self.events, undone_at__isnull=True
            )
        }
        self.counters = {row.event_id: row for row in EventCounters.objects.filter(event__in=self.events)}
        self.images: dict[UUID, list[EventImage]] = defaultdict(list)
        for image in EventImage.objects.filter(event__in=self.events).order_by("position", "id"):
            self.images[image.event_id].append(image)
        self._made: list[EventImage] = []
        self._handed: list[EventImage] = []
        self._unmade: list[EventImage] = []
        self._settled: list[Listing] = []
        self._was = {event_id: copy(event) for event_id, event in self.events.items()}
        self._sat = {listing.pk: listing.event_id for listing in self.listings}

    @staticmethod
    def _around(wanted: Iterable[UUID]) -> Q:
        """A condition for the events, their survivors, and the events merged into those."""
        tops = [
            merged or pk
            for pk, merged in Event.objects.filter(pk__in=wanted).values_list("pk", "merged_into")
        ]
        return Q(pk__in=tops) | Q(merged_into__in=tops)

    def _is_torn(self) -> bool:
        """Whether a merge was committed between the query for the members and the lock."""
        tops = [event.id for event in self.events.values() if event.merged_into_id is None]
        left = any(
            event.merged_into_id not in self.events for event in self.events.values() if event.merged_into_id
        )
        return left or Event.objects.filter(merged_into__in=tops).exclude(pk__in=self.events).exists()

    def group(self, event_id: UUID) -> set[UUID]:
        """The event, and those that were merged into it."""
        return {event_id} | {event.id for event in self.events.values() if event.merged_into_id == event_id}

    def listed(self, event_id: UUID) -> list[Listing]:
        """The present listings of the event."""
        return [listing for listing in self.listings if listing.event_id == event_id]

    def words(self, event_id: UUID) -> list[event_facts.Contribution]:
        """The contributions of the event's listings."""
        return effective_contributions(self.listed(event_id))

    def add(self, event: Event) -> None:
        """Add a new event, which readers have not seen."""
        self.events[event.id] = event
        self._was[event.id] = Event(id=event.id, publication=Publication.PENDING)

    def share_images(self, left_id: UUID, event_id: UUID, wanted: Sequence[Mapping[str, Any]]) -> None:
        """Give a separated event the pictures of its own listing.

        Pictures without another listing leave the other event.
        """
        staying = self._told_urls(left_id)
        for reported in wanted:
            known = next(
                (image for image in self.images[left_id] if image.source_url == reported["url"]), None
            )
            if known is None:
                told_of = EventImage(
                    source_url=reported["url"],
                    alt=(reported.get("alt") or "")[:300],
                    credit=(reported.get("credit") or "")[:200],
                )
                told_of.is_primary = bool(reported.get("is_primary"))
                self._copy(told_of, event_id)
            elif known.source_url in staying:
                self._copy(known, event_id)
            else:
                self.hand_over(known, event_id)

    def _told_urls(self, event_id: UUID) -> set[str]:
        return {image["url"] for word in self.words(event_id) for image in word.facts.get("images") or []}

    def _copy(self, image: EventImage, to: UUID) -> EventImage:
        twin = copy(image)
        twin.pk, twin.event_id, twin.position = uuid7(), to, len(self.images[to])
        twin.is_primary = image.is_primary and not any(other.is_primary for other in self.images[to])
        self.images[to].append(twin)
        self._made.append(twin)
        return twin

    def hand_over(self, image: EventImage, to: UUID) -> None:
        """Move a picture to another event of the tree."""
        self.images[image.event_id].remove(image)
        image.event_id, image.is_primary = (
            to,
            image.is_primary and not any(other.is_primary for other in self.images[to]),
        )
        self.images[to].append(image)
        self._handed.append(image)

    def _unmake(self, image: EventImage) -> None:
        if image in self._made:
            self._made.remove(image)
        else:
            self._unmade.append(image)

    def _count(self, survivor_id: UUID, child_id: UUID, *, sign: int) -> None:
        """Add or subtract counters. The child keeps its own, so that undoing is a subtraction."""
        kept = self.counters.get(child_id)
        counters = self.counters.setdefault(survivor_id, EventCounters(event_id=survivor_id))
        for name in _COUNTS if kept else ():
            setattr(counters, name, max(0, getattr(counters, name) + sign * getattr(kept, name)))

    def _move_listings(self, ids: Sequence[str], to: UUID) -> None:
        for listing in self.listings:
            if str(listing.pk) in ids:
                listing.event_id = to

    def save(self, *, matches: Iterable[DuplicateMatch] = ()) -> None:
        """Write what changed, and announce it to readers of both sides.

        The number of queries does not depend on the number of events.
        """
        changed = [event for event in self.events.values() if self._differs(event)]
        for event in changed:
            event.version += 1
            event.updated_at = self.now
        table.insert(
            changed,
            unique=["id"],
            update=[field.name for field in Event._meta.concrete_fields if not field.primary_key],
        )
        moved = [listing for listing in self.listings if listing.event_id != self._sat[listing.pk]]
        Listing.objects.bulk_update(moved, ["event"])
        Listing.objects.bulk_update(self._settled, ["mismatched_since", "accepted", "changed_at"])
        table.insert(list(self.counters.values()), unique=["event"], update=list(_COUNTS))
        if self._unmade:
            EventImage.objects.filter(pk__in=[image.pk for image in self._unmade]).delete()
        EventImage.objects.bulk_update(self._handed, ["event", "is_primary"])
        table.insert(self._made)
        DuplicateMatch.objects.bulk_update(
            [*self.matches.values(), *matches], ["outcome", "by_person", "undone_at", "undo", "survivor"]
        )
        search_text.refresh([event.id for event in changed])
        self._tell({listing.event_id for listing in moved} | {self._sat[listing.pk] for listing in moved})

    def _differs(self, event: Event) -> bool:
        return bool(self._changed(event))

    def _changed(self, event: Event) -> set[str]:
        was = self._was[event.id]
        return {name for name in FIELDS.keys() - _OWN if getattr(event, name) != getattr(was, name)}

    def _tell(self, relisted: set[UUID]) -> None:
        """Write one Change for each event that readers see come, go, or change.

        All go to the topics of all events of the tree.
        """
        slugs = announcing.slugs_for([*self._was.values(), *self.events.values()])
        seen = [event for event in self._was.values() if event.publication == Publication.APPROVED]
        topics = {topic for event in seen for topic in announcing.topics(event, slugs)}
        changes: list[NewChange] = []
        for event in self.events.values():
            changed = self._changed(event) - _UNSEEN
            if not changed and event.id not in relisted:
                continue
            was = self._was[event.id]
            kind = announcing.kind_of_change(before=was.publication, after=event.publication)
            more = (
                {"survivor": str(event.merged_into_id)}
                if kind == announcing.MERGED
                else {"changed": sorted(changed)}
            )
            if kind:
                before = announcing.Seen(topics, announcing.data(was, slugs) if was in seen else {})
                changes.append(announcing.change(event, slugs, type=kind, before=before, **more))
        outbox.record(changes)
