"""The progress of a run.

Its worker reports it, and learns in return whether to stop. `FetchRun.progress` is `{"phase", "attempt",
"pages", "found", "new", "changed", "unchanged", "dropped": {reason: n}, "sent_on"}`. `sent_on` counts records
that were recorded, for readers or for a moderator. `kept` means that all payloads are stored.

`attempt` is a fencing token: whoever takes a phase increments it. A slow worker that was replaced finds
another number and stops silently.
"""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from django.db.models.query import QuerySet
from django.utils.timezone import now as clock

from accounts.rights import System
from egress.caching_hints import next_check
from outbox.announcing import announce
from pipeline.budget import paused
from pipeline.contract.exceptions import SourceError
from pipeline.contract.http import HttpClient, Response
from sources.enums import Phase, RunState
from sources.models import FetchRun, Source

#: The actor of a scan, and the value of `requested_by` of its runs.
SCAN = System("scan")
#: A run without a report for so long has lost its process.
SILENT = timedelta(seconds=90)
#: So long it is silent at least before it counts as lost by other signs: its process is gone (`presence`), or it
#: waits in a queue that is empty.
QUIET = timedelta(seconds=25)
#: A run's claim on its source expires so long after its last report.
RUN_HOLDS = SILENT + timedelta(seconds=60)
WRITE_SECONDS, BEAT_SECONDS = 1.0, 10.0


class RunCancelled(SourceError):
    """The run was cancelled."""


class RunLost(SourceError):
    """Another worker has the run, or it is over. The caller must write nothing more about it."""


class Counts(Protocol):
    """The counters of processing (`processing.Tally`)."""

    found: int
    kept: int
    approved: int
    new: int
    changed: int
    unchanged: int
    dropped: Any


class Watch:
    """One worker's hold on one run. `monotonic` returns seconds."""

    def __init__(self, run: FetchRun, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.run = run
        self._monotonic = monotonic
        self._written = self._beaten = monotonic()
        self._changed = False

    def page(self) -> None:
        """Report one more kept answer. Raises RunCancelled, RunLost."""
        self._set(pages=int(self.run.progress.get("pages", 0)) + 1)
        self.check()

    def reading(self, found: int) -> None:
        """Report the number of records read.

        Raises RunCancelled, RunLost. Queries the database at most once a second.
        """
        self._set(found=found)
        if self._monotonic() - self._written >= WRITE_SECONDS:
            self.check()

    def counted(self, tally: Counts) -> None:
        """Report a recorded batch. Raises RunCancelled, RunLost."""
        self._set(**counts_of(tally))
        self.check()

    def check(self) -> None:
        """Report that the run is alive. Raises RunCancelled, RunLost."""
        self.write()
        asked, state, attempt = (
            FetchRun.objects.filter(pk=self.run.pk)
            .values_list("cancel_requested_at", "state", "progress__attempt")
            .get()
        )
        if state != RunState.RUNNING or attempt != self.run.progress.get("attempt"):
            raise RunLost("The run is over, or another worker has it.")
        if asked is not None:
            self.run.cancel_requested_at = asked
            raise RunCancelled("The run was cancelled.")

    def should_stop(self) -> bool:
        """The same check as a boolean, for work that an exception must not interrupt.

        A child process, for example, must be killed first.
        """
        try:
            self.check()
        except (RunCancelled, RunLost):
            return True
        return False

    def write(self) -> None:
        """Write changes at most once a second; without changes, write a sign of life every ten seconds."""
        moment = self._monotonic()
        since = moment - self._written
        if since < (WRITE_SECONDS if self._changed else BEAT_SECONDS):
            return
        now = clock()
        is_ours = own_row(self.run).update(progress=self.run.progress, heartbeat_at=now)
        # otherwise another run may hold the source by now
        if is_ours and moment - self._beaten >= BEAT_SECONDS:
            Source.objects.filter(pk=self.run.source_id).update(claimed_until=now + RUN_HOLDS)
            self._beaten = moment
        self._written, self._changed = moment, False
        announce_progress(self.run)

    def _set(self, **fields: Any) -> None:
        self.run.progress = {**self.run.progress, **fields}
        self._changed = True


class WatchedHttpClient:
    """An HTTP client that reports progress before each request.

    So a run can be cancelled between any two requests, and is not mistaken for a lost one. `heard` is called
    with each answer before its reader sees it, and with None before the next request. Requests count toward
    no budget of processor time: the HTTP client has its own limits. `fresh_for` is how long the first answer
    may be cached by its headers, None where they do not state it.
    """

    def __init__(
        self, http: HttpClient, watch: Watch, heard: Callable[[Response | None], None] = lambda _: None
    ) -> None:
        self._http, self._watch, self._heard = http, watch, heard
        self._is_first = True
        self.fresh_for: timedelta | None = None

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = False,
    ) -> Response:
        """As `HttpClient.get`."""
        response = self._answer(
            lambda: self._http.get(url, params=params, headers=headers, conditional=conditional)
        )
        if self._is_first:
            self._is_first, self.fresh_for = False, next_check(response.headers, response.fetched_at)
        return response

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """As `HttpClient.post`."""
        return self._answer(lambda: self._http.post(url, json=json, data=data, headers=headers))

    def _answer(self, ask: Callable[[], Response]) -> Response:
        with paused():
            self._heard(None)
            self._watch.check()
            response = ask()
            self._heard(response)
        return response

    def __getattr__(self, name: str) -> Any:
        """Every other attribute of the HTTP client."""
        return getattr(self._http, name)


def initial_progress(phase: Phase) -> dict[str, Any]:
    """The progress of a run that was just opened."""
    return {"phase": phase.value, "attempt": 0, **({"kept": True} if phase is Phase.WAITING else {})}


def own_row(run: FetchRun) -> QuerySet[FetchRun]:
    """The run's row, as long as it runs and no other worker has taken it."""
    running = FetchRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    attempt = run.progress.get("attempt")
    return (
        running.filter(progress__attempt__isnull=True)
        if attempt is None
        else running.filter(progress__attempt=attempt)
    )


def enter_phase(run: FetchRun, phase: Phase, *, out_of: tuple[Phase, ...]) -> bool:
    """Take the run into `phase` by a conditional UPDATE.

    False where it is not in one of the phases `out_of` any more, so a task that is delivered twice works
    once.
    """
    now = clock()
    attempt = int(run.progress.get("attempt") or 0)
    progress = {**run.progress, "phase": phase.value, "attempt": attempt + 1, "queued": 0}
    if (
        not own_row(run)
        .filter(progress__phase__in=[one.value for one in out_of])
        .update(progress=progress, heartbeat_at=now)
    ):
        return False
    run.progress, run.heartbeat_at = progress, now
    Source.objects.filter(pk=run.source_id).update(claimed_until=now + RUN_HOLDS)
    announce_progress(run)
    return True


def queue_in_phase(run: FetchRun, phase: Phase, **more: Any) -> None:
    """Put the run into the phase of a queue. Raises RunLost where another worker has it."""
    progress = {**run.progress, "phase": phase.value, **more}
    if not own_row(run).update(progress=progress, heartbeat_at=clock()):
        raise RunLost("The run is over, or another worker has it.")
    run.progress = progress
    announce_progress(run)


def note_reading(run: FetchRun, reading: Mapping[str, str] | None) -> None:
    """Store which answer is being read, {"sha256", "url"}, or None.

    If the process is lost, this names the cause.
    """
    if (run.progress.get("reading") or None) != reading:
        run.progress = {
            **{name: value for name, value in run.progress.items() if name != "reading"},
            **({"reading": reading} if reading else {}),
        }
        own_row(run).update(progress=run.progress, heartbeat_at=clock())


def announce_progress(run: FetchRun) -> None:
    """Announce the run's progress to those who watch it. The message is lost if nobody does."""
    announce(f"run:{run.pk}", "run.progress", {"id": str(run.pk), "state": str(run.state), **run.progress})
    if run.requested_by == SCAN.name and run.source.city is not None:
        announce_scan(run.source.city.slug)


def scan_topic(city: str) -> str:
    """The public topic of the scans of a city (its slug)."""
    return f"scan:{city}"


def announce_scan(city: str) -> None:
    """Tell the readers of a city's scan (slug) to look again; the page says what may be public."""
    announce(scan_topic(city), "run.progress", {"city": city})


def counts_of(tally: Counts) -> dict[str, Any]:
    """The counts of processing in the form of `FetchRun.progress`."""
    return {
        "found": tally.found,
        "new": tally.new,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "dropped": dict(tally.dropped),
        "sent_on": tally.new + tally.changed,
    }
