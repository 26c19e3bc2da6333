"""Database, Valkey and disk."""

import shutil
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection

from egress.factory import open_valkey
from operations.components.records import Finding
from operations.enums import State

#: Shares of the connections in use, of Valkey's memory, and of the disk that is free.
CONNECTIONS: Final = 0.8
MEMORY: Final = 0.9
FREE_LOW, FREE_LEAST = 0.10, 0.03


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
