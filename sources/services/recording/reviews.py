"""What of a recorded batch a person is asked about."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from events.enums import Publication
from events.records import Outcome, Recorded
from events.times import sort_moment
from moderation.enums import ReviewKind
from moderation.services import Filing, file_reviews, withdraw
from places.models import City
from sources.models import FetchRun


def file(recorded: Sequence[Recorded], run: FetchRun, *, now: datetime) -> None:
    """Doubtful new events, and withheld changes of published ones, wait for a person; what became clear leaves the queue."""
    waiting = [row for row in recorded if _waits(row)]
    slugs = {_city_of(row) for row in waiting} - {""}
    cities = dict(City.objects.filter(slug__in=slugs).values_list("slug", "id")) if slugs else {}
    filings = [_filing(row, run, cities.get(_city_of(row))) for row in waiting]
    file_reviews(filings)
    settled = [
        row.event_id
        for row in recorded
        if row.publication == Publication.APPROVED and row.proposal_id is None and row.outcome != Outcome.NEW
    ]
    if settled:
        withdraw(ReviewKind.CHANGE, settled, now=now)


def _filing(row: Recorded, run: FetchRun, city_id: UUID | None) -> Filing:
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
            "source": run.source.slug,
            "source_name": run.source.name,
            "run": str(run.id),
            "facts": dict(facts),
            "changes": {name: [str(old), str(new)] for name, (old, new) in changes.items()},
            "proposal": str(row.proposal_id) if row.proposal_id else "",
            "similar": [
                {"event": str(like.event_id), "similarity": round(like.similarity, 3), "reasons": like.reasons}
                for like in (row.case.similar if row.case else ())
            ],
        },
    )


def _city_of(row: Recorded) -> str:
    """The slug of the city that an event was located in, '' where none."""
    return str(((row.case.facts if row.case else {}).get("located") or {}).get("city") or "")


def _waits(row: Recorded) -> bool:
    return row.proposal_id is not None or (bool(row.reasons) and row.publication in (Publication.PENDING, Publication.FLAGGED))


def _starts_at(facts: Mapping[str, Any]) -> datetime | None:
    start = facts.get("start")
    if not isinstance(start, str):
        return None
    if len(start) > 10:
        return datetime.fromisoformat(start)
    return sort_moment(date.fromisoformat(start), str(facts.get("timezone") or "UTC"))
