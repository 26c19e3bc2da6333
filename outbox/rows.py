"""Many rows of one table in one statement.

Django's bulk_create renders a placeholder for each value of each row, and the driver takes that text apart again: for a batch of 200 events it costs
more than PostgreSQL needs to store them. Here the rows travel as one parameter, JSON that PostgreSQL takes apart by the table's own row type.
"""

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(rows: Sequence[Model], *, unique: Sequence[str] = (), update: Sequence[str] = (), but_not_known: bool = False) -> None:
    """Insert rows of one model, values as they stand, keys included (one query, whatever their number). With `unique` (fields), a row that is there
    already takes over the fields `update`; with `but_not_known`, what would break a rule of uniqueness is left out.

    Raises IntegrityError and DataError, as bulk_create. Like that it sends no signals; unlike that it fetches nothing back, so that keys must be set.
    """
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(rows[0]), unique, update) + (" ON CONFLICT DO NOTHING" if but_not_known else ""), [_as_json(rows)])
    for row in rows:
        row._state.adding = False


def _as_json(rows: Sequence[Model]) -> str:
    fields = rows[0]._meta.concrete_fields
    columns = [field.column for field in fields]
    values = attrgetter(*(field.attname for field in fields))
    return json.dumps([dict(zip(columns, values(row), strict=True)) for row in rows], default=str)


def _statement(model: type[Model], unique: Sequence[str], update: Sequence[str]) -> str:
    meta = model._meta
    table = connection.ops.quote_name(meta.db_table)
    columns = ", ".join(_column(model, field.name) for field in meta.concrete_fields)
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"  # noqa: S608 - names of the model
    if not unique:
        return statement
    keys = ", ".join(_column(model, name) for name in unique)
    taken_over = ", ".join(f"{column} = excluded.{column}" for column in (_column(model, name) for name in update))
    return f"{statement} ON CONFLICT ({keys}) DO UPDATE SET {taken_over}"


def _column(model: type[Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(connection.ops.quote_name(field.column))
