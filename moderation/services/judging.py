"""Judges events before they are visible, and files reviews for moderators."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import F, QuerySet
from django.utils.timezone import now as clock

from events.models import Event
from events.records import Case, Judgement
from moderation.enums import ReviewKind, ReviewState
from moderation.models import LONGEST_REASON, Review
from moderation.rules import Policy, SourceTrust, judge_case
from moderation.services import rule_settings
from moderation.services.queue_size import announce_queue_size
from moderation.services.weighing import DESCRIBED, describe
from outbox import rows as table
from pipeline.text.shortening import shortened


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """The content of a review to file: the question, and the evidence that is frozen with it."""

    kind: ReviewKind
    object_id: UUID
    title: str
    evidence: Mapping[str, Any]
    reasons: tuple[str, ...] = ()
    city_id: UUID | None = None
    other_cities: tuple[UUID | None, ...] = ()
    starts_at: datetime | None = None
    #: The part of the priority that does not follow from the rest, 0 to 50.
    priority: int = field(default=0)
    rules: tuple[str, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)


def judge(
    cases: Sequence[Case], *, source_trust: SourceTrust, policy: Policy | None = None
) -> list[Judgement]:
    """One Judgement per case, in order, by the rules in force, or by those of `policy`.

    See `moderation.rules`. Clean events of trusted sources pass; the others wait for a moderator.
    """
    used = policy or rule_settings.policy()
    return [judge_case(case, source_trust, used) for case in cases]


def file_reviews(filings: Iterable[Filing]) -> int:
    """Put `filings` into the queue, in one query.

    Returns how many. An open review of the same object gets the new evidence and a new version, and keeps its
    claim and its unanswered candidates for a match.
    """
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    unique: dict[tuple[ReviewKind, UUID], Filing] = {}
    for filing in filings:
        known_as = (filing.kind, filing.object_id)
        unique[known_as] = _together(unique[known_as], filing) if known_as in unique else filing
    if not unique:
        return 0
    known = _refresh_open(unique)
    rows = [
        Review(
            kind=filing.kind,
            object_id=filing.object_id,
            title=filing.title[:300] or "(no title)",
            city_id=filing.city_id,
            other_cities=list(filing.other_cities),
            starts_at=filing.starts_at,
            evidence=dict(filing.evidence),
            reasons=[shortened(reason, LONGEST_REASON) for reason in filing.reasons],
            urgency=filing.priority,
            rules=list(filing.rules),
            measures=dict(filing.measures),
            request_id=request_id,
        )
        for key, filing in unique.items()
        if key not in known
    ]
    if rows:
        bind_pairs(rows)
        describe(rows, now=clock())
        table.insert(rows, but_not_known=True)
        announce_queue_size(row.city_id for row in rows)
    return len(unique)


def withdraw(kind: ReviewKind, object_ids: Iterable[UUID], *, now: datetime | None = None) -> int:
    """Withdraw reviews whose question is moot. Returns how many."""
    return close(Review.objects.filter(kind=kind, object_id__in=list(object_ids)), now=now or clock())


def forget_evidence(kind: ReviewKind, object_ids: Collection[UUID]) -> int:
    """Withdraw the open reviews of objects that are gone, and empty the evidence of all of them. Returns how many."""
    if not object_ids:
        return 0
    withdraw(kind, object_ids)
    return Review.objects.filter(kind=kind, object_id__in=list(object_ids)).update(evidence={})


def close(reviews: QuerySet[Review], *, now: datetime) -> int:
    """Withdraw those of `reviews` that are open. Returns how many."""
    waiting = reviews.filter(state=ReviewState.OPEN)
    cities = set(waiting.values_list("city_id", flat=True))
    if not cities:
        return 0
    withdrawn = waiting.update(state=ReviewState.WITHDRAWN, decided_at=now, version=F("version") + 1)
    announce_queue_size(cities)
    return withdrawn


def bind_pairs(rows: Iterable[Review]) -> None:
    """Set `other_cities` of reviews about matching events: the cities of the events asked about. Not saved."""
    asked = {row: similar_events(row) for row in rows if row.kind == ReviewKind.MATCH}
    ids = {pk for similar in asked.values() for pk in similar}
    cities = dict(Event.objects.filter(pk__in=ids).values_list("pk", "city_id")) if ids else {}
    for row, similar in asked.items():
        row.other_cities = sorted({cities[pk] for pk in similar if pk in cities} - {row.city_id}, key=str)


def similar_events(review: Review) -> list[UUID]:
    """The events that a review names as possibly the same."""
    return [UUID(like["event"]) for like in review.evidence.get("similar") or []]


def _together(older: Filing, newer: Filing) -> Filing:
    """Two filings about one object, merged."""
    reasons = tuple(dict.fromkeys((*older.reasons, *newer.reasons)))
    rules = tuple(dict.fromkeys((*older.rules, *newer.rules)))
    return replace(newer, evidence=_joined(older.evidence, newer.evidence), reasons=reasons, rules=rules)


def _joined(older: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """The newer evidence, with the match candidates of both."""
    likes = list(newer.get("similar") or [])
    reported = {like["event"] for like in likes}
    likes += [like for like in older.get("similar") or [] if like["event"] not in reported]
    return {**newer, "similar": likes} if likes else dict(newer)


def _refresh_open(filings: Mapping[tuple[ReviewKind, UUID], Filing]) -> set[tuple[ReviewKind, UUID]]:
    """Update open reviews with the newer evidence. Returns the keys of those that exist."""
    rows = list(Review.objects.filter(state=ReviewState.OPEN, object_id__in={key[1] for key in filings}))
    known = {}
    for row in rows:
        filing = filings.get((ReviewKind(row.kind), row.object_id))
        if filing is not None:
            row.title, row.evidence = (
                filing.title[:300] or "(no title)",
                _joined(row.evidence, filing.evidence),
            )
            row.reasons, row.starts_at = (
                [shortened(reason, LONGEST_REASON) for reason in filing.reasons],
                filing.starts_at,
            )
            row.urgency = max(row.urgency, filing.priority)
            row.city_id, row.other_cities = filing.city_id, list(filing.other_cities)
            row.rules, row.measures = list(filing.rules), dict(filing.measures)
            row.version += 1
            known[(ReviewKind(row.kind), row.object_id)] = row
    if known:
        bind_pairs(known.values())
        describe(known.values(), now=clock())
        fields = [
            "title",
            "evidence",
            "reasons",
            "rules",
            "measures",
            "starts_at",
            "version",
            "city",
            "other_cities",
            "urgency",
            *DESCRIBED,
        ]
        Review.objects.bulk_update(known.values(), fields)
    return set(known)
