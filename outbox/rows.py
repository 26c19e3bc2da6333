"""Many rows of one table in one statement.

Django's bulk_create renders a placeholder for each value of each row, and the driver takes that text apart
again: for a batch of 200 events it costs more than PostgreSQL needs to store them. Here the rows travel as
one parameter, JSON that PostgreSQL takes apart by the table's own row type.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection
from django.db.models import Field, Model


def insert(
    rows: Sequence[Model],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
    but_not_known: bool = False,
) -> None:
    """Insert rows of one model, values as they stand, keys included (one query, whatever their number). With
    `unique` (fields), a row that is there already takes over the fields `update`; with `but_not_known`, what
    would break a rule of uniqueness is left out. What the database fills by itself (`db_default`) is left to
    it; a float that is no number is NULL.

    Raises IntegrityError and DataError, as bulk_create. Like that it sends no signals; unlike that it fetches
    nothing back, so that keys must be set.
    """
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(type(rows[0]), tuple(unique), tuple(update), but_not_known), [_as_json(rows)]
        )
    for row in rows:
        row._state.adding = False


@contextmanager
def one_after_another() -> Iterator[None]:
    """What is inserted within goes to the database without waiting for its answer, so that it stores one lot
    while the next is made ready (pipeline mode of PostgreSQL's protocol). What it refuses is raised at the
    end of the block, or where an answer is read; what came after it was not done."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _as_json(rows: Sequence[Model]) -> str:
    fields = _fields(type(rows[0]))
    columns = [field.column for field in fields]
    values = attrgetter(*(field.attname for field in fields))
    told = [dict(zip(columns, values(row), strict=True)) for row in rows]
    try:
        return orjson.dumps(told, default=str).decode()
    except TypeError:  # half a surrogate, a number of more than 64 bits: PostgreSQL judges them, as DataError, row by row if need be
        return json.dumps(told, default=str)


def _fields(model: type[Model]) -> list["Field[Any, Any]"]:
    return [field for field in model._meta.concrete_fields if not field.has_db_default()]


@lru_cache(maxsize=128)
def _statement(
    model: type[Model], unique: tuple[str, ...], update: tuple[str, ...], but_not_known: bool
) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(_column(model, field.name) for field in _fields(model))
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"  # noqa: S608 - names of the model
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
