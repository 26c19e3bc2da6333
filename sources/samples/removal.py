"""Takes the samples away: asked for by a person, carried out by a task."""

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from accounts.actions import Action, record_action
from accounts.rights import Actor, require
from events import services as events
from events.models import Event
from places.models import City, Place
from places.queries.reach import OVERSEE
from sources.models import Source

#: Who may take the samples away: whoever may delete sources, in all cities.
REMOVE: Final = ("sources.delete_source", OVERSEE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The samples that a site shows: events, the names of their cities, and of those among them with real events."""

    events: int
    cities: tuple[str, ...]
    with_real: tuple[str, ...]


def shown_samples() -> Shown | None:
    """What there is to take away; None where there is nothing (at most 3 queries)."""
    samples = Event.objects.filter(is_sample=True)
    count = samples.count()
    if not count:
        return None
    cities = dict(
        City.objects.filter(pk__in=samples.values("city")).order_by("name").values_list("pk", "name")
    )
    real = set(
        City.objects.filter(pk__in=cities)
        .filter(pk__in=Event.objects.filter(city__in=cities, is_sample=False).values("city"))
        .values_list("pk", flat=True)
    )
    return Shown(
        events=count,
        cities=tuple(cities.values()),
        with_real=tuple(name for pk, name in cities.items() if pk in real),
    )


def ask_removal(*, by: Actor) -> None:
    """Delete the sample sources, so that none is loaded again, and note who asked. The caller queues the rest.

    Raises RightMissing.
    """
    require(by, *REMOVE)
    with transaction.atomic():
        Source.objects.filter(is_sample=True).delete()
        record_action(by, Action.SAMPLES_REMOVED, target="sources.source:samples")


def remove_samples() -> int:
    """Remove all samples: sources, events, and the places that only samples use. Returns how many events.

    Events go in batches; it may run twice.
    """
    Source.objects.filter(is_sample=True).delete()
    count = events.remove_samples()
    Place.objects.filter(is_sample=True, events__isnull=True).delete()
    return count
