"""Changes of events by the team of their organizer or venue.

It is a second, narrower way beside the rights of staff: fewer fields, none that a moderator locked, and no word of the
event's moderation. Nothing here counts as a verdict, so that no source is trusted less for it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.actions import Action, record_action, target_of
from accounts.rights import PIPELINE, Actor, RightMissing
from events import signals, states
from events.enums import Happening, Publication
from events.exceptions import BadValue, ChangedMeanwhile, TeamRefused
from events.models import Event, Listing
from events.queries.teams import began_with_own_words, is_proven, manages
from events.services import locks, placing
from events.services.editing import Before, checked_values
from events.services.plans import field_of
from events.services.publication import change_statuses, lock
from pipeline.contract.fields import BACKGROUND, EDITABLE, LOCKS
from places.models import Place

#: What a team sets by its own names; of the venue only which place it is, from which the rest follows.
OWN_COLUMNS: Final = (
    frozenset(field.attname for field in Event._meta.concrete_fields if field.name in EDITABLE)
    - frozenset(LOCKS["venue"])
) | {"place_id", "accessibility", "doors_at", "registration_required"}
#: A change of these alone is not looked at afterwards: whether and how it takes place, and that people register.
_UNSEEN: Final = frozenset({"status", "capacity", "registration_required"})
#: Events that a team may still change.
_OPEN: Final = (Publication.DRAFT, Publication.PENDING, Publication.APPROVED, Publication.FLAGGED)
#: What readers of a withdrawn event's address are told.
WITHDRAWN: Final = "its organizer withdrew it"


def edit_own(
    event_id: UUID,
    values: Mapping[str, Any],
    *,
    by: Actor,
    version: int | None = None,
    now: datetime | None = None,
) -> Event:
    """Set columns of an event of one's team, lock their fields as the team's, and announce the change.

    `values` is {column: value} of OWN_COLUMNS; `happening` cancels or postpones. Another place sets all fields of the venue.
    Another start of a published event marks it as rescheduled, as for a source (`comparing`), with the former start.
    Raises RightMissing, BadValue, ChangedMeanwhile, ForbiddenMove, Place.DoesNotExist; TeamRefused where a moderator locked
    a field, or the event is public, others told of it first, and the team has not proved who it is. What a team that has not
    proved it changes of its own public event stands, and a moderator looks at it (`signals.changed_unproven`).
    """
    if unknown := sorted(values.keys() - OWN_COLUMNS):
        raise BadValue(gettext("%(field)s: a team cannot change it. Leave it out.") % {"field": unknown[0]})
    wanted, moment = checked_values(values), now or clock()
    with transaction.atomic():
        event = locked_own(event_id, by=by)
        _check_version(event, version)
        before = Before(event)
        _check_happening(event, wanted)
        follows = _moved(event, wanted)
        changed = before.set(wanted)
        before.set(follows)
        if changed.get("place_id", event.place_id) != event.place_id and event.place_id is not None:
            before.set(placing.venue_of(Place.objects.get(pk=event.place_id), event))
        fields = {field_of(name) for name in before.former if name not in BACKGROUND}
        refuse_moderated(event, fields)
        if not before.former:
            return event
        note = {"columns": before.noted(), "locks": locks.lock_state(event, fields)}
        locks.lock_fields(event, fields, by=by, now=moment, for_team=True)
        before.save(by=by, now=moment, moderates=False)
        # As of the system: open reviews follow, and no decision of a moderator is stored.
        signals.edited.send(sender=Event, event_id=event_id, note=note, by=PIPELINE, now=moment)
        seen = sorted(fields - _UNSEEN)
        if seen and event.publication == Publication.APPROVED and not is_proven(by, event):
            signals.changed_unproven.send(sender=Event, event_id=event_id, fields=seen, now=moment)
    return event


def note_told_by_team(origin: UUID, external_id: str, *, organizer: UUID) -> int:
    """Keep that a team of the organizer wrote what came as this entry of an origin. Returns how many listings it became."""
    return Listing.objects.filter(origin=origin, external_id=external_id).update(told_by=organizer)


def lock_own(event_id: UUID, fields: Iterable[str], *, by: Actor, now: datetime | None = None) -> Event:
    """Lock fields of an event of one's team as they are: the team told of it, so other sources do not overwrite them.

    Those that a moderator locked stay the moderator's. Raises RightMissing, TeamRefused.
    """
    with transaction.atomic():
        event = locked_own(event_id, by=by)
        wanted = {*fields} & LOCKS.keys() - {*locks.closed_to_teams(event, fields)}
        locks.lock_fields(event, wanted, by=by, now=now or clock(), for_team=True)
        Event.objects.filter(pk=event_id).update(
            locked_fields=event.locked_fields, provenance=event.provenance
        )
        record_action(
            by, Action.EVENT_CHANGED, target=target_of(event), after={"locked_fields": sorted(wanted)}
        )
    return event


def withdraw_own(
    event_id: UUID, *, by: Actor, version: int | None = None, now: datetime | None = None
) -> Event:
    """Remove an event of one's team; readers of its address are told that its organizer withdrew it.

    Raises RightMissing, TeamRefused; ChangedMeanwhile where it is not of this `version`.
    """
    with transaction.atomic():
        event = locked_own(event_id, by=by)
        _check_version(event, version)
        before = Publication(event.publication)
        moved = change_statuses(
            [event_id], Publication.REMOVED, by=PIPELINE, reason=WITHDRAWN, now=now, is_decided=True
        )
        record_action(
            by,
            Action.EVENT_MOVED,
            target=target_of(event),
            before={"publication": before},
            after={"publication": Publication.REMOVED},
        )
    return moved[0]


def require_team(event: Event | None, *, by: Actor) -> Event:
    """The event, of whose organizer or venue `by` is owner or editor. Raises RightMissing, in the same words where there is none."""
    if event is None or not manages(by, event):
        raise RightMissing(gettext("Only the team of its organizer or venue may change this event."))
    return event


def locked_own(event_id: UUID, *, by: Actor) -> Event:
    """The event, locked; raises RightMissing or TeamRefused unless `by` may change it now, as a member.

    Who is no member learns nothing of an event, not even whether it exists.
    """
    event = require_team(next(iter(lock([event_id])), None), by=by)
    if event.publication not in _OPEN:
        raise TeamRefused(
            gettext("This event is %(state)s, so a team cannot change it any more. Write to us.")
            % {"state": event.publication}
        )
    if event.publication == Publication.APPROVED and not (
        is_proven(by, event) or began_with_own_words(by, event)
    ):
        raise TeamRefused(
            gettext("This event is public. Prove first that you speak for its organizer or venue: claim it.")
        )
    return event


def _check_version(event: Event, version: int | None) -> None:
    if version is not None and event.version != version:
        raise ChangedMeanwhile(
            gettext("“%(title)s” was changed since you opened it. Look at it again.") % {"title": event.title}
        )


def _check_happening(event: Event, values: Mapping[str, Any]) -> None:
    if values.get("happening", event.happening) != event.happening:
        states.check_move(states.HAPPENING_MOVES, Happening(event.happening), Happening(values["happening"]))


def _moved(event: Event, values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from another start: the doors move along, and readers of a published event see when it was to begin.

    A time that becomes known is no move; a move back to the former start ends it.
    """
    start = values.get("start_at", event.start_at)
    if start == event.start_at:
        return {}
    shift = start - event.start_at
    found: dict[str, Any] = {
        name: getattr(event, name) + shift
        for name in ("doors_at", "end_predicted_at")
        if getattr(event, name) is not None and name not in values
    }
    is_other_day = values.get("start_date", event.start_date) != event.start_date
    are_known = event.time_known and values.get("time_known", event.time_known)
    happening = Happening(values.get("happening", event.happening))
    if event.publication != Publication.APPROVED or not (is_other_day or are_known) or event.opening_hours:
        return found
    if happening == Happening.CANCELLED:
        return found
    is_back = happening == Happening.RESCHEDULED and start == event.previous_start_at
    found["previous_start_at"] = None if is_back else event.start_at
    if happening != Happening.MOVED_ONLINE and not locks.closed_to_teams(event, ["status"]):
        found["happening"] = (Happening.SCHEDULED if is_back else Happening.RESCHEDULED).value
    return found


def refuse_moderated(event: Event, fields: Iterable[str]) -> None:
    """Raise TeamRefused where a moderator locked one of the fields."""
    if closed := locks.closed_to_teams(event, fields):
        raise TeamRefused(
            gettext("%(field)s: a moderator set it, so it stays. Write to us if it is wrong.")
            % {"field": closed[0].replace("_", " ").capitalize()}
        )
