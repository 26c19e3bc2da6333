"""Samples of published events that a moderator reads: how many of them are wrong.

A sample has a name. The same name draws the same events, as long as they are published.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Count, Exists, Func, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.actions import Action, Word, record_action, target_of
from accounts.rights import Actor, person_of, require
from events.enums import Publication
from events.models import Event, Listing, Origin
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Reading
from moderation.services.learning import learn_from_reading
from pipeline.taxonomy import OTHER
from places.queries.reach import OVERSEE

#: The right to say what is wrong, beside that to work in all cities: a sample is drawn from all of them.
READ: Final = "moderation.change_review"
#: How many events a sample has, where so many are published.
SIZE: Final = 100
#: What can be wrong in an event, by the names of docs/quality.md.
FIELDS: Final = (
    "title", "start", "end", "zone", "venue", "address", "town", "country", "point", "online", "price", "status", "category", "tags",
    "description", "image", "url", "organizer", "performers", "age_limit",
)  # fmt: skip
_JUDGED: Final = (Publication.APPROVED, Publication.PENDING, Publication.FLAGGED, Publication.REJECTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """Of `events` that were judged how many are `published`, and of these how many have no category (`uncategorized`).

    Of `read` ones of a sample how many are `wrong`.
    """

    events: int = 0
    published: int = 0
    uncategorized: int = 0
    sample: str = ""
    read: int = 0
    wrong: int = 0

    @property
    def published_share(self) -> float | None:
        """0 to 1; None without events."""
        return round(self.published / self.events, 4) if self.events else None

    @property
    def wrong_share(self) -> float | None:
        """0 to 1; None where nothing was read."""
        return round(self.wrong / self.read, 4) if self.read else None

    def to_json(self) -> dict[str, Any]:
        """The counts with both shares."""
        names = ("events", "published", "published_share", "sample", "read", "wrong", "wrong_share")
        return {name: getattr(self, name) for name in names}


def name_of(now: datetime) -> str:
    """The name of this month's sample."""
    return f"{now:%Y-%m}"


def drawn(sample: str, *, origin: UUID | None = None, size: int = SIZE) -> QuerySet[Event]:
    """The events of a sample, of one source or of all: those that were read in it, then published ones by the hash of
    the sample's name and their id.

    What is published or withdrawn while a person reads moves nothing that was read.
    """
    was_read = Exists(Reading.objects.filter(event=OuterRef("pk"), sample=sample, origin=origin))
    present = Q(publication=Publication.APPROVED)
    if origin:
        present &= Q(Exists(Listing.objects.filter(event=OuterRef("pk"), origin=origin)))
    salted = Concat(Value(f"{sample}:"), Cast("id", CharField()), output_field=CharField())
    lot = Func(salted, function="md5", output_field=CharField())
    return Event.objects.filter(present | Q(was_read)).order_by(was_read.desc(), lot)[:size]


def in_order(sample: str, *, origin: UUID | None = None) -> list[UUID]:
    """The ids of the sample in the order of reading, which no reading changes."""
    return sorted(
        drawn(sample, origin=origin).values_list("pk", flat=True),
        key=lambda pk: md5(f"{sample}:{pk}".encode(), usedforsecurity=False).digest(),
    )


def readings(sample: str, *, origin: UUID | None = None) -> dict[UUID, Reading]:
    """What was said of a sample, by event."""
    return {one.event_id: one for one in Reading.objects.filter(sample=sample, origin=origin)}


def record_reading(
    event_id: UUID,
    *,
    sample: str,
    wrong: bool,
    origin: UUID | None = None,
    fields: Collection[str] = (),
    note: str = "",
    version: int | None = None,
    by: Actor,
    now: datetime,
) -> Reading:
    """Store a moderator's word on a published event: right, or wrong with the `fields` that are; none names the event
    as a whole. A second word replaces the first.

    `origin` is the source whose sample is read, None for the sample of all. Raises RightMissing; Event.DoesNotExist for
    one that is not published, or not of that source; Conflict where it is no longer the `version` that was read;
    ModerationError for an unknown field, or one of an event that is said to be right.
    """
    require(by, READ, OVERSEE)
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise ModerationError(f"There is no field {unknown[0][:40]} to be wrong.")
    if fields and not wrong:
        raise ModerationError(f"{', '.join(fields)}: marked as wrong, and the event is said to be right.")
    events = Event.objects.filter(publication=Publication.APPROVED)
    event = (events.filter(listings__origin=origin).distinct() if origin else events).get(pk=event_id)
    if version is not None and event.version != version:
        raise Conflict(f"“{event.title}” has changed since you read it. Nothing was kept; read it again.")
    said = {
        "wrong": wrong,
        "fields": [name for name in FIELDS if name in fields],
        "note": note[:500],
        "by": person_of(by),
        "at": now,
    }
    with transaction.atomic():
        reading, _ = Reading.objects.update_or_create(
            event=event, sample=sample[:40], origin=Origin(pk=origin) if origin else None, defaults=said
        )
        after = {"reading": reading.pk, "wrong": wrong, "fields": [Word(name) for name in reading.fields]}
        record_action(by, Action.EVENT_READ, target=target_of(event), after=after, note=reading.note)
        learn_from_reading(reading, now=now)
    return reading


def shares(*, origin: UUID | None = None, sample: str = "") -> Shares:
    """The shares of one source or of all, in a sample; without a name, in the last one that was read (2 queries)."""
    return shares_of([origin], sample=sample)[origin]


def shares_of(origins: Collection[UUID | None], *, sample: str = "") -> dict[UUID | None, Shares]:
    """The shares of each of these sources; None stands for the sample of all (2 queries, 3 with None)."""
    counted: dict[UUID | None, dict[str, Any]] = {origin: {} for origin in origins}
    known = [origin for origin in origins if origin]
    listed = Listing.objects.filter(origin__in=known, event__publication__in=_JUDGED).values_list("origin")
    approved = Q(event__publication=Publication.APPROVED)
    for origin, *numbers in listed.annotate(
        Count("event", distinct=True),
        published=Count("event", distinct=True, filter=approved),
        uncategorized=Count("event", distinct=True, filter=approved & Q(event__category=OTHER)),
    ):
        counted[origin] = dict(zip(("events", "published", "uncategorized"), numbers, strict=True))
    if None in counted:
        counted[None] = Event.objects.filter(publication__in=_JUDGED).aggregate(
            events=Count("id"), published=Count("id", filter=Q(publication=Publication.APPROVED))
        )
    said = Reading.objects.filter(Q(origin__in=known) | Q(origin=None))
    said = said.filter(sample=sample) if sample else said
    counts = said.values_list("origin", "sample").annotate(
        Count("id"), wrong=Count("id", filter=Q(wrong=True)), last=Max("at")
    )
    for origin, name, read, wrong, _ in counts.order_by("last"):
        counted.get(origin, {}).update(sample=name, read=read, wrong=wrong)
    return {origin: Shares(**{"sample": sample, **row}) for origin, row in counted.items()}


def wrong_fields(sample: str, *, origin: UUID | None = None) -> dict[str, int]:
    """In how many events of a sample each field was wrong, the most frequent first."""
    reported = Reading.objects.filter(sample=sample, origin=origin, wrong=True).values_list(
        "fields", flat=True
    )
    counts = {name: sum(name in fields for fields in reported) for name in FIELDS}
    return {name: count for name, count in sorted(counts.items(), key=lambda one: -one[1]) if count}
