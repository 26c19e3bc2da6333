"""The channel layer, through the breaker.

A hint that cannot be sent costs the first commit a second, and the next ones nothing.
"""

from functools import cached_property
from typing import Any

import redis
from channels_redis.pubsub import RedisPubSubChannelLayer

from config.valkey.client import CONNECTION, GuardedRedis


class HintLayer(RedisPubSubChannelLayer):
    """Listening is the layer's, and reconnects by itself. Sending is done without an event loop."""

    def send_to_group(self, group: str, message: dict[str, Any]) -> None:
        """Send `message` to the members of `group`, over a connection that is kept.

        The layer's own way from synchronous code needs a thread, an event loop and a connection for each
        message, which takes 3 ms. Raises ValkeyAway at once while Valkey is away, and RedisError after a second.
        """
        # the layer's name of the group's channel (channels_redis, RedisPubSubLoopLayer)
        self._client.publish(f"{self._kwargs['prefix']}__group__{group}", self.serialize(message))

    @cached_property
    def _client(self) -> GuardedRedis:
        """Threads share it, and a forked process opens connections of its own (redis-py, ConnectionPool)."""
        return GuardedRedis(
            connection_pool=redis.ConnectionPool.from_url(self._kwargs["hosts"][0], **CONNECTION)
        )
