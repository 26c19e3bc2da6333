"""Joins and separates the events of a merge tree.

`merged_into` of every merged event is the event that readers see, so that no address leads through a chain.
The history is a tree, stored in DuplicateMatch: each merge has its survivor, and a note of all that it
changed there. Merges into one event are a stack: one below others is undone by undoing those first, and
repeating them without it. So un-merging works in any order, and restores exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from events import facts as event_facts
from events import states
from events.enums import Freshness, Happening, Publication, Verification
from events.exceptions import MergeRefused
from events.models import DuplicateMatch, Event
from events.services import linked
from events.services.effective_facts import effective_contributions
from events.services.merging.chosen import Values, chosen_by, give, still_shown
from events.services.merging.members import FIELDS, Members
from events.services.plans import locked_columns, plain, settle
from pipeline.contract.fields import LOCKS

_SURER = (Verification.UNVERIFIED, Verification.VERIFIED, Verification.OFFICIAL)


class Family(Members):
    """The events of one merge tree."""

    def join(
        self, survivor_id: UUID, child_id: UUID, *, chosen: Values | None = None, by: str = ""
    ) -> dict[str, Any]:
        """Merge one of two live events into the other. Returns the note from which `part` undoes it.

        The survivor shows the values `chosen` by the person of the reference `by`, and their fields are locked.
        """
        survivor, child = self.events[survivor_id], self.events[child_id]
        states.check_move(states.PUBLICATION_MOVES, Publication(child.publication), Publication.MERGED)
        note: dict[str, Any] = {
            "child": str(child_id),
            "at": self.now.isoformat(),
            "number": 1
            + max((int(match.undo.get("number", 0)) for match in self._merges_into(survivor_id)), default=0),
            "publication": child.publication,
            "listings": [str(listing.pk) for listing in self.listed(child_id)],
            "children": [str(other) for other in sorted(self.group(child_id) - {child_id})],
            "columns": {},
            "provenance": {},
            "locks": [],
        }
        self._take_facts(survivor, child, note)
        self._take_axes(survivor, child, note)
        self._show(survivor, chosen or {}, note, by=by)
        note["images"] = self._take_images(survivor_id, child_id)
        self._count(survivor_id, child_id, sign=1)
        self._move_listings(note["listings"], survivor_id)
        for other in note["children"]:
            self.events[UUID(other)].merged_into_id = survivor_id
        child.publication, child.merged_into_id = Publication.MERGED.value, survivor_id
        return note

    def _take_facts(self, survivor: Event, child: Event, note: dict[str, Any]) -> None:
        """Take the child's published values where its listings are better, or a person set them.

        The survivor's values that a person set stay. Withheld values of either side stay withheld.
        """
        mine, theirs = self.words(survivor.id), self.words(child.id)
        winners = event_facts.canonical([*mine, *theirs]).winners if mine and theirs else {}
        from_child = {name for name, winner in winners.items() if any(winner is word for word in theirs)}
        by_hand = set(child.locked_fields) - set(survivor.locked_fields)
        for name in sorted({*LOCKS, *by_hand}):
            if name in by_hand or (
                name in from_child - set(survivor.locked_fields)
                and not _takes_back_move(name, survivor, child)
            ):
                self._take(survivor, child, name, note)
        if (
            "start" in from_child
            and child.happening == Happening.RESCHEDULED
            and "status" not in survivor.locked_fields
        ):
            self._set(survivor, "happening", child.happening, note)
        for name in ("tags", "performers"):
            if name not in survivor.locked_fields and name not in by_hand:
                self._set(survivor, name, _union(getattr(survivor, name), getattr(child, name)), note)
        taken = {
            name for name in LOCKS if name in by_hand or name in from_child - set(survivor.locked_fields)
        }
        mine_found = [flag for flag in survivor.flags if flag["check"] not in taken]
        theirs_found = [flag for flag in child.flags if flag["check"] not in LOCKS or flag["check"] in taken]
        self._set(survivor, "flags", event_facts.joined_flags(mine_found, theirs_found), note)
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
        """Take what does not come from sources: freshness, verification, and the umbrella event."""
        if child.freshness == Freshness.SEEN:
            self._set(survivor, "freshness", child.freshness, note)
        surer = max(
            survivor.verification, child.verification, key=lambda word: _SURER.index(Verification(word))
        )
        self._set(survivor, "verification", surer, note)
        if survivor.umbrella_id is None and child.umbrella_id not in (None, survivor.id):
            self._set(survivor, "umbrella_id", child.umbrella_id, note)

    def _show(self, survivor: Event, chosen: Values, note: dict[str, Any], *, by: str) -> None:
        for values in chosen.values():
            for column, value in values.items():
                self._set(survivor, column, FIELDS[column].to_python(value), note)
        if chosen:
            give(survivor, chosen, note, by=by, at=self.now)

    def _set(self, event: Event, column: str, value: Any, note: dict[str, Any]) -> None:
        before, after = plain(getattr(event, column)), plain(value)
        if before != after:
            first = note["columns"].get(column, [before])[0]
            note["columns"][column] = [first, after]
            setattr(event, column, value)

    def _take_images(self, survivor_id: UUID, child_id: UUID) -> list[str]:
        """Copy the child's pictures that the survivor lacks, with our own files; the child keeps its own."""
        held = {image.source_url for image in self.images[survivor_id]}
        taken = []
        for image in self.images[child_id]:
            if image.source_url not in held and len(self.images[survivor_id]) < event_facts.MAX_UNION:
                taken.append(str(self._copy(image, survivor_id).pk))
        return taken

    def part(self, child_id: UUID) -> None:
        """Undo one merge, wherever it is in the tree: later ones are undone first and repeated without it."""
        undone = self._undo_down_to(child_id)
        for match in reversed(undone[:-1]):
            survivor_id = match.survivor_id
            assert survivor_id is not None
            chosen = match.undo.get("chosen")
            by = chosen_by(match.undo)
            match.undo = self.join(survivor_id, UUID(match.undo["child"]), chosen=chosen, by=by)
            self.matches[UUID(match.undo["child"])] = match
        self._settle_own(child_id)

    def _settle_own(self, child_id: UUID) -> None:
        """The listing that began an event, or is its only one, is no longer a mismatched one there."""
        listed = self.listed(child_id)
        own = [
            one
            for one in listed
            if one.mismatched_since
            and (len(listed) == 1 or (one.joined_at is None and one.first_event_id == child_id))
        ]
        for listing in own:
            settle(listing, self.now)
        self._settled += own
        if own:
            self._catch_up(self.events[child_id])

    def _undo_down_to(self, child_id: UUID) -> list[DuplicateMatch]:
        """Undo the merge of `child_id` after all that rest on it, the newest first.

        Returns their matches in that order, its own last.
        """
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
            raise MergeRefused("This merge cannot be undone: the former state was not stored.")
        return match

    def _merges_into(self, survivor_id: UUID) -> list[DuplicateMatch]:
        return [match for match in self.matches.values() if match.survivor_id == survivor_id]

    def _undo(self, match: DuplicateMatch) -> None:
        note = match.undo
        child_id, survivor_id = UUID(note["child"]), match.survivor_id
        assert survivor_id is not None
        survivor, child = self.events[survivor_id], self.events[child_id]
        both, since = self.words(survivor_id), datetime.fromisoformat(note["at"])
        match.undo = note = {**note, "chosen": still_shown(survivor, note)}
        restored = self._restore(survivor, note)
        staying = [listing for listing in self.listed(survivor_id) if str(listing.pk) not in note["listings"]]
        self._move_listings([pk for pk in note["listings"] if self._is_at(pk, survivor_id)], child_id)
        if any(word.changed_at > since for word in self.words(child_id)):
            self.forget_words(survivor, both, effective_contributions(staying), but=restored)
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
        return any(
            str(listing.pk) == listing_id and listing.event_id == event_id for listing in self.listings
        )

    def _restore(self, survivor: Event, note: Mapping[str, Any]) -> set[str]:
        """Restore what the merge changed and nobody changed since. Returns these columns."""
        restored = set()
        for column, (before, after) in note["columns"].items():
            if plain(getattr(survivor, column)) == after:
                setattr(survivor, column, FIELDS[column].to_python(before))
                restored.add(column)
        for name, (before, after) in note["provenance"].items():
            if survivor.provenance.get(name) == after:
                others = {other: given for other, given in survivor.provenance.items() if other != name}
                survivor.provenance = others if before is None else {**others, name: before}
        set_since = {
            name
            for name in note["locks"]
            if not set(LOCKS.get(name, (name,))) & note["columns"].keys() <= restored
        }
        survivor.locked_fields = [
            name for name in survivor.locked_fields if name not in note["locks"] or name in set_since
        ]
        return restored

    def forget_words(
        self,
        event: Event,
        both: Sequence[event_facts.Contribution],
        staying: Sequence[event_facts.Contribution],
        *,
        but: Iterable[str] = (),
    ) -> None:
        """Remove the values that the leaving contributions gave the event.

        Each group that they had won gets the best of the staying ones. Values that a person set, and the
        columns `but`, are not changed.
        """
        if not staying or len(staying) == len(both):
            return
        before, after = event_facts.canonical(both), event_facts.canonical(staying)
        identities = {(word.origin, word.identity) for word in staying}
        lost = {
            name for name, word in before.winners.items() if (word.origin, word.identity) not in identities
        } | {
            "tags",
            "performers",
            "flags",
        }
        links = linked.known([*both])
        had = {**event_facts.columns(before.facts), **links.columns(before)}
        has = {**event_facts.columns(after.facts), **links.columns(after)}
        closed = {*locked_columns(event), *but}
        for name in lost:
            for column in LOCKS[name]:
                if (
                    column in has
                    and column not in closed
                    and plain(getattr(event, column)) == plain(had[column])
                ):
                    setattr(event, column, has[column])
            if name in after.provenance and event.provenance.get(name) == before.provenance[name]:
                event.provenance = {**event.provenance, name: after.provenance[name]}

    def _give_images_back(self, survivor_id: UUID, child_id: UUID, taken: Sequence[str]) -> None:
        """Delete the copies, and return pictures that the child's listings brought since."""
        of_child = self._told_urls(child_id) - self._told_urls(survivor_id)
        held = {image.source_url for image in self.images[child_id]}
        for image in list(self.images[survivor_id]):
            if str(image.pk) in taken:
                self.images[survivor_id].remove(image)
                self._unmake(image)
            elif image.source_url in of_child - held:
                self.hand_over(image, child_id)

    def _catch_up(self, child: Event) -> None:
        """Apply the facts that the child's sources reported while it was merged."""
        words = self.words(child.id)
        chosen = event_facts.canonical(words)
        values = {**event_facts.columns(chosen.facts), **linked.known(words).columns(chosen)}
        for column, (_, value) in event_facts.differing(child, values, ignore=locked_columns(child)).items():
            setattr(child, column, value)


def _takes_back_move(name: str, survivor: Event, child: Event) -> bool:
    """Whether a source's "scheduled" would undo our own "rescheduled", which it must not."""
    return (
        name == "status"
        and survivor.happening == Happening.RESCHEDULED
        and child.happening == Happening.SCHEDULED
    )


def _union(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    known = {item.casefold() for item in mine}
    return [*mine, *(item for item in theirs if item.casefold() not in known)][: event_facts.MAX_UNION]
