"""Previews a merge without carrying it out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import now as clock

from events.exceptions import EventError
from events.models import Event
from events.services.merging.family import Family
from events.services.merging.listings import hear, locked, told_alone
from events.services.merging.verdicts import doubts, refuse_senseless
from events.services.plans import settle
from pipeline.contract.fields import PREVIEW_COLUMNS
from pipeline.dates.event_times import zone_or_utc


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One field: its value on each side, and in the merged event."""

    field: str
    survivor: Any
    child: Any
    merged: Any

    @property
    def differs(self) -> bool:
        """Whether the two sides differ."""
        return bool(self.survivor != self.child)

    @property
    def from_child(self) -> bool:
        """Whether the merged event would differ from the survivor."""
        return bool(self.merged != self.survivor)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The preview of a merge.

    `rows` in display order; `doubts`: why it would not be done automatically; `refused`: why nobody can do
    it, '' where one may.
    """

    rows: tuple[Row, ...]
    doubts: tuple[str, ...] = ()
    refused: str = ""


def _value(event: Event, name: str) -> Any:
    """A field's value for display, with local times."""
    value = getattr(event, name)
    return value.astimezone(zone_or_utc(event.timezone)) if isinstance(value, datetime) else value


def preview_listing(listing_id: UUID) -> Preview:
    """The values of a mismatched listing beside its event's, and the event's values if it belonged there.

    Raises Listing.DoesNotExist.
    """
    listing, family = locked(listing_id, clock(), lock=False)
    event = family.events[listing.event_id]
    settle(listing, family.now)
    alone = told_alone(listing)
    before = {name: _value(event, name) for name in PREVIEW_COLUMNS}
    hear(family, event, listing)
    rows = (
        Row(field=name, survivor=before[name], child=_value(alone, name), merged=_value(event, name))
        for name in PREVIEW_COLUMNS
    )
    return Preview(rows=tuple(row for row in rows if row.survivor or row.child or row.differs))


def preview_merge(survivor_id: UUID, child_id: UUID) -> Preview:
    """The result of `merge` for the two. Raises Event.DoesNotExist."""
    family = Family([survivor_id, child_id], now=clock(), lock=False)
    survivor, child = family.events[survivor_id], family.events[child_id]
    before = {name: (_value(survivor, name), _value(child, name)) for name in PREVIEW_COLUMNS}
    try:
        refuse_senseless(family, survivor_id, child_id)
        why_not = tuple(doubts(family, survivor_id, child_id))
        family.join(survivor_id, child_id)
    except EventError as error:
        return Preview(rows=(), refused=error.detail)
    rows = (
        Row(field=name, survivor=mine, child=theirs, merged=_value(survivor, name))
        for name, (mine, theirs) in before.items()
    )
    return Preview(
        rows=tuple(row for row in rows if row.survivor or row.child or row.differs), doubts=why_not
    )
