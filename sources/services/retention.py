"""How long what came is kept: PAYLOAD_RETENTION_DAYS, or less where the platform's terms say so. Identities stay for ever."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from sources.connectors import registry
from sources.enums import RunState
from sources.models import FetchRun, Payload, Source, StagedEvent
from sources.services import payloads
from sources.services.answers import let_go_of_answers

_BATCH: Final = 1_000


def let_go(*, now: datetime) -> list[str]:
    """Delete the answers whose time is over, and drop the partitions that are wholly old.

    The last answer that each source was read from stays: an unchanged feed is compared with it, and its series go on from it. Where the platform's
    terms end sooner, it goes too. Returns the names of dropped partitions.
    """
    days = settings.PAYLOAD_RETENTION_DAYS
    bounded = _bounded(days)
    for keeps, sources in bounded.items():
        _forget(sources, before=now - timedelta(days=keeps))
    needed = _needed(but=[source for sources in bounded.values() for source in sources])
    cutoff = now - timedelta(days=days)
    before = payloads.month_of(cutoff)
    Payload.objects.filter(month__lt=before, run_id__in=needed).update(month=payloads.month_of(now))
    dropped = payloads.drop_partitions(before=before)
    _delete(Q(fetched_at__lt=cutoff) & ~Q(run_id__in=needed))
    let_go_of_answers(now=now)
    return dropped


def clear_staged(*, now: datetime, dry: bool = False) -> int:
    """Clear what staged rows of more than PAYLOAD_RETENTION_DAYS ago say in the source's words: raw part, normalized event, notes. The identity stays, with the
    hash that an unchanged entry is known by. Title, place and address stay while the entry is still to come, since moves are paired by them. What the event's
    pages and merges need is kept by its listing. Returns how many rows; with `dry`, how many it would."""
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


def _bounded(days: int) -> dict[int, list[UUID]]:
    """Sources whose platform allows fewer than `days`, by that number."""
    found: dict[int, list[UUID]] = {}
    for name in registry.names():
        keeps = registry.get(name).metadata.keeps_days
        if keeps is not None and keeps < days:
            found.setdefault(keeps, []).extend(Source.objects.filter(connector=name).values_list("pk", flat=True))
    return found


def _forget(sources: list[UUID], *, before: datetime) -> None:
    _delete(Q(source_id__in=sources, fetched_at__lt=before))
    rows = StagedEvent.objects.filter(source_id__in=sources, processed_at__lt=before).exclude(raw="", normalized={})
    rows.update(raw="", normalized={}, extraction_metadata={}, notes=[])


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
    """In batches, so that no statement holds the table for long."""
    while ids := list(Payload.objects.filter(which).order_by("id").values_list("pk", flat=True)[:_BATCH]):
        Payload.objects.filter(pk__in=ids).delete()
