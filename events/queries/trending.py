"""The most popular events that begin soon."""

from datetime import datetime

from django.db.models import F, QuerySet

from events.filters import EventFilter
from events.models import Event
from events.queries.filtering import upcoming


def trending(wanted: EventFilter, *, now: datetime) -> QuerySet[Event]:
    """Events that are trending and match `wanted`, the most popular first, with their `score` (0 to 1).

    Of each city and category at most a hundred (`events.services.trends`).
    """
    found = upcoming(wanted.without("ordering"), now=now).filter(trend__rank__isnull=False)
    if wanted.city:  # the event's own city decides; this one leads to the index
        found = found.filter(trend__city__slug=wanted.city)
    return found.annotate(score=F("trend__score")).order_by("-score", "start_at", "id")
