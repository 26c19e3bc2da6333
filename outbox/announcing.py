"""Sends transient messages, such as the progress of a job.

They are sent at once, not stored, and get no number.
"""

from collections.abc import Mapping
from typing import Any

import structlog

from outbox.signals import transient

log = structlog.get_logger(__name__)


def announce(topic: str, kind: str, data: Mapping[str, Any]) -> None:
    """Send a message to the readers of `topic` that are connected now.

    At most once, and errors never reach the caller. `kind` is the message's type; `data` must fit JSON.
    """
    for receiver, answer in transient.send_robust(sender=None, topic=topic, kind=kind, data=dict(data)):
        if isinstance(answer, Exception):
            log.warning("announcement_failed", receiver=repr(receiver), error=str(answer))
