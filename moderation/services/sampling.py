"""Samples of published events that a moderator reads: how many of them are wrong.

A sample has a name. The same name draws the same events, as long as they are published.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import CharField, Count, Func, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.rights import Actor, person_of, require
from events.enums import Publication
from events.models import Event
from moderation.models import Reading

#: How many events a sample has, where so many are published.
SIZE: Final = 100
_JUDGED: Final = (Publication.APPROVED, Publication.PENDING, Publication.FLAGGED, Publication.REJECTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """Of `events` that were judged how many are `published`; of `read` published ones how many are `wrong`."""

    events: int = 0
    published: int = 0
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


def name_of(now: datetime) -> str:
    """The name of this month's sample."""
    return f"{now:%Y-%m}"


def drawn(sample: str, *, origin: UUID | None = None, size: int = SIZE) -> QuerySet[Event]:
    """The events of a sample, of one source or of all: the first by the hash of the sample's name and their id."""
    events = Event.objects.filter(publication=Publication.APPROVED)
    events = events.filter(listings__origin=origin).distinct() if origin else events
    salted = Concat(Value(f"{sample}:"), Cast("id", CharField()), output_field=CharField())
    lot = Func(salted, function="md5", output_field=CharField())
    return events.annotate(lot=lot).order_by("lot")[:size]


def record_reading(
    event_id: UUID, *, sample: str, wrong: bool, note: str = "", by: Actor, now: datetime
) -> Reading:
    """Store a moderator's word on a published event; a second word on it replaces the first.

    Raises RightMissing, and Event.DoesNotExist for one that is not published.
    """
    require(by, "moderation.change_review")
    event = Event.objects.get(pk=event_id, publication=Publication.APPROVED)
    said = {"wrong": wrong, "note": note[:500], "by": person_of(by), "at": now}
    return Reading.objects.update_or_create(event=event, sample=sample[:40], defaults=said)[0]


def shares(*, origin: UUID | None = None, sample: str = "") -> Shares:
    """The shares of one source or of all, in a sample; without a name, in the last one that was read (3 queries)."""
    events = Event.objects.filter(publication__in=_JUDGED)
    readings = Reading.objects.filter(event__publication=Publication.APPROVED)
    if origin is not None:
        events = events.filter(listings__origin=origin)
        readings = readings.filter(event__listings__origin=origin)
    sample = sample or readings.order_by("-at").values_list("sample", flat=True).first() or ""
    judged = events.aggregate(
        events=Count("id", distinct=True),
        published=Count("id", distinct=True, filter=Q(publication=Publication.APPROVED)),
    )
    read = readings.filter(sample=sample).aggregate(
        read=Count("id", distinct=True), wrong=Count("id", distinct=True, filter=Q(wrong=True))
    )
    return Shares(sample=sample, **judged, **read)
