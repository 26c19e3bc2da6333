"""The Celery application: thin tasks on five queues, routed by one table."""

import gc
import os
import time
from typing import Any

from celery import Celery
from celery.result import AsyncResult
from celery.signals import before_task_publish, setup_logging, worker_init
from django.dispatch import receiver
from django_structlog.celery.signals import modify_context_before_task_publish
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu.exceptions import OperationalError

from config.valkey.breaker import BREAKER

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

QUEUES = ("fetch", "scrape", "process", "enrich", "notify")

#: Task name (a trailing * matches the rest) to queue.
ROUTES = {
    "sources.tasks.fetch_*": {"queue": "fetch"},
    "sources.tasks.scrape_*": {"queue": "scrape"},
    "sources.tasks.notify_*": {"queue": "notify"},
    # looks for runs that stand still, so it must not stand behind them
    "sources.tasks.process_stuck_runs": {"queue": "notify"},
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
}


class GuardedCelery(Celery):
    """A message that cannot be queued raises OperationalError: within the socket's timeout the first time, at once while Valkey is left alone."""

    def send_task(self, *args: Any, **options: Any) -> AsyncResult:
        """As Celery, through the breaker."""
        if BREAKER.is_open:
            raise OperationalError("Valkey did not answer a moment ago; nothing is queued yet.")
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


@worker_init.connect
def load_models(sender: Any = None, **_: Any) -> None:
    """The worker of the process queue loads every model before it forks, so that its children share the memory; the others load none."""
    if str(getattr(sender, "hostname", "")).startswith("process@"):
        from sources.steps.warm import warm

        warm()
        gc.collect()
        gc.freeze()  # what is there before the fork stays: neither this process nor its children look through it for cycles, so that it stays shared


@receiver(modify_context_before_task_publish, dispatch_uid="config.celery.keep_addresses_here")
def keep_addresses_here(context: dict[str, Any], **_: Any) -> None:
    """A task knows the request that it follows from, and not the visitor's address."""
    context.pop("ip", None)
