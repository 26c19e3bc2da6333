"""Tables that are partitioned by month, so that what has been kept long enough is dropped and not deleted row by row.

A migration makes the table `PARTITION BY RANGE` of a date, with the partition `TABLE_default`, which takes what no month is
there for. The names of tables and columns come from the code, never from outside.
"""

from datetime import date, datetime
from typing import Any

from django.db import connection


def month_of(moment: datetime | date) -> date:
    """The first day of its month."""
    return date(moment.year, moment.month, 1)


def month_after(month: date) -> date:
    """The first day of the month that follows."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def ensure_partitions(table: str, column: str, *, now: datetime, ahead: int = 2) -> list[str]:
    """Create the partitions of this month and the next `ahead` ones.

    Returns the new names. Rows that the default partition received meanwhile are moved.
    """
    made = []
    month = month_of(now)
    with connection.cursor() as cursor:
        for _ in range(ahead + 1):
            name = f"{table}_{month:%Y_%m}"
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is None:
                _make(cursor, table, column, name, month)
                made.append(name)
            month = month_after(month)
    return made


def drop_partitions(table: str, *, before: date) -> list[str]:
    """Drop the partitions of months before `before` (the first of a month). Returns their names."""
    dropped = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = pg_class.oid WHERE inhparent = to_regclass(%s)",
            [table],
        )
        for (name,) in cursor.fetchall():
            year, _, month = name.removeprefix(f"{table}_").partition("_")
            if month.isdigit() and date(int(year), int(month), 1) < before:
                cursor.execute(f'DROP TABLE "{name}"')
                dropped.append(name)
    return dropped


def _make(cursor: Any, table: str, column: str, name: str, month: date) -> None:
    """Create the partition separately, move the default partition's rows into it, and attach it."""
    bounds = [month, month_after(month)]
    cursor.execute(f'CREATE TABLE "{name}" (LIKE "{table}" INCLUDING DEFAULTS INCLUDING CONSTRAINTS)')
    cursor.execute(
        f'WITH gone AS (DELETE FROM "{table}_default" WHERE "{column}" >= %s AND "{column}" < %s RETURNING *)'  # noqa: S608 - names of the code
        f' INSERT INTO "{name}" SELECT * FROM gone',
        bounds,
    )
    cursor.execute(
        f"ALTER TABLE \"{table}\" ATTACH PARTITION \"{name}\" FOR VALUES FROM ('{bounds[0]}') TO ('{bounds[1]}')"
    )
