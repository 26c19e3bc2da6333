"""What a run would change if it were applied: the evidence of a quarantined run, counts with samples."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sources.enums import PUSHED, RunState
from sources.ingest.read import Listed, Read
from sources.ingest.reconciliation import Move
from sources.ingest.staged import Known
from sources.ingest.tally import Tally
from sources.models import FetchRun, StagedEvent

#: So many samples of each kind are kept with the review, so many reasons why records were dropped.
SAMPLES: Final = 25
_REASONS: Final = 6
_COLUMNS: Final = (
    "title", "start_at", "venue_name", "event__title", "event__timezone", "event__all_day", "event__time_known",
)  # fmt: skip


def evidence_of(
    run: FetchRun, read: Read, listed: Listed, moves: Sequence[Move], tally: Tally
) -> dict[str, Any]:
    """What would vanish, move and be retitled, and the counts of this run and of the last good one (two queries).

    Times are ISO 8601 texts; each sample names the zone of its event.
    """
    moved = {move.old: move.new for move in moves}
    lost = sorted((row for row in listed.gone if not row.missing and row.identity not in moved), key=_when)
    shifted = [row for row in listed.gone if row.identity in moved]
    known = _samples(
        [row.id for row in (*lost[:SAMPLES], *shifted[:SAMPLES])] + [pk for pk, _ in read.retitles]
    )
    arrived = {new.identity: new for new in read.new}
    return {
        "would": {
            "vanish": {
                "count": len(lost),
                "of": listed.there,
                "samples": _found(known, (row.id for row in lost[:SAMPLES])),
            },
            "move": {
                "count": len(shifted),
                "samples": [
                    {**known[row.id], "after": _start_of(arrived[moved[row.identity]])}
                    for row in shifted[:SAMPLES]
                    if row.id in known
                ],
            },
            "retitle": {
                "count": read.retitled,
                "of": read.feeding,
                "samples": [
                    {**known[pk], "after": title[:300]} for pk, title in read.retitles if pk in known
                ],
            },
            "new": {"count": max(0, len(read.new) - len(moves))},
        },
        "this_run": {
            "at": run.started_at.isoformat(),
            "found": tally.found,
            "kept": len(read.kept),
            "dropped": dict(tally.dropped.most_common(_REASONS)),
        },
        "last_good": _last_good(run),
        "is_fetched": run.source.type not in PUSHED,
        "timezone": run.source.timezone or (run.source.city.timezone if run.source.city else ""),
    }


def _when(row: Known) -> tuple[bool, Any, str]:
    return (row.start_at is None, row.start_at or 0, row.title_key)


def _start_of(occurrence: Any) -> str:
    return occurrence.start.isoformat() if occurrence.start else ""


def _samples(ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    rows = StagedEvent.objects.filter(pk__in=ids).select_related("event")
    return {
        row.pk: {
            "title": row.title or (row.event.title if row.event else ""),
            "start": row.start_at.isoformat() if row.start_at else "",
            "timezone": row.event.timezone if row.event else "",
            "is_day": bool(row.event and (row.event.all_day or not row.event.time_known)),
            "venue": row.venue_name,
            "event": str(row.event_id or ""),
        }
        for row in rows.only(*_COLUMNS)
    }


def _found(known: Mapping[UUID, dict[str, Any]], ids: Iterable[UUID]) -> list[dict[str, Any]]:
    return [known[pk] for pk in ids if pk in known]


def _last_good(run: FetchRun) -> dict[str, Any]:
    """The counts of the source's last run that was applied; {} where there was none."""
    good = FetchRun.objects.filter(
        source_id=run.source_id, state__in=[RunState.SUCCESS, RunState.PARTIAL], params={}
    )
    last = good.exclude(pk=run.pk).order_by("-started_at").first()
    if last is None:
        return {}
    return {
        "run": str(last.pk), "at": last.started_at.isoformat(), "found": last.events_found, "kept": last.events_processed,
        "new": last.new, "changed": last.changed, "unchanged": last.unchanged, "missing": last.missing, "dropped": dict(last.dropped),
    }  # fmt: skip
