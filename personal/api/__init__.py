"""What a person keeps, through the API."""

from personal.api.calendar import OwnCalendar
from personal.api.favourites import FavouriteDetail, Favourites
from personal.api.following import FollowDetail, Follows
from personal.api.for_me import ForMe
from personal.api.preferences import OwnPreferences

__all__ = [
    "FavouriteDetail",
    "Favourites",
    "FollowDetail",
    "Follows",
    "ForMe",
    "OwnCalendar",
    "OwnPreferences",
]
