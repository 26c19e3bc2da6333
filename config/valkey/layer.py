"""The channel layer, through the breaker.

A hint that cannot be sent costs the first commit a second, and the next ones nothing.
"""

import asyncio
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from config.valkey.breaker import BREAKER


class HintLayer(RedisPubSubChannelLayer):
    """Sending goes through the breaker; listening reconnects by itself."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Raises ValkeyAway at once while Valkey is away. A cancelled caller does not count as a failure."""
        with BREAKER.guard():
            try:
                await self._get_layer().group_send(group, message)
            except asyncio.CancelledError:
                BREAKER.failed()
                raise
