"""Whether an event's sources still list it: seen, missing, gone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from events.enums import Freshness, Happening, Publication
from events.models import Event, Listing, Origin
from events.services import announcing
from events.services.plans import locked_columns
from events.services.publication import lock
from outbox import services as outbox
from pipeline.contract.enums import Status

#: An event that was missing for this many days is gone.
GONE_AFTER_DAYS = 14


def mark_missing(listings: Iterable[tuple[str, str]], *, origin: Origin, now: datetime) -> int:
    """Mark listings (external id, recurrence id) that the origin no longer lists.

    Announces the changes. Events that nobody lists any more become missing. Returns how many events did.
    """
    wanted = set(listings)
    with transaction.atomic():
        rows = [
            row
            for row in Listing.objects.filter(
                origin=origin, external_id__in={pair[0] for pair in wanted}, missing_since__isnull=True
            )
            if (row.external_id, row.recurrence_id) in wanted
        ]
        Listing.objects.filter(pk__in=[row.pk for row in rows]).update(missing_since=now)
        lost = Event.objects.filter(pk__in={row.event_id for row in rows}, freshness=Freshness.SEEN).exclude(
            Exists(_still_listed())
        )
        return _set(lost.values_list("pk", flat=True), Freshness.MISSING, now)


def mark_seen(listings: Iterable[tuple[str, str]], *, origin: Origin, now: datetime) -> int:
    """Mark listings that the origin lists again, unchanged. Returns how many events are current again."""
    wanted = set(listings)
    with transaction.atomic():
        rows = [
            row
            for row in Listing.objects.filter(
                origin=origin, external_id__in={pair[0] for pair in wanted}, missing_since__isnull=False
            )
            if (row.external_id, row.recurrence_id) in wanted
        ]
        Listing.objects.filter(pk__in=[row.pk for row in rows]).update(missing_since=None)
        return _set(
            Event.objects.filter(pk__in={row.event_id for row in rows if row.mismatched_since is None})
            .exclude(freshness=Freshness.SEEN)
            .values_list("pk", flat=True),
            Freshness.SEEN,
            now,
        )


def mark_gone_listings(
    listings: Iterable[tuple[str, str]], *, origin: Origin, cancelled: bool, now: datetime
) -> int:
    """Mark listings that the origin left out of one complete answer after another.

    Announces the changes. Events that nobody else lists are gone. With `cancelled`, an event that this origin
    leaves out was cancelled: its listing gets that status, and so does the event unless a person decided its
    status. Returns how many events are gone.
    """
    wanted = set(listings)
    with transaction.atomic():
        rows = [
            row
            for row in Listing.objects.filter(
                origin=origin, external_id__in={pair[0] for pair in wanted}, missing_since__isnull=False
            )
            if (row.external_id, row.recurrence_id) in wanted
        ]
        lost = Event.objects.filter(
            pk__in={row.event_id for row in rows}, freshness=Freshness.MISSING
        ).exclude(Exists(_still_listed()))
        ids = set(lost.values_list("pk", flat=True))
        if cancelled:
            _say_cancelled([row for row in rows if row.event_id in ids], now)
        return _set(ids, Freshness.GONE, now, cancelled=cancelled)


def _still_listed() -> QuerySet[Listing]:
    """Listings of the outer event that are not missing, without mismatched ones."""
    return Listing.objects.filter(
        event=OuterRef("pk"), missing_since__isnull=True, mismatched_since__isnull=True
    )


def _say_cancelled(rows: list[Listing], now: datetime) -> None:
    for row in rows:
        row.facts = {**row.facts, "status": Status.CANCELLED.value}
        row.changed_at = now
    Listing.objects.bulk_update(rows, ["facts", "changed_at"])


def mark_gone(*, now: datetime) -> int:
    """Mark events as gone that every source has left out for two weeks.

    Returns how many. Announces the changes.
    """
    since = now - timedelta(days=GONE_AFTER_DAYS)
    recently = Listing.objects.filter(event=OuterRef("pk"), mismatched_since__isnull=True).filter(
        Q(missing_since__isnull=True) | Q(missing_since__gt=since)
    )
    with transaction.atomic():
        lost = Event.objects.filter(freshness=Freshness.MISSING).exclude(Exists(recently))
        return _set(list(lost.values_list("pk", flat=True)[:5000]), Freshness.GONE, now)


def _set(event_ids: Iterable[UUID], to: Freshness, now: datetime, *, cancelled: bool = False) -> int:
    events = lock(event_ids)
    off = set()
    for event in events:
        event.freshness, event.updated_at = to.value, now
        event.version += 1
        if cancelled and event.happening != Happening.CANCELLED and "happening" not in locked_columns(event):
            event.happening = Happening.CANCELLED.value
            off.add(event.pk)
    if events:
        Event.objects.bulk_update(events, ["freshness", "happening", "updated_at", "version"])
        slugs = announcing.slugs_for(events)
        outbox.record(
            announcing.change(
                event,
                slugs,
                type=announcing.CANCELLED if event.pk in off else announcing.CHANGED,
                changed=["freshness", *(["happening"] if event.pk in off else [])],
            )
            for event in events
            if event.publication == Publication.APPROVED
        )
    return len(events)
