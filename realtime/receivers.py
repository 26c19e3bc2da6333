"""Changes were numbered: tell the hubs, which then need not wait for their next poll. Transient news goes the same way, whole."""

import asyncio
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.dispatch import receiver

from outbox.signals import numbered, transient

#: The one group of the channel layer; its members are the hubs.
GROUP = "live.hubs"
TRANSIENT = "transient"
_SECONDS = 1.0


@receiver(numbered, dispatch_uid="realtime.hint")
def hint(sender: object, *, last_number: int, **_: Any) -> None:
    """Send the hint. A channel layer that is down raises; the sender logs it, and the hubs' polls make up for it."""
    async_to_sync(_send)({"type": "hint", "number": last_number})


@receiver(transient, dispatch_uid="realtime.transient")
def pass_on(sender: object, *, topic: str, kind: str, data: dict[str, Any], **_: Any) -> None:
    """Send transient news to the hubs: whoever listens gets it, nobody else ever will."""
    async_to_sync(_send)({"type": TRANSIENT, "topic": topic, "kind": kind, "data": data})


async def _send(message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async with asyncio.timeout(_SECONDS):
            await layer.group_send(GROUP, message)
