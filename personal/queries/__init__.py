"""Reads of what a person keeps, and the events for them."""

from personal.queries.calendar import calendar_events, owner_of
from personal.queries.favourites import event_of, favourites_of, saved_ids
from personal.queries.following import followed, follows_of, one_followed
from personal.queries.for_me import events_for, recommended_to
from personal.queries.preferences import preferences_of, preferred, quiet_until, within_reach, zone_of

__all__ = [
    "calendar_events",
    "event_of",
    "events_for",
    "favourites_of",
    "followed",
    "follows_of",
    "one_followed",
    "owner_of",
    "preferences_of",
    "preferred",
    "quiet_until",
    "recommended_to",
    "saved_ids",
    "within_reach",
    "zone_of",
]
