"""How long payloads are kept: PAYLOAD_RETENTION_DAYS, or less where the platform's terms demand it.

Identities stay for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.privacy import partitions
from accounts.privacy.partitions import month_of
from pipeline.connectors import registry
from sources.enums import RunState
from sources.models import FetchRun, Payload, Source, StagedEvent
from sources.setup.ai_extractor import delete_expired_answers

_BATCH: Final = 1_000
#: A year and a month, so that the same season of the year before can be looked into.
RUN_DETAIL_DAYS: Final = 400
_TABLE: Final = Payload._meta.db_table
_NO_TEXT: Final[dict[str, Any]] = {"raw": "", "normalized": {}, "title": "", "venue_name": "", "url": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Deleted:
    """What was or would be deleted.

    Payloads, staged rows whose text a platform's terms end, answers of the language model, and dropped
    partitions.
    """

    payloads: int
    staged: int
    answers: int
    partitions: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many rows in all."""
        return self.payloads + self.staged + self.answers


def delete_expired(*, now: datetime, dry: bool = False) -> Deleted:
    """Delete expired payloads and drop fully expired partitions.

    With `dry`, only count them. The last payload that each source was read from stays: an unchanged feed is
    compared with it, and its series continue from it. Where the platform's terms end sooner, it is deleted
    too, with all of the platform's words in staged rows.
    """
    days = settings.PAYLOAD_RETENTION_DAYS
    cutoff = now - timedelta(days=days)
    bounded = {now - timedelta(days=keeps): sources for keeps, sources in _bounded(days).items()}
    needed = _needed(but=[source for sources in bounded.values() for source in sources])
    old = Q(fetched_at__lt=cutoff) & ~Q(run_id__in=needed)
    for before, sources in bounded.items():
        old |= Q(source_id__in=sources, fetched_at__lt=before)
    count, answers = Payload.objects.filter(old).count(), delete_expired_answers(now=now, dry=dry)
    staged = sum(_clear_text(sources, before=before, dry=dry) for before, sources in bounded.items())
    if dry:
        return Deleted(payloads=count, staged=staged, answers=answers)
    month = month_of(cutoff)
    Payload.objects.filter(month__lt=month, run_id__in=needed).update(month=month_of(now))
    dropped = drop_partitions(before=month)
    _delete(old)
    return Deleted(payloads=count, staged=staged, answers=answers, partitions=tuple(dropped))


def clear_staged(*, now: datetime, dry: bool = False) -> int:
    """Clear the source's words from staged rows older than PAYLOAD_RETENTION_DAYS.

    Returns how many rows. Cleared are the raw part, the normalized event and the notes. The identity stays,
    with the hash by which an unchanged entry is recognized. Title, place and address stay until the entry is
    over, since moves are paired by them. The listing keeps what the event's pages and merges need. With
    `dry`, only counts.
    """
    cutoff = now - timedelta(days=settings.PAYLOAD_RETENTION_DAYS)
    due = StagedEvent.objects.filter(processed_at__lt=cutoff, cleared_at__isnull=True)
    if dry:
        return due.count()
    total = 0
    while ids := list(due.order_by("processed_at").values_list("pk", flat=True)[:_BATCH]):
        rows = StagedEvent.objects.filter(pk__in=ids)
        rows.filter(Q(end_at__lt=now) | Q(end_at__isnull=True)).update(title="", venue_name="", url="")
        total += rows.update(raw="", normalized={}, extraction_metadata={}, notes=[], cleared_at=now)
    return total


def clear_runs(*, now: datetime, dry: bool = False) -> int:
    """Empty what runs of more than RUN_DETAIL_DAYS ago say of single requests and steps. Returns how many runs.

    Their counts and quality stay: they are what figures of years are made of. The run of the last kept payload of a source
    stays whole. With `dry`, only counts.
    """
    old = FetchRun.objects.filter(started_at__lt=now - timedelta(days=RUN_DETAIL_DAYS))
    due = old.exclude(http={}, steps={}, error_detail="").exclude(pk__in=_needed(but=[]))
    if dry:
        return due.count()
    total = 0
    while ids := list(due.order_by("started_at").values_list("pk", flat=True)[:_BATCH]):
        total += FetchRun.objects.filter(pk__in=ids).update(http={}, steps={}, error_detail="")
    return total


def _bounded(days: int) -> dict[int, list[UUID]]:
    """Sources whose platform allows fewer than `days`, by that number."""
    found: dict[int, list[UUID]] = {}
    for name in registry.names():
        keeps = registry.get(name).metadata.keeps_days
        if keeps is not None and keeps < days:
            found.setdefault(keeps, []).extend(
                Source.objects.filter(connector=name).values_list("pk", flat=True)
            )
    return found


def _clear_text(sources: list[UUID], *, before: datetime, dry: bool) -> int:
    """Clear all of the platform's words from these sources' rows, over or not.

    Returns how many. Moves are paired by the identity, which stays.
    """
    rows = StagedEvent.objects.filter(source_id__in=sources, processed_at__lt=before).exclude(**_NO_TEXT)
    return rows.count() if dry else rows.update(**_NO_TEXT, extraction_metadata={}, notes=[])


def _needed(*, but: Iterable[UUID]) -> list[UUID]:
    good = Q(state=RunState.SUCCESS) | Q(state=RunState.PARTIAL, events_processed__gt=0)
    last = (
        FetchRun.objects.filter(good, events_found__gt=0)
        .exclude(source_id__in=list(but))
        .order_by("source_id", "-started_at")
        .distinct("source_id")
    )
    return list(last.values_list("pk", flat=True))


def _delete(which: Q) -> None:
    """Delete in batches, so that no statement holds the table for long."""
    while ids := list(Payload.objects.filter(which).order_by("id").values_list("pk", flat=True)[:_BATCH]):
        Payload.objects.filter(pk__in=ids).delete()


def ensure_partitions(*, now: datetime, ahead: int = 2) -> list[str]:
    """Create the partitions of payloads of this month and the next `ahead` ones. Returns the new names."""
    return partitions.ensure_partitions(_TABLE, "month", now=now, ahead=ahead)


def drop_partitions(*, before: date) -> list[str]:
    """Drop the partitions of payloads of months before `before` (the first of a month). Returns their names."""
    return partitions.drop_partitions(_TABLE, before=before)
