"""Compare stored events that have become similar: merge where the matcher is sure, else ask a moderator."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from redis.exceptions import RedisError

from accounts.rights import PIPELINE
from events import services as events
from events.enums import Publication
from events.exceptions import EventError
from events.models import Event
from moderation.enums import ReviewKind, ReviewState
from moderation.models import Review
from moderation.services import Filing, file_reviews
from pipeline.contract.candidates import Candidate
from pipeline.contract.lookups import Wanted
from pipeline.dates.event_times import local_day
from pipeline.matching.explain import explain
from pipeline.matching.matcher import judge
from pipeline.matching.score import default_model
from pipeline.matching.table import Table
from pipeline.text.folding import fold
from sources.ingest.locks import lock_cities
from sources.queries import as_candidates
from sources.queries.alike import candidates

#: States in which an event is still undecided. Events that are rejected, hidden, removed or merged are
#: decided.
OPEN = (Publication.APPROVED, Publication.PENDING)
#: At most so many lines of the log are kept as examples.
EXAMPLES = 20
#: When changed events were last compared; a hint that may be lost.
_LAST = "sources:rematched_at"


@dataclass(kw_only=True, slots=True)
class RematchReport:
    """What a re-match did, or would do in a dry run.

    `left` counts pairs that the matcher would merge, but that a rule or a person forbids.
    """

    dry: bool
    looked_at: int = 0
    merged: int = 0
    asked: int = 0
    left: int = 0
    examples: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        """Keep a line as an example, while there is room."""
        if len(self.examples) < EXAMPLES:
            self.examples.append(line)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    one: str
    other: str
    score: float
    sure: bool
    reasons: str
    fields: dict[str, Any]


def rematch_changed(*, now: datetime) -> RematchReport:
    """Re-match what changed since the last call, or within a day where that time is lost."""
    since = None
    with suppress(RedisError):
        since = cache.get(_LAST)
    report = rematch(since=since or now - timedelta(days=1), dry=False, now=now)
    with suppress(RedisError):
        cache.set(_LAST, now, timeout=None)
    return report


def rematch(*, since: datetime | None, city: str = "", dry: bool, now: datetime) -> RematchReport:
    """Compare events with all events around them; merge through `events.services.merge`, or ask a moderator.

    It compares events that are not over, of `city` (a slug) or all cities, changed at or after `since` or at
    any time. A dry run writes nothing and counts each pair as it would be decided now. It works in batches of
    PIPELINE_BATCH_SIZE with a constant number of queries each; every merge has its own transaction, so that
    another run may proceed beside it.
    """
    report = RematchReport(dry=dry)
    for batch in _batches(since, city, now):
        report.looked_at += len(batch)
        _settle(_pairs(batch), report, now)
    return report


def _batches(since: datetime | None, city: str, now: datetime) -> Iterator[list[Event]]:
    """Yield events in the order of their ids; events merged meanwhile are skipped."""
    last = UUID(int=0)
    wanted = Q(end_at__gte=now) | Q(end_at__isnull=True, start_at__gte=now - timedelta(days=1))
    if since is not None:
        wanted &= Q(
            updated_at__gte=since, updated_at__gt=F("created_at")
        )  # a new event was matched when it was recorded
    if city:
        wanted &= Q(city__slug=city)
    while True:
        found = (
            Event.objects.filter(wanted, publication__in=OPEN, id__gt=last)
            .select_related("city")
            .order_by("id")
        )
        batch = list(found[: settings.PIPELINE_BATCH_SIZE])
        if not batch:
            return
        yield batch
        last = batch[-1].id


def _pairs(batch: Sequence[Event]) -> list[_Pair]:
    """The pairs to merge or ask about, the surest first, without pairs that were declared different."""
    around = candidates([_wanted(event) for event in batch], source_key="").events
    ours = {str(event.id) for event in batch}
    reported = {one.id: one for one in around}
    rows: list[Candidate] = [
        *(reported.get(one.id, one) for one in as_candidates([event.id for event in batch])),
        *(one for one in around if one.id not in ours),
    ]
    model = default_model()
    table = Table.of(rows, dict(model.weights))
    left, right, scores, merge = judge(table, model, first=len(batch))
    keep = np.flatnonzero(merge | (scores >= model.ask_at))
    left, right = left[keep], right[keep]
    different = _different([UUID(row.id) for row in rows])
    words = explain(table, left, right)
    found = [
        _Pair(
            one=rows[int(a)].id,
            other=rows[int(b)].id,
            score=round(min(1.0, float(scores[k])), 4),
            sure=bool(merge[k]),
            reasons=said,
            fields=dict(named),
        )
        for a, b, k, (said, named) in zip(left, right, keep, words, strict=True)
    ]
    known = [pair for pair in found if frozenset((pair.one, pair.other)) not in different]
    return sorted(known, key=lambda pair: (not pair.sure, -pair.score, pair.one, pair.other))


def _different(event_ids: Sequence[UUID]) -> set[frozenset[str]]:
    """The pairs of these events of which any two parts were declared different (two queries)."""
    parts = dict(Event.objects.filter(merged_into__in=event_ids).values_list("id", "merged_into_id"))
    pairs = events.apart([*event_ids, *parts])
    return {frozenset(str(parts.get(one, one)) for one in pair) for pair in pairs}


def _settle(pairs: Sequence[_Pair], report: RematchReport, now: datetime) -> None:
    """Decide on the pairs, the surest first, each by the present state of its two events."""
    held = Event.objects.select_related("city").in_bulk(
        [UUID(name) for pair in pairs for name in (pair.one, pair.other)]
    )
    waiting = _open_questions(held)
    seen_as: dict[UUID, UUID] = {}
    questions: list[Filing] = []
    for pair in pairs:
        one, other = (held[_final(UUID(name), seen_as)] for name in (pair.one, pair.other))
        if one.id == other.id or {one.publication, other.publication} - set(OPEN):
            continue
        survivor, child = _ordered(one, other)
        line = f"“{child.title}” into “{survivor.title}” ({pair.score:.2f}: {pair.reasons})"
        if (
            pair.sure and survivor.publication == child.publication
        ):  # an event that waits for a moderator must not enter a published one without the moderator
            why_not = _merge(survivor, child, pair, dry=report.dry, now=now)
            if why_not and _people_disagree(survivor, child, why_not):
                if (child.id, survivor.id) not in waiting:
                    questions.append(_question(survivor, child, pair, why_not))
                    report.asked += 1
                    report.note(f"ask {line}: {why_not}")
            elif why_not:
                report.left += 1
                report.note(f"leave {line}: {why_not}")
            else:
                seen_as[child.id] = survivor.id
                report.merged += 1
                report.note(f"merge {line}")
        elif (child.id, survivor.id) not in waiting:
            questions.append(_question(survivor, child, pair))
            report.asked += 1
            report.note(f"ask {line}")
    if not report.dry:
        file_reviews(questions)


def _final(event_id: UUID, seen_as: dict[UUID, UUID]) -> UUID:
    while event_id in seen_as:
        event_id = seen_as[event_id]
    return event_id


def _ordered(one: Event, other: Event) -> tuple[Event, Event]:
    """Survivor and child.

    The survivor is the one that readers see, then the one that they have seen longer.
    """
    return (one, other) if _precedence(one) <= _precedence(other) else (other, one)


def _precedence(event: Event) -> tuple[bool, datetime, UUID]:
    return event.publication != Publication.APPROVED, event.published_at or event.created_at, event.id


def _merge(survivor: Event, child: Event, pair: _Pair, *, dry: bool, now: datetime) -> str:
    """Merge the two; '' where it is done, otherwise the reason against it."""
    if dry:
        preview = events.preview_merge(survivor.id, child.id)
        return preview.refused or "; ".join(preview.doubts)
    try:
        with transaction.atomic():
            lock_cities({event.city.slug if event.city else "" for event in (survivor, child)})
            events.merge(
                survivor.id,
                child.id,
                by=PIPELINE,
                reasons=pair.reasons,
                similarity=pair.score,
                match_fields=pair.fields,
                now=now,
            )
    except EventError as error:
        return error.detail
    return ""


def _people_disagree(survivor: Event, child: Event, why_not: str) -> bool:
    """Whether the only obstacle is that people set a field of the two to different values.

    Then a moderator chooses.
    """
    return any(why_not.startswith(clash) for clash in events.contradictions(survivor, child))


def _open_questions(held: dict[UUID, Event]) -> set[tuple[UUID, UUID]]:
    """Pairs that wait for a moderator already (one query)."""
    rows = Review.objects.filter(
        state=ReviewState.OPEN, kind=ReviewKind.MATCH, object_id__in=list(held)
    ).values_list("object_id", "evidence")
    return {(pk, UUID(like["event"])) for pk, evidence in rows for like in evidence.get("similar") or []}


def _question(survivor: Event, child: Event, pair: _Pair, why_not: str = "") -> Filing:
    return Filing(
        kind=ReviewKind.MATCH,
        object_id=child.id,
        title=child.title,
        reasons=(f"may be the same as “{survivor.title}”: {pair.reasons}", *([why_not] if why_not else [])),
        city_id=child.city_id,
        starts_at=child.start_at,
        evidence={
            "source_name": "re-match",
            "similar": [{"event": str(survivor.id), "similarity": pair.score, "reasons": pair.reasons}],
        },
    )


def _wanted(event: Event) -> Wanted:
    return Wanted(
        city=event.city.slug if event.city else "",
        day=local_day(event.start_at, event.timezone),
        title=fold(event.title),
        dated=event.all_day or not event.time_known,
        place_id=str(event.place_id or ""),
        url=event.url,
        ticket_url=event.ticket_url,
        lat=event.lat,
        lng=event.lng,
        start=None if event.all_day or not event.time_known else event.start_at,
    )
