"""What the pages of ratings share."""

from typing import Any
from uuid import UUID

from django.http import Http404

from events.models import Event
from events.things import ThingKind, named, row_of
from places.models import Place
from ratings.models import Rating


def found(kind: ThingKind, pk: UUID) -> Event | Place:
    """The event or venue that readers see under this id. Raises Http404."""
    row = row_of(kind, pk)
    if row is None:
        raise Http404("nothing to rate")
    return row


def rated(rating: Rating) -> tuple[str, str]:
    """Name and path of what is rated, or of what that was merged into."""
    row: Any = rating.event or rating.place
    return named(row.merged_into or row)
