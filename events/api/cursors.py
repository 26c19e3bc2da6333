"""Pages of lists that stay right while rows are added and removed: each begins after a row, not after a count.

A cursor is opaque to clients: the name of the list, and the last row's values in its order.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.core.exceptions import ValidationError as Unreadable
from django.db.models import Field, Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.base import next_address, with_next
from pipeline.base64url import read_base64url, write_base64url

M = TypeVar("M", bound=Model)
REMEDY = "This cursor is not valid for this list: follow `next`, or omit the cursor to start again."
_LARGEST = 2**31


def write_cursor(name: str, *key: Any) -> str:
    """The cursor after a row with this key."""
    plain = [str(value) if isinstance(value, UUID) else value for value in key]
    told = [value.isoformat() if isinstance(value, datetime) else value for value in plain]
    return write_base64url(json.dumps([name, *told]).encode())


def read_cursor(cursor: str, name: str) -> list[Any]:
    """The key that `write_cursor` wrote. Raises ValidationError (400) for any other text and for another list's cursor."""
    try:
        said, *key = json.loads(read_base64url(cursor))
        if said != name:
            raise ValueError("a cursor of another list")
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise refused() from None
    return key


def refused() -> ValidationError:
    """400 for a cursor."""
    return ValidationError({"cursor": [REMEDY]})


@dataclass(frozen=True)
class Listing:
    """The order of a list: columns that never become null, `-` before a descending one, the last one unique.

    `name` stands in its cursors.
    """

    name: str
    columns: tuple[str, ...]

    def sorted(self, rows: QuerySet[M]) -> QuerySet[M]:
        """The rows in this order."""
        return rows.order_by(*self.columns)

    def cursor(self, row: Model, *more: Any) -> str:
        """The cursor of the page after `row`; `more` is read back by `split`."""
        return write_cursor(self.name, *more, *(getattr(row, column.lstrip("-")) for column in self.columns))

    def split(self, cursor: str) -> tuple[list[Any], list[Any]]:
        """What was written beside the key, and the key. Raises ValidationError (400)."""
        said = read_cursor(cursor, self.name)
        if len(said) < len(self.columns):
            raise refused()
        return said[: -len(self.columns)], said[-len(self.columns) :]

    def after(self, rows: QuerySet[M], key: list[Any]) -> QuerySet[M]:
        """The rows behind a key. Raises ValidationError (400) for one that is none."""
        behind, equal = Q(), Q()
        for column, given in zip(self.columns, key, strict=True):
            name = column.lstrip("-")
            value = _value(rows.model, name, given)
            behind |= equal & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
            equal &= Q(**{name: value})
        return rows.filter(behind)

    def page(
        self,
        request: Request,
        values: dict[str, Any],
        rows: QuerySet[M],
        shape: Callable[[M], Any],
        **more: Any,
    ) -> Response:
        """One page by `limit` and `cursor` or `offset`, each row by `shape`, with `more` beside it.

        Raises ValidationError (400).
        """
        limit, offset = values.get("limit", 20), values.get("offset", 0)
        if "cursor" in values and "offset" in values:
            raise ValidationError({"offset": ["Give cursor or offset, not both."]})
        ordered = self.sorted(rows)
        if "cursor" in values:
            ordered = self.after(ordered, self.split(values["cursor"])[1])
        found = list(ordered[offset : offset + limit + 1])
        goes_on, found = len(found) > limit, found[:limit]
        following = next_address(request, cursor=self.cursor(found[-1]), offset=None) if goes_on else None
        return with_next({"results": list(map(shape, found)), "next": following, "has_more": goes_on, **more})


def _value(model: type[Model], name: str, given: Any) -> Any:
    """The value of a column, or of a number that a query adds. Raises ValidationError (400)."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        if isinstance(given, bool) or not isinstance(given, int) or abs(given) > _LARGEST:
            raise refused() from None
        return given
    if not isinstance(given, str) or "\x00" in given:
        raise refused()
    try:
        value = field.to_python(given) if isinstance(field, Field) else None
    except Unreadable:
        raise refused() from None
    if isinstance(value, datetime) and value.tzinfo is None:
        raise refused()
    return value
