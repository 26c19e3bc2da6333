"""Searches every table: all columns of text, JSON, bytes, ids and addresses of networks."""

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, transaction
from psycopg import sql

from accounts.privacy.scan.finding import Finding
from accounts.privacy.scan.marks import Marks

#: Types whose text may contain a mark; arrays of them too.
_TYPES: Final = (
    "text",
    "varchar",
    "bpchar",
    "json",
    "jsonb",
    "uuid",
    "bytea",
    "xml",
    "citext",
    "inet",
    "name",
)
_BATCH: Final = 2_000
_COLUMNS: Final = """
SELECT c.relname, a.attname, CASE WHEN t.typname = 'bytea' THEN 'bytea' ELSE 'text' END
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typlen = -1
WHERE a.attnum > 0 AND NOT a.attisdropped AND (t.typname = ANY(%s) OR e.typname = ANY(%s))
ORDER BY c.relname, a.attnum
"""


def scan_database(marks: Marks) -> Iterator[Finding]:
    """Read every row of every table of the schema, also those without a model."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [list(_TYPES), list(_TYPES)])
        columns = cursor.fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in columns:
        tables.setdefault(table, []).append((column, kind))
    for table, held in tables.items():
        yield from _scan_table(table, held, marks)


def _scan_table(table: str, columns: list[tuple[str, str]], marks: Marks) -> Iterator[Finding]:
    chosen = [
        sql.Identifier(name) if kind == "bytea" else sql.SQL("{}::text").format(sql.Identifier(name))
        for name, kind in columns
    ]
    query = sql.SQL("SELECT ctid::text, {} FROM {}").format(sql.SQL(", ").join(chosen), sql.Identifier(table))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DECLARE person_scan NO SCROLL CURSOR FOR {}").format(query))  # type: ignore[arg-type]
        while rows := _fetch(cursor):
            for row in rows:
                yield from _scan_row(table, columns, row, marks)
        cursor.execute("CLOSE person_scan")


def _fetch(cursor: Any) -> list[tuple[Any, ...]]:
    cursor.execute(f"FETCH {_BATCH} FROM person_scan")
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _scan_row(
    table: str, columns: list[tuple[str, str]], row: tuple[Any, ...], marks: Marks
) -> Iterator[Finding]:
    for (name, _), value in zip(columns, row[1:], strict=True):
        if value is not None:
            for kind in sorted(marks.find(value)):
                yield Finding(f"table {table}, column {name}, row {row[0]}", kind)
