"""What a city's scan found so far, source by source."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from flags.services import kinds_off
from places.models import City
from sources.enums import PUSHED, Phase, RunState
from sources.models import Discovery, FetchRun, Source

#: A run that began so long before a scan answers for it.
_BEFORE: Final = timedelta(minutes=15)


class Held(StrEnum):
    """Why a scan does not ask a source.

    It was asked just now, is paused, rests after a failure, or lacks the key that its platform requires.
    """

    ASKED = "asked"
    PAUSED = "paused"
    RESTS = "rests"
    KEY = "key"


class Step(StrEnum):
    """How far a source is in a scan."""

    WAITING = "waiting"
    ASKING = "asking"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"


@dataclass(frozen=True, kw_only=True, slots=True)
class ScannedSource:
    """One source in a scan. `code`: of the error where it failed, or of `Held`; `since`: when its run began."""

    name: str
    slug: str
    step: Step
    run: UUID | None = None
    found: int = 0
    new: int = 0
    changed: int = 0
    code: str = ""
    state: str = ""
    since: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected of it."""
        return self.step in (Step.DONE, Step.FAILED, Step.HELD)


def scannable(city: City) -> QuerySet[Source]:
    """The sources that a scan of the city may ask: active ones that are fetched, of a kind that is on, and are no samples."""
    rows = Source.objects.filter(city=city, is_active=True, is_sample=False)
    return rows.exclude(type__in=PUSHED).exclude(connector__in=kinds_off())


def last_scan(city: City) -> Discovery | None:
    """The latest scan of the city (1 query)."""
    return Discovery.objects.filter(city=city).order_by("-started_at").first()


def scanned_sources(job: Discovery) -> list[ScannedSource]:
    """The sources of a scan in the order in which they are asked (2 queries)."""
    ids = [UUID(key) for key in job.plan["sources"]]
    sources = Source.objects.only("name", "slug").in_bulk(ids)
    rows = FetchRun.objects.filter(source__in=ids, started_at__gte=job.started_at - _BEFORE)
    if job.finished_at is not None:
        rows = rows.filter(started_at__lte=job.finished_at)
    latest = rows.order_by("source_id", "-started_at", "-id").distinct("source_id")
    runs = {run.source_id: run for run in latest}
    is_over = job.state != RunState.RUNNING
    held = job.plan["held"]
    return [
        _of_run(sources[key], runs[key])
        if key in runs
        else _without_run(sources[key], held.get(str(key), ""), is_over=is_over)
        for key in ids
        if key in sources
    ]


def _without_run(source: Source, why: str, *, is_over: bool) -> ScannedSource:
    step = Step.HELD if why or is_over else Step.WAITING
    return ScannedSource(name=source.name, slug=source.slug, step=step, code=why)


def _of_run(source: Source, run: FetchRun) -> ScannedSource:
    now = run.progress if run.state == RunState.RUNNING else {}
    return ScannedSource(
        name=source.name,
        slug=source.slug,
        step=_step(run),
        run=run.pk,
        found=int(now.get("found", run.events_found)),
        new=int(now.get("new", run.new)),
        changed=int(now.get("changed", run.changed)),
        code=run.error_code,
        state=run.state,
        since=run.started_at,
    )


def _step(run: FetchRun) -> Step:
    if run.state != RunState.RUNNING:
        is_well = run.state in (RunState.SUCCESS, RunState.PARTIAL, RunState.QUARANTINED)
        return Step.DONE if is_well else Step.FAILED
    match run.progress.get("phase"):
        case Phase.QUEUED.value:
            return Step.WAITING
        case Phase.FETCHING.value:
            return Step.ASKING
        case _:
            return Step.READING
