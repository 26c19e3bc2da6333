"""Compares kept answers, read again, with what is stored; nothing is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from events.models import Listing
from pipeline.contract.draft import Draft
from pipeline.contract.enums import Coverage
from pipeline.refinement import pipeline
from sources.ingest import reconciliation, staged
from sources.ingest.differing import add_examples, differing
from sources.ingest.lookups import DatabaseLookups
from sources.ingest.read import occurrence_of
from sources.ingest.staged import Identified, Known
from sources.models import Source, StagedEvent
from sources.setup.context import context_for
from sources.triggers.replay.difference import Difference, OccurrenceChange
from sources.triggers.replay.reading import KeptRecords, read_again

_BATCH: Final = 200


def compare(
    source: Source, *, since: datetime | None = None, now: datetime, as_of: datetime | None = None
) -> Difference:
    """Read the kept answers of a source again and return the difference; nothing is written.

    The answers are those of the last run that kept any. With `since`, those of all runs since then, back to
    the newest complete one, which supersedes older ones. `as_of` reads them by another clock than their own.
    Raises NothingKept, and any SourceError of the parser.
    """
    read = read_again(source, since=since, now=now, as_of=as_of)
    known = staged.known(source.pk, read.records)
    result = Difference(
        runs=len(read.runs),
        payloads=len(read.payload_ids),
        found=read.found,
        coverage=read.coverage.value,
        dropped=read.dropped,
    )
    for run in read.runs:
        result.dropped_before.update(run.dropped)
    gone, listed = _gone(source, read, now)
    fresh = [item for identity, item in read.records.items() if identity not in known]
    moves = reconciliation.pair_moves(
        [row.existing() for row in gone], [occurrence_of(item.identity, item.record) for item in fresh]
    )
    moved = {move.new: move.old for move in moves}
    _compare(source, read, known, moved, result, now)
    left = {move.old for move in moves}
    lost = [row for row in gone if row.identity not in left]
    result.vanished.extend(_vanished(source, lost))
    result.refused = reconciliation.emptied_refused(
        upcoming=len(gone), records=len(read.records)
    ) or reconciliation.loss_refused(upcoming=len(listed), lost=len(lost))
    return result


def _vanished(source: Source, lost: Sequence[Known]) -> Iterator[OccurrenceChange]:
    titles = _titles([row.identity for row in lost], source)
    for row in lost:
        external_id, recurrence_id = row.identity
        yield OccurrenceChange(
            external_id=external_id,
            recurrence_id=recurrence_id,
            title=titles.get(row.identity, row.title_key),
            start=_iso(row.start_at),
        )


def _gone(source: Source, read: KeptRecords, now: datetime) -> tuple[list[Known], list[Known]]:
    """The listed, upcoming and covered rows that were not read, and all listed upcoming rows.

    For a partial answer only rows that were read.
    """
    listed = [row for row in staged.listed(source.pk, now=now) if not row.missing]
    absent = [row for row in listed if row.identity not in read.seen]
    if read.coverage is Coverage.PARTIAL:
        theirs = set(
            StagedEvent.objects.filter(
                pk__in=[row.id for row in absent], payload_id__in=read.payload_ids
            ).values_list("pk", flat=True)
        )
        return [row for row in absent if row.id in theirs], listed
    return [
        row for row in absent if read.until is None or row.start_at is None or row.start_at < read.until
    ], listed


def _compare(
    source: Source,
    read: KeptRecords,
    known: Mapping[tuple[str, str], Known],
    moved: Mapping[Any, Any],
    result: Difference,
    now: datetime,
) -> None:
    """Refine batch by batch, as a run would, and compare with the stored events."""
    context = replace(context_for(source, now=now), read_at=read.as_of)
    lookups = DatabaseLookups(
        source_id=source.pk, held={key for key, row in known.items() if row.event_id} | set(moved)
    )
    items = list(read.records.values())
    for start in range(0, len(items), _BATCH):
        batch = items[start : start + _BATCH]
        held = _normalized(source, [moved.get(item.identity, item.identity) for item in batch])
        for item, draft in zip(
            batch, pipeline.refine_batch([item.record for item in batch], context, lookups), strict=True
        ):
            _sort(item, draft, held, moved, result, source)


def _sort(
    item: Identified,
    draft: Draft,
    held: Mapping[Any, dict[str, Any]],
    moved: Mapping[Any, Any],
    result: Difference,
    source: Source,
) -> None:
    former = moved.get(item.identity, item.identity)
    before, after = held.get(former), draft.event.to_json()
    reported = OccurrenceChange(
        external_id=item.identity[0],
        recurrence_id=item.identity[1],
        title=draft.event.title or item.record.title[:300],
    )
    if draft.dropped:
        result.dropped[draft.dropped] += 1
        if before is not None:
            result.vanished.append(replace(reported, reason=draft.dropped))
        return
    reported = replace(reported, start=str(after["start"] or ""))
    if before is None:
        result.new.append(reported)
        return
    ignored = () if former == item.identity else ("external_id", "recurrence_id")
    fields = differing(before, after, ignored=ignored)
    add_examples(result.examples, fields, source=source.slug, title=reported.title)
    if former != item.identity:
        result.moved.append(replace(reported, fields=fields, was=" ".join(former).strip()))
    elif fields:
        result.changed.append(replace(reported, fields=fields))
    else:
        result.same += 1


def _normalized(
    source: Source, identities: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """The stored normalized event of each identity. Listings keep it for good, staged rows for a month."""
    rows = Listing.objects.filter(origin=source.pk, external_id__in={identity[0] for identity in identities})
    return {
        (external, recurrence): facts
        for external, recurrence, facts in rows.values_list("external_id", "recurrence_id", "facts")
    }


def _titles(identities: Sequence[tuple[str, str]], source: Source) -> dict[tuple[str, str], str]:
    rows = StagedEvent.objects.filter(source=source, external_id__in={identity[0] for identity in identities})
    return {
        (external, recurrence): title
        for external, recurrence, title in rows.values_list("external_id", "recurrence_id", "title")
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
