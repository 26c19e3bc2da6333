"""A discovery: one job over sources × cities × categories, the parent of one run for each.

A source has one run at a time, so its runs follow each other. Runs still to be opened are in
`plan["pending"]`. Whoever ends a run opens the next ones, and so does the clock, so that none is forgotten.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, name_of, require
from flags.services import kinds_off
from pipeline.connectors import registry
from pipeline.contract.exceptions import SourceError
from places.queries.reach import require_city
from sources.enums import PUSHED, RunState
from sources.models import Discovery, FetchRun, Source
from sources.queries import pauses
from sources.runs.cancel import cancel
from sources.runs.claim import RUN, AlreadyRunning, open_run
from sources.runs.progress import SCAN, announce_scan
from sources.triggers.due import host_of, runs_under_way

#: How many runs of one job may run at once, and of one host among them.
MOST_AT_ONCE, MOST_PER_HOST = 8, 1
#: How many runs a job may have in all.
MOST_RUNS = 2_000
#: A scan is over after this time, whatever holds its sources up: nobody waits longer for a page.
SCAN_LASTS = timedelta(minutes=15)
_SUMS = ("events_found", "events_processed", "events_approved", "new", "changed", "unchanged", "merged")


class DiscoveryInvalid(SourceError):
    """A request is invalid. The message names the field and the remedy."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


class NothingToDiscover(DiscoveryInvalid):
    """No source that is active now fits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What to discover.

    `sources` are slugs or names of connectors. An empty tuple of sources, cities or categories means all
    (categories: without one).
    """

    sources: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    max_per_source: int | None = None


def discover(wanted: Wanted, *, by: Actor, now: datetime) -> Discovery:
    """Store the job; `advance` opens its runs.

    Raises RightMissing; NothingToDiscover where nothing active matches, DiscoveryInvalid where too much does.
    """
    require(by, RUN)
    require_city(by, None)
    sources = list(_sources(wanted).values_list("id", flat=True))
    if not sources:
        raise NothingToDiscover("sources", "No active source matches; see /api/v1/admin/sources.")
    if len(sources) * max(1, len(wanted.categories)) > MOST_RUNS:
        raise DiscoveryInvalid(
            "sources",
            f"This would start more than {MOST_RUNS} runs; name fewer sources, cities or categories.",
        )
    pending = [[str(source), category] for category in (wanted.categories or ("",)) for source in sources]
    plan = {
        "sources": wanted.sources,
        "cities": wanted.cities,
        "categories": wanted.categories,
        "max_per_source": wanted.max_per_source,
        "count": len(pending),
        "pending": pending,
    }
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    with transaction.atomic():
        job = Discovery.objects.create(
            plan=plan, requested_by=name_of(by), started_at=now, request_id=request_id
        )
        record_action(by, Action.DISCOVERY_STARTED, target=target_of(job), after={"runs": len(pending)})
    return job


def advance(discovery_id: UUID, *, now: datetime) -> list[FetchRun]:
    """Open the next runs of a job within its limits, and end the job where none is left.

    A scan ends after SCAN_LASTS in any case; a run that is still under way goes on. The caller queues them.
    """
    with transaction.atomic():
        locked = Discovery.objects.select_for_update(of=("self",)).select_related("city")
        job = locked.filter(pk=discovery_id, state=RunState.RUNNING).first()
        if job is None:
            return []
        is_late = job.city_id is not None and now - job.started_at >= SCAN_LASTS
        opened = [] if job.cancel_requested_at or is_late else _open_next(job, now=now)
        running = job.runs.filter(state=RunState.RUNNING).exists()
        if is_late or (not running and (job.cancel_requested_at or not job.plan["pending"])):
            job.state, job.finished_at = _outcome(job), now
        job.save(update_fields=["plan", "state", "finished_at"])
        if job.city is not None:
            slug = job.city.slug
            transaction.on_commit(lambda: announce_scan(slug), robust=True)
        return opened


def cancel_discovery(discovery_id: UUID, *, by: Actor, now: datetime) -> bool:
    """Ask a job and all its runs to end. False where it is over. Raises RightMissing."""
    require(by, RUN)
    require_city(by, None)
    if not Discovery.objects.filter(pk=discovery_id, state=RunState.RUNNING).update(cancel_requested_at=now):
        return False
    record_action(by, Action.DISCOVERY_CANCELLED, target=f"sources.discovery:{discovery_id}")
    for run_id in FetchRun.objects.filter(discovery_id=discovery_id, state=RunState.RUNNING).values_list(
        "id", flat=True
    ):
        cancel(run_id, by=by, now=now)
    advance(discovery_id, now=now)
    return True


def unfinished() -> list[UUID]:
    """Jobs that are not over."""
    return list(
        Discovery.objects.filter(state=RunState.RUNNING).order_by("started_at").values_list("id", flat=True)
    )


def sums_of(discovery: Discovery) -> dict[str, Any]:
    """The sums over all runs of a job.

    `{"runs": {state: n}, "pending": n, "events_found": n, …, "dropped": {reason: n}}`.
    """
    runs = discovery.runs.all()
    states = dict(runs.values_list("state").annotate(count=Count("id")))
    sums = {name: value or 0 for name, value in runs.aggregate(**{name: Sum(name) for name in _SUMS}).items()}
    dropped: Counter[str] = Counter()
    for counts in runs.exclude(dropped={}).values_list("dropped", flat=True):
        dropped.update(counts)
    return {
        "runs": states,
        "pending": len(discovery.plan.get("pending", ())),
        **sums,
        "dropped": dict(dropped),
    }


def _sources(wanted: Wanted) -> QuerySet[Source]:
    rows = Source.objects.filter(is_active=True, is_sample=False).exclude(type__in=PUSHED)
    if wanted.sources:
        _check_known(
            "sources",
            wanted.sources,
            Source.objects.filter(slug__in=wanted.sources).values_list("slug", flat=True),
            registry.names(),
        )
        rows = rows.filter(Q(slug__in=wanted.sources) | Q(connector__in=wanted.sources))
    if wanted.cities:
        rows = rows.filter(city__slug__in=wanted.cities)
    return rows.order_by("-priority", "slug")


def _check_known(field: str, asked: Sequence[str], *known: Iterable[str]) -> None:
    names = {name for group in known for name in group}
    if unknown := [name for name in asked if name not in names]:
        raise DiscoveryInvalid(field, f"There is no source or connector {unknown[0][:80]}.")


def _open_next(job: Discovery, *, now: datetime) -> list[FetchRun]:
    """Open what may start now.

    Paused and busy sources stay pending; deleted and inactive ones are removed.
    """
    running = [run.source for run in job.runs.filter(state=RunState.RUNNING).select_related("source")]
    room = MOST_AT_ONCE - len(running)
    if job.city_id is not None:  # readers of many cities may scan at once, and one platform serves them all
        running = [run.source for run in runs_under_way()]
        room = min(room, settings.FETCH_MOST_UNDER_WAY - len(running))
    hosts = Counter(host_of(source) for source in running)
    if room <= 0:
        return []
    pending: list[list[str]] = job.plan["pending"]
    sources = _active({UUID(source) for source, _ in pending})
    if job.city_id is not None:  # once is enough: what the clock asked since the scan began is answered
        for source_id in FetchRun.objects.filter(
            source__in=list(sources), started_at__gte=job.started_at
        ).values_list("source_id", flat=True):
            sources.pop(source_id, None)
    paused = pauses.active_pauses()
    opened: list[FetchRun] = []
    left: list[list[str]] = []
    for item in pending:
        source = sources.get(UUID(item[0]))
        if source is None:
            continue
        host = host_of(source)
        run = None
        if len(opened) < room and hosts[host] < MOST_PER_HOST and not paused.why(source, pauses.FETCH):
            run = _opened(job, source, item[1], now=now)
        if run is None:
            left.append(item)
            continue
        hosts[host] += 1
        opened.append(run)
    job.plan = {
        **job.plan,
        "pending": left,
        "gone": job.plan.get("gone", 0) + len(pending) - len(left) - len(opened),
    }
    return opened


def _active(ids: set[UUID]) -> dict[UUID, Source]:
    rows = (
        Source.objects.filter(pk__in=ids, is_active=True)
        .exclude(connector__in=kinds_off())
        .select_related("city")
    )
    return {source.pk: source for source in rows}


def _opened(job: Discovery, source: Source, category: str, *, now: datetime) -> FetchRun | None:
    asked = {"category": category, "limit": job.plan.get("max_per_source")}
    params = {name: value for name, value in asked.items() if value}
    try:
        with transaction.atomic():
            by = SCAN.name if job.city_id else f"discovery {job.pk}"[:60]
            return open_run(source, requested_by=by, now=now, discovery=job, params=params)
    except AlreadyRunning:
        return None


def _outcome(job: Discovery) -> RunState:
    """The state of a job: cancelled if it was; else success, partial or failure by its runs."""
    if job.cancel_requested_at:
        return RunState.CANCELLED
    states = set(job.runs.values_list("state", flat=True).distinct())
    well = {RunState.SUCCESS.value, RunState.PARTIAL.value}
    if states and not states & well:
        return RunState.FAILED
    return (
        RunState.PARTIAL if states - {RunState.SUCCESS.value} - {RunState.PARTIAL.value} else RunState.SUCCESS
    )
