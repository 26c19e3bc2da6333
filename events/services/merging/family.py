"""All events that merges tie together, in memory: loaded and locked as a whole, joined and parted, and saved once.

`merged_into` of every merged event names the one that readers see, so that no address leads through a chain. How they came together is a tree, kept in
DuplicateMatch: each merge has its survivor, and a note of all that it changed there. Merges into one event are a stack: one below others is undone by undoing
those first, and doing them again without it. So un-merging works in any order, and restores exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from uuid_utils.compat import uuid7

from events import facts as telling
from events import rows as table
from events import states
from events.enums import Freshness, Happening, MatchOutcome, Publication, Verification
from events.exceptions import MergeRefused
from events.models import DuplicateMatch, Event, EventCounters, EventImage, Listing
from events.services import announcing, linked, search_text
from events.services.plans import BACKGROUND, LOCKS, locked_columns, plain, settle, told_by
from outbox import services as outbox
from outbox.records import NewChange

_COUNTS = ("views", "registrations", "shares")
_SURER = (Verification.UNVERIFIED, Verification.VERIFIED, Verification.OFFICIAL)
_FIELDS = {field.attname: field for field in Event._meta.concrete_fields}
#: Columns whose change is no news to readers.
_UNSEEN = (BACKGROUND - {"end_predicted_at"}) | {"provenance"}
#: Own business of each event, which no merge carries over and no reader compares.
_OWN = frozenset({"id", "version", "updated_at"})


class Family:
    """The events around `ids`. Raises Event.DoesNotExist where one of them is not there, MergeRefused where a merge came between."""

    def __init__(self, ids: Iterable[UUID], *, now: datetime, lock: bool = True) -> None:
        wanted = set(ids)
        self.now = now
        found = Event.objects.filter(self._around(wanted))
        rows = found.select_for_update(of=("self",)) if lock else found
        self.events: dict[UUID, Event] = {event.id: event for event in rows.order_by("id")}
        for event_id in wanted - self.events.keys():
            raise Event.DoesNotExist(f"There is no event {event_id}.")
        if self._is_torn():
            raise MergeRefused("One of the two was merged in this very moment: look again.")
        self.listings = list(Listing.objects.filter(event__in=self.events).select_related("origin").order_by("id"))
        self.matches = {
            match.second_id if match.survivor_id == match.first_id else match.first_id: match
            for match in DuplicateMatch.objects.filter(outcome=MatchOutcome.MERGE, survivor__in=self.events, undone_at__isnull=True)
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
        """The events themselves, what they are part of, and what is part of that."""
        tops = [merged or pk for pk, merged in Event.objects.filter(pk__in=wanted).values_list("pk", "merged_into")]
        return Q(pk__in=tops) | Q(merged_into__in=tops)

    def _is_torn(self) -> bool:
        """Whether a merge was committed between the look at who belongs together and the lock."""
        tops = [event.id for event in self.events.values() if event.merged_into_id is None]
        left = any(event.merged_into_id not in self.events for event in self.events.values() if event.merged_into_id)
        return left or Event.objects.filter(merged_into__in=tops).exclude(pk__in=self.events).exists()

    # --- looking ---

    def group(self, event_id: UUID) -> set[UUID]:
        """The event, and what was merged into it."""
        return {event_id} | {event.id for event in self.events.values() if event.merged_into_id == event_id}

    def listed(self, event_id: UUID) -> list[Listing]:
        """The listings that feed the event now."""
        return [listing for listing in self.listings if listing.event_id == event_id]

    def words(self, event_id: UUID) -> list[telling.Telling]:
        """What the event's listings tell."""
        return [told_by(listing) for listing in self.listed(event_id)]

    def add(self, event: Event) -> None:
        """A new event, of which readers know nothing yet."""
        self.events[event.id] = event
        self._was[event.id] = Event(id=event.id, publication=Publication.PENDING)

    # --- joining ---

    def join(self, survivor_id: UUID, child_id: UUID) -> dict[str, Any]:
        """Make one of two live events part of the other. Returns the note of what that changed, from which `part` undoes it."""
        survivor, child = self.events[survivor_id], self.events[child_id]
        states.check_move(states.PUBLICATION_MOVES, Publication(child.publication), Publication.MERGED)
        note: dict[str, Any] = {
            "child": str(child_id),
            "at": self.now.isoformat(),
            "number": 1 + max((int(match.undo.get("number", 0)) for match in self._merges_into(survivor_id)), default=0),
            "publication": child.publication,
            "listings": [str(listing.pk) for listing in self.listed(child_id)],
            "children": [str(other) for other in sorted(self.group(child_id) - {child_id})],
            "columns": {},
            "provenance": {},
            "locks": [],
        }
        self._take_facts(survivor, child, note)
        self._take_axes(survivor, child, note)
        note["images"] = self._take_images(survivor_id, child_id)
        self._count(survivor_id, child_id, sign=1)
        self._move_listings(note["listings"], survivor_id)
        for other in note["children"]:
            self.events[UUID(other)].merged_into_id = survivor_id
        child.publication, child.merged_into_id = Publication.MERGED.value, survivor_id
        return note

    def _take_facts(self, survivor: Event, child: Event, note: dict[str, Any]) -> None:
        """Per group of fields the child's published value, where its listings say it better than the survivor's or where a person set it; what a person
        set on the survivor stays. What was withheld from readers on either side stays withheld."""
        mine, theirs = self.words(survivor.id), self.words(child.id)
        winners = telling.canonical([*mine, *theirs]).winners if mine and theirs else {}
        from_child = {name for name, winner in winners.items() if any(winner is word for word in theirs)}
        by_hand = set(child.locked_fields) - set(survivor.locked_fields)
        for name in sorted({*LOCKS, *by_hand}):
            if name in by_hand or (name in from_child - set(survivor.locked_fields) and not _takes_back_move(name, survivor, child)):
                self._take(survivor, child, name, note)
        if "start" in from_child and child.happening == Happening.RESCHEDULED and "status" not in survivor.locked_fields:
            self._set(survivor, "happening", child.happening, note)
        for name in ("tags", "performers"):
            if name not in survivor.locked_fields and name not in by_hand:
                self._set(survivor, name, _union(getattr(survivor, name), getattr(child, name)), note)
        taken = {name for name in LOCKS if name in by_hand or name in from_child - set(survivor.locked_fields)}
        mine_found = [flag for flag in survivor.flags if flag["check"] not in taken]
        theirs_found = [flag for flag in child.flags if flag["check"] not in LOCKS or flag["check"] in taken]
        self._set(survivor, "flags", telling.joined_flags(mine_found, theirs_found), note)
        if by_hand:
            note["locks"] = sorted(by_hand)
            survivor.locked_fields = [*survivor.locked_fields, *sorted(by_hand)]

    def _take(self, survivor: Event, child: Event, name: str, note: dict[str, Any]) -> None:
        for column in LOCKS.get(name, (name,)):
            self._set(survivor, column, getattr(child, column), note)
        if name in child.provenance and survivor.provenance.get(name) != child.provenance[name]:
            note["provenance"][name] = [survivor.provenance.get(name), child.provenance[name]]
            survivor.provenance = {**survivor.provenance, name: child.provenance[name]}

    def _take_axes(self, survivor: Event, child: Event, note: dict[str, Any]) -> None:
        """What is no source's word on the event itself: whether it is still listed, how well it was verified, and what it is part of."""
        if child.freshness == Freshness.SEEN:
            self._set(survivor, "freshness", child.freshness, note)
        surer = max(survivor.verification, child.verification, key=lambda word: _SURER.index(Verification(word)))
        self._set(survivor, "verification", surer, note)
        if survivor.umbrella_id is None and child.umbrella_id not in (None, survivor.id):
            self._set(survivor, "umbrella_id", child.umbrella_id, note)

    def _set(self, event: Event, column: str, value: Any, note: dict[str, Any]) -> None:
        before, after = plain(getattr(event, column)), plain(value)
        if before != after:
            first = note["columns"].get(column, [before])[0]
            note["columns"][column] = [first, after]
            setattr(event, column, value)

    def _take_images(self, survivor_id: UUID, child_id: UUID) -> list[str]:
        """Copies of the child's pictures that the survivor lacks, our own files included; the child keeps its own."""
        held = {image.source_url for image in self.images[survivor_id]}
        taken = []
        for image in self.images[child_id]:
            if image.source_url not in held and len(self.images[survivor_id]) < telling.MAX_UNION:
                taken.append(str(self._copy(image, survivor_id).pk))
        return taken

    def _copy(self, image: EventImage, to: UUID) -> EventImage:
        twin = copy(image)
        twin.pk, twin.event_id, twin.position = uuid7(), to, len(self.images[to])
        twin.is_primary = image.is_primary and not any(other.is_primary for other in self.images[to])
        self.images[to].append(twin)
        self._made.append(twin)
        return twin

    def share_images(self, left_id: UUID, event_id: UUID, wanted: Sequence[Mapping[str, Any]]) -> None:
        """Give an event that is taken out of another the pictures that its own listing tells of; those that nobody else tells of leave the other."""
        staying = self._told_urls(left_id)
        for told in wanted:
            known = next((image for image in self.images[left_id] if image.source_url == told["url"]), None)
            if known is None:
                told_of = EventImage(source_url=told["url"], alt=(told.get("alt") or "")[:300], credit=(told.get("credit") or "")[:200])
                told_of.is_primary = bool(told.get("is_primary"))
                self._copy(told_of, event_id)
            elif known.source_url in staying:
                self._copy(known, event_id)
            else:
                self.hand_over(known, event_id)

    def _count(self, survivor_id: UUID, child_id: UUID, *, sign: int) -> None:
        """The child keeps its own counts, so that undoing is a subtraction."""
        kept = self.counters.get(child_id)
        counters = self.counters.setdefault(survivor_id, EventCounters(event_id=survivor_id))
        for name in _COUNTS if kept else ():
            setattr(counters, name, max(0, getattr(counters, name) + sign * getattr(kept, name)))

    def _move_listings(self, ids: Sequence[str], to: UUID) -> None:
        for listing in self.listings:
            if str(listing.pk) in ids:
                listing.event_id = to

    # --- parting ---

    def part(self, child_id: UUID) -> None:
        """Undo one merge, wherever it lies in the tree: those that were built on it are undone first and done again without it."""
        undone = self._undo_down_to(child_id)
        for match in reversed(undone[:-1]):
            survivor_id = match.survivor_id
            assert survivor_id is not None
            match.undo = self.join(survivor_id, UUID(match.undo["child"]))
            self.matches[UUID(match.undo["child"])] = match
        self._settle_own(child_id)

    def _settle_own(self, child_id: UUID) -> None:
        """What began an event, or is all that tells of it, is no stray there."""
        listed = self.listed(child_id)
        own = [
            one for one in listed if one.stray_since and (len(listed) == 1 or (one.joined_at is None and one.first_event_id == child_id))
        ]
        for listing in own:
            settle(listing, self.now)
        self._settled += own
        if own:
            self._catch_up(self.events[child_id])

    def _undo_down_to(self, child_id: UUID) -> list[DuplicateMatch]:
        """Undo the merge of `child_id` after all that rest on it, the newest first. Returns their matches in that order, its own last."""
        match = self._match(child_id)
        survivor_id = match.survivor_id
        assert survivor_id is not None
        undone = self._undo_down_to(survivor_id) if self.events[survivor_id].merged_into_id else []
        for later in sorted(self._merges_into(survivor_id), key=lambda one: -int(one.undo["number"])):
            if int(later.undo["number"]) >= int(match.undo["number"]):
                self._undo(later)
                undone.append(later)
        return undone

    def _match(self, child_id: UUID) -> DuplicateMatch:
        match = self.matches.get(child_id)
        if match is None or "columns" not in match.undo:
            raise MergeRefused("Nothing was kept from which this merge could be undone.")
        return match

    def _merges_into(self, survivor_id: UUID) -> list[DuplicateMatch]:
        return [match for match in self.matches.values() if match.survivor_id == survivor_id]

    def _undo(self, match: DuplicateMatch) -> None:
        note = match.undo
        child_id, survivor_id = UUID(note["child"]), match.survivor_id
        assert survivor_id is not None
        survivor, child = self.events[survivor_id], self.events[child_id]
        both, since = self.words(survivor_id), datetime.fromisoformat(note["at"])
        restored = self._restore(survivor, note)
        staying = [listing for listing in self.listed(survivor_id) if str(listing.pk) not in note["listings"]]
        self._move_listings([pk for pk in note["listings"] if self._is_at(pk, survivor_id)], child_id)
        if any(word.changed_at > since for word in self.words(child_id)):
            self.forget_words(survivor, both, [told_by(listing) for listing in staying], but=restored)
        self._give_images_back(survivor_id, child_id, note["images"])
        self._count(survivor_id, child_id, sign=-1)
        for other in note["children"]:
            self.events[UUID(other)].merged_into_id = child_id
        states.check_move(states.PUBLICATION_MOVES, Publication.MERGED, Publication(note["publication"]))
        child.publication, child.merged_into_id = note["publication"], None
        if any(word.changed_at > since for word in self.words(child_id)):
            self._catch_up(child)
        del self.matches[child_id]

    def _is_at(self, listing_id: str, event_id: UUID) -> bool:
        return any(str(listing.pk) == listing_id and listing.event_id == event_id for listing in self.listings)

    def _restore(self, survivor: Event, note: Mapping[str, Any]) -> set[str]:
        """Put back what the merge changed and nobody changed since. Returns these columns."""
        restored = set()
        for column, (before, after) in note["columns"].items():
            if plain(getattr(survivor, column)) == after:
                setattr(survivor, column, _FIELDS[column].to_python(before))
                restored.add(column)
        for name, (before, after) in note["provenance"].items():
            if survivor.provenance.get(name) == after:
                others = {other: given for other, given in survivor.provenance.items() if other != name}
                survivor.provenance = others if before is None else {**others, name: before}
        set_since = {name for name in note["locks"] if not set(LOCKS.get(name, (name,))) & note["columns"].keys() <= restored}
        survivor.locked_fields = [name for name in survivor.locked_fields if name not in note["locks"] or name in set_since]
        return restored

    def forget_words(
        self, event: Event, both: Sequence[telling.Telling], staying: Sequence[telling.Telling], *, but: Iterable[str] = ()
    ) -> None:
        """Take back what the words that leave gave the event since they came: of each group that they had won, the best of what stays. What a person
        set, and the columns `but`, are left alone."""
        if not staying or len(staying) == len(both):
            return
        before, after = telling.canonical(both), telling.canonical(staying)
        identities = {(word.origin, word.identity) for word in staying}
        lost = {name for name, word in before.winners.items() if (word.origin, word.identity) not in identities} | {
            "tags",
            "performers",
            "flags",
        }
        links = linked.known([*both])
        had = {**telling.columns(before.facts), **links.columns(before)}
        has = {**telling.columns(after.facts), **links.columns(after)}
        closed = {*locked_columns(event), *but}
        for name in lost:
            for column in LOCKS[name]:
                if column in has and column not in closed and plain(getattr(event, column)) == plain(had[column]):
                    setattr(event, column, has[column])
            if name in after.provenance and event.provenance.get(name) == before.provenance[name]:
                event.provenance = {**event.provenance, name: after.provenance[name]}

    def _give_images_back(self, survivor_id: UUID, child_id: UUID, taken: Sequence[str]) -> None:
        """The copies go; pictures that the child's listings brought since go to the child."""
        of_child = self._told_urls(child_id) - self._told_urls(survivor_id)
        held = {image.source_url for image in self.images[child_id]}
        for image in list(self.images[survivor_id]):
            if str(image.pk) in taken:
                self.images[survivor_id].remove(image)
                self._unmake(image)
            elif image.source_url in of_child - held:
                self.hand_over(image, child_id)

    def hand_over(self, image: EventImage, to: UUID) -> None:
        """Give a picture to another event of the family."""
        self.images[image.event_id].remove(image)
        image.event_id, image.is_primary = to, image.is_primary and not any(other.is_primary for other in self.images[to])
        self.images[to].append(image)
        self._handed.append(image)

    def _unmake(self, image: EventImage) -> None:
        if image in self._made:
            self._made.remove(image)
        else:
            self._unmade.append(image)

    def _told_urls(self, event_id: UUID) -> set[str]:
        return {image["url"] for word in self.words(event_id) for image in word.facts.get("images") or []}

    def _catch_up(self, child: Event) -> None:
        """What the child's sources said while it was merged counts for it now."""
        words = self.words(child.id)
        chosen = telling.canonical(words)
        values = {**telling.columns(chosen.facts), **linked.known(words).columns(chosen)}
        for column, (_, value) in telling.differing(child, values, ignore=locked_columns(child)).items():
            setattr(child, column, value)

    # --- saving ---

    def save(self, *, matches: Iterable[DuplicateMatch] = ()) -> None:
        """Write what became different, and tell readers of both sides. The number of queries does not depend on the size of the family."""
        changed = [event for event in self.events.values() if self._differs(event)]
        for event in changed:
            event.version += 1
            event.updated_at = self.now
        table.insert(changed, unique=["id"], update=[field.name for field in Event._meta.concrete_fields if not field.primary_key])
        moved = [listing for listing in self.listings if listing.event_id != self._sat[listing.pk]]
        Listing.objects.bulk_update(moved, ["event"])
        Listing.objects.bulk_update(self._settled, ["stray_since", "fitting", "changed_at"])
        table.insert(list(self.counters.values()), unique=["event"], update=list(_COUNTS))
        if self._unmade:
            EventImage.objects.filter(pk__in=[image.pk for image in self._unmade]).delete()
        EventImage.objects.bulk_update(self._handed, ["event", "is_primary"])
        table.insert(self._made)
        DuplicateMatch.objects.bulk_update([*self.matches.values(), *matches], ["outcome", "by_person", "undone_at", "undo", "survivor"])
        search_text.refresh([event.id for event in changed])
        self._tell({listing.event_id for listing in moved} | {self._sat[listing.pk] for listing in moved})

    def _differs(self, event: Event) -> bool:
        return bool(self._changed(event))

    def _changed(self, event: Event) -> set[str]:
        was = self._was[event.id]
        return {name for name in _FIELDS.keys() - _OWN if getattr(event, name) != getattr(was, name)}

    def _tell(self, relisted: set[UUID]) -> None:
        """One Change for each event that readers see come, go, or change; all of them to the readers of all topics of the family."""
        slugs = announcing.slugs_for([*self._was.values(), *self.events.values()])
        seen = [event for event in self._was.values() if event.publication == Publication.APPROVED]
        topics = {topic for event in seen for topic in announcing.topics(event, slugs)}
        changes: list[NewChange] = []
        for event in self.events.values():
            changed = self._changed(event) - _UNSEEN
            if not changed and event.id not in relisted:
                continue
            kind = announcing.kind_of_change(before=self._was[event.id].publication, after=event.publication)
            more = {"survivor": str(event.merged_into_id)} if kind == announcing.MERGED else {"changed": sorted(changed)}
            if kind:
                changes.append(announcing.change(event, slugs, type=kind, before=topics, **more))
        outbox.record(changes)


def _takes_back_move(name: str, survivor: Event, child: Event) -> bool:
    """ "Moved" is our own finding: a source that goes on saying "scheduled" does not take it back."""
    return name == "status" and survivor.happening == Happening.RESCHEDULED and child.happening == Happening.SCHEDULED


def _union(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    known = {item.casefold() for item in mine}
    return [*mine, *(item for item in theirs if item.casefold() not in known)][: telling.MAX_UNION]
