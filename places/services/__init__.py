"""The services of places."""

from places.services.correcting import (
    correct_place,
    forget_words,
    learn_words,
    uncorrect_place,
    unlearn_words,
)
from places.services.ensuring import WantedPlace, ensure_places
from places.services.forgetting import forget_expired
from places.services.geocoding import Geocoded, forget_geocodes, geocode_missing, set_point
from places.services.likening import Likened, liken_places, likeness_of
from places.services.merging import (
    locks_contradict,
    mark_places_different,
    merge_places,
    survivor_of,
    unmerge_places,
)
from places.services.refreshing import SAID_BY, refresh_places
from places.services.reporting import forget_reporters, is_owner, report
from places.services.status import let_expire, record_evidence, record_statuses
from places.services.taking import take_places
from places.services.weather import record_weather

__all__ = [
    "SAID_BY",
    "Geocoded",
    "Likened",
    "WantedPlace",
    "correct_place",
    "ensure_places",
    "forget_expired",
    "forget_geocodes",
    "forget_reporters",
    "forget_words",
    "geocode_missing",
    "is_owner",
    "learn_words",
    "let_expire",
    "liken_places",
    "likeness_of",
    "locks_contradict",
    "mark_places_different",
    "merge_places",
    "record_evidence",
    "record_statuses",
    "record_weather",
    "refresh_places",
    "report",
    "set_point",
    "survivor_of",
    "take_places",
    "uncorrect_place",
    "unlearn_words",
    "unmerge_places",
]
