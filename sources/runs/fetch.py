"""Fetch for a run: send the source's requests and keep its answers. `process` does the rest."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q
from django.utils.timezone import now as clock

from accounts.secrets import redact
from egress.crawl.client import CrawlingClient
from egress.exceptions import CrawlCancelled
from egress.factory import open_client
from egress.facts import ExchangeFact
from egress.records import Validators
from pipeline import tracing
from pipeline.budget import Budget, OutOfTime
from pipeline.connectors.configuration import configured
from pipeline.contract.connector import Page
from pipeline.contract.exceptions import ReadingStalled, SourceError
from pipeline.contract.http import HttpClient, Response
from pipeline.contract.http_errors import NotModified
from pipeline.contract.raw import RawPayload
from sources.credentials.store import credentials_for
from sources.enums import Phase, RunState
from sources.ingest import dead_letters, payloads
from sources.ingest.coverage import Covers
from sources.ingest.pages import refused
from sources.models import FetchRun, Source
from sources.queries import pauses
from sources.runs.presence import at_work
from sources.runs.progress import Watch, WatchedHttpClient, enter_phase, note_reading, queue_in_phase
from sources.runs.settle import Attempt
from sources.setup import ai_extractor
from sources.setup.context import params_for, policy_for

log = structlog.get_logger(__name__)

#: So many requests of one run are kept for inspection.
MOST_EXCHANGES = 50
_CHANGED_MIDWAY = "A later page said that nothing has changed, after a first one that had; the next run asks for all of them."


def fetch_payloads(run: FetchRun, *, now: datetime | None = None, http: HttpClient | None = None) -> bool:
    """The first half of a run: fetch and keep payloads.

    True where there is something to process. Every failure ends the run with its reason: refused (address,
    robots, 4xx) or failed (the rest). An unchanged answer (304, or the same bytes) ends it as a success. A
    run that is paused, over, or taken by another worker is left alone.
    """
    with at_work(run):
        return _fetch(run, now=now, http=http)


def _fetch(run: FetchRun, *, now: datetime | None, http: HttpClient | None) -> bool:
    if pauses.active_pauses().why(run.source, pauses.FETCH) or not enter_phase(
        run, Phase.FETCHING, out_of=(Phase.QUEUED,)
    ):
        return False
    fetch = _Fetch(run, now=now or clock())
    with Attempt(run, http=fetch.http) as attempt:
        try:
            with tracing.span("fetch", run=str(run.id), source=run.source.slug) as span:
                fetch.work(http)
                span.note(requests=fetch.http["requests"], bytes=fetch.http["bytes"])
        except NotModified:
            fetch.http["not_modified"] = True
            if fetch.payload_store.count:
                raise SourceError(_CHANGED_MIDWAY) from None
            _close_unchanged(attempt, fetch)
            return False
        if not fetch.payload_store.is_unchanged:
            _hand_over(attempt, fetch)
            return True
        fetch.http["same_bytes"] = True
        _close_unchanged(attempt, fetch)
    return False


class _Fetch:
    """One fetch in progress: the pages that it keeps, and its HTTP facts."""

    def __init__(self, run: FetchRun, *, now: datetime) -> None:
        self.run, self.now = run, now
        self.http: dict[str, Any] = {"requests": 0, "bytes": 0}
        self.checkpoint: dict[str, Any] = dict(run.source.checkpoint)
        self.covers = Covers()
        self.held = dead_letters.of_source(run.source_id)
        self.read: Response | None = None
        #: A process that fetched from this source was lost: the URL is stored before each answer is read, in
        #: case the answer is the cause.
        self.is_careful = run.source.last_error.startswith("stuck")
        # the answer to a partial request, or to one that will be retried, must not make the next answer look
        # unchanged
        held = {} if run.params or self.held.is_due else run.source.validators
        self.payload_store = _PayloadStore(run, now=now, is_same_good=not self.held.is_due)
        self.validators = {url: Validators(**pair) for url, pair in held.items()}

    def work(self, http: HttpClient | None) -> None:
        """Request all pages and keep each. Raises EgressError, SourceError."""
        run, source = self.run, self.run.source
        watch = Watch(run)
        params = replace(
            params_for(source, now=self.now),
            **{name: run.params[name] for name in ("category", "limit") if run.params.get(name)},
        )
        connector = configured(source.connector, source.config, credentials_for(source))
        with nullcontext(http) if http else self._open(watch) as way_out, ai_extractor.asking() as reader:
            params = replace(params, extractor=reader)
            watched = WatchedHttpClient(way_out, watch, self._heard)
            try:
                for page in self._pages(connector.fetch(params, watched)):
                    self._take(page)
                    # its answers are kept for the second half, which sends no requests
                    if reader is not None:
                        deque(
                            Budget(settings.READ_SECONDS_PER_PAYLOAD, "reading").over(page.records), maxlen=0
                        )
                    watch.page()
            except CrawlCancelled:
                watch.check()  # raises for a run that was cancelled
                raise
            except OutOfTime as over:
                raise self._stalled(over) from None
        self._believe(watched.fresh_for)
        self.payload_store.settle()

    def _pages(self, pages: Iterable[Page]) -> Iterator[Page]:
        """Yield the pages.

        Each has a time limit for reading, since connectors parse an answer to find the next one.
        """
        stream = iter(pages)
        while True:
            with Budget(settings.READ_SECONDS_PER_PAYLOAD, "reading"):
                page = next(stream, None)
            if page is None:
                return
            yield page

    def _heard(self, response: Response | None) -> None:
        """Remember a response while the connector reads it.

        Raises ReadingStalled for one that is a dead letter.
        """
        self.read = response
        digest = (
            sha256(response.content).hexdigest()
            if response and (self.held.answers or self.is_careful)
            else ""
        )
        if response and digest in self.held.answers:
            raise refused(payloads.masked_url(response.url), self.held.answers[digest])
        if self.is_careful:
            note_reading(
                self.run, {"sha256": digest, "url": payloads.masked_url(response.url)} if response else None
            )

    def _stalled(self, over: OutOfTime) -> ReadingStalled:
        """Store the answer that took too long as a dead letter, and return the error to raise."""
        url = payloads.masked_url(self.read.url) if self.read else ""
        if self.read:
            dead_letters.add_answer(
                self.run, sha256(self.read.content).hexdigest(), url, dead_letters.READING, now=clock()
            )
        return ReadingStalled(
            f"Reading the answer from {url} took more than {over.budget.seconds:g} s of processor time."
        )

    def _open(self, watch: Watch) -> CrawlingClient:
        """A client whose spider or browser asks the watch whether to stop."""
        policy = policy_for(self.run.source)
        return open_client(
            policy,
            self.validators,
            name=self.run.source.slug,
            listener=self._hear,
            cancelled=watch.should_stop,
        )

    def learned(self) -> dict[str, Any]:
        """What the source stores after a successful fetch, where it is new."""
        source = self.run.source
        if self.run.params:
            return {}
        validators = {
            url: {"etag": kept.etag, "last_modified": kept.last_modified}
            for url, kept in self.validators.items()
        }
        validators = {
            url: kept for url, kept in validators.items() if redact(url) == url
        }  # an address that contains a key is not stored
        found = {"validators": validators, "checkpoint": self.checkpoint}
        return {name: value for name, value in found.items() if getattr(source, name) != value}

    def _take(self, page: Page) -> None:
        self.payload_store.keep(page.payload)
        self.http["requests"] += 1
        self.http["bytes"] += len(page.payload.content)
        self.http["status"] = page.payload.status
        self._believe(page.fresh_for)
        self.covers = self.covers.and_page(page)
        if page.checkpoint:
            self.checkpoint = {**self.checkpoint, **page.checkpoint}

    def _believe(self, fresh_for: timedelta | None) -> None:
        """Use the longest of several hints."""
        if fresh_for is not None:
            self.http["fresh_seconds"] = max(self.http.get("fresh_seconds", 0.0), fresh_for.total_seconds())

    def _hear(self, fact: ExchangeFact) -> None:
        """Keep the last requests for people who inspect the run."""
        words = {
            name: redact(value) if isinstance(value, str) else value for name, value in asdict(fact).items()
        }
        reported = {
            **words,
            "at": fact.at.isoformat(),
            "seconds": round(fact.seconds, 3),
            "waited": round(fact.waited, 3),
        }
        self.http["exchanges"] = [*self.http.get("exchanges", ())[1 - MOST_EXCHANGES :], reported]


class _PayloadStore:
    """Keeps the pages of a run.

    It delays the pages that equal those of the last successful run: if all pages do, nothing is written.
    """

    def __init__(self, run: FetchRun, *, now: datetime, is_same_good: bool = True) -> None:
        self._run, self._now = run, now
        last = last_good(run) if is_same_good else None
        self._before = payloads.of_run_listed(last) if last else []
        self._same: list[RawPayload] = []
        self._writing = not self._before
        self.count = 0

    @property
    def is_unchanged(self) -> bool:
        """Whether the run's bytes equal those of the last successful run, so there is nothing to do."""
        return not self._writing

    def keep(self, payload: RawPayload) -> None:
        """Keep one page."""
        self.count += 1
        place = len(self._same)
        if (
            not self._writing
            and place < len(self._before)
            and self._before[place].sha256 == payloads.hash_of(payload)
        ):
            self._same.append(replace(payload, content=b""))
            return
        self._write_same()
        payloads.keep(self._run, payload, now=self._now)

    def settle(self) -> None:
        """End the list of pages. Fewer pages than before, or none, count as a change too."""
        if not self._writing and len(self._same) < len(self._before):
            self._write_same()

    def _write_same(self) -> None:
        """The answer differs after all: copy the delayed pages from the equal ones of the last run."""
        if not self._writing:
            for payload, row in zip(self._same, self._before, strict=False):
                payloads.keep_again(self._run, payload, row, now=self._now)
            self._writing, self._same = True, []


def _hand_over(attempt: Attempt, fetch: _Fetch) -> None:
    """Put the run into the queue for the second half, and store how to ask the source next time.

    Raises RunLost where another worker has the run.
    """
    run = fetch.run
    run.http = {**fetch.http, "covers": fetch.covers.to_json()}
    run.seconds = round((run.seconds or 0.0) + attempt.seconds, 3)
    if learned := fetch.learned():
        Source.objects.filter(pk=run.source_id).update(**learned)
    run.save(update_fields=["http", "seconds"])
    queue_in_phase(run, Phase.WAITING, kept=True)


def _close_unchanged(attempt: Attempt, fetch: _Fetch) -> None:
    """Close a run without news.

    It covers what the last good run covered, and stays fresh as long as its answer stated.
    """
    run = fetch.run
    last = last_good(run)
    if last is not None:
        run.coverage, run.covered_until = last.coverage, last.covered_until
        if "fresh_seconds" in last.http:
            fetch.http.setdefault("fresh_seconds", last.http["fresh_seconds"])
    attempt.close(RunState.SUCCESS, also=fetch.learned())


def last_good(run: FetchRun) -> FetchRun | None:
    """The last run before this one with the same parameters that recorded events and succeeded."""
    good = Q(state=RunState.SUCCESS) | Q(state=RunState.PARTIAL, events_processed__gt=0)
    runs = FetchRun.objects.filter(
        good, source_id=run.source_id, events_found__gt=0, params=run.params
    ).exclude(pk=run.pk)
    return runs.order_by("-started_at").first()
