"""The log as CSV, streamed, safe to open in a spreadsheet."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC
from io import StringIO
from typing import Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db.models import Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.timezone import now

from audit.models import Entry, Link

BATCH: Final = 2_000
COLUMNS: Final = (
    "number", "at", "action", "actor", "target", "before", "after", "request_id", "note_hash", "chained", "id", "link_hash",
)  # fmt: skip
#: A spreadsheet runs a cell that begins so as a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def answer(request: HttpRequest, entries: QuerySet[Entry]) -> StreamingHttpResponse:
    """The entries, newest first, as a file that is written while it is read."""
    pieces = _pieces(entries)
    response = StreamingHttpResponse(
        _in_threads(pieces) if isinstance(request, ASGIRequest) else pieces,
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="log-{now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


async def _in_threads(pieces: Iterator[str]) -> AsyncIterator[str]:
    step = sync_to_async(lambda: next(pieces, None))
    while (piece := await step()) is not None:
        yield piece


def _pieces(entries: QuerySet[Entry]) -> Iterator[str]:
    """The head, then a piece of text for each batch."""
    yield _text([COLUMNS])
    entries, after = entries.order_by("-at", "-id"), Q()
    while batch := list(entries.filter(after)[:BATCH]):
        links = {link.entry_id: link for link in Link.objects.filter(entry_id__in=[one.pk for one in batch])}
        yield _text([_row(entry, links.get(entry.pk)) for entry in batch])
        last = batch[-1]
        after = Q(at__lt=last.at) | Q(at=last.at, id__lt=last.pk)


def _row(entry: Entry, link: Link | None) -> tuple[object, ...]:
    return (
        link and link.number, entry.at.astimezone(UTC).isoformat(), entry.action, entry.actor, entry.target, entry.before, entry.after,
        entry.request_id, entry.note_hash, "yes" if entry.is_chained else "imported", entry.pk, link and link.hash,
    )  # fmt: skip


def _text(rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()
