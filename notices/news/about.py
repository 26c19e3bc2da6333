"""The facts of an event that notices keep, from which their words are made."""

from typing import Any

from events.enums import Happening
from events.models import Event


def event_facts(event: Event) -> dict[str, Any]:
    """`start` is ISO 8601 in UTC; `timed` is False where only the day is known; `where` is '' for what moved online."""
    return {
        "event": str(event.pk),
        "title": event.title,
        "path": event.get_absolute_url(),
        "start": event.start_at.isoformat(),
        "zone": event.timezone,
        "timed": event.time_known and not event.all_day,
        "where": "" if event.happening == Happening.MOVED_ONLINE else event.place_words,
    }
