"""Changes were numbered: tell the hubs, which then need not wait for their next poll."""

import asyncio
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.dispatch import receiver

from outbox.signals import numbered

#: The one group of the channel layer; its members are the hubs.
GROUP = "live.hubs"
_SECONDS = 1.0


@receiver(numbered, dispatch_uid="realtime.hint")
def hint(sender: object, *, last_number: int, **_: Any) -> None:
    """Send the hint. A channel layer that is down raises; the sender logs it, and the hubs' polls make up for it."""
    async_to_sync(_send)(last_number)


async def _send(last_number: int) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async with asyncio.timeout(_SECONDS):
            await layer.group_send(GROUP, {"type": "hint", "number": last_number})
