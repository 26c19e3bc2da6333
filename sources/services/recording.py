"""One batch of identified records, from raw to event: refined without a transaction, then matched, judged and recorded in one.

One transaction holds the locks of all cities of the batch: one per city would make the number of queries depend on how many the batch names.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, connection, transaction
from uuid_utils.compat import uuid7

from events import services as events
from events.enums import Publication
from events.models import Listing, Origin
from events.records import Entry, Likeness, Located, NormalizedEvent, Outcome, Recorded
from events.times import over_at, sort_moment
from moderation.enums import ReviewKind
from moderation.rules import Standing
from moderation.services import Filing, file_reviews, judge, withdraw
from places.geography import fold_name
from places.models import City
from places.services import WantedPlace, ensure_places
from sources import pipeline
from sources.db_lookups import DatabaseLookups
from sources.enums import StagedState
from sources.models import FetchRun, StagedEvent
from sources.records import Draft, SourceContext
from sources.services import staging
from sources.services.staging import Identified, Known
from sources.settlement import Identity
from sources.steps.match import match

if TYPE_CHECKING:
    from sources.services.processing import Tally

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ready:
    """A refined record that is to be recorded."""

    item: Identified
    draft: Draft


@dataclass(kw_only=True, slots=True)
class Recorder:
    """Records the batches of one run. `moved` gives the event of an occurrence whose identity changed; `steps` adds up what each step counted."""

    run: FetchRun
    origin: Origin
    standing: Standing
    context: SourceContext
    tally: "Tally"
    moved: Mapping[Identity, UUID]
    now: datetime
    steps: dict[str, Any] = field(default_factory=dict)

    def record(self, items: Sequence[Identified], known: Mapping[Identity, Known]) -> None:
        """Refine a batch, then record it. The number of queries does not depend on its length."""
        if not items:
            return
        lookups = DatabaseLookups(source_id=self.run.source_id, held={key for key, row in known.items() if row.event_id} | set(self.moved))
        drafts = pipeline.refine_batch([item.record for item in items], self.context, lookups, self.steps)
        ready: list[_Ready] = []
        dropped = []
        for item, draft in zip(items, drafts, strict=True):
            if draft.dropped:
                self.tally.dropped[draft.dropped] += 1
                dropped.append(self._staged(item, draft, state=StagedState.DROPPED, drop_reason=draft.dropped))
            else:
                ready.append(_Ready(item=item, draft=draft))
        staging.write(dropped)
        if ready:
            self._record_halving(ready, known, lookups)

    def _record_halving(self, batch: list[_Ready], known: Mapping[Identity, Known], lookups: DatabaseLookups) -> None:
        """On an integrity error the batch is halved until the bad row is found, which is dropped with its reason; the others go on."""
        try:
            with transaction.atomic():
                self._record_batch(batch, known, lookups)
        except (IntegrityError, DataError) as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._record_halving(batch[:middle], known, lookups)
                self._record_halving(batch[middle:], known, lookups)
                return
            reason = "refused by the database"
            log.warning("record_refused", run=str(self.run.id), external_id=batch[0].item.identity[0], error=str(error))
            self.tally.dropped[reason] += 1
            staging.write([self._staged(batch[0].item, batch[0].draft, state=StagedState.FAILED, drop_reason=reason)])

    def _record_batch(self, batch: list[_Ready], known: Mapping[Identity, Known], lookups: DatabaseLookups) -> None:
        lock_cities({one.draft.city for one in batch})
        batch = self._with_places(batch)
        entries = self._entries(batch, known, lookups)
        recorded = events.record_events(entries, origin=self.origin, judge=partial(judge, standing=self.standing), now=self.now)
        by_event = {row.event_id: row for row in recorded}
        self._file(recorded)
        rows = []
        for one, entry in zip(batch, entries, strict=True):
            result = by_event[entry.event_id]
            state = StagedState.DUPLICATE if entry.merged else StagedState.RECORDED
            row = self._staged(one.item, one.draft, state=state)
            row.event_id = entry.event_id
            row.duplicate_of_id = entry.event_id if entry.merged else None
            rows.append(row)
            self._count(one.item.identity, result, entry, known)
        staging.write(rows)

    # --- places and events that the batch feeds ---

    def _with_places(self, batch: list[_Ready]) -> list[_Ready]:
        wanted = [self._wanted_place(one) for one in batch]
        found = ensure_places([want for want in wanted if want is not None])
        ids = iter(found)
        placed = []
        for one, want in zip(batch, wanted, strict=True):
            place_id = next(ids) if want is not None else None
            placed.append(replace(one, draft=replace(one.draft, place_id=str(place_id))) if place_id else one)
        return placed

    def _wanted_place(self, one: _Ready) -> WantedPlace | None:
        venue = one.draft.event.venue
        if one.draft.place_id or not venue.name or one.draft.event.online == "yes":
            return None
        return WantedPlace(
            city=one.draft.city,
            name=venue.name,
            address=venue.address,
            lat=venue.lat,
            lng=venue.lng,
            plus_code=venue.plus_code,
            is_sample=self.origin.is_sample,
        )

    def _entries(self, batch: list[_Ready], known: Mapping[Identity, Known], lookups: DatabaseLookups) -> list[Entry]:
        """Each record's event: the one that it feeds already, the one that it matches, or a new one."""
        held = self._held_events(batch, known)
        new = [index for index, one in enumerate(batch) if one.item.identity not in held]
        targets: dict[int, UUID] = {index: held[one.item.identity] for index, one in enumerate(batch) if one.item.identity in held}
        merged: dict[int, Likeness] = {}
        similar: dict[int, list[Likeness]] = defaultdict(list)
        for index in new:
            targets[index] = uuid7()
        decisions = match([batch[index].draft for index in new], self.context, lookups)
        for decision in decisions:
            index = new[decision.draft_index]
            other = targets[new[decision.other]] if isinstance(decision.other, int) else UUID(str(decision.other))
            like = Likeness(event_id=other, similarity=decision.score, match_fields=decision.match_fields, reasons=decision.reasons)
            if decision.outcome == "merge":
                targets[index], merged[index] = other, like
            elif decision.outcome == "ask":
                similar[index].append(like)
        return [
            Entry(
                event_id=targets[index],
                external_id=one.item.identity[0],
                recurrence_id=one.item.identity[1],
                event=one.draft.event,
                located=Located(city=one.draft.city, area=one.draft.area, place_id=one.draft.place_id),
                merged=merged.get(index),
                similar=tuple(similar.get(index, ())),
            )
            for index, one in enumerate(batch)
        ]

    def _held_events(self, batch: list[_Ready], known: Mapping[Identity, Known]) -> dict[Identity, UUID]:
        """The events that these identities feed; a listing knows the survivor of a merge, the staged row does not."""
        identities = {one.item.identity for one in batch}
        rows = Listing.objects.filter(origin=self.origin, external_id__in={identity[0] for identity in identities})
        held = {(ext, rec): event_id for ext, rec, event_id in rows.values_list("external_id", "recurrence_id", "event_id")}
        for identity in identities - held.keys():
            event_id = self.moved.get(identity)
            if event_id is not None:
                held[identity] = event_id
        return {identity: held[identity] for identity in identities & held.keys()}

    # --- reviews, counts, staged rows ---

    def _file(self, recorded: Sequence[Recorded]) -> None:
        """Doubtful new events, and withheld changes of published ones, wait for a person; what became clear leaves the queue."""
        waiting = [row for row in recorded if _waits(row)]
        slugs = {_city_of(row) for row in waiting} - {""}
        cities = dict(City.objects.filter(slug__in=slugs).values_list("slug", "id")) if slugs else {}
        filings = [self._filing(row, cities.get(_city_of(row))) for row in waiting]
        file_reviews(filings)
        settled = [
            row.event_id
            for row in recorded
            if row.publication == Publication.APPROVED and row.proposal_id is None and row.outcome != Outcome.NEW
        ]
        if settled:
            withdraw(ReviewKind.CHANGE, settled, now=self.now)

    def _filing(self, row: Recorded, city_id: UUID | None) -> Filing:
        facts = row.case.facts if row.case else {}
        changes = row.case.changes if row.case else {}
        kind = ReviewKind.CHANGE if row.proposal_id else ReviewKind.EVENT
        return Filing(
            kind=kind,
            object_id=row.event_id,
            title=str(facts.get("title") or ""),
            reasons=row.reasons or ("a locked field changed at the source",),
            city_id=city_id,
            starts_at=_starts_at(facts),
            priority=20 if kind is ReviewKind.CHANGE else 0,
            evidence={
                "source": self.run.source.slug,
                "source_name": self.run.source.name,
                "run": str(self.run.id),
                "facts": dict(facts),
                "changes": {name: [str(old), str(new)] for name, (old, new) in changes.items()},
                "proposal": str(row.proposal_id) if row.proposal_id else "",
                "similar": [
                    {"event": str(like.event_id), "similarity": round(like.similarity, 3), "reasons": like.reasons}
                    for like in (row.case.similar if row.case else ())
                ],
            },
        )

    def _count(self, identity: Identity, result: Recorded, entry: Entry, known: Mapping[Identity, Known]) -> None:
        tally = self.tally
        tally.kept += 1
        held = identity in known and known[identity].event_id is not None
        if entry.merged:
            tally.merged += 1
        if not held and identity not in self.moved:
            tally.new += 1
        elif result.outcome is Outcome.UNCHANGED and identity not in self.moved:
            tally.unchanged += 1
        else:
            tally.changed += 1
        tally.approved += result.publication == Publication.APPROVED

    def _staged(self, item: Identified, draft: Draft, *, state: StagedState, drop_reason: str = "") -> StagedEvent:
        event = draft.event
        start_at, end_at = _span(event)
        return StagedEvent(
            source_id=self.run.source_id,
            external_id=item.identity[0],
            recurrence_id=item.identity[1],
            fingerprint=fold_name(item.record.title)[:64],
            state=state.value,
            title=event.title[:300],
            start_at=start_at,
            end_at=end_at,
            url=event.url[:2000],
            venue_name=event.venue.name[:200],
            series_id=(event.recurrence.series_id if event.recurrence else "")[:300],
            raw=item.record.raw.replace("\x00", ""),
            raw_hash=item.raw_hash,
            normalized=event.to_json() if state is not StagedState.DROPPED else {},
            confidence=_overall(event),
            extraction_metadata=dict(event.extraction_metadata),
            drop_reason=drop_reason[:100],
            notes=[note[:300] for note in draft.notes][:20],
            payload_month=item.payload_month,
            payload_id=item.payload_id,
            last_run=self.run,
            first_seen_at=self.now,
            processed_at=self.now,
            missing_since=None,
        )


def lock_cities(cities: Collection[str]) -> None:
    """One writer per city at a time, until the transaction ends; always in the same order, so that no two writers wait in a ring."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended('record ' || city, 0) AS key FROM unnest(%s::text[]) AS city"
            " ORDER BY key) AS keys",
            [sorted(cities)],
        )


def _city_of(row: Recorded) -> str:
    """The slug of the city that an event was located in, '' where none."""
    return str(((row.case.facts if row.case else {}).get("located") or {}).get("city") or "")


def _waits(row: Recorded) -> bool:
    return row.proposal_id is not None or (bool(row.reasons) and row.publication in (Publication.PENDING, Publication.FLAGGED))


def _overall(event: NormalizedEvent) -> float | None:
    """The mean of the fields' confidences."""
    values = list(event.confidence.values())
    return round(min(1.0, max(0.0, sum(values) / len(values))), 4) if values else None


def _span(event: NormalizedEvent) -> tuple[datetime | None, datetime | None]:
    """Start and the moment from which it is over, aware and in UTC; None where a dropped record has no start."""
    start = event.start
    if start is None:
        return None, None
    over = over_at(start, event.end, timezone=event.timezone, predicted=event.end_predicted)
    if isinstance(start, datetime):
        return start.astimezone(UTC), max(over, start.astimezone(UTC))
    return sort_moment(start, event.timezone), over


def _starts_at(facts: Mapping[str, Any]) -> datetime | None:
    start = facts.get("start")
    if not isinstance(start, str):
        return None
    if len(start) > 10:
        return datetime.fromisoformat(start)
    return sort_moment(date.fromisoformat(start), str(facts.get("timezone") or "UTC"))
