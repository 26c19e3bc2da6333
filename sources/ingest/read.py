"""A run's records, read once where they are few, twice where they are many.

Whether a run may be applied is known only when all of it was read. Of a long one the first reading therefore
keeps identities alone, and the second, of the same kept bytes, hands the records out one by one: memory grows
with the number of ids, not with what is told of them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage
from pipeline.contract.lookups import Identity
from pipeline.contract.raw import Dropped, PlaceRecord, RawRecord, WeatherRecord
from pipeline.refinement.ongoing import FOLDED, Folder, Run, ongoing
from pipeline.text.folding import fold_name
from sources.ingest import reconciliation, staged
from sources.ingest.coverage import Covers
from sources.ingest.reconciliation import Occurrence
from sources.ingest.staged import Identified, Known
from sources.ingest.tally import Tally
from sources.models import FetchRun, Payload

#: No run holds more records than this; what is beyond is counted and the run is partial.
MAX_RECORDS = 60_000
#: Up to so many records are held between the two halves; more are read again.
HELD_RECORDS = 5_000
#: Records that are read between two looks at the run's clock, and compared with what is held at a time.
_LOOK_EVERY = 500

#: A run's pages from the first on, as often as it is called.
Pages = Callable[[], Iterable[tuple[Payload, Page]]]


@dataclass(kw_only=True, slots=True)
class Read:
    """What the first reading learned.

    `kept` are the identities of the records that can be read; `broken` and `broken_series` those of what was
    dropped: merely broken today is not missing, and a version that was dropped (an older one, a broken one)
    must not shut out the one that can be read. `records` are there for a short run alone. `new` is what
    settlement needs of unknown records, `feeding` counts known ones with an event, `retitled` those among
    them with another title. `runs` are ongoing events by the identity of their lead, `folded` the titles of
    all rows that are part of one (`pipeline/refinement/ongoing.py`).
    """

    kept: set[Identity] = field(default_factory=set)
    broken: set[Identity] = field(default_factory=set)
    broken_series: set[str] = field(default_factory=set)
    records: list[Identified] | None = field(default_factory=list)
    new: list[Occurrence] = field(default_factory=list)
    feeding: int = 0
    retitled: int = 0
    runs: dict[Identity, Run] = field(default_factory=dict)
    folded: dict[Identity, str] = field(default_factory=dict)
    incremental: bool = False
    places: list[PlaceRecord] = field(default_factory=list)
    weather: list[WeatherRecord] = field(default_factory=list)

    def tells_of(self, identity: Identity) -> bool:
        """Whether the run has that identity, readable or not."""
        return identity in self.kept or identity in self.broken or identity[0] in self.broken_series


def read(run: FetchRun, pages: Pages, tally: Tally, beat: Callable[[int], object]) -> Read:
    """Read all records once: count them and what cannot be read, compare them with what is held, and give the
    run its coverage."""
    reader = _Reader(run, tally, beat)
    covers = Covers()
    for payload, page in pages():
        for item in page.records:
            reader.take(item, payload)
        reader.read.places += page.places
        reader.read.weather += page.weather
        covers = covers.and_page(page)
    reader.compare()
    reader.fold()
    if "covers" in run.http:
        covers = Covers.from_json(run.http["covers"])
    if reader.overflowed or any(
        run.params.values()
    ):  # what was asked for a category or up to a limit lacks the rest
        covers = covers.partly()
    reader.read.incremental = covers.incremental
    run.coverage, run.covered_until = covers.coverage.value, covers.until
    return reader.read


def records(read: Read, pages: Pages, tally: Tally) -> Iterator[Identified]:
    """The kept records in their order, each once. Lets go of what was handed out: `read` is of no use
    after."""
    if read.records is not None:
        yield from read.records
        return
    for payload, page in pages():
        for item in page.records:
            if not isinstance(item, RawRecord):
                continue
            identity = staged.identity(item)
            run = read.runs.get(identity)
            item, identity = (item, identity) if run is None else (ongoing(item, run), run.identity)
            if identity in read.kept:
                read.kept.remove(identity)
                yield staged.identify(item, payload_month=payload.month, payload_id=payload.id)
        if not read.kept:
            return
    tally.dropped["not there when read again"] += len(read.kept)


class _Reader:
    """The first reading under way."""

    def __init__(self, run: FetchRun, tally: Tally, beat: Callable[[int], object]) -> None:
        self.read = Read()
        self.overflowed = False
        self._run, self._tally, self._beat = run, tally, beat
        self._waiting: dict[Identity, RawRecord] = {}
        self._folder = Folder(run.source.timezone or (run.source.city.timezone if run.source.city else ""))
        self._can_move = staged.lists_any(run.source_id)  # where nothing was listed nothing can have moved

    def take(self, item: RawRecord | Dropped, payload: Payload) -> None:
        """One more record, or the drop of one."""
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
        """Compare what was read since the last time with what is held (one query)."""
        known = staged.known(self._run.source_id, self._waiting)
        for identity, record in self._waiting.items():
            row = known.get(identity)
            if row is None and self._can_move:
                self.read.new.append(occurrence_of(identity, record))
            elif row is not None and row.event_id:
                self.read.feeding += 1
                self.read.retitled += reconciliation.is_another_title(row.title_key, fold_name(record.title))
        self._waiting.clear()

    def fold(self) -> None:
        """Put a run of openings in the place of its rows (one query)."""
        for run in self._folder.runs(staged.ongoing(self._run.source_id)):
            self.read.runs[run.lead] = run
            self.read.folded.update(run.rows)
            self.read.kept -= run.rows.keys()
            self.read.kept.add(run.identity)
            self._tally.dropped[FOLDED] += len(run.rows) - 1
        if not self.read.runs:
            return
        if self.read.records is not None:
            self.read.records = [
                one for item in self.read.records if (one := self._in_its_run(item)) is not None
            ]
        self.read.new = [held for held in self.read.new if held.identity not in self.read.folded]

    def _in_its_run(self, item: Identified) -> Identified | None:
        """A held record; the run in place of its lead, None for its other rows."""
        run = self.read.runs.get(item.identity)
        if run is not None:
            return staged.identify(
                ongoing(item.record, run), payload_month=item.payload_month, payload_id=item.payload_id
            )
        return None if item.identity in self.read.folded else item

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
        self._folder.see(item, identity)
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
    """What was listed before the run: how many (`there`, what is missing already left out), how many of them
    the run covers and does not tell of (`absent`), and the rows that are `gone` from a run that can say
    so."""

    there: int = 0
    absent: int = 0
    gone: list[Known] = field(default_factory=list)


def occurrence_of(identity: Identity, record: RawRecord) -> Occurrence:
    """A record as settlement compares it."""
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
    """What the source listed, beside what the run tells of (one query)."""
    listed = Listed()
    for row in staged.listed(run.source_id, now=now):
        if (
            row.identity in read.folded
        ):  # listed by itself before it became part of an ongoing event: not lost, and yet no event any more
            listed.gone.append(row)
            continue
        is_absent = _covers(run, row) and not read.tells_of(row.identity)
        listed.there += not row.missing
        listed.absent += is_absent and not row.missing
        if is_absent and run.coverage != Coverage.PARTIAL:
            listed.gone.append(row)
    return listed


def _covers(run: FetchRun, row: Known) -> bool:
    return run.covered_until is None or row.start_at is None or row.start_at < run.covered_until
