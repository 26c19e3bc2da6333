"""Read a run's records: once where they are few, twice where they are many.

Whether a run may be applied is known only after all of it was read. For a long run the first reading
therefore keeps only identities, and a second reading of the same bytes yields the records one by one: memory
grows with the number of ids, not with the size of the records.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.lookups import Identity
from pipeline.contract.raw import Dropped, PlaceRecord, RawRecord, WeatherRecord
from pipeline.text.folding import fold_name
from sources.ingest import reconciliation, staged
from sources.ingest.coverage import Covers
from sources.ingest.reconciliation import Occurrence
from sources.ingest.staged import Identified, Known
from sources.ingest.tally import Tally
from sources.models import FetchRun, Payload

#: A run keeps at most so many records; the rest is counted and the run is partial.
MAX_RECORDS = 60_000
#: Up to so many records are kept in memory between the two halves; more are read again.
HELD_RECORDS = 5_000
#: So many records with another title are kept for a moderator to see.
KEPT_RETITLES = 25
#: How many records are read between two checks of the run's clock, and compared with staged rows at a time.
_LOOK_EVERY = 500

#: Returns a new iterator over a run's pages for each call.
Pages = Callable[[], Iterable[tuple[Payload, Page]]]


@dataclass(kw_only=True, slots=True)
class Read:
    """The result of the first reading.

    `kept` are the identities of readable records. `broken` and `broken_series` are those of dropped records:
    what is broken today is not missing, and a dropped version (an older one, a broken one) must not hide the
    readable one. `records` are kept only for a short run. `new` is what reconciliation needs of unknown
    records. `feeding` counts known records with an event, `retitled` those among them with another title, and
    `retitles` has the first of these: the staged row's id, and the title.
    """

    kept: set[Identity] = field(default_factory=set)
    broken: set[Identity] = field(default_factory=set)
    broken_series: set[str] = field(default_factory=set)
    records: list[Identified] | None = field(default_factory=list)
    new: list[Occurrence] = field(default_factory=list)
    feeding: int = 0
    retitled: int = 0
    retitles: list[tuple[UUID, str]] = field(default_factory=list)
    incremental: bool = False
    places: list[PlaceRecord] = field(default_factory=list)
    weather: list[WeatherRecord] = field(default_factory=list)

    def tells_of(self, identity: Identity) -> bool:
        """Whether the run lists that identity, readable or not."""
        return identity in self.kept or identity in self.broken or identity[0] in self.broken_series


def read(run: FetchRun, pages: Pages, tally: Tally, beat: Callable[[int], object]) -> Read:
    """Read all records once.

    Counts them and those that cannot be read, compares them with the staged rows, and sets the run's
    coverage.
    """
    reader = _FirstReading(run, tally, beat)
    covers = Covers()
    for payload, page in pages():
        for item in page.records:
            reader.take(item, payload)
        reader.read.places += page.places
        reader.read.weather += page.weather
        covers = covers.and_page(page)
    reader.compare()
    if "covers" in run.http:
        covers = Covers.from_json(run.http["covers"])
    if reader.overflowed or any(
        run.params.values()
    ):  # a fetch of one category, or up to a limit, lacks the rest
        covers = covers.partly()
    reader.read.incremental = covers.incremental
    run.coverage, run.covered_until = covers.coverage.value, covers.until
    return reader.read


def records(read: Read, pages: Pages, tally: Tally) -> Iterator[Identified]:
    """The kept records in order, each once.

    They are released as they are yielded: `read` must not be used afterwards.
    """
    if read.records is not None:
        yield from read.records
        return
    for payload, page in pages():
        for item in page.records:
            if not isinstance(item, RawRecord):
                continue
            identity = staged.identity(item)
            if identity in read.kept:
                read.kept.remove(identity)
                yield staged.identify(item, payload_month=payload.month, payload_id=payload.id)
        if not read.kept:
            return
    tally.dropped["not there when read again"] += len(read.kept)


class _FirstReading:
    """The first reading in progress."""

    def __init__(self, run: FetchRun, tally: Tally, beat: Callable[[int], object]) -> None:
        self.read = Read()
        self.overflowed = False
        self._run, self._tally, self._beat = run, tally, beat
        self._waiting: dict[Identity, RawRecord] = {}
        self._can_move = staged.lists_any(run.source_id)  # without earlier listings nothing can have moved

    def take(self, item: RawRecord | Dropped, payload: Payload) -> None:
        """Add one record, or one dropped record."""
        self._tally.found += 1
        if self._tally.found % _LOOK_EVERY == 0:
            self._beat(self._tally.found)
        if isinstance(item, Dropped):
            self._drop(item)
        elif len(self.read.kept) >= MAX_RECORDS:
            self._tally.dropped["too many records in one run"] += 1
            self.overflowed = True
        else:
            self._keep(item, payload)

    def compare(self) -> None:
        """Compare the records read since the last call with the staged rows (one query)."""
        known = staged.known(self._run.source_id, self._waiting)
        for identity, record in self._waiting.items():
            row = known.get(identity)
            if row is None and self._can_move:
                self.read.new.append(occurrence_of(identity, record))
            elif row is not None and row.event_id:
                self.read.feeding += 1
                self._compare_titles(row, record)
        self._waiting.clear()

    def _compare_titles(self, row: Known, record: RawRecord) -> None:
        if reconciliation.is_another_title(row.title_key, fold_name(record.title)):
            self.read.retitled += 1
            if len(self.read.retitles) < KEPT_RETITLES:
                self.read.retitles.append((row.id, record.title))

    def _drop(self, item: Dropped) -> None:
        self._tally.dropped[item.reason] += 1
        if item.external_id:
            identity = staged.bounded_identity(item.external_id, item.recurrence_id)
            self.read.broken.add(identity)
            if not item.recurrence_id:
                self.read.broken_series.add(identity[0])

    def _keep(self, item: RawRecord, payload: Payload) -> None:
        identity = staged.identity(item)
        if identity in self.read.kept:
            self._tally.dropped["listed twice"] += 1
            return
        self.read.kept.add(identity)
        self._hold(item, payload)
        self._waiting[identity] = item
        if len(self._waiting) >= _LOOK_EVERY:
            self.compare()

    def _hold(self, item: RawRecord, payload: Payload) -> None:
        if self.read.records is None:
            return
        if len(self.read.records) < HELD_RECORDS:
            self.read.records.append(
                staged.identify(item, payload_month=payload.month, payload_id=payload.id)
            )
        else:
            self.read.records = None


@dataclass(kw_only=True, slots=True)
class Listed:
    """The listings before the run.

    `there` counts those that are not missing already. `absent` counts those that the run covers and does not
    list. `gone` are the rows that a run with enough coverage leaves out.
    """

    there: int = 0
    absent: int = 0
    gone: list[Known] = field(default_factory=list)


def occurrence_of(identity: Identity, record: RawRecord) -> Occurrence:
    """A record in the form that reconciliation compares."""
    start = record.start if isinstance(record.start, datetime) and record.start.tzinfo else None
    return Occurrence(
        identity=identity,
        title=fold_name(record.title),
        start=start,
        venue=fold_name(record.venue.name),
        url=record.url,
        series=record.recurrence.series_id if record.recurrence else "",
    )


def compare(run: FetchRun, read: Read, *, now: datetime) -> Listed:
    """Compare the source's listings with the run (one query)."""
    listed = Listed()
    for row in staged.listed(run.source_id, now=now):
        is_absent = _covers(run, row) and not read.tells_of(row.identity)
        listed.there += not row.missing
        listed.absent += is_absent and not row.missing
        if is_absent and run.coverage != Coverage.PARTIAL:
            listed.gone.append(row)
    return listed


def _covers(run: FetchRun, row: Known) -> bool:
    return run.covered_until is None or row.start_at is None or row.start_at < run.covered_until
