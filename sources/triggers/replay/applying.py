"""Takes kept answers in again."""

from datetime import datetime

from django.db import transaction

from pipeline.contract.raw import RawPayload
from sources.enums import Phase
from sources.ingest import payloads
from sources.ingest.coverage import Covers
from sources.models import FetchRun, Source
from sources.runs.claim import open_run
from sources.runs.process import REPLAY, process_run
from sources.triggers.replay.reading import read_again


def apply(
    source: Source,
    *,
    since: datetime | None = None,
    now: datetime,
    as_of: datetime | None = None,
    accept_loss: bool = False,
) -> FetchRun:
    """Ingest the same answers in the usual way, with safety checks, as a run with `requested_by` `replay`.

    Raises NothingKept, AlreadyRunning.
    """
    read = read_again(source, since=since, now=now, as_of=as_of)
    with transaction.atomic():
        run = open_run(source, requested_by=REPLAY, now=now, phase=Phase.WAITING)
        run.http = {
            "covers": Covers(coverage=read.coverage, until=read.until, incremental=read.incremental).to_json()
        }
        run.as_of = read.as_of
        run.save(update_fields=["http", "as_of"])
        for earlier in read.runs:  # the newest first: of two words on one occurrence the first is taken
            for row in payloads.of_run_listed(earlier):
                again = RawPayload(
                    url=row.url,
                    content=b"",
                    content_type=row.content_type,
                    status=row.status,
                    fetched_at=row.fetched_at,
                )
                payloads.keep_again(run, again, row, now=now)
    return process_run(run, now=now, accept_loss=accept_loss)
