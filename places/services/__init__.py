"""The verbs of places."""

from places.services.ensuring import WantedPlace, ensure_places
from places.services.forgetting import forget_expired
from places.services.status import record_statuses
from places.services.taking import take_places
from places.services.weather import record_weather

__all__ = ["WantedPlace", "ensure_places", "forget_expired", "record_statuses", "record_weather", "take_places"]
