"""Whether what a notice tells is still so, and what exactly it tells, at the moment when it is told or sent."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from events.enums import Happening, Publication
from events.models import Event
from notices.enums import Kind
from notices.models import Notice
from notices.news.about import event_facts
from notices.news.changed import state_of
from notices.queries.people import wants_to_go

#: Kinds whose notices are compared with their event.
_OF_EVENTS: Final = (Kind.CHANGE, Kind.REMINDER)
_OFF: Final = (Happening.CANCELLED, Happening.POSTPONED)


def settled(notices: Iterable[Notice], *, now: datetime) -> dict[UUID, Mapping[str, Any] | None]:
    """The facts of each of these notices by its id as they are now; None where it is true no more.

    The number of queries does not depend on how many there are.
    """
    rows = list(notices)
    about = {UUID(row.facts["event"]) for row in rows if row.kind in _OF_EVENTS}
    events = Event.objects.select_related("city").in_bulk(about) if about else {}
    going = wants_to_go(about) if about else frozenset()
    found: dict[UUID, Mapping[str, Any] | None] = {}
    for row in rows:
        if row.kind not in _OF_EVENTS:
            found[row.pk] = row.facts
            continue
        event = events.get(UUID(row.facts["event"]))
        is_going = event is not None and (event.pk, row.user_id, row.address_hash) in going
        found[row.pk] = _of_event(row, event, now) if event is not None and is_going else None
    return found


def _of_event(row: Notice, event: Event, now: datetime) -> Mapping[str, Any] | None:
    return _change(row, event) if row.kind == Kind.CHANGE else _reminder(row, event, now)


def _change(row: Notice, event: Event) -> Mapping[str, Any] | None:
    """What is different from before; None where it was taken back, or a moderator looks at the event."""
    if event.publication not in (Publication.APPROVED, Publication.REMOVED):
        return None
    present = state_of(event)
    different = {
        name: was for name, was in row.facts["before"].items() if not _same(name, was, present[name])
    }
    if not different:
        return None
    return {**event_facts(event), "before": different, "now": {name: present[name] for name in different}}  # fmt: skip


def _same(name: str, was: Any, present: Any) -> bool:
    if name == "start" and was and present:
        return datetime.fromisoformat(was) == datetime.fromisoformat(present)
    return bool(was == present)


def _reminder(row: Notice, event: Event, now: datetime) -> Mapping[str, Any] | None:
    is_on = event.publication == Publication.APPROVED and event.happening not in _OFF
    is_then = event.start_at == datetime.fromisoformat(row.facts["start"]) and event.start_at > now
    return {**row.facts, **event_facts(event)} if is_on and is_then else None
