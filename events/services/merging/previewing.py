"""Previews a merge without carrying it out."""

from copy import copy
from dataclasses import dataclass
from uuid import UUID

from django.utils.timezone import now as clock

from events.exceptions import EventError
from events.models import Event
from events.services.merging.family import Family
from events.services.merging.listings import hear, locked, told_alone
from events.services.merging.verdicts import doubts, refuse_senseless
from events.services.plans import settle


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The preview of a merge.

    `sides` are the events before it, the survivor first; `merged` is the survivor after it, None where nobody
    can do it; `doubts`: why it would not be done automatically; `refused`: why nobody can do it, '' where one
    may. None of the events is saved.
    """

    sides: tuple[Event, ...]
    merged: Event | None = None
    doubts: tuple[str, ...] = ()
    refused: str = ""


def preview_listing(listing_id: UUID) -> Preview:
    """The event, what a mismatched listing of it describes, and the event if the listing belonged there.

    Raises Listing.DoesNotExist.
    """
    listing, family = locked(listing_id, clock(), lock=False)
    event = family.events[listing.event_id]
    settle(listing, family.now)
    before, alone = copy(event), told_alone(listing)
    hear(family, event, listing)
    return Preview(sides=(before, alone), merged=event)


def preview_merge(survivor_id: UUID, *child_ids: UUID) -> Preview:
    """The result of `merge_several` without values that a person chooses. Raises Event.DoesNotExist."""
    family = Family([survivor_id, *child_ids], now=clock(), lock=False)
    sides = tuple(copy(family.events[pk]) for pk in (survivor_id, *child_ids))
    why_not: list[str] = []
    try:
        for child_id in child_ids:
            refuse_senseless(family, survivor_id, child_id)
            why_not += doubts(family, survivor_id, child_id)
            family.join(survivor_id, child_id)
    except EventError as error:
        return Preview(sides=sides, refused=error.detail)
    return Preview(sides=sides, merged=family.events[survivor_id], doubts=tuple(dict.fromkeys(why_not)))
