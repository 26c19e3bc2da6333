"""Files the reviews of a recorded batch, and stores what the rules decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from events.enums import Publication
from events.records import MismatchedListing, Outcome, Recorded
from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews, record_rule_decisions, spot_checks, submitters, withdraw
from pipeline.contract.enums import SourceType
from pipeline.dates.event_times import sort_moment
from places.models import City
from sources.models import Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Reporter:
    """Who reports: the source, and the id of its run, '' where stored listings were refined again."""

    source: Source
    run: str = ""


def file(recorded: Sequence[Recorded], reporter: Reporter, *, now: datetime) -> None:
    """File reviews of doubtful new events, withheld changes and mismatched listings.

    Reviews whose question is answered leave the queue. What the rules let through is stored as their
    decision.
    """
    waiting = [row for row in recorded if _waits(row) or row.mismatches]
    looked_at = spot_checks.chosen(recorded, now=now)
    slugs = {_city_of(row) for row in (*waiting, *looked_at)} - {""}
    cities = dict(City.objects.filter(slug__in=slugs).values_list("slug", "id")) if slugs else {}
    filings = [_filing(row, reporter, cities.get(_city_of(row))) for row in waiting if _waits(row)]
    filings += [
        _mismatch(row, listing, reporter, cities.get(_city_of(row)))
        for row in waiting
        for listing in row.mismatches
    ]
    filings += [_spot_check(row, reporter, cities.get(_city_of(row))) for row in looked_at]
    file_reviews(filings)
    matching = [listing_id for row in recorded for listing_id in row.matching_again]
    if matching:
        withdraw(ReviewKind.MATCH, matching, now=now)
    settled = [
        row.event_id
        for row in recorded
        if row.publication == Publication.APPROVED
        and row.proposal_id is None
        and not row.asked
        and row.outcome != Outcome.NEW
    ]
    if settled:
        withdraw(ReviewKind.CHANGE, settled, now=now)
    if reporter.source.type == SourceType.SUBMISSION and reporter.run and recorded:
        submitters.bind(UUID(reporter.run), recorded[0].event_id)
    record_rule_decisions(recorded, source_id=reporter.source.pk, name=reporter.source.name, now=now)


def _filing(row: Recorded, reporter: Reporter, city_id: UUID | None) -> Filing:
    facts = row.case.facts if row.case else {}
    changes = row.case.changes if row.case else {}
    kind = ReviewKind.CHANGE if row.proposal_id else ReviewKind.EVENT
    return Filing(
        kind=kind,
        object_id=row.event_id,
        title=str(facts.get("title") or ""),
        reasons=row.reasons or ("a locked field changed at the source",),
        rules=row.judgement.rules if row.reasons else ("locked",),
        measures=row.judgement.measures,
        city_id=city_id,
        starts_at=_starts_at(facts),
        priority=20 if kind is ReviewKind.CHANGE else 0,
        evidence={
            "source": reporter.source.slug,
            "source_name": reporter.source.name,
            "run": reporter.run,
            "facts": dict(facts),
            "changes": {name: [str(old), str(new)] for name, (old, new) in changes.items()},
            "proposal": str(row.proposal_id) if row.proposal_id else "",
            "similar": [
                {
                    "event": str(like.event_id),
                    "similarity": round(like.similarity, 3),
                    "reasons": like.reasons,
                }
                for like in (row.case.similar if row.case else ())
            ],
        },
    )


def _spot_check(row: Recorded, reporter: Reporter, city_id: UUID | None) -> Filing:
    """The review of what the rules published, which nothing waits for."""
    filing = _filing(row, reporter, city_id)
    return replace(
        filing, kind=ReviewKind.SPOT, reasons=(spot_checks.REASON,), rules=row.judgement.rules, priority=spot_checks.PRIORITY,
    )  # fmt: skip


def _mismatch(row: Recorded, listing: MismatchedListing, reporter: Reporter, city_id: UUID | None) -> Filing:
    """The review whether a listing still belongs to its event. The listing is its object."""
    reported = listing.entry.event
    like = listing.likeness
    return Filing(
        kind=ReviewKind.MATCH,
        object_id=listing.listing_id,
        title=reported.title,
        reasons=(
            f"{reporter.source.name} says now what no longer fits the event's other listings: {like.reasons}",
        ),
        rules=("mismatch",),
        city_id=city_id,
        starts_at=_starts_at(row.case.facts if row.case else {}),
        priority=20,
        evidence={
            "source": reporter.source.slug,
            "source_name": reporter.source.name,
            "run": reporter.run,
            "listing": str(listing.listing_id),
            "facts": reported.to_json(),
            "similar": [
                {"event": str(row.event_id), "similarity": round(like.similarity, 3), "reasons": like.reasons}
            ],
        },
    )


def _city_of(row: Recorded) -> str:
    """The slug of the city in which an event was located, '' where none."""
    return str(((row.case.facts if row.case else {}).get("located") or {}).get("city") or "")


def _waits(row: Recorded) -> bool:
    return row.proposal_id is not None or (
        bool(row.reasons) and row.publication in (Publication.PENDING, Publication.FLAGGED)
    )


def _starts_at(facts: Mapping[str, Any]) -> datetime | None:
    start = facts.get("start")
    if not isinstance(start, str):
        return None
    if len(start) > 10:
        return datetime.fromisoformat(start)
    return sort_moment(date.fromisoformat(start), str(facts.get("timezone") or "UTC"))
