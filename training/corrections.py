"""Moderators' corrections: events whose category a person set, which count more than a source's label."""

from collections.abc import Iterator
from typing import Final

from events.models import Event
from pipeline.taxonomy import OTHER
from training.evaluation import LabelledEvent

#: The source name of corrections, whatever the event's source: a person's verdict has no source prior.
SOURCE: Final = "corrections"


def corrected_events() -> Iterator[LabelledEvent]:
    """Yield every event whose category a person set and thereby locked, by id, whatever its later state.

    Events with `other` are left out: the categorizer never guesses it.
    """
    found = (
        Event.objects.filter(locked_fields__contains=["category"]).exclude(category_id=OTHER).order_by("id")
    )
    columns = ("id", "title", "description", "venue_name", "venue_city", "language", "category_id")
    for row in found.values_list(*columns, named=True).iterator():
        slug = str(row.category_id)
        yield LabelledEvent(
            key=f"{SOURCE}:{row.id}",
            source=SOURCE,
            title=row.title,
            description=row.description,
            venue=row.venue_name,
            city=row.venue_city,
            language=row.language,
            labels=(slug,),
            acceptable=frozenset({slug}),
        )
