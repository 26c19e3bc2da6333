"""Performers who asked not to be listed: no page, no links, no suggestions."""

from datetime import datetime

from events.models import HiddenPerformer


def hide_performer(part: str, *, now: datetime) -> None:
    """Their page answers 410 from now on, and nothing leads there. `part` is the name in addresses.

    `recount_performer` takes the name out of the suggestions.
    """
    HiddenPerformer.objects.get_or_create(part=part, defaults={"since": now})


def show_performer_again(part: str) -> None:
    """Take back `hide_performer`."""
    for hidden in HiddenPerformer.objects.filter(part=part):
        hidden.delete()
