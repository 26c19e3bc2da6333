"""The plan for one event of a batch: its former values, its new values, and the columns that a person has
locked."""

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

_FIELDS: Mapping[str, str] = {column: name for name, columns in LOCKS.items() for column in columns}
#: Who gave a field that a person set, in provenance.
PERSON = "person"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedEntry:
    """What an entry says, and what is known of its listing: when its facts last changed, and whether `since`
    its first sight; whether it was `joined` to its event rather than began it; whether what it is
    recognised by `moved`, and in which words a person `kept` it; what counted of it until now (`effective_before`);
    since when it mismatches, and why it does in this very batch (`mismatch`)."""

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
    """One event of the batch: what it was, what its entries make of it, and what was judged. `methods` says
    how the listing reads that gives a changed column; `withheld` are changes that did not happen, `doubted`
    the columns where not a lock but the judge said so; `asked` whether what another origin says still waits
    for a person."""

    event: Event
    is_new: bool
    entries: list[Entry]
    told: dict[tuple[str, str], ReportedEntry]
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


#: What an entry is recognised by: where these stay as they were, it tells of what it told of.
_RECOGNISED = ("title", "start", "all_day", "time_known", "online")


def recognised(facts: event_facts.Facts) -> list[Any]:
    """What an entry with these facts is recognised by: title, time and place."""
    venue = facts.get("venue") or {}
    return [
        *(facts.get(name) for name in _RECOGNISED),
        venue.get("name"),
        venue.get("address"),
        venue.get("lat"),
        venue.get("lng"),
    ]


def listing_key(entry: Entry) -> tuple[str, str]:
    """What names an entry's listing within its origin: external id and recurrence id."""
    return entry.external_id, entry.recurrence_id


def field_of(column: str) -> str:
    """The lockable field that a column belongs to."""
    return _FIELDS.get(column, column)


def locked_columns(event: Event) -> tuple[str, ...]:
    """The columns that a person's word closed to machines."""
    return tuple(column for name in event.locked_fields for column in LOCKS.get(name, (name,)))


def plain(value: Any) -> Any:
    """A column's value as JSON, from which the field's `to_python` reads it back."""
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)


def kept_provenance(event: Event, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Who gave what, by group: as chosen, but for what a person locked, which stays as it is said of the
    event."""
    return {
        **chosen,
        **{name: event.provenance[name] for name in event.locked_fields if name in event.provenance},
    }


def contribution_of(listing: Listing) -> event_facts.Contribution:
    """What counts of a stored listing, as a telling (its origin must be selected)."""
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
    """What a mismatched listing says counts from now on. Not saved."""
    listing.mismatched_since, listing.accepted, listing.changed_at = None, None, now
