"""Limits the connections and messages of one address and of one user in this process."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings

from realtime.exceptions import Code, Refused

#: Messages are counted over windows of this many seconds.
WINDOW = 10.0


class ConnectionLimiter:
    """Counts by address and by user.

    A limit of 0 means no limit. IPv6 addresses count by their /64 network, which is one household.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._connections: Counter[Any] = Counter()
        self._messages: Counter[Any] = Counter()
        self._counted_since = clock()

    def add_connection(self, address: str) -> None:
        """Count a new connection of `address`. Raises Refused at the limit. Call `remove_connection` at its end."""
        self._take(
            self._connections, address, settings.LIVE_CONNECTIONS_PER_ADDRESS, "connections of one address"
        )

    def remove_connection(self, address: str, user_id: UUID | None = None) -> None:
        """Stop counting a connection that has ended."""
        for key in filter(None, (address, user_id)):
            self._connections[key] -= 1
            if self._connections[key] <= 0:
                del self._connections[key]

    def add_person(self, user_id: UUID) -> None:
        """Count a connection for its user after authentication. Raises Refused at the limit."""
        self._take(
            self._connections, user_id, settings.LIVE_CONNECTIONS_PER_USER, "connections of one person"
        )

    def remove_person(self, user_id: UUID) -> None:
        """Stop counting a connection for this user."""
        self.remove_connection("", user_id)

    def count_message(self, address: str, user_id: UUID | None, weight: int = 1) -> None:
        """Count a message as `weight` messages of its address and its user, over all their connections.

        Raises Refused at the limit.
        """
        now = self._clock()
        if now - self._counted_since >= WINDOW:
            self._counted_since = now
            self._messages.clear()
        for key in (address, user_id):
            if key:
                self._take(
                    self._messages,
                    key,
                    settings.LIVE_MESSAGES_PER_ADDRESS,
                    f"messages in {WINDOW:.0f} s",
                    Code.RATE,
                    weight,
                )

    def _take(
        self, counts: Counter[Any], key: Any, most: int, what: str, code: Code = Code.CROWD, weight: int = 1
    ) -> None:
        if most and counts[key] + weight > most:
            raise Refused(code, f"At most {most} {what}.")
        if key:
            counts[key] += weight
