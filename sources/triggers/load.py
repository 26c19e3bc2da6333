"""Ingests files in the same way as a fetch."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.utils.timezone import now as clock

from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import detect
from pipeline.connectors.files import read_file
from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import UnknownConnector
from pipeline.contract.raw import RawPayload
from sources.enums import Phase
from sources.ingest import dead_letters, payloads
from sources.ingest.pages import pages_of
from sources.models import FetchRun, Payload, Source
from sources.runs.claim import open_run
from sources.runs.process import process_pages
from sources.runs.progress import Watch
from sources.runs.settle import Attempt
from sources.setup import ai_extractor
from sources.setup.context import params_for


def connector_of(files: Sequence[RawPayload]) -> str:
    """The connector for the first file that any recognizes. Raises UnknownConnector."""
    last: UnknownConnector | None = None
    for payload in files:
        try:
            return detect(payload).metadata.name
        except UnknownConnector as error:
            last = error
    raise last or UnknownConnector("There is no file to read.")


def load(
    source: Source,
    files: Iterable[RawPayload],
    *,
    now: datetime | None = None,
    base_url: str = "",
    accept_loss: bool = False,
) -> FetchRun:
    """Ingest `files` as one complete run of `source`, at `now`.

    An unreadable file fails the run with its reason, and nothing is applied.
    """
    moment = now or clock()
    run = open_run(source, requested_by="load", now=clock(), phase=Phase.FETCHING)
    watch = Watch(run)
    with Attempt(run, http={}, is_command=True) as attempt:
        connector = configured(source.connector, source.config)
        params = params_for(source, now=moment, base_url=base_url)
        for payload in files:
            payloads.keep(run, payload, now=clock())
            watch.page()
        letters = dead_letters.of_source(source.id)
        ai_extractor.ask_ahead(connector, (kept for _, kept in payloads.of_run(run)), params)

        def pages() -> Iterator[tuple[Payload, Page]]:
            return (_as_complete(row, page) for row, page in pages_of(run, connector, params, letters))

        result = process_pages(run, pages, letters=letters, now=moment, accept_loss=accept_loss, watch=watch)
        attempt.close(result.state, covered_at=moment)
    return run


def files_of(paths: Iterable[Path], *, base_url: str = "") -> list[RawPayload]:
    """The files at `paths`, folders sorted by name, each as if fetched from `base_url`."""
    found: list[Path] = []
    for path in paths:
        found.extend(sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path])
    return [read_file(path, base_url=base_url) for path in found]


def _as_complete(row: Payload, page: Page) -> tuple[Payload, Page]:
    """Treat the files together as complete, unless an answer is cut.

    An RSS feed is always partial by its nature, but a cut list really lacks entries.
    """
    return row, replace(
        page, coverage=Coverage.COMPLETE
    ) if page.coverage is Coverage.PARTIAL and not page.cut else page
