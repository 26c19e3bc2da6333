"""What the pages of galleries share."""

from typing import Any

from events.models import Event
from galleries.models import Photo
from places.models import Place


def of(photo: Photo) -> Event | Place:
    """What a photo is of, or what that was merged into."""
    row: Any = photo.event or photo.place
    found: Event | Place = row.merged_into or row
    return found
