"""Pages of long lists: exact counts where they are cheap, estimates where a list is long."""

from functools import cached_property
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection, connections, models
from unfold.views import ChangeList

#: Up to so many rows are counted; beyond, PostgreSQL's planner says about how many there are.
EXACT: Final = 10_000


#: A table of more rows is sorted only by columns with an index.
SORTED: Final = 5 * EXACT


class About(int):
    """An estimate, which says so where it is shown."""

    @property
    def words(self) -> str:
        """Such as "about 1,000,000"; shown by templates/unfold/helpers/pagination_default.html."""
        return f"about {round(self, 1 - len(repr(int(self))) + 1):,}"


class LongPaginator(Paginator):  # type: ignore[type-arg] # it is not generic at run time
    """Counts at most `EXACT` rows. A longer list has an estimated length, and pages for its first `EXACT` rows.

    What lies further is reached by filters: a page far down a list of a million rows would read all before it.
    """

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not hasattr(rows, "query"):
            return len(rows)
        if rows.query.is_empty():
            return 0
        expected = _expected(rows)
        if expected > 10 * EXACT:
            return About(expected)
        counted = int(rows.order_by()[: EXACT + 1].count())
        return counted if counted <= EXACT else About(max(expected, counted))

    @cached_property
    def num_pages(self) -> int:
        pages = super().num_pages
        return min(pages, max(1, EXACT // self.per_page)) if isinstance(self.count, About) else pages


def _expected(rows: Any) -> int:
    """How many rows the planner expects (one query that reads none)."""
    try:
        sql, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


class SortedByIndex(ChangeList):
    """A list that is sorted only by the columns that it offers: an address may name others."""

    def get_ordering_field(self, field_name: Any) -> Any:
        name = getattr(field_name, "__name__", field_name)
        is_offered = self.sortable_by is None or field_name in self.sortable_by or name in self.sortable_by
        return super().get_ordering_field(field_name) if is_offered else None


def is_long(model: type[models.Model]) -> bool:
    """Whether the table of a model has so many rows, as PostgreSQL last counted them, that sorting them takes long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)", [model._meta.db_table])
        found = cursor.fetchone()
    return found is not None and found[0] > SORTED


def sorted_by_index(model: type[models.Model]) -> set[str]:
    """The fields by which an index over all rows sorts a list: unique ones, and numbers and times that begin one.

    Words that begin an index occur in many rows each, which would have to be sorted among themselves.
    """
    fields = {field.name: field for field in model._meta.concrete_fields if not field.is_relation}
    first = {
        index.fields_orders[0][0]
        for index in model._meta.indexes
        if type(index) is models.Index and index.fields and index.condition is None
    }
    words = (models.CharField, models.TextField, models.BooleanField)
    return {
        name
        for name, field in fields.items()
        if field.unique
        or ((getattr(field, "db_index", False) or name in first) and not isinstance(field, words))
    }
