"""The sizes of photos that a moderator passed are made, and then readers see them."""

from datetime import datetime
from typing import Final

from django.db import transaction

from galleries.enums import PhotoState
from galleries.models import Photo
from galleries.services import files
from galleries.services.announcing import announce, standing

_BATCH: Final = 20


def render(*, now: datetime) -> int:
    """Make the files of photos that were passed, and show them. Returns how many. Twice at once it is done once."""
    from events.pictures import read_picture

    count = 0
    for row in Photo.objects.filter(state=PhotoState.PASSED).order_by("created_at")[:_BATCH]:
        token, made = files.write(read_picture(bytes(row.content or b"")))
        with transaction.atomic():
            passed = Photo.objects.filter(pk=row.pk, state=PhotoState.PASSED)
            is_ours = passed.update(state=PhotoState.SHOWN, token=token, files=made, content=None)
            if is_ours:
                announce(standing(row))
        if is_ours:
            count += 1
        else:
            files.delete(file["name"] for file in made)
    return count
