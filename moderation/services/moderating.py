"""Carries out actions on events, each with the version of it that the caller saw, as the API asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.timezone import now as clock

from accounts.rights import Actor, RightMissing, is_person, person_of, require
from events import services as events
from events.enums import Publication
from events.exceptions import BadValue, ChangedMeanwhile, EventError
from events.models import Event
from events.services.publication import lock
from moderation.enums import RejectReason, ReviewState, Verdict
from moderation.exceptions import Conflict, ModerationError, ReasonMissing
from moderation.models import Decision, Review
from moderation.services.claiming import JUDGE, held, holder
from moderation.services.deciding import BATCH, move_events
from moderation.services.logged import log_verdicts
from pipeline.contract.fields import EDITABLE
from pipeline.dates.event_times import zone_or_utc
from places.models import City
from places.queries import find_city
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


#: Why nothing was done with an event.
Refusal = RightMissing | ModerationError | EventError | Event.DoesNotExist


def moderate_many(wishes: Sequence[Wish], *, by: Actor, now: datetime | None = None) -> list[Event | Refusal]:
    """Carry out actions in their order, and return for each the event after it, or why nothing was done.

    Neighbours that move events alike share a transaction of at most `BATCH`, in about as many queries as one of them;
    each other action has its own. One that fails stops no other. The event is locked; where it is no longer of the
    version that was seen, or another moderator is at a review of it, nothing is done. Open reviews that the action
    answers are decided by it, and it can be undone like any verdict. Raises RightMissing where `by` may not judge at all.
    """
    require(by, JUDGE)
    outcomes: list[Event | Refusal] = []
    for part in _parts(wishes):
        outcomes += _carry_out(part, by=by, now=now or clock())
    return outcomes


def _parts(wishes: Sequence[Wish]) -> Iterator[list[Wish]]:
    """The wishes in parts that are carried out together: alike moves of different events, or one of another action."""
    part: list[Wish] = []
    for wish in wishes:
        joins = part and wish.action in _MOVES and _kind(wish) == _kind(part[0]) and len(part) < BATCH
        if part and (not joins or wish.event in {one.event for one in part}):
            yield part
            part = []
        part.append(wish)
    if part:
        yield part


def _kind(wish: Wish) -> tuple[EventAction, str, str]:
    return wish.action, wish.reason, wish.note


def _carry_out(part: Sequence[Wish], *, by: Actor, now: datetime) -> list[Event | Refusal]:
    ids, refused = [wish.event for wish in part], dict[UUID, Refusal]()
    with transaction.atomic():
        found = {event.pk: event for event in lock(ids)}
        reviews = _held_reviews(ids, by=by, now=now)
        for wish in part:
            try:
                _check(wish, found.get(wish.event), by=by, held_review=reviews.get(wish.event))
                if wish.action not in _MOVES:
                    with transaction.atomic():
                        _ACTIONS[wish.action](wish, found[wish.event], by, now)
            except (RightMissing, ModerationError, EventError, Event.DoesNotExist) as error:
                refused[wish.event] = error
        if part[0].action in _MOVES:
            able = [pk for pk in ids if pk not in refused]
            refused |= _move(able, part[0], by=by, now=now)
    after = Event.objects.in_bulk([pk for pk in ids if pk not in refused])
    return [refused[pk] if pk in refused else after[pk] for pk in ids]


def _check(wish: Wish, event: Event | None, *, by: Actor, held_review: Review | None) -> None:
    """Raise why the action cannot be carried out."""
    if event is None:
        raise Event.DoesNotExist(f"There is no event {wish.event}.")
    require_city(by, event.city_id)
    if event.version != wish.version:
        raise ChangedMeanwhile(
            f"“{event.title}” is of version {event.version} now, no longer {wish.version}. Look at it again."
        )
    if held_review is not None:
        raise Conflict(held(held_review))
    if wish.action is EventAction.REJECT and wish.reason not in set(RejectReason):
        raise ReasonMissing(f"Give one of the reasons: {', '.join(RejectReason)}.")


def _held_reviews(ids: Sequence[UUID], *, by: Actor, now: datetime) -> dict[UUID, Review]:
    """For each event an open review of it at which another moderator is (one query)."""
    waiting = Review.objects.filter(object_id__in=ids, state=ReviewState.OPEN, claimed_by__isnull=False)
    rows = waiting.select_related("claimed_by", "city").defer("evidence")
    return {row.object_id: row for row in rows if holder(row, by=by, now=now) is not None}


def _move(ids: Sequence[UUID], wish: Wish, *, by: Actor, now: datetime) -> Mapping[UUID, Refusal]:
    """Move the events, as the wish says. Returns why some were not moved."""
    try:
        return move_events(
            ids, _MOVES[wish.action], by=by, reason=wish.reason, note=wish.note, now=now, is_decided=False
        )
    except RightMissing as error:
        return dict.fromkeys(ids, error)


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


#: Where the actions that move events move them.
_MOVES: Final[Mapping[EventAction, Publication]] = {
    EventAction.APPROVE: Publication.APPROVED,
    EventAction.REJECT: Publication.REJECTED,
    EventAction.FLAG: Publication.FLAGGED,
}
_ACTIONS: Final[Mapping[EventAction, Callable[[Wish, Event, Actor, datetime], None]]] = {
    EventAction.MERGE: _merge,
    EventAction.UNMERGE: _unmerge,
    EventAction.EDIT: _edit,
}


# --- The values of an edit ---


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by column, as the model's fields read them. A city is named by its slug, or its old id. Raises BadValue."""
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
        city = City.objects.filter(slug=str(value)).first() or find_city(str(value))
        if city is None:
            raise BadValue(f"city: there is no city {str(value)[:80]}; see /api/v1/cities.")
        return city.pk
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
