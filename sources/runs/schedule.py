"""Which sources are due, the most urgent first, and when one is due again (`sources/runs/timing.py` has the
rules)."""

from collections import Counter
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Count,
    Exists,
    F,
    FloatField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
)
from django.db.models.functions import Cast, Extract, Greatest, Least

from events.enums import Publication
from events.models import Listing
from pipeline.connectors import registry
from pipeline.contract.enums import SourceType
from pipeline.contract.exceptions import UnknownConnector
from sources.enums import Phase, RunState
from sources.models import FetchRun, Source
from sources.platform_keys import from_environment, missing
from sources.runs import pause
from sources.runs.timing import AGEING, NEAR, PRIORITY_MOST, Ended, Timetable, next_due

_ADDRESSES = ("url", "list_url", "feed_url", "start_url", "base_url", "site")
_PUSHED = (SourceType.WEBHOOK, SourceType.SUBMISSION)


def due_sources(*, now: datetime, limit: int | None = None) -> list[UUID]:
    """Sources that should be fetched now, the most urgent first: active, due, without a run, not held, with
    their key.

    At most FETCH_MOST_UNDER_WAY are under way at once, and of one host FETCH_PER_HOST, or its platform's
    `at_once` where that is more: a host that hangs holds up itself and no other.
    """
    under_way = Counter(host_of(run.source) for run in _under_way())
    room = min(settings.FETCH_MOST_UNDER_WAY - under_way.total(), 10**6 if limit is None else limit)
    chosen: list[UUID] = []
    for source in waiting(now=now).select_related("city").iterator(chunk_size=200):
        if len(chosen) >= room:
            break
        host = host_of(source)
        if under_way[host] < max(settings.FETCH_PER_HOST, _at_once(source)) and not _lacks_key(source):
            under_way[host] += 1
            chosen.append(source.id)
    return chosen


def waiting(*, now: datetime) -> QuerySet[Source]:
    """Sources whose time has come and that nobody holds, the most urgent first; none while everything or
    fetching is paused."""
    held = pause.held()
    if held.of_step(pause.FETCH):
        return Source.objects.none()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    running = FetchRun.objects.filter(source=OuterRef("pk"), state=RunState.RUNNING)
    late = Extract(Value(now) - F("next_fetch_at"), "epoch")
    priority = Least(
        Greatest(F("priority"), Value(-PRIORITY_MOST)), Value(PRIORITY_MOST), output_field=SmallIntegerField()
    )
    urgency = Cast(priority, FloatField()) + Cast(late, FloatField()) / Value(AGEING.total_seconds())
    rows = Source.objects.filter(
        free, held.not_held(), ~Exists(running), is_active=True, next_fetch_at__lte=now
    )
    return (
        rows.exclude(type__in=_PUSHED).annotate(urgency=urgency).order_by("-urgency", "next_fetch_at", "id")
    )


def lateness(*, now: datetime) -> tuple[int, datetime | None]:
    """How many sources are due, and since when the oldest of them is."""
    found = waiting(now=now).order_by().aggregate(count=Count("id"), oldest=Min("next_fetch_at"))
    return found["count"], found["oldest"]


def host_of(source: Source) -> str:
    """The host (with its port) that a run of the source asks: of its configuration, else of its platform;
    what shares it takes turns."""
    for name in _ADDRESSES:
        value = source.config.get(name)
        if isinstance(value, str) and (host := _netloc(value)):
            return host
    try:
        hosts = registry.get(source.connector).metadata.hosts
    except UnknownConnector:
        hosts = ()
    return hosts[0] if hosts else _netloc(source.url) or source.slug


def due_after_good(source: Source, *, now: datetime, fresh_seconds: float | None = None) -> datetime:
    """When a source is asked again after a run that ended well; `fresh_seconds` is what the answer said of
    itself."""
    hint = None if fresh_seconds is None else timedelta(seconds=fresh_seconds)
    return next_due(_timetable(source), Ended(hint=hint, soonest=_soonest(source, now=now)), now)


def due_after_failure(
    source: Source, *, now: datetime, failures: int, retry_after: float | None, lost: bool
) -> datetime:
    """When a source is asked again after its `failures`th failure in a row."""
    return next_due(_timetable(source), Ended(failures=failures, retry_after=retry_after, lost=lost), now)


def _timetable(source: Source) -> Timetable:
    zone = source.timezone
    if source.schedule_at and source.city and not zone:
        zone = source.city.timezone
    return Timetable(
        key=str(source.pk),
        minutes=source.schedule_minutes,
        at=source.schedule_at,
        timezone=zone or "UTC",
        obey_hints=source.obey_hints,
        quicken=source.quicken,
    )


def _soonest(source: Source, *, now: datetime) -> datetime | None:
    """The start of the source's next approved event, where that is near and counts."""
    if not source.quicken or source.schedule_at is not None:
        return None
    near = Listing.objects.filter(
        origin_id=source.pk, missing_since__isnull=True, event__publication=Publication.APPROVED
    )
    return near.filter(event__start_at__gt=now, event__start_at__lte=now + NEAR).aggregate(
        soonest=Min("event__start_at")
    )["soonest"]


def _under_way() -> QuerySet[FetchRun]:
    phases = [Phase.QUEUED.value, Phase.FETCHING.value]
    return FetchRun.objects.filter(state=RunState.RUNNING, progress__phase__in=phases).select_related(
        "source"
    )


def _at_once(source: Source) -> int:
    """How many runs its platform bears at the same time."""
    try:
        return registry.get(source.connector).metadata.at_once
    except UnknownConnector:
        return 1


def _lacks_key(source: Source) -> bool:
    """Whether the platform's key is needed and neither the source nor the environment has one: asking could
    only fail."""
    try:
        metadata = registry.get(source.connector).metadata
    except UnknownConnector:
        return False
    return not source.credential_id and bool(missing(metadata, from_environment(metadata)))


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
