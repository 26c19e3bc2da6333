"""Input and output records of the services of events.

Frozen, typed, keyword-only, and free of Django.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from events.enums import Publication, TeamKind
from pipeline.contract.normalized import NormalizedEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """The result of the step `locate`: slugs of city and area, id of the place; '' where there is none."""

    city: str = ""
    area: str = ""
    place_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One origin's facts about one occurrence, to be recorded.

    `event_id` is the event that it belongs to: an existing one, one that another entry of the batch creates,
    or a new UUIDv7. `similar` are events that a moderator should compare it with. `words` are the origin's
    words that no field of the normalized event preserves, so that it can be refined again. `as_json` is the event's
    `to_json()` where the caller has it already.
    """

    event_id: UUID
    external_id: str
    recurrence_id: str = ""
    event: NormalizedEvent
    located: Located = Located()
    similar: tuple["Likeness", ...] = ()
    merged: "Likeness | None" = None
    words: Mapping[str, Any] = field(default_factory=dict)
    as_json: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """The result of matching.

    The other event, similarity 0 to 1, the fields' scores, and the reasons as text.
    """

    event_id: UUID
    similarity: float
    match_fields: Mapping[str, Any]
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """The input of `judge`: an event as it would become.

    `changes` is {column: (before, after)}, empty for a new event. `methods` is {column: the method of reading
    of the listing that gives it}, for the changes, or for all columns where several entries describe a new
    event.
    """

    event_id: UUID
    is_new: bool
    facts: Mapping[str, Any]
    changes: Mapping[str, tuple[Any, Any]]
    publication: Publication
    locked: tuple[str, ...] = ()
    similar: tuple[Likeness, ...] = ()
    methods: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The output of `judge`.

    `publish`: publish a new event. `apply`: apply the changes of a known one, except the `withheld` columns,
    which become a proposal. `counts`: the source's other facts are effective too, and may be published later,
    when a better source no longer lists the event. `reasons`: why not, and `rules` by name which rules said so, or
    let it through. `silent` are rules that are switched off and would have held it back; `measures` is what was
    compared with thresholds, by rule.
    """

    publish: bool = False
    apply: bool = True
    withheld: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    counts: bool = True
    rules: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """The result for one event of a batch.

    `reasons` is not empty where a moderator should look at it. `proposed`: changes were withheld.
    `mismatches` are its mismatched listings, `matching_again` the ids of those that match again. `asked`:
    facts of another source still wait for a moderator. `judgement` is what the judge said.
    """

    event_id: UUID
    outcome: Outcome
    publication: Publication
    merged: bool = False
    moved: bool = False
    proposal_id: UUID | None = None
    reasons: tuple[str, ...] = ()
    case: Case | None = None
    mismatches: tuple["MismatchedListing", ...] = ()
    matching_again: tuple[UUID, ...] = ()
    asked: bool = False
    judgement: Judgement = field(default_factory=Judgement)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """An event whose publication somebody decided, and its former state (the same if nothing changed)."""

    event_id: UUID
    before: Publication


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """An edited event (`events.models.Event`), and the note from which the edit is undone; {} for no change."""

    event: Any
    note: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchQuestion:
    """The question whether an entry still describes the event of these other listings.

    `others` are their origins' keys and their facts.
    """

    entry: Entry
    others: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MismatchedListing:
    """A joined listing that no longer matches its event, and how badly."""

    listing_id: UUID
    entry: Entry
    likeness: Likeness


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """The team of one organizer or venue."""

    kind: TeamKind
    id: UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Managed:
    """The ids of the organizers and venues that somebody speaks for; places that were merged into one count too."""

    organizers: frozenset[UUID] = frozenset()
    places: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.organizers or self.places)
