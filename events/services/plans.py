"""The plan for one event of a batch: its former values, its new values, and its locked columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from events import facts as event_facts
from events.models import Event, Listing, Proposal
from events.records import Entry, Judgement, Likeness
from events.services import announcing
from pipeline.contract.fields import LOCKS
from pipeline.contract.normalized import exact_point

_FIELDS: Mapping[str, str] = {column: name for name, columns in LOCKS.items() for column in columns}
#: The origin of a person's values in provenance.
PERSON = "person"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedEntry:
    """An entry, and the stored state of its listing.

    `changed_at` is when its facts last changed, `since` whether that was after their first sight. `joined`:
    matching joined it to its event. `moved`: its title, time or place changed; `kept`: the words with which a
    person kept it. `effective_before`: its effective facts until now. `mismatched_since`, and `mismatch` if
    it was found in this batch.
    """

    facts: event_facts.Facts
    changed_at: datetime
    since: bool = False
    listing_id: UUID | None = None
    joined: bool = False
    moved: bool = False
    kept: list[Any] | None = None
    mismatched_since: datetime | None = None
    mismatch: Likeness | None = None
    effective_before: event_facts.Contribution | None = None
    fits_again: bool = False


@dataclass(kw_only=True, slots=True)
class Plan:
    """One event of the batch: its former state, its new values, and the judgement.

    `methods` are the methods of reading of the changed columns. `withheld` are changes that were not applied,
    `doubted` those columns among them that the judge refused (not a lock). `asked`: facts of another origin
    still wait for a moderator.
    """

    event: Event
    is_new: bool
    entries: list[Entry]
    reported: dict[tuple[str, str], ReportedEntry]
    facts: event_facts.Facts
    provenance: Mapping[str, Any]
    values: dict[str, Any]
    changes: dict[str, tuple[Any, Any]]
    before: announcing.Seen = announcing.NEVER_SEEN
    before_publication: str = ""
    images: list[dict[str, Any]] = field(default_factory=list)
    judgement: Judgement = field(default_factory=Judgement)
    methods: Mapping[str, str] = field(default_factory=dict)
    withheld: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()
    proposal: Proposal | None = None
    asked: bool = False


#: The facts by which an entry is recognized: while they stay the same, it describes the same event.
_RECOGNISED = ("title", "start", "all_day", "time_known", "online")


def recognised(facts: event_facts.Facts) -> list[Any]:
    """The values by which an entry is recognized: title, time and place."""
    venue = facts.get("venue") or {}
    return [
        *(facts.get(name) for name in _RECOGNISED),
        venue.get("name"),
        venue.get("address"),
        *exact_point(venue),
    ]


def listing_key(entry: Entry) -> tuple[str, str]:
    """The key of an entry's listing within its origin: external id and recurrence id."""
    return entry.external_id, entry.recurrence_id


def field_of(column: str) -> str:
    """The lockable field that a column belongs to."""
    return _FIELDS.get(column, column)


def locked_columns(event: Event) -> tuple[str, ...]:
    """The columns that a person has locked."""
    return tuple(column for name in event.locked_fields for column in LOCKS.get(name, (name,)))


def plain(value: Any) -> Any:
    """A column's value as JSON, from which the field's `to_python` reads it back."""
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


def kept_provenance(event: Event, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """The origin of each group: as chosen, but unchanged for locked fields."""
    return {
        **chosen,
        **{name: event.provenance[name] for name in event.locked_fields if name in event.provenance},
    }


def contribution_of(listing: Listing) -> event_facts.Contribution:
    """The effective contribution of a stored listing (its origin must be selected)."""
    return event_facts.Contribution(
        origin=str(listing.origin_id),
        trust=listing.origin.trust,
        changed_at=listing.changed_at,
        facts=listing.facts if listing.accepted is None else listing.accepted,
        missing=listing.missing_since is not None,
        mismatched=listing.mismatched_since is not None,
        identity=listing.external_id + listing.recurrence_id,
        since=listing.changed_at > listing.first_seen_at,
        whole=None if listing.accepted is None else listing.facts,
    )


def settle(listing: Listing, now: datetime) -> None:
    """Make a mismatched listing's facts effective from now on. Not saved."""
    listing.mismatched_since, listing.accepted, listing.changed_at = None, None, now
