"""Which picture of an event is shown first: the one that a person chose, else the largest that we have a copy of.

A person's choice is part of the lock of `images`: the address stands in its provenance, so that undoing, giving back
and merging treat it like every other locked value.
"""

from typing import Any, Final

from events.enums import ImageState
from events.exceptions import BadValue
from events.models import Event, EventImage

#: The lock, and the name under which an edit gives the choice.
LOCK: Final = "images"
PICTURE: Final = "picture"
#: Up to this size in pixels, a larger picture is a better first one.
ENOUGH: Final = 1280 * 1280


def chosen_picture(event: Event) -> str:
    """The source's address of the picture that a person chose, '' where nobody did."""
    given: dict[str, Any] = event.provenance.get(LOCK) or {}
    return str(given.get(PICTURE) or "") if LOCK in event.locked_fields else ""


def shown_picture(event: Event) -> str:
    """The source's address of the picture that is shown first, '' where there is none."""
    first = EventImage.objects.filter(event=event, is_primary=True).values_list("source_url", flat=True)
    return first.first() or ""


def choosable_pictures(event: Event) -> list[EventImage]:
    """The pictures that may be shown first: those of which we hold a copy, and the one that is."""
    return [
        image
        for image in EventImage.objects.filter(event=event)
        if image.is_primary or (image.state == ImageState.STORED and image.url)
    ]


def check_choosable(event: Event, address: str) -> None:
    """Raise BadValue where the address is none of the event's pictures."""
    if address not in {image.source_url for image in choosable_pictures(event)}:
        raise BadValue("Picture is none of the event's pictures any more. Choose one of those shown.")


def choose_primary(event: Event) -> None:
    """Show the chosen picture first; without a choice the largest stored one, or the first that is large enough."""
    chosen = chosen_picture(event)
    if chosen and EventImage.objects.filter(event=event, source_url=chosen).exists():
        show_first(event, chosen)
        return
    stored = EventImage.objects.filter(event=event, state=ImageState.STORED).order_by("position", "id")
    best = max(stored, key=lambda image: min(ENOUGH, (image.width or 0) * (image.height or 0)), default=None)
    if best is not None:
        show_first(event, best.source_url)


def show_first(event: Event, address: str) -> None:
    """Make the picture of that address the event's first one. Does nothing where there is none of that address."""
    known = EventImage.objects.filter(event=event, source_url=address, is_primary=False)
    if known.exists():
        EventImage.objects.filter(event=event, is_primary=True).update(is_primary=False)
        known.update(is_primary=True)
