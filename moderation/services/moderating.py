"""Carries out an action on one event, with the version of it that the caller saw, as the API asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.timezone import now as clock

from accounts.rights import Actor, is_person, person_of, require
from events import services as events
from events.enums import Publication
from events.exceptions import BadValue, ChangedMeanwhile
from events.models import Event
from moderation.enums import RejectReason, ReviewState, Verdict
from moderation.exceptions import Conflict, ReasonMissing
from moderation.models import Decision, Review
from moderation.services.claiming import JUDGE, held, holder
from moderation.services.logged import log_verdicts
from pipeline.contract.fields import EDITABLE
from pipeline.dates.event_times import zone_or_utc
from places.models import City
from places.queries.reach import require_city


class EventAction(StrEnum):
    """What may be done with an event."""

    APPROVE = "approve"
    REJECT = "reject"
    FLAG = "flag"
    MERGE = "merge"
    UNMERGE = "unmerge"
    EDIT = "edit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One action on an event of this version.

    `into` is the survivor of a merge, `chosen` the fields whose value was chosen, each with the id of the event
    that has it. `values` are the columns of an edit, `unlock` the fields that it gives back to their sources.
    """

    action: EventAction
    event: UUID
    version: int
    reason: str = ""
    note: str = ""
    into: UUID | None = None
    into_version: int | None = None
    chosen: Mapping[str, UUID] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    unlock: tuple[str, ...] = ()


def moderate(wish: Wish, *, by: Actor, now: datetime | None = None) -> Event:
    """Carry out the action, in one transaction, and return the event as it is after it.

    The event is locked; where it is no longer of the version that was seen, or another moderator is at a review
    of it, nothing is done. Open reviews that the action answers are decided by it, and it can be undone like
    any verdict. Raises RightMissing, ChangedMeanwhile, Conflict, ReasonMissing, EventError, Event.DoesNotExist.
    """
    require(by, JUDGE)
    moment = now or clock()
    with transaction.atomic():
        event = Event.objects.select_for_update(of=("self",)).get(pk=wish.event)
        require_city(by, event.city_id)
        if event.version != wish.version:
            raise ChangedMeanwhile(
                f"“{event.title}” is of version {event.version} now, no longer {wish.version}. Look at it again."
            )
        _require_free(event, by=by, now=moment)
        _ACTIONS[wish.action](wish, event, by, moment)
    return Event.objects.get(pk=wish.event)


def _require_free(event: Event, *, by: Actor, now: datetime) -> None:
    waiting = Review.objects.filter(object_id=event.pk, state=ReviewState.OPEN, claimed_by__isnull=False)
    for review in waiting.select_related("claimed_by", "city"):
        if holder(review, by=by, now=now) is not None:
            raise Conflict(held(review))


def _move(to: Publication) -> Callable[[Wish, Event, Actor, datetime], None]:
    def act(wish: Wish, event: Event, by: Actor, now: datetime) -> None:
        if to is Publication.REJECTED and wish.reason not in set(RejectReason):
            raise ReasonMissing(f"Give one of the reasons: {', '.join(RejectReason)}.")
        events.change_status(event.pk, to, by=by, reason=wish.reason, note=wish.note, now=now)

    return act


def _merge(wish: Wish, event: Event, by: Actor, now: datetime) -> None:
    if wish.into is None:
        raise BadValue("Name the event that stays as `into`.")
    seen = {} if wish.into_version is None else {wish.into: wish.into_version}
    why = events.Why(reasons=wish.note or "a moderator said so")
    events.merge_several(wish.into, {event.pk: why}, by=by, chosen=wish.chosen, seen=seen, now=now)
    after = {"publication": Publication.MERGED.value, "other": str(wish.into), "merged": [str(event.pk)]}
    decision = Decision.objects.create(
        object_id=event.pk, verdict=Verdict.MERGE.value, note=wish.note, by=person_of(by), automatic=not is_person(by),
        before={"publication": event.publication}, after=after, at=now,
    )  # fmt: skip
    log_verdicts([decision], by=by)


def _unmerge(wish: Wish, event: Event, by: Actor, now: datetime) -> None:
    events.unmerge(event.pk, by=by, now=now)


def _edit(wish: Wish, event: Event, by: Actor, now: datetime) -> None:
    if not wish.values and not wish.unlock:
        raise BadValue("Say what to change: `values`, `unlock`, or both.")
    columns = _columns(wish.values)
    events.edit(
        event.pk,
        {**columns, **_days(event, columns)},
        unlock=wish.unlock,
        version=wish.version,
        by=by,
        now=now,
    )


_ACTIONS: Final[Mapping[EventAction, Callable[[Wish, Event, Actor, datetime], None]]] = {
    EventAction.APPROVE: _move(Publication.APPROVED),
    EventAction.REJECT: _move(Publication.REJECTED),
    EventAction.FLAG: _move(Publication.FLAGGED),
    EventAction.MERGE: _merge,
    EventAction.UNMERGE: _unmerge,
    EventAction.EDIT: _edit,
}


# --- The values of an edit ---


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by column, as the model's fields read them. A city is named by its slug. Raises BadValue."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name not in EDITABLE:
            raise BadValue(f"There is no field “{name[:40]}” to edit. Known are {', '.join(EDITABLE)}.")
        column = Event._meta.get_field(name)
        assert isinstance(column, models.Field)
        found[column.attname] = _value(column, value)
    return found


def _value(column: "models.Field[Any, Any]", value: Any) -> Any:
    if isinstance(value, str) and "\0" in value:
        raise BadValue(f"{column.name}: remove the NUL byte.")
    if column.name == "city" and value is not None:
        city = City.objects.filter(slug=str(value)).values_list("pk", flat=True).first()
        if city is None:
            raise BadValue(f"city: there is no city {str(value)[:80]}; see /api/v1/cities.")
        return city
    try:
        # None stands for "not known"; what a column cannot hold is refused by its own check
        known = column.clean(value, None) if value is not None or not column.null else None
    except (ValidationError, TypeError, ValueError, OverflowError) as error:
        words = (
            " ".join(error.messages) if isinstance(error, ValidationError) else "this value cannot be read."
        )
        raise BadValue(f"{column.name}: {words}") from error
    if isinstance(known, datetime) and known.tzinfo is None:
        raise BadValue(f"{column.name}: give the time with its offset, such as 2026-12-12T20:00:00+05:30.")
    return known.astimezone(UTC) if isinstance(known, datetime) else known


def _days(event: Event, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The days that follow from a new start, end or zone, where they are not given themselves."""
    if not columns.keys() & {"start_at", "end_at", "timezone"}:
        return {}
    now = {name: columns.get(name, getattr(event, name)) for name in ("start_at", "end_at", "timezone")}
    zone = zone_or_utc(now["timezone"])
    days = {"start_date": now["start_at"].astimezone(zone).date()}
    days["end_date"] = now["end_at"].astimezone(zone).date() if now["end_at"] else days["start_date"]
    return {name: day for name, day in days.items() if name not in columns}
