"""Runs today's steps over stored listings and reports what would change before anything is written."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from events import services as events
from events.enums import Publication
from events.facts import Facts, facts_of
from events.models import Listing
from events.records import Entry, Located
from moderation.services import judge
from pipeline.contract.draft import Draft
from pipeline.refinement import pipeline
from sources.ingest import reviews
from sources.ingest.differing import Example, add_examples, differing
from sources.ingest.locks import lock_cities
from sources.ingest.lookups import DatabaseLookups
from sources.ingest.stored import event_of, record_of, words_of
from sources.models import Source, StagedEvent
from sources.setup.context import context_for, origin_of, source_trust_of

#: Steps that can be repeated over stored listings. The result of `extract` is kept as it was read: repeating
#: it needs the source's answer (`manage.py replay`).
STEPS: Final = tuple(name for name, _ in pipeline.STEPS if name != "extract")
#: A report shows so many events, the first of each source.
SHOWN: Final = 20
NIL: Final = UUID(int=0)
_BATCH: Final = 200
_PRESENT: Final = (Publication.DRAFT, Publication.PENDING, Publication.APPROVED, Publication.FLAGGED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One listing that would change: fields as (before, after), or the reason for which it would be dropped."""

    source: str
    title: str
    start: str
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    dropped: str = ""


@dataclass(kw_only=True, slots=True)
class RefineReport:
    """What the steps would change.

    Listings examined and changed, changes and examples by field, drops by reason, and the first events that
    change. `applied` counts what was written, `waiting` how many of these wait for a moderator.
    """

    looked_at: int = 0
    changed: int = 0
    by_field: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    applied: int = 0
    waiting: int = 0
    shown: list[Shown] = field(default_factory=list)


def refine_stored(
    *,
    since: datetime | None = None,
    steps: Collection[str] = (),
    source: Source | None = None,
    apply: bool = False,
    now: datetime,
) -> RefineReport:
    """Run `steps` (none: all of STEPS) over the listings of one or all sources that changed since `since`.

    With `apply`, changes are recorded in the usual way: judged, without touching locked fields, withheld from
    published events where doubtful. A listing that would be dropped today is only reported; a moderator
    decides. Raises ValueError for an unknown step.
    """
    if unknown := set(steps) - set(STEPS):
        raise ValueError(
            f"There is no step {', '.join(sorted(unknown))} to run again; use one of {', '.join(STEPS)}."
        )
    report = RefineReport()
    for one in [source] if source else Source.objects.select_related("city").order_by("slug"):
        work = _Work(one, steps, report, now)
        for listings in _batches(one, since):
            changed = work.compare(listings)
            if apply and changed:
                work.write(changed)
    return report


def _batches(source: Source, since: datetime | None) -> Iterator[list[Listing]]:
    """Yield the listings of present events in batches by id.

    Rows written meanwhile are not read twice.
    """
    rows = (
        Listing.objects.filter(origin=source.pk, event__publication__in=_PRESENT)
        .select_related("event")
        .order_by("id")
    )
    rows = rows.filter(changed_at__gte=since) if since else rows
    last = None
    while batch := list((rows.filter(id__gt=last) if last else rows)[:_BATCH]):
        last = batch[-1].id
        yield batch


class _Work:
    """The listings of one source, on their way through the chosen steps."""

    def __init__(self, source: Source, steps: Collection[str], report: RefineReport, now: datetime) -> None:
        self.source, self.steps, self.report, self.now = source, steps, report, now
        self.context = context_for(source, now=now)
        self.left = SHOWN

    def compare(self, listings: Sequence[Listing]) -> list[tuple[Listing, dict[str, Any]]]:
        """The listings of a batch whose results differ, with the new facts."""
        lookups = DatabaseLookups(
            source_id=self.source.pk, held={(row.external_id, row.recurrence_id) for row in listings}
        )
        drafts = pipeline.refine_batch([record_of(row.facts) for row in listings], self.context, lookups)
        self.report.looked_at += len(listings)
        changed = []
        for row, draft in zip(listings, drafts, strict=True):
            if draft.dropped:
                self.report.dropped[draft.dropped] += 1
                self._show(row, dropped=draft.dropped)
                continue
            facts = self._chosen(row.facts, _facts(draft))
            fields = differing(row.facts, facts)
            if fields:
                self.report.changed += 1
                self.report.by_field.update(fields.keys())
                add_examples(self.report.examples, fields, source=self.source.slug, title=row.facts["title"])
                self._show(row, fields=fields)
                changed.append((row, facts))
        return changed

    def _chosen(self, before: Facts, after: Facts) -> dict[str, Any]:
        """The stored facts, with the new values of the fields that the chosen steps own."""
        owned = {name for step in self.steps for name in pipeline.OWNED[step]} if self.steps else set(after)
        confidence = (
            after["confidence"]
            if not self.steps
            else {
                **before.get("confidence", {}),
                **{name: value for name, value in after["confidence"].items() if name in owned},
            }
        )
        return {
            **before,
            **{name: after[name] for name in owned if name in after},
            "confidence": confidence,
            "raw_hash": before.get("raw_hash", ""),
        }

    def write(self, changed: Sequence[tuple[Listing, Facts]]) -> None:
        """Record a batch in one transaction, as a fetch would. Skip a listing that changed meanwhile."""
        with transaction.atomic():
            lock_cities({(facts.get("located") or {}).get("city", "") for _, facts in changed})
            present = {
                row.pk: row.changed_at
                for row in Listing.objects.filter(pk__in=[row.pk for row, _ in changed])
            }
            entries = [_entry(row, facts) for row, facts in changed if present.get(row.pk) == row.changed_at]
            origin = origin_of(self.source)
            recorded = events.record_events(
                entries,
                origin=origin,
                judge=partial(judge, source_trust=source_trust_of(self.source)),
                now=self.now,
            )
            reviews.file(recorded, reviews.Reporter(source=self.source), now=self.now)
            self._restage({(entry.external_id, entry.recurrence_id): entry for entry in entries})
        self.report.applied += len(entries)
        self.report.waiting += sum(bool(row.reasons) for row in recorded)

    def _restage(self, entries: Mapping[tuple[str, str], Entry]) -> None:
        """Update the normalized events of the staged rows. A row that retention cleared stays clear."""
        staged = StagedEvent.objects.filter(
            source=self.source, external_id__in={key[0] for key in entries}, cleared_at__isnull=True
        )
        rows = [row for row in staged if (row.external_id, row.recurrence_id) in entries]
        for row in rows:
            row.normalized = entries[row.external_id, row.recurrence_id].event.to_json()
        StagedEvent.objects.bulk_update(rows, ["normalized"])

    def _show(self, row: Listing, **what: Any) -> None:
        if self.left:
            self.left -= 1
            facts = row.facts
            self.report.shown.append(
                Shown(
                    source=self.source.slug, title=facts["title"], start=str(facts.get("start") or ""), **what
                )
            )


def _facts(draft: Draft) -> dict[str, Any]:
    """The facts of a draft in the form that a listing keeps (JSON)."""
    located = Located(city=draft.city, area=draft.area, place_id=draft.place_id)
    entry = Entry(
        event_id=NIL,
        external_id=draft.event.external_id,
        event=draft.event,
        located=located,
        words=words_of(draft.raw),
    )
    facts: dict[str, Any] = json.loads(json.dumps(facts_of(entry)))
    return facts


def _entry(row: Listing, facts: Facts) -> Entry:
    return Entry(
        event_id=row.event_id,
        external_id=row.external_id,
        recurrence_id=row.recurrence_id,
        event=event_of(facts),
        located=Located(**facts["located"]),
        words=facts.get("words") or {},
    )
