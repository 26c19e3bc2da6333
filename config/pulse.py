"""A file whose time shows that a worker or beat still does what it is there for.

A process that hangs looks alive from outside. Where NOCTURNE_PULSE names a file, the loop that takes tasks, or
the one that queues those that are due, touches it; `deploy/healthcheck.py --pulse` reads its age. While the broker
is away the loop of a worker stands, so the probe allows minutes.
"""

from pathlib import Path
from typing import Any, Final

import structlog
from celery import bootsteps
from django.conf import settings

log = structlog.get_logger(__name__)
#: Seconds between two touches by a worker.
SECONDS: Final = 15.0


def touch() -> None:
    """Say that the loop goes on. A disk that is full or read-only is logged, and stops nothing."""
    if settings.PULSE_FILE:
        try:
            Path(settings.PULSE_FILE).touch()
        except OSError as error:
            log.warning("pulse.failed", path=settings.PULSE_FILE, error=str(error))


class PulseStep(bootsteps.StartStopStep):
    """Touches from the loop of a worker's parent, which takes the messages."""

    requires = {"celery.worker.components:Timer"}

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.entry: Any = None

    def start(self, parent: Any) -> None:
        """Touch now, and every SECONDS."""
        touch()
        self.entry = parent.timer.call_repeatedly(SECONDS, touch)

    def stop(self, parent: Any) -> None:
        """Touch no more."""
        if self.entry is not None:
            self.entry.cancel()
            self.entry = None
