"""Database, Valkey and disk."""

import shutil
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError, connection

from egress.factory import open_valkey
from operations.components.records import Finding
from operations.enums import State
from outbox import replica as second
from outbox.queries import position

#: Shares of the connections in use, of Valkey's memory, and of the disk that is free.
CONNECTIONS: Final = 0.8
MEMORY: Final = 0.9
FREE_LOW, FREE_LEAST = 0.10, 0.03
#: Bytes of the log that the replica has not replayed: some seconds of a busy server.
LAG: Final = 16_000_000


def database(*, now: datetime) -> Finding:
    """Whether it answers, and has connections left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
            " current_setting('max_connections')::int"
        )
        used, most = cursor.fetchone()
    detail = f"{used} of {most} connections are in use."
    if used < CONNECTIONS * most:
        return Finding(name="database", detail=detail)
    return Finding(
        name="database",
        state=State.DEGRADED,
        detail=detail,
        remedy="Raise max_connections, or start fewer workers. pg_stat_activity shows who holds them.",
    )


def replica(*, now: datetime) -> Finding:
    """Whether the replica answers and keeps up. Without it readers read from the primary, so that it is never down."""
    if not second.is_configured():
        return Finding(name="replica", state=State.OFF, detail="DATABASE_REPLICA_URL is not set.")
    end = second.position()
    try:
        there = second.replayed()
    except DatabaseError as error:
        detail, remedy = (
            f"It does not answer: {type(error).__name__}.",
            "Start it. Meanwhile readers read from the primary.",
        )
        return Finding(name="replica", state=State.DEGRADED, detail=detail, remedy=remedy)
    if not there.is_replica or there.epoch != position().epoch:
        return Finding(
            name="replica",
            state=State.DEGRADED,
            detail="DATABASE_REPLICA_URL names no replica of this database.",
            remedy="Correct it, or make the replica anew from the primary. Meanwhile readers read from the primary.",
        )
    behind = max(0, end - there.position)
    detail = f"It is {behind / 1e6:.1f} MB of the log behind."
    if behind <= LAG:
        return Finding(name="replica", detail=detail)
    return Finding(
        name="replica",
        state=State.DEGRADED,
        detail=detail,
        remedy="See its log, disk and network, and whether a long query holds its replay. Meanwhile readers read from the primary.",
    )


def valkey(*, now: datetime) -> Finding:
    """Whether it answers, and has memory left. Raises redis.RedisError."""
    facts: Any = open_valkey().info("memory")
    used, most = int(facts["used_memory"]), int(facts.get("maxmemory") or 0)
    if most and used > MEMORY * most:
        return Finding(
            name="valkey",
            state=State.DEGRADED,
            detail=f"{used / most:.0%} of its memory is used.",
            remedy="Raise maxmemory, or see which queue grows.",
        )
    return Finding(name="valkey", detail=f"{used // 1_000_000} MB are used.")


def disk(*, now: datetime) -> Finding:
    """How much of the disk is free on which this process writes its files. Raises OSError."""
    facts = shutil.disk_usage(settings.VAR_DIR)
    free = facts.free / facts.total
    detail = f"{facts.free / 1e9:.1f} GB are free ({free:.0%})."
    if free >= FREE_LOW:
        return Finding(name="disk", detail=detail)
    return Finding(
        name="disk",
        state=State.DEGRADED if free >= FREE_LEAST else State.DOWN,
        detail=detail,
        remedy="Make room: old backups, logs and var/media first. PostgreSQL stops at a full disk.",
    )
