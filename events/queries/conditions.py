"""Conditions on events as SQL with named columns."""

from collections.abc import Iterator
from string import Formatter
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet

#: What stands between braces in a condition: SQL of a column, or None for a value.
_Part = tuple[str, str | None]


class Condition(Func):
    """A condition written as SQL: `Condition("{start_at} > {now}", "start_at", now=now)`.

    Names in braces are columns of the row, or values, which are passed as parameters. It says the same as nested Q
    objects in one node: Django takes some 10 ms to build, resolve and compile those of one question.
    """

    output_field = BooleanField()

    def __init__(self, sql: str, *columns: str, **values: Any) -> None:
        super().__init__(*(F(column) for column in columns))
        self.sql, self.columns, self.values = sql, columns, values

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """The SQL with the names of the columns put in, and the values in their order."""
        named = dict(zip(self.columns, self._compiled(compiler), strict=True))
        parts, given = [], []
        for before, name in _split(self.sql):
            parts.append(before)
            if name in named:
                parts.append(named[name])
            elif name is not None:
                parts.append("%s")
                given.append(self.values[name])
        return f"({''.join(parts)})", given

    def _compiled(self, compiler: Any) -> Iterator[str]:
        for expression in self.get_source_expressions():
            sql, _ = compiler.compile(expression)
            yield sql


def named(rows: QuerySet[Any, Any]) -> tuple[str, dict[str, Any]]:
    """The SQL of a query with named parameters (c0, c1), as a part of another, and their values."""
    sql, given = rows.query.sql_with_params()
    values = {f"c{number}": value for number, value in enumerate(given)}
    first, *others = sql.split("%s")
    return first + "".join(f"%({name})s{after}" for name, after in zip(values, others, strict=True)), values


def _split(sql: str) -> Iterator[_Part]:
    for before, name, _, _ in Formatter().parse(sql):
        yield before.replace("%", "%%"), name
