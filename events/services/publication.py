"""The only code that changes an event's state."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, Done, digest, record_action, record_actions, target_of
from accounts.rights import Actor, is_person, require
from events import signals, states
from events.enums import Happening, Publication
from events.exceptions import ForbiddenMove
from events.models import Event
from events.records import Moved
from events.services import announcing
from events.services.locks import lock_fields
from outbox import services as outbox
from places.queries.reach import require_city

#: The rights to publish and hide events, and to change other fields.
PUBLISH, CHANGE = "events.publish_event", "events.change_event"
_STATE_COLUMNS = [
    "publication", "publication_reason", "published_at", "moderated_by", "moderated_at", "moderation_notes", "happening", "verification",
    "previous_start_at", "merged_into", "updated_at", "version",
]  # fmt: skip


def change_status(
    event_id: UUID,
    to: Publication,
    *,
    by: Actor,
    reason: str = "",
    note: str = "",
    now: datetime | None = None,
    is_decided: bool = False,
) -> Event:
    """Move one event to the publication state `to`; see `change_statuses`.

    Raises RightMissing, Event.DoesNotExist, ForbiddenMove.
    """
    events = change_statuses([event_id], to, by=by, reason=reason, note=note, now=now, is_decided=is_decided)
    if not events:
        raise Event.DoesNotExist(f"There is no event {event_id}.")
    return events[0]


def change_statuses(
    event_ids: Iterable[UUID],
    to: Publication,
    *,
    by: Actor,
    reason: str = "",
    note: str = "",
    now: datetime | None = None,
    is_decided: bool = False,
) -> list[Event]:
    """Move events to the publication state `to`, all or none.

    In one transaction:

    1. the rows are locked in the order of their ids, and each move is checked against
       `states.PUBLICATION_MOVES`;
    2. an event that becomes visible is dated (`published_at` is its first time);
    3. the event stores who decided, when and why;
    4. one Change for each event that readers see come or go, to the topics of before and after;
    5. `events.signals.moved` notifies the higher apps, unless the caller stores the decision itself
       (`is_decided`);
    6. after the commit the outbox numbers and announces them, and digests, feeds and the live hub follow.

    An event in that state already is not changed. Raises RightMissing, ForbiddenMove; MERGED is reached only
    by `merge`.
    """
    require(by, PUBLISH)
    if to is Publication.MERGED:
        raise ForbiddenMove("An event becomes merged by `merge`, which names its survivor.")
    moment = now or clock()
    with transaction.atomic():
        events = lock(event_ids)
        require_event_cities(by, events)
        moving = [event for event in events if event.publication != to]
        moved = [Moved(event_id=event.pk, before=Publication(event.publication)) for event in events]
        slugs = announcing.slugs_for(moving)
        changes = [
            _move(event, to, slugs=slugs, by=by, reason=reason, note=note, moment=moment) for event in moving
        ]
        save(moving)
        outbox.record(change for change in changes if change is not None)
        _log_moves(moved, to, by=by, note=" ".join(filter(None, (reason, note))))
        if not is_decided:
            signals.moved.send(sender=Event, moved=moved, to=to, by=by, reason=reason, note=note, now=moment)
    return events


def change_happening(event_id: UUID, to: Happening, *, by: Actor, now: datetime | None = None) -> Event:
    """Set whether an event takes place (cancelled, postponed, …), and lock the field.

    Raises RightMissing, Event.DoesNotExist, ForbiddenMove.
    """
    require(by, CHANGE)
    moment = now or clock()
    with transaction.atomic():
        found = lock([event_id])
        if not found:
            raise Event.DoesNotExist(f"There is no event {event_id}.")
        event = found[0]
        require_event_cities(by, found)
        slugs = announcing.slugs_for([event])
        before = announcing.seen(event, slugs)
        states.check_move(states.HAPPENING_MOVES, Happening(event.happening), to)
        reported = {"happening": Happening(event.happening)}
        event.happening = to.value
        if is_person(by):
            lock_fields(event, ["status"], by=by, now=moment)
        _touch(event, moment)
        Event.objects.bulk_update(
            [event], ["happening", "locked_fields", "provenance", "updated_at", "version"]
        )
        record_action(
            by, Action.EVENT_CHANGED, target=target_of(event), before=reported, after={"happening": to}
        )
        if event.publication == Publication.APPROVED:
            kind = announcing.kind_of_change(
                before=event.publication,
                after=event.publication,
                cancelled_now=announcing.is_cancelled(event),
            )
            outbox.record([announcing.change(event, slugs, type=kind, before=before)])
    return event


def _log_moves(moved: Sequence[Moved], to: Publication, *, by: Actor, note: str) -> None:
    """One entry for each event that a person moved; one for all that a part of the system moved."""
    moved = [one for one in moved if one.before is not to]
    if is_person(by):
        done = (
            Done(f"events.event:{one.event_id}", {"publication": one.before}, {"publication": to})
            for one in moved
        )
        record_actions(by, Action.EVENT_MOVED, done, note=note)
    elif moved:
        after = {"publication": to, **digest(one.event_id for one in moved)}
        record_action(by, Action.EVENT_MOVED, target="events.event", after=after)


def lock(event_ids: Iterable[UUID]) -> list[Event]:
    """The events, locked for this transaction in the order of their ids, so that writers cannot deadlock."""
    return list(Event.objects.select_for_update(of=("self",)).filter(id__in=list(event_ids)).order_by("id"))


def require_event_cities(by: Actor, events: Iterable[Event]) -> None:
    """Raise RightMissing unless `by` may work in the cities of all these events."""
    if cities := {event.city_id for event in events}:
        require_city(by, *cities)


def save(events: Sequence[Event]) -> None:
    """Write the state columns of `events` in one query."""
    if events:
        Event.objects.bulk_update(events, _STATE_COLUMNS)


def _move(
    event: Event, to: Publication, *, slugs: Any, by: Actor, reason: str, note: str, moment: datetime
) -> Any:
    before, seen = event.publication, announcing.seen(event, slugs)
    states.check_move(states.PUBLICATION_MOVES, Publication(before), to)
    event.publication = to.value
    event.publication_reason = reason[:300]
    if to is Publication.APPROVED and event.published_at is None:
        event.published_at = moment
    if is_person(by):
        event.moderated_by, event.moderated_at = by, moment
    if note:
        event.moderation_notes = note
    _touch(event, moment)
    kind = announcing.kind_of_change(before=before, after=event.publication)
    return announcing.change(event, slugs, type=kind, before=seen, reason=reason) if kind else None


def _touch(event: Event, moment: datetime) -> None:
    event.version += 1
    event.updated_at = moment
