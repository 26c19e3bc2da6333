"""How many connections and messages one address and one person may have in this process, and who came but
asked for nothing."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings

from realtime.exceptions import Code, Refused

#: Messages are counted over so many seconds.
WINDOW = 10.0


class ConnectionLimiter:
    """Counts by address (of IPv6 by the /64, which is one household) and by person. A limit of 0 is none."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._connections: Counter[Any] = Counter()
        self._messages: Counter[Any] = Counter()
        self._counted_since = clock()

    def add_connection(self, address: str) -> None:
        """One more connection of `address`. Raises Refused; who was let in must `remove_connection`."""
        self._take(
            self._connections, address, settings.LIVE_CONNECTIONS_PER_ADDRESS, "connections of one address"
        )

    def remove_connection(self, address: str, user_id: UUID | None = None) -> None:
        """A connection that was let in has ended, whoever it was."""
        for key in filter(None, (address, user_id)):
            self._connections[key] -= 1
            if self._connections[key] <= 0:
                del self._connections[key]

    def add_person(self, user_id: UUID) -> None:
        """A connection turned out to be this person's. Raises Refused."""
        self._take(
            self._connections, user_id, settings.LIVE_CONNECTIONS_PER_USER, "connections of one person"
        )

    def remove_person(self, user_id: UUID) -> None:
        """It is this person's no more."""
        self.remove_connection("", user_id)

    def count_message(self, address: str, user_id: UUID | None, weight: int = 1) -> None:
        """Count a message, or as many as it weighs. Raises Refused for one too many of the address or the
        person, over all their connections."""
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
