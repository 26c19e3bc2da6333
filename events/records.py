"""The normalized event: what every source's words become before anything is stored
(docs/interfaces.md).

Frozen, typed, keyword-only, and free of Django: the pipeline's steps pass these along in batches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from events.enums import Publication
from pipeline.contract.normalized import NormalizedEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """What the locating step found: slugs of city and area, id of the place; '' where there is none."""

    city: str = ""
    area: str = ""
    place_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One origin's word on one occurrence, to be recorded. `event_id` names the event that it feeds: an
    existing one, one that another entry of the batch makes, or a new UUIDv7. `similar` are events that a
    moderator should compare it with. `words` is what the origin said that no field of the normalized event
    holds, so that it can be refined again."""

    event_id: UUID
    external_id: str
    recurrence_id: str = ""
    event: NormalizedEvent
    located: Located = Located()
    similar: tuple["Likeness", ...] = ()
    merged: "Likeness | None" = None
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """What matching found: the other event, similarity 0 to 1, the fields' scores, and the reasons in
    words."""

    event_id: UUID
    similarity: float
    match_fields: Mapping[str, Any]
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What `judge` is asked: an event as it would become. `changes` is {column: (before, after)}, empty for a
    new event; `methods` is {column: how the listing was read that gives it}, of the changes, or of all
    columns where several entries tell of a new event."""

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
    """`publish`: let a new event through. `apply`: let the changes of a known one through, of which
    `withheld` columns become a proposal. `counts`: what the source says of a published event besides may come
    to readers later, when who says it better goes.

    `reasons` say why not."""

    publish: bool = False
    apply: bool = True
    withheld: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    counts: bool = True


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What became of one event of a batch. `reasons` is not empty where a person should look; `proposed`
    where changes were withheld; `mismatches` are listings of it that no longer fit, `matching_again` the ids of those
    that do once more; `asked` where what another source says still waits for a person."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """An event whose publication somebody decided, and what it was before (the same, where nothing had to be
    done)."""

    event_id: UUID
    before: Publication


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchQuestion:
    """A question: does what the entry now says still tell of the event that these other listings tell of?
    `others` are their origins' keys and their facts."""

    entry: Entry
    others: tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MismatchedListing:
    """A joined listing that no longer fits its event, and how little it does."""

    listing_id: UUID
    entry: Entry
    likeness: Likeness
