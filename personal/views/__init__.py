"""Pages of what a person keeps: events for them with their preferences, what they follow, and their calendar."""

from personal.views.calendar import calendar_file
from personal.views.following import follow_page, following
from personal.views.for_me import for_me
from personal.views.saved import save_page, saved, saved_account

__all__ = ["calendar_file", "follow_page", "following", "for_me", "save_page", "saved", "saved_account"]
