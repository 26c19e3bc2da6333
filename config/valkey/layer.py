"""The channel layer, through the breaker: a hint that cannot be sent costs the first commit a second, and the
next ones nothing."""

import asyncio
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from config.valkey.breaker import BREAKER


class HintLayer(RedisPubSubChannelLayer):
    """Sending is guarded; listening has its own way of coming back."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Raises ValkeyAway at once while Valkey is away. A caller that waits no longer counts as a
        failure."""
        with BREAKER.guard():
            try:
                await self._get_layer().group_send(group, message)
            except asyncio.CancelledError:
                BREAKER.failed()
                raise
