"""Answers as JSON or, by `format=csv` or `Accept: text/csv`, as CSV."""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Any, Final

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from accounts.log.export import cell

FORMATS: Final = ("json", "csv")


class Csv(BaseRenderer):
    """The rows of an answer with a head; no cell is taken for a formula. What is hidden is empty.

    A view names in `csv_rows` the lists that may hold the rows: the first that is not empty.
    """

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        """The file; a problem is told as JSON."""
        context = renderer_context or {}
        if context["response"].status_code != 200:
            context["response"]["Content-Type"] = "application/problem+json"
            return JSONRenderer().render(data)
        names = context["view"].csv_rows
        return as_csv(next((data[name] for name in names if data[name]), []))


class Asked(DefaultContentNegotiation):
    """As Django REST framework does it; an unknown format is told as such."""

    def filter_renderers(self, renderers: Any, format: Any) -> Any:
        """The renderers of the format. Raises ValidationError."""
        if format not in FORMATS:
            raise ValidationError({"format": [f"Use one of {', '.join(FORMATS)}."]})
        return super().filter_renderers(renderers, format)


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows with the same names as text; lists become columns with a number, moments ISO 8601 in UTC."""
    flat = [dict(_flat(row)) for row in rows]
    head = list(dict.fromkeys(name for row in flat for name in row))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([cell(row.get(name)) for name in head] for row in flat)
    return out.getvalue()


def _flat(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, list):
            yield from ((f"{name}_{place}", one) for place, one in enumerate(value))
        else:
            yield name, value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def is_csv(request: Request) -> bool:
    """Whether the answer is a file."""
    return bool(getattr(request, "accepted_renderer", None) and request.accepted_renderer.format == "csv")
