"""Verifies the log: every entry, the chain, the imported rows, the checkpoints and the triggers."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import orjson
from django.db import connection, transaction
from django.utils.timezone import now as clock

from audit import hashing
from audit.enums import Action
from audit.models import Entry
from audit.records import checks
from audit.services.checkpoints import Checkpoint, CheckpointsUnreadable, read_checkpoints

#: An entry without a link is a problem after this time; until then its process may be about to chain it.
GRACE: Final = timedelta(minutes=10)
#: So many problems are told one by one; all are counted.
MOST_TOLD: Final = 50
_BATCH: Final = 5_000
TRIGGERS: Final = frozenset(
    {
        "audit_entry_append_only", "audit_entry_not_emptied", "audit_entry_awaits_link",
        "audit_link_append_only", "audit_link_not_emptied",
    }
)  # fmt: skip

#: `hashing.entry_bytes` in SQL; a test holds that both are one.
ENTRY_BYTES: Final = r"""concat_ws(E'\n', e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.action, e.actor, e.target,
    e.before, e.after, e.request_id, e.note_hash, CASE WHEN e.is_chained THEN 'chained' ELSE 'unchained' END)"""
_CHAINED: Final = f"""
SELECT l.number, l.entry_id::text, l.entry_hash, l.hash, e.id IS NULL OR NOT e.is_chained, {ENTRY_BYTES}, e.seal
FROM audit_link l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.number
"""  # noqa: S608 - our own words
_OTHERS: Final = f"""
SELECT e.id::text, e.is_chained, e.at, {ENTRY_BYTES}, e.seal FROM audit_entry e
WHERE NOT EXISTS (SELECT FROM audit_link l WHERE l.entry_id = e.id) ORDER BY e.id
"""  # noqa: S608 - our own words
_ENABLED: Final = """
SELECT tgname FROM pg_trigger WHERE tgrelid IN ('audit_entry'::regclass, 'audit_link'::regclass) AND tgenabled IN ('O', 'A') AND NOT tgisinternal
"""


@dataclass(kw_only=True)
class Report:
    """What was found. `first_bad` is the number of the first link that is wrong or missing."""

    entries: int = 0
    links: int = 0
    unchained: int = 0
    waiting: int = 0
    checkpoints: int = 0
    head: str = hashing.NOTHING
    first_bad: int | None = None
    problems: Counter[str] = field(default_factory=Counter)
    reported: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(self, kind: str, what: str, number: int | None = None) -> None:
        """Count a problem, and tell it where it is one of the first."""
        self.problems[kind] += 1
        if number is not None:
            self.first_bad = number if self.first_bad is None else min(self.first_bad, number)
        if len(self.reported) < MOST_TOLD:
            self.reported.append(f"{kind}: {what}" if number is None else f"{kind}: link {number}, {what}")


def verify(*, checkpoints: Path, now: datetime | None = None) -> Report:
    """Read the whole log in one snapshot and report what does not hold.

    A changed, removed, inserted or swapped row, a removed tail (by the checkpoints), an entry that was never
    chained, imported rows that differ from what was counted at their import, and missing triggers.
    """
    report = Report()
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # not inside another transaction
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        _verify_chain(report, _checkpoints(report, checkpoints))
        _verify_others(report, (now or clock()) - GRACE)
        _verify_bound(report)
        cursor.execute(_ENABLED)
        for missing in sorted(TRIGGERS - {name for (name,) in cursor.fetchall()}):
            report.add("trigger missing", missing)
    return report


def _verify_chain(report: Report, known: dict[int, Checkpoint]) -> None:
    previous, expected = hashing.NOTHING, 1
    for number, entry, own, stored, is_lost, content, seal in _rows(_CHAINED):
        if number != expected:
            report.add("link missing", f"the next one is {number}", expected)
        elif stored != hashing.link_hash(number, entry, own, previous):
            report.add("link changed", "its hash does not follow from the one before", number)
        if is_lost:
            report.add("entry missing", f"entry {entry}", number)
        else:
            _verify_entry(report, entry, content, seal, own, number)
        if (checkpoint := known.pop(number, None)) and checkpoint.hash != stored:
            report.add("chain rewritten", f"a checkpoint of {checkpoint.at} has another hash", number)
        previous, expected = stored, number + 1
        report.links += 1
    report.head = previous
    if known:
        last = known[max(known)]
        report.add(
            "tail missing", f"the chain reached link {last.number} at {last.at}", min(expected, *known)
        )


def _verify_entry(
    report: Report, entry: str, content: str, seal: str, own: str | None, number: int | None
) -> None:
    """Compare the entry with its link and its seal. `own` is the hash in its link."""
    report.entries += 1
    data = content.encode()
    if own is not None and hashlib.sha256(data).hexdigest() != own:
        report.add("entry changed", f"entry {entry}", number)
    elif not hmac.compare_digest(hashing.seal(data), seal):
        report.add("seal wrong", f"this installation did not write entry {entry}", number)


def _verify_others(report: Report, old: datetime) -> None:
    """Entries without a link: imported ones, and those that wait to be chained."""
    imported = hashlib.sha256()
    for entry, is_chained, at, content, seal in _rows(_OTHERS):
        _verify_entry(report, entry, content, seal, None, None)
        if is_chained:
            report.waiting += 1
            if at < old:
                report.add("entry unchained", f"entry {entry} of {hashing.moment(at)}")
        else:
            report.unchained += 1
            imported.update(hashlib.sha256(content.encode()).hexdigest().encode())
    reported = (
        Entry.objects.filter(action=Action.LOG_IMPORTED, is_chained=True).order_by("-at", "-id").first()
    )
    counted = orjson.loads(reported.after) if reported else {"count": 0, "rows": hashlib.sha256().hexdigest()}
    if (counted.get("count"), counted.get("rows")) != (report.unchained, imported.hexdigest()):
        report.add("imported rows changed", f"{report.unchained} of {counted.get('count')} are there")


def _verify_bound(report: Report) -> None:
    """Rows of other apps that entries bind by a hash."""
    for action, check in checks().items():
        entries = Entry.objects.filter(action=action, is_chained=True).values_list("id", flat=True)
        ids = entries.iterator(chunk_size=_BATCH)
        while batch := list(islice(ids, _BATCH)):
            for row in check(batch):
                report.add("recorded row changed", f"{action} {row}")


def _checkpoints(report: Report, path: Path) -> dict[int, Checkpoint]:
    """The checkpoints by number."""
    known: dict[int, Checkpoint] = {}
    try:
        for one in read_checkpoints(path):
            report.checkpoints += 1
            if not hmac.compare_digest(one.seal, one.sealed_by()):
                report.add("checkpoint changed", f"the one of {one.at}", one.number)
            known[one.number] = one
    except CheckpointsUnreadable as error:
        report.add("checkpoint unreadable", str(error))
    return known


def _rows(statement: str) -> Iterator[Sequence[Any]]:
    """The rows of a statement, streamed by a cursor of the server."""
    connection.ensure_connection()
    with connection.connection.cursor(name=f"verify_{uuid4().hex}") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(statement)
        yield from cursor
