"""The doors of what a person keeps. Nobody but the person has them: each takes the account itself."""

from personal.services.calendar import close_calendar, renew_calendar
from personal.services.favourites import change_saved, save_events, unsave_event
from personal.services.following import follow, unfollow
from personal.services.preferences import set_preferences

__all__ = [
    "change_saved",
    "close_calendar",
    "follow",
    "renew_calendar",
    "save_events",
    "set_preferences",
    "unfollow",
    "unsave_event",
]
