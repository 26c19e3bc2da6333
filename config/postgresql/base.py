"""Django's PostgreSQL with a pool whose users hear soon that the database is away, and wait as before where it is only busy.

A pool cannot tell the two apart: who asks waits for its `timeout`. So that is short here, and who waited for it looks whether
connecting failed meanwhile. If not, all connections are in use, and the wait goes on (decisions/0139).
"""

from time import monotonic
from typing import Any, Final, cast

from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool, PoolTimeout

#: Seconds that a request waits for a connection which others use.
BUSY_SECONDS: Final = 10.0
#: Seconds for which nobody waits again, after one waited in vain: a request asks more than once.
REST_SECONDS: Final = 1.0
#: Until when nobody waits, by the database's alias.
_rests: dict[str, float] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend; without a pool it is Django's own."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection of the pool. Raises PoolTimeout: soon while the database is away, after BUSY_SECONDS where it is busy."""
        if self.pool is None:
            return super().get_new_connection(conn_params)
        if monotonic() < _rests.get(self.alias, 0.0):
            raise PoolTimeout("the database could not be reached a moment ago")
        end = monotonic() + BUSY_SECONDS
        while True:
            before = self._failures()
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if self._failures() > before:
                    _rests[self.alias] = monotonic() + REST_SECONDS
                    raise
                if monotonic() >= end:
                    raise

    def _failures(self) -> int:
        """How often the pool could not connect."""
        return cast("ConnectionPool[Any]", self.pool).get_stats().get("connections_errors", 0)
