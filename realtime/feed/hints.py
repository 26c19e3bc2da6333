"""Messages from processes to the hubs over the channel layer.

They may get lost: each hub also polls the outbox and checks rights by itself.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from channels.layers import get_channel_layer

#: The one group of the channel layer. Its members are the hubs.
GROUP: Final = "live.hubs"
#: Types of the messages: changes have numbers, a transient message, rights may have changed.
HINT: Final = "hint"
TRANSIENT: Final = "transient"
RIGHTS: Final = "rights"
_SECONDS: Final = 1.0


async def send_to_hubs(message: dict[str, Any]) -> None:
    """Send `message` to every hub. Raises RedisError, OSError or TimeoutError (after 1 s)."""
    layer = get_channel_layer()
    if layer is not None:
        async with asyncio.timeout(_SECONDS):
            await layer.group_send(GROUP, message)


async def send_all_to_hubs(messages: Iterable[dict[str, Any]]) -> None:
    """Send each of `messages` in order. Raises as `send_to_hubs`, without those behind the one that fails."""
    for message in messages:
        await send_to_hubs(message)
