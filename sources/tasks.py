"""Thin tasks: an id in, one call, the result in the database. Each may run twice."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import structlog
from celery import current_app, shared_task
from django.db import transaction
from django.utils.timezone import now
from kombu.exceptions import OperationalError

from flags.models import Flag
from flags.services import is_on
from pipeline.contract.enums import SourceType
from sources.credentials.expiry import warn_of_ends
from sources.credentials.store import forget_previous
from sources.enums import Phase, RunState
from sources.ingest.dead_letters import delete_old
from sources.ingest.retention import clear_runs, clear_staged, delete_expired, ensure_partitions
from sources.lab import examine, validate
from sources.models import FetchRun, Source
from sources.monitoring import alerts, weekly
from sources.monitoring.health import refresh_all
from sources.monitoring.opt_outs import watch_opt_outs
from sources.monitoring.overview import queue_lengths
from sources.monitoring.quotas import settle_quotas
from sources.runs import process
from sources.runs.fetch import fetch_payloads
from sources.runs.release import release_stuck
from sources.samples.load import refresh_samples
from sources.samples.removal import remove_samples
from sources.setup import usual
from sources.triggers.discovery import advance, unfinished
from sources.triggers.due import start_due
from sources.triggers.inbox import drain, waiting_sources
from sources.triggers.reread import ACCEPTED, reread_series, retry_submissions
from sources.triggers.site_policies import watch as watch_site_policies

log = structlog.get_logger(__name__)


def send(task: Any, *args: str) -> None:
    """Queue a task after the commit.

    A broken broker never fails the request: the error is logged, and periodic tasks continue from the rows.
    """
    transaction.on_commit(lambda: _send_now(task, args), robust=True)


def _send_now(task: Any, args: tuple[str, ...]) -> None:
    try:
        task.delay(*args)
    except OperationalError as error:
        log.warning("task_not_queued", task=task.name, error=str(error))


def fetching(source: Source) -> Any:
    """The fetching task for a run of `source`.

    Sources with a browser or a spider have a queue of their own.
    """
    return scrape_run if source.type == SourceType.SCRAPER else fetch_run


def queue_runs(fetch: Iterable[UUID] = (), process: Iterable[UUID] = ()) -> None:
    """Queue open runs for either half, each separately.

    A run whose message is lost is found by its silence.
    """
    wanted = list(fetch)
    runs = FetchRun.objects.select_related("source").in_bulk(wanted)
    for run in (runs[run_id] for run_id in wanted if run_id in runs):
        _send_now(fetching(run.source), (str(run.id),))
    for run_id in process:
        _send_now(process_run, (str(run_id),))


def queue_runs_later(fetch: Iterable[UUID] = (), process: Iterable[UUID] = ()) -> None:
    """The same after the commit."""
    fetch, process = list(fetch), list(process)
    transaction.on_commit(lambda: queue_runs(fetch, process), robust=True)


@shared_task
def fetch_due_sources() -> int:
    """Every minute: open a run for each due source within the limits, and continue every discovery.

    Returns how many runs were opened.
    """
    if not is_on(Flag.LIVE_SOURCES):
        return 0
    moment = now()
    runs = [run for job in unfinished() for run in advance(job, now=moment)]
    runs += start_due(now=moment)
    queue_runs(fetch=[run.id for run in runs])
    return len(runs)


@shared_task
def notify_of_quality() -> int:
    """Hourly: write the week's report on the quality of data for staff in their morning. Returns how many."""
    return weekly.tell(now=now())


@shared_task
def fetch_run(run_id: str) -> None:
    """Fetch for an open run, and hand its payloads to the process queue.

    A run that is over, or that another worker has, is left alone.
    """
    run = FetchRun.objects.select_related("source__city", "source__credential").get(pk=run_id)
    if run.state == RunState.RUNNING and fetch_payloads(run):
        _send_now(process_run, (run_id,))
    go_on(run)


@shared_task
def scrape_run(run_id: str) -> None:
    """The same for sources with a browser or a spider, on a queue of its own."""
    fetch_run(run_id)


@shared_task
def process_run(run_id: str, accept_loss: bool = False) -> str:
    """Process the kept payloads of a run.

    Returns its state. A run that is over, or that another worker has, is left alone.
    """
    run = FetchRun.objects.select_related("source__city").get(pk=run_id)
    if run.state == RunState.RUNNING:
        process.process_run(run, accept_loss=accept_loss or run.requested_by.startswith(ACCEPTED))
        go_on(run)
    return run.state


def go_on(run: FetchRun) -> None:
    """Start what the end of a run makes room for: the next of its discovery, and due sources of its host.

    Otherwise they would wait for the next minute.
    """
    if not is_on(Flag.LIVE_SOURCES):
        return
    moment = now()
    opened = advance(run.discovery_id, now=moment) if run.discovery_id else []
    queue_runs(fetch=[one.id for one in [*opened, *start_due(now=moment)]])


@shared_task
def process_inbox(source_id: str) -> int:
    """Process the payloads sent to a source, one run each, until none waits or another worker has it.

    Returns how many.
    """
    source = Source.objects.select_related("city").get(pk=source_id)
    return sum(1 for _ in drain(source))


@shared_task
def process_inboxes() -> int:
    """Every minute: process payloads whose task was lost. Returns how many sources have some."""
    waiting = waiting_sources(now=now())
    for source_id in waiting:
        process_inbox.delay(str(source_id))
    return len(waiting)


@shared_task
def process_stuck_runs() -> int:
    """Every 20 seconds: end or restart the runs whose process or message was lost. Returns how many."""
    empty = {name for name, waiting in queue_lengths().items() if waiting == 0}

    def is_unqueued(run: FetchRun) -> bool:
        task = fetching(run.source) if run.progress.get("phase") == Phase.QUEUED else process_run
        return current_app.amqp.router.route({}, task.name)["queue"].name in empty

    released = release_stuck(now=now(), is_unqueued=is_unqueued)
    queue_runs(fetch=released.fetch, process=released.process)
    return released.count


@shared_task
def process_payload_partitions() -> list[str]:
    """Daily: create the partitions of the coming months, drop expired ones."""
    moment = now()
    return [*ensure_partitions(now=moment), *delete_expired(now=moment).partitions]


@shared_task
def process_staged_retention() -> int:
    """Daily: clear the text of old staged rows and runs, delete old dead letters and alerts. Returns how many were cleared."""
    delete_old(now=now())
    alerts.forget_old(now=now())
    clear_runs(now=now())
    return clear_staged(now=now())


@shared_task
def notify_operators() -> int:
    """Every minute: send operators the new alerts. Returns how many alerts were sent."""
    return alerts.notify_operators(now=now())


@shared_task
def process_health() -> int:
    """Every ten minutes: judge all sources again, resolve quota alerts. Returns how many sources changed."""
    moment = now()
    settle_quotas(now=moment)
    watch_opt_outs(now=moment)
    return refresh_all(now=moment)


@shared_task
def process_credentials() -> int:
    """Daily: alert operators to expiring credentials, delete expired former secrets.

    Returns how many alerts are new.
    """
    moment = now()
    forget_previous(now=moment)
    return warn_of_ends(now=moment)


@shared_task
def fetch_site_policies() -> int:
    """Every six hours: look at robots.txt and terms of the sites that are due. Returns how many changed."""
    return watch_site_policies(now=now()) if is_on(Flag.LIVE_SOURCES) else 0


@shared_task
def process_usual() -> int:
    """Weekly: learn again what is usual for each source. Returns for how many it changed."""
    return usual.renew(now=now())


@shared_task
def process_series() -> int:
    """Daily: read the last kept answer of every source with series again.

    Returns how many sources. So the occurrences of an unchanged feed continue. Submissions that older code
    could not process are retried.
    """
    count = 0
    queue_runs(process=[run.id for run in retry_submissions(now=now())])
    for run in reread_series(now=now()):
        queue_runs(process=[run.id])
        count += 1
    return count


@shared_task
def process_rematch() -> int:
    """Every ten minutes: match stored events that a change made similar.

    Returns how many were merged or asked about.
    """
    from sources.ingest.rematch import rematch_changed  # noqa: PLC0415 - costly

    report = rematch_changed(now=now())
    return report.merged + report.asked


@shared_task
def fetch_samples() -> int:
    """Render the sample feeds for today, if this site shows samples. Returns how many sources were loaded."""
    return refresh_samples(now=now())


@shared_task
def process_removal_of_samples() -> int:
    """Remove what is left of the samples. Returns how many events."""
    return remove_samples()


@shared_task
def process_lab(token: str) -> None:
    """Carry out an examination of the source lab, on the queue whose workers have the models."""
    examine.carry_out(token)


@shared_task
def process_validation(token: str) -> None:
    """Carry out a dry run for staff, on the queue whose workers have the models."""
    validate.carry_out(token)
