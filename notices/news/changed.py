"""Changes of events that people registered for or saved."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from events.enums import Publication
from events.models import Event
from events.public import status_of
from events.services import announcing
from notices.enums import Kind
from notices.news.about import event_facts
from notices.queries.people import registered, saved
from notices.records import News, Receiver
from outbox.models import Change

TYPES: Final = (announcing.CHANGED, announcing.CANCELLED, announcing.REMOVED)
#: Of an event that begins within so long people are told at once.
SOON: Final = timedelta(hours=3)
#: What people are told of: when, where, and whether it takes place.
_TOLD: Final = ("start", "venue", "status")
#: Of an event that was taken off the site, in place of its status.
REMOVED: Final = "removed"


def news_of(changes: Sequence[Change], *, now: datetime) -> Iterator[News]:
    """For everybody who wants to go: what was before. Whether it is different when they are told is looked at then."""
    before: dict[UUID, dict[str, Any]] = {}
    first: dict[UUID, Change] = {}
    for change in changes:
        former = _former(change) if change.type in TYPES else {}
        if former:
            first.setdefault(change.object_id, change)
            before[change.object_id] = {**former, **before.get(change.object_id, {})}
    if not before:
        return
    people = _people(set(before))
    events = Event.objects.in_bulk(people)
    for event_id, theirs in people.items():
        event = events[event_id]
        facts = {**event_facts(event), "before": before[event_id]}
        at_once = now if event.start_at - now < SOON else None
        for user_id, is_registered in theirs.items():
            yield News(
                to=Receiver(user_id=user_id), kind=Kind.CHANGE, subject=f"event:{event_id}", period=str(first[event_id].number),
                facts=facts, is_mailed=is_registered, due_at=at_once,
            )  # fmt: skip


def state_of(event: Event) -> dict[str, Any]:
    """What people are told of, as `before` has it."""
    is_gone = event.publication == Publication.REMOVED
    return {
        "start": event.start_at.isoformat(),
        "venue": event.place_words,
        "status": REMOVED if is_gone else _status(status_of(event)),
    }


def _former(change: Change) -> dict[str, Any]:
    """What was different before the change, of what people are told."""
    if change.type == announcing.REMOVED:
        return {"status": _status(change.data.get("status", "scheduled"))}
    before = change.data.get("before") or {}
    former = {name: before[name] for name in _TOLD if name in before}
    if "venue" in former and not {"lat", "lng"} & set(before) and change.data.get("lat") is not None:
        del former["venue"]  # written otherwise, at the same point
    if "status" in former:
        former["status"] = _status(former["status"])
    if change.type == announcing.CANCELLED:
        former.setdefault("status", "scheduled")
    return former


def _status(said: str) -> str:
    """Sold out and rescheduled say nothing of whether it takes place as one knows it."""
    return "scheduled" if said in ("sold_out", "rescheduled") else said


def _people(event_ids: set[UUID]) -> dict[UUID, dict[UUID, bool]]:
    """The accounts that want to go to each event; whether they are registered."""
    found: dict[UUID, dict[UUID, bool]] = defaultdict(dict)
    for event_id, user_id in saved(event_ids):
        found[event_id][user_id] = False
    for event_id, user_id in registered(event_ids):
        found[event_id][user_id] = True
    return found
