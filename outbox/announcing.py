"""Sends transient messages, such as the progress of a job.

They are sent at once, not stored, and get no number.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from outbox.signals import transient

log = structlog.get_logger(__name__)


#: A topic, the message's type, and what it says, which must fit JSON.
Message = tuple[str, str, dict[str, Any]]


def announce(topic: str, kind: str, data: Mapping[str, Any]) -> None:
    """Send a message to the readers of `topic` that are connected now.

    At most once, and errors never reach the caller. `kind` is the message's type; `data` must fit JSON.
    """
    announce_all([(topic, kind, dict(data))])


def announce_all(messages: Sequence[Message]) -> None:
    """Send several messages, as `announce`, over one connection: opening it costs more than all of them."""
    for receiver, answer in transient.send_robust(sender=None, messages=messages):
        if isinstance(answer, Exception):
            log.warning("announcement_failed", receiver=repr(receiver), error=str(answer))
