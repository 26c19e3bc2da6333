"""Folds the daily rows of an exhibition into one ongoing event with opening hours.

The nights of a play stay events. Pure. Readers visit an exhibition on any day, but have a seat for one night
of a play (docs/decisions/0025). Rows with one title at one place are folded only where they are certainly a
visit: one opening a day, on most days of the week, with hours that repeat each week, and with words that name
an exhibition or a market, or hours too long for any performance. Doubtful rows are not changed.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.contract.enums import Online
from pipeline.contract.lookups import Identity
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.zones import zone_named
from pipeline.refinement import vocabulary as words
from pipeline.refinement.identity import identity as identity_of
from pipeline.refinement.openings import (
    DAY_MINUTES,
    LATEST,
    MIN_DAYS,
    MIN_MINUTES,
    OFF,
    PREFIX,
    ExistingRun,
    Hours,
    Opening,
    Run,
    parts_of,
    run_of,
)
from pipeline.refinement.visits import visit_of
from pipeline.text.folding import fold_name

#: The reason for which a row of an ongoing event is dropped.
FOLDED: Final = "folded into an ongoing event"


class Folder:
    """Collects the records of a source one by one, then finds the ongoing events.

    It stores no texts but titles.
    """

    def __init__(self, timezone: str = "") -> None:
        self._zone = zone_named(timezone) if timezone else None
        self._groups: dict[str, list[Opening]] = defaultdict(list)

    def see(self, record: RawRecord, identity: Identity) -> None:
        """Add one more record."""
        hours = self._opening(record)
        if hours is None:
            return
        day, span, end = hours
        key = f"{fold_name(record.title[:500])}\x1f{fold_name(record.venue.name[:200] or record.venue.address[:200])}"
        self._groups[hashlib.sha256(key.encode()).hexdigest()[:32]].append(
            Opening(
                identity=identity,
                title=record.title,
                day=day,
                hours=span,
                start=record.start if isinstance(record.start, date) else day,
                end=end,
                ticket="" if record.ticket_url == record.url else record.ticket_url,
                visit=visit_of(record),
                off=words.read_status(record.status) in OFF,
            )
        )

    def runs(self, existing: Sequence[ExistingRun] = ()) -> list[Run]:
        """The ongoing events among the records.

        One in `existing` stays one until its last day, and keeps its identity while its days move on.
        """
        known: dict[str, list[ExistingRun]] = defaultdict(list)
        for one in existing:
            known[one.identity[0].removeprefix(PREFIX).partition(":")[0]].append(one)
        found = []
        for key, openings in self._groups.items():
            if len(openings) >= MIN_DAYS or key in known:
                found += [
                    run
                    for part in parts_of(openings)
                    if (run := run_of(key, part, known.get(key, []))) is not None
                ]
        return found

    def _opening(self, record: RawRecord) -> tuple[date, Hours, datetime | date] | None:
        """Day, hours and end of a record that may be one opening; None for all others."""
        start = record.start
        if (
            record.performers
            or record.sold_out
            or words.read_online(record.online) is Online.YES
            or not isinstance(start, date)
        ):
            return None
        if not isinstance(start, datetime):
            last = (
                record.end if isinstance(record.end, date) and not isinstance(record.end, datetime) else start
            )
            days = (last - start).days
            return (
                (start, None, start)
                if record.all_day and days in ((0,) if record.last_day_inclusive else (0, 1))
                else None
            )
        if record.all_day:
            return None
        end = record.end
        if end is None and record.duration_seconds:
            end = start + timedelta(seconds=record.duration_seconds)
        if not isinstance(end, datetime) or (end.tzinfo is None) != (start.tzinfo is None):
            return None
        zone = zone_named(record.timezone or record.calendar_timezone) or self._zone
        begin, over = _wall(start, zone), _wall(end, zone)
        length = (over - begin).total_seconds() / 60
        opened = begin.hour * 60 + begin.minute
        if not MIN_MINUTES <= length < DAY_MINUTES or opened + length > LATEST:
            return None
        return begin.date(), (opened, opened + int(length)), end


def fold(records: Iterable[RawRecord | Dropped], *, timezone: str = "") -> Iterator[RawRecord | Dropped]:
    """The records, with one record for each ongoing event and its other rows dropped.

    It stands in the place of its lead. Keeps all records in memory.
    """
    listed = list(records)
    folder = Folder(timezone)
    seen: set[Identity] = set()
    for record in listed:
        if isinstance(record, RawRecord) and (identity := identity_of(record)) not in seen:
            seen.add(identity)
            folder.see(record, identity)
    runs = {identity: run for run in folder.runs() for identity in run.rows}
    told: set[Identity] = set()
    for record in listed:
        identity = identity_of(record) if isinstance(record, RawRecord) else ("", "")
        run = runs.get(identity) if isinstance(record, RawRecord) else None
        if run is None or not isinstance(record, RawRecord):
            yield record
        elif identity == run.lead and run.identity not in told:
            told.add(run.identity)
            yield ongoing(record, run)
        else:
            yield Dropped(
                reason=FOLDED,
                external_id=identity[0],
                recurrence_id=identity[1],
                title=record.title,
                raw=record.raw,
            )


def ongoing(lead: RawRecord, run: Run) -> RawRecord:
    """The record of an ongoing event, in the words of its lead."""
    return replace(
        lead,
        external_id=run.identity[0],
        recurrence_id=run.identity[1],
        stable_id=True,
        start=run.start,
        end=run.end,
        duration_seconds=None,
        last_day_inclusive=True,
        doors=None,
        previous_start=None,
        recurrence=None,
        status="",
        opening_hours=run.opening_hours,
        ticket_url=run.ticket_url,
        metadata={**lead.metadata, "days_folded": len(run.rows)},
    )


def _wall(moment: datetime, zone: ZoneInfo | None) -> datetime:
    """The local time of a moment: in its own zone, or in `zone` where it has only an offset."""
    own = getattr(moment.tzinfo, "key", "") not in ("", "UTC")
    return (moment if own or moment.tzinfo is None or zone is None else moment.astimezone(zone)).replace(
        tzinfo=None
    )
