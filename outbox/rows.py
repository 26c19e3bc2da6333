"""Inserts many rows of one table in one statement.

Django's bulk_create renders a placeholder for each value of each row, and the driver parses that text again:
for a batch of 200 events this costs more than PostgreSQL needs to store them. Here the rows travel as one
JSON parameter, which PostgreSQL expands by the table's own row type. It is sent beside the statement, not quoted
within it, and read as jsonb: a value of a jsonb column then need not be written out and read again (as json this
took twice as long).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

import orjson
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model
from psycopg import Cursor

Row = TypeVar("Row", bound=Model)


def insert(
    rows: Sequence[Model],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
    but_not_known: bool = False,
) -> None:
    """Insert rows of one model, values as they are, keys included (one query, whatever their number).

    With `unique` (fields), an existing row is updated with the fields `update`. With `but_not_known`, rows
    that violate a uniqueness constraint are skipped. Fields with `db_default` are left to the database; NaN
    and infinity become NULL. Raises IntegrityError and DataError, like bulk_create. Like that it sends no
    signals; unlike that it returns nothing from the database, so keys must be set.
    """
    if not rows:
        return
    with bound() as cursor:
        cursor.execute(
            _statement(type(rows[0]), tuple(unique), tuple(update), but_not_known), [_as_json(rows)]
        )
    for row in rows:
        row._state.adding = False


def made(model: type[Row], **values: Any) -> Row:
    """A row as `model(**values)` makes it, in a third of the time or less: Django asks each field of a keyword.

    `values` by column name (`event_id`, not `event`). Raises TypeError for an unknown one.
    """
    kind: Any = model
    row: Row = kind(
        *[
            values.pop(name) if name in values else fresh() if fresh else default
            for name, fresh, default in _defaults(model)
        ]
    )
    if values:
        raise TypeError(f"{model.__name__} has no column {', '.join(values)}")
    return row


@contextmanager
def one_after_another() -> Iterator[None]:
    """Send the inserts in the block without waiting for each answer (pipeline mode of PostgreSQL's protocol).

    So PostgreSQL stores one batch while the next is prepared. Errors are raised at the end of the block, or
    where an answer is read; statements after the failed one were not executed.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def bound() -> CursorWrapper:
    """A cursor of Django's connection that sends parameters beside the statement."""
    link: Any = connection
    link.ensure_connection()
    bound: CursorWrapper = link._prepare_cursor(Cursor(link.connection))
    return bound


def _as_json(rows: Sequence[Model]) -> str:
    fields = _fields(type(rows[0]))
    columns = [field.column for field in fields]
    values = attrgetter(*(field.attname for field in fields))
    reported = [dict(zip(columns, values(row), strict=True)) for row in rows]
    try:
        return orjson.dumps(reported, default=str).decode()
    # a lone surrogate, a number of more than 64 bits: PostgreSQL raises DataError, row by row if need be
    except TypeError:
        return json.dumps(reported, default=str)


@lru_cache(maxsize=128)
def _defaults(model: type[Model]) -> list[tuple[str, Callable[[], Any] | None, Any]]:
    """The columns of a row in order, each with what makes its default anew each time, else with its default."""
    return [
        (field.attname, field.get_default, None)
        if field.has_db_default() or (field.has_default() and callable(field.default))
        else (field.attname, None, field.get_default())
        for field in model._meta.concrete_fields
    ]


def _fields(model: type[Model]) -> list["Field[Any, Any]"]:
    return [field for field in model._meta.concrete_fields if not field.has_db_default()]


@lru_cache(maxsize=128)
def _statement(
    model: type[Model], unique: tuple[str, ...], update: tuple[str, ...], but_not_known: bool
) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(_column(model, field.name) for field in _fields(model))
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"  # noqa: S608 - names of the model
    if but_not_known:
        return f"{statement} ON CONFLICT DO NOTHING"
    if not unique:
        return statement
    keys = ", ".join(_column(model, name) for name in unique)
    taken_over = ", ".join(
        f"{column} = excluded.{column}" for column in (_column(model, name) for name in update)
    )
    return f"{statement} ON CONFLICT ({keys}) DO UPDATE SET {taken_over}"


def _column(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(connection.ops.quote_name(field.column))
