"""The Celery application: thin tasks on five queues, routed by one table.

Whatever looks into bytes from outside runs on fetch, scrape, process or enrich, whose workers are processes
with children: one that is held up or ended by what it reads is replaced. The clock's looks, alarms, mail and
numbering run on notify, in a worker of its own that reads nothing from outside.
"""

import gc
import os
import time
from typing import Any

from celery import Celery
from celery.result import AsyncResult
from celery.signals import before_task_publish, setup_logging, worker_init, worker_process_init
from django.dispatch import receiver
from django_structlog.celery.signals import modify_context_before_task_publish
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError

from config.valkey.breaker import BREAKER
from pipeline.budget import let_kernel_end_this_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

QUEUES = ("fetch", "scrape", "process", "enrich", "notify")

#: The queues whose tasks may look into what came from outside; those of `WATCH` never do.
READING, WATCH = frozenset({"fetch", "scrape", "process", "enrich"}), frozenset({"notify"})

#: Task name (a trailing * matches the rest) to queue; the first that fits counts.
ROUTES = {
    # looks at rows alone: what is due, what waits, what stands still, how sources do. It must not stand
    # behind what it looks at
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
    # wait for others' servers, so they must not hold a process that has the models
    "events.tasks.fetch_*": {"queue": "fetch"},
    "places.tasks.geocode_*": {"queue": "fetch"},
    "events.tasks.*": {"queue": "enrich"},
    "places.tasks.*": {"queue": "enrich"},
    "accounts.tasks.*": {"queue": "notify"},
    "digests.tasks.*": {"queue": "notify"},
    "realtime.tasks.*": {"queue": "notify"},
    "outbox.tasks.*": {"queue": "notify"},
    "egress.tasks.*": {"queue": "notify"},
    "moderation.tasks.*": {"queue": "notify"},
}


class GuardedCelery(Celery):
    """A message that cannot be queued raises OperationalError: within the socket's timeout the first time, at
    once while Valkey is left alone."""

    def send_task(self, *args: Any, **options: Any) -> AsyncResult:
        """As Celery, through the breaker."""
        if BREAKER.is_open:
            raise OperationalError("Valkey does not answer; nothing can be queued now.")
        try:
            return super().send_task(*args, **options)
        except OperationalError:
            BREAKER.failed()
            raise


app = GuardedCelery("nocturne")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_routes = ROUTES
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """A receiver of its own keeps Celery from replacing Django's LOGGING."""


@before_task_publish.connect
def date_messages(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Each message says since when it waits, so that a queue's age can be told (config/metrics.py)."""
    if headers is not None:
        headers.setdefault("queued_at", time.time())


@worker_process_init.connect
def bound_child(**_: Any) -> None:
    """A child of a worker may be ended by the kernel when what it reads takes too much time: its parent
    replaces it."""
    let_kernel_end_this_process()


@worker_init.connect
def load_models(sender: Any = None, **_: Any) -> None:
    """The worker of the process queue loads every model before it forks, so that its children share the
    memory; the others load none."""
    name = str(getattr(sender, "hostname", "")).partition("@")[0]
    if name == "process":
        from pipeline.preload import warm

        warm()
    if name in ("process", "fetch"):
        gc.collect()
        gc.freeze()  # what is there before the fork stays: neither this process nor its children look through it for cycles, so that it stays shared


@receiver(modify_context_before_task_publish, dispatch_uid="config.celery.keep_addresses_here")
def keep_addresses_here(context: dict[str, Any], **_: Any) -> None:
    """A task knows the request that it follows from, and not the visitor's address."""
    context.pop("ip", None)
