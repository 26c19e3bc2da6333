"""The Celery application: thin tasks on five queues, routed by one table.

Code that reads outside data runs on fetch, scrape, process or enrich, whose workers have child processes: a
child that hangs or dies is replaced. Periodic checks, alerts, mail and numbering run on notify, in a worker
of its own that reads no outside data.
"""

import ctypes
import gc
import os
import resource
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from celery import Celery
from celery.result import AsyncResult
from celery.signals import (
    beat_init,
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_ready,
)
from django.conf import settings
from django.db import connections
from django.dispatch import receiver
from django_structlog.celery.signals import modify_context_before_task_publish
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config import broker, broker_settings
from config.pulse import PulseStep
from config.valkey.breaker import BREAKER
from pipeline.budget import let_kernel_end_this_process
from pipeline.unpacked import let_go

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
#: A worker would run all system checks, drop their messages, and keep every view and form that they import.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

QUEUES = ("fetch", "scrape", "process", "enrich", "notify")

#: The queues whose tasks may read outside data; the tasks of `WATCH` never do.
READING, WATCH = frozenset({"fetch", "scrape", "process", "enrich"}), frozenset({"notify"})

#: Task name (a trailing * matches the rest) to queue; the first match counts.
ROUTES = {
    # these read only rows: what is due, what waits, what is lost, the health of sources. They must not wait
    # behind the work that they watch
    "sources.tasks.fetch_due_sources": {"queue": "notify"},
    "sources.tasks.process_inboxes": {"queue": "notify"},
    "sources.tasks.process_stuck_runs": {"queue": "notify"},
    "sources.tasks.process_health": {"queue": "notify"},
    "sources.tasks.process_credentials": {"queue": "notify"},
    "sources.tasks.notify_*": {"queue": "notify"},
    "sources.tasks.fetch_*": {"queue": "fetch"},
    "sources.tasks.scrape_*": {"queue": "scrape"},
    "sources.tasks.process_*": {"queue": "process"},
    "sources.tasks.*": {"queue": "process"},
    # these wait for other servers, so they must not occupy a process that has loaded the models
    "events.tasks.fetch_*": {"queue": "fetch"},
    "events.tasks.submit_changes": {"queue": "fetch"},
    # within a second, thus not behind fetches; it reads nothing but a status
    "events.tasks.purge_cdn": {"queue": "notify"},
    "places.tasks.geocode_*": {"queue": "fetch"},
    "events.tasks.*": {"queue": "enrich"},
    "places.tasks.*": {"queue": "enrich"},
    # these read all stored answers of sources
    "accounts.tasks.carry_out_erasure": {"queue": "process"},
    "accounts.tasks.make_export": {"queue": "process"},
    "accounts.tasks.forget_personal_data": {"queue": "process"},
    "accounts.tasks.*": {"queue": "notify"},
    "config.tasks.*": {"queue": "notify"},
    "digests.tasks.*": {"queue": "notify"},
    "mail.tasks.*": {"queue": "notify"},
    "registrations.tasks.*": {"queue": "notify"},
    "organizers.tasks.*": {"queue": "notify"},
    # it waits for other servers, and reads the beginning of their answers
    "webhooks.tasks.send_due": {"queue": "fetch"},
    "webhooks.tasks.*": {"queue": "notify"},
    "saved_searches.tasks.*": {"queue": "notify"},
    "insights.tasks.*": {"queue": "enrich"},
    # it reads words with the spam filter
    "ratings.tasks.*": {"queue": "enrich"},
    # it decodes and writes pictures
    "galleries.tasks.*": {"queue": "enrich"},
    "notices.tasks.*": {"queue": "notify"},
    "realtime.tasks.*": {"queue": "notify"},
    "audit.tasks.*": {"queue": "notify"},
    "outbox.tasks.*": {"queue": "notify"},
    "egress.tasks.*": {"queue": "notify"},
    "moderation.tasks.*": {"queue": "notify"},
    "operations.tasks.*": {"queue": "notify"},
}


#: What tasks import where they use it: the children of the process queue share it as they share the models.
_IMPORTED_LATE = (
    "events.pictures",
    "galleries.pictures",
    "sources.ingest.probe",
    "sources.ingest.record",
    "sources.ingest.rematch",
    "sources.lab.inspection",
)

#: After so many pages of 4 kB memory is given back.
MUCH = 2_000
#: What was taken when memory was given back last.
_given_back = [0]


class GuardedCelery(Celery):
    """An application that raises OperationalError for a message that cannot be queued.

    Within the socket's timeout the first time, at once while the breaker is open.
    """

    def send_task(self, *args: Any, **options: Any) -> AsyncResult:
        """As Celery, through the breaker of the broker."""
        breaker = broker.BREAKER if settings.BROKER_URL else BREAKER
        if breaker.is_open:
            raise OperationalError("The message broker does not answer; nothing can be queued now.")
        if settings.BROKER_URL:
            options.setdefault("confirm_timeout", broker_settings.SECONDS)
        try:
            return super().send_task(*args, **options)
        except OperationalError:
            breaker.failed()
            raise


app = GuardedCelery("nocturne")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_routes = ROUTES
if settings.BROKER_URL:
    app.conf.task_queues = broker.queues(QUEUES)
    broker.fit(app)
app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["worker"].add(PulseStep)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Keep Django's LOGGING: without a receiver Celery replaces it."""


@before_task_publish.connect
def date_messages(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Put the time of queueing into each message, to measure the age of a queue (config/metrics.py)."""
    if headers is not None:
        headers.setdefault("queued_at", time.time())


@task_prerun.connect
def look_at_connections(sender: Any = None, **_: Any) -> None:
    """Let go of a connection that PostgreSQL ended: Celery keeps it for CELERY_DB_REUSE_MAX tasks, and all of them would fail.

    A query tells whether it lives, once a task, before the task's first one (CONN_HEALTH_CHECKS).
    """
    if not getattr(sender.request, "is_eager", False):
        for link in connections.all(initialized_only=True):
            link.close_if_unusable_or_obsolete()


@task_prerun.connect
def note_taken(sender: Any = None, **_: Any) -> None:
    """Note since when what was taken had waited: RabbitMQ does not tell the age of what waits behind it."""
    if settings.BROKER_URL and not getattr(sender.request, "is_eager", False):
        from operations.measures.queues import note  # noqa: PLC0415 - when the apps are ready

        with suppress(RedisError, OSError), BREAKER.guard():
            note(
                (sender.request.delivery_info or {}).get("routing_key", ""),
                sender.request.get("queued_at", 0.0),
            )


@worker_process_init.connect
def bound_child(**_: Any) -> None:
    """Let the kernel end a child of a worker that uses too much processor time. Its parent replaces it."""
    let_kernel_end_this_process()
    _given_back[0] = 0  # the kernel counts anew in a child


@worker_ready.connect
@beat_init.connect
def watch_too(**_: Any) -> None:
    """Watch the installation in each worker and in beat: whichever process lives measures and judges."""
    from operations.watch.thread import start  # noqa: PLC0415 - models, when the apps are ready

    start()


@worker_init.connect
def load_models(sender: Any = None, **_: Any) -> None:
    """Load every model in the worker of the process queue before it forks.

    So its children share the memory. The other workers load none; those that fetch share the certificates, some
    10 MB in each that has made a request.
    """
    name = str(getattr(sender, "hostname", "")).partition("@")[0]
    if name == "process":
        from pipeline.preload import warm

        warm()
        for used in _IMPORTED_LATE:
            import_module(used)
    if name == "fetch":
        from egress.transport import default_tls  # noqa: PLC0415 - the others need none

        default_tls()
    if name in ("process", "fetch"):
        gc.collect()
        give_back()
        # objects made before the fork are exempt from garbage collection here and in the children, so that
        # their memory stays shared
        gc.freeze()


@task_postrun.connect
def rest(sender: Any = None, **_: Any) -> None:
    """Give memory back after tasks that took much: a worker at rest has what it needs at rest. It takes some milliseconds."""
    if not getattr(sender.request, "is_eager", False) and _taken() > _given_back[0] + MUCH:
        give_back()


def give_back() -> None:
    """Give back to the kernel what was freed, and what it can map again.

    Reading the models leaves 11 MB that children would inherit, vectors of 540 events 70 MB.
    """
    let_go()
    with suppress(OSError, AttributeError):  # glibc has it
        ctypes.CDLL(None).malloc_trim(0)
    _given_back[0] = _taken()


def _taken() -> int:
    """Pages that this process has taken since it began."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


@receiver(modify_context_before_task_publish, dispatch_uid="config.celery.keep_names_here")
def keep_names_here(context: dict[str, Any], **_: Any) -> None:
    """Bind the id of the originating request to a task, without the names of visitor and person."""
    for name in ("visitor", "person"):
        context.pop(name, None)
