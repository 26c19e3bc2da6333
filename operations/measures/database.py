"""What PostgreSQL says of itself: connections, slow queries, locks, bloat, replicas, its cache. Two queries."""

from dataclasses import dataclass
from typing import Final

from django.db import connection

#: A query is slow from so many seconds on.
SLOW: Final = 1.0
_STATE: Final = """
SELECT count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'idle'),
  count(*) FILTER (WHERE state LIKE 'idle in transaction%%'), current_setting('max_connections')::int,
  count(*) FILTER (WHERE state = 'active' AND now() - query_start > make_interval(secs => %s) AND pid <> pg_backend_pid()),
  count(*) FILTER (WHERE wait_event_type = 'Lock'),
  coalesce(extract(epoch FROM max(now() - xact_start) FILTER (WHERE pid <> pg_backend_pid())), 0)
FROM pg_stat_activity WHERE backend_type = 'client backend'
"""
_REST: Final = """
SELECT d.blks_hit, d.blks_read, d.deadlocks, d.xact_commit + d.xact_rollback, pg_database_size(d.datid),
  (SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables), (SELECT coalesce(sum(n_dead_tup), 0) FROM pg_stat_user_tables),
  CASE WHEN pg_is_in_recovery() THEN coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)
       ELSE (SELECT coalesce(extract(epoch FROM max(replay_lag)), 0) FROM pg_stat_replication) END,
  (SELECT count(*) FROM pg_stat_replication)
FROM pg_stat_database d WHERE d.datname = current_database()
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """One look. Rows are estimates of PostgreSQL's statistics; counters grow since those were reset."""

    active: int
    idle: int
    idle_in_transaction: int
    most: int
    slow: int
    waiting_for_locks: int
    longest_transaction: float
    blocks_hit: int
    blocks_read: int
    deadlocks: int
    transactions: int
    size: int
    live_rows: int
    dead_rows: int
    replication_lag: float
    replicas: int

    @property
    def connections(self) -> int:
        return self.active + self.idle + self.idle_in_transaction

    @property
    def dead_share(self) -> float:
        """Rows that nobody sees any more, as a share of all: bloat that vacuum has not taken yet."""
        return self.dead_rows / max(1, self.dead_rows + self.live_rows)

    @property
    def hit_share(self) -> float:
        """Blocks that were read from memory."""
        return self.blocks_hit / max(1, self.blocks_hit + self.blocks_read)


def look() -> Database:
    """PostgreSQL now. Raises django.db.Error."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [SLOW])
        active, idle, kept, most, slow, locks, longest = cursor.fetchone()
        cursor.execute(_REST)
        hit, read, deadlocks, transactions, size, living, dead, lag, replicas = cursor.fetchone()
    return Database(
        active=active, idle=idle, idle_in_transaction=kept, most=most, slow=slow, waiting_for_locks=locks,
        longest_transaction=float(longest), blocks_hit=hit, blocks_read=read, deadlocks=deadlocks, transactions=transactions,
        size=size, live_rows=int(living), dead_rows=int(dead), replication_lag=float(lag), replicas=replicas,
    )  # fmt: skip


def pool() -> dict[str, int]:
    """The pool of this process, by psycopg's names (pool_size, requests_waiting, …); empty where it has none."""
    options = connection.settings_dict.get("OPTIONS", {})
    if not options.get("pool"):
        return {}
    found: dict[str, int] = connection.pool.get_stats()  # type: ignore[attr-defined] # of Django's backend for PostgreSQL
    return found
