"""What waits for a moderator, by reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, F, Func, Min, TextField

from accounts.rights import Actor, may_any
from moderation.enums import ReviewState
from moderation.models import Review
from moderation.queries import reviews_for
from moderation.reason_keys import REASONS
from operations.counted import kept
from operations.dashboard.addresses import address_of
from operations.dashboard.reach import reach_of

#: The rights of which one shows the queue.
SEES_QUEUE: Final = ("moderation.view_review", "moderation.change_review")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """The open reviews that have a reason, since when the oldest waits, their share of the longest row, the list."""

    words: str
    count: int
    oldest: datetime
    share: float
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """All open reviews of the actor's cities. One with two reasons counts for both."""

    count: int
    oldest: datetime | None
    link: str
    reasons: list[Reason]
    at: datetime


def queue(by: Actor, *, now: datetime) -> Queue | None:
    """The open reviews by reason, the most frequent first (two queries a minute)."""
    if not may_any(by, *SEES_QUEUE):
        return None
    counted = kept(f"queue:{reach_of(by)}", lambda: _count(by), now=now)
    count, oldest, rows = counted.value
    most = max((row[1] for row in rows), default=1)
    return Queue(
        count=count,
        oldest=oldest,
        link=address_of("moderation_review"),
        reasons=[
            Reason(words=REASONS.get(key, key), count=many, oldest=since, share=many / most, link=address_of("moderation_review", reason=key))
            for key, many, since in rows
        ],
        at=counted.at,
    )  # fmt: skip


def _count(by: Actor) -> tuple[int, datetime | None, list[tuple[str, int, datetime]]]:
    waiting = reviews_for(by, Review.objects.filter(state=ReviewState.OPEN)).order_by()
    total = waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))
    key = Func(F("reason_keys"), function="unnest", output_field=TextField())
    rows = waiting.annotate(key=key).values("key").annotate(many=Count("pk"), since=Min("created_at"))
    return (
        total["count"],
        total["oldest"],
        list(rows.order_by("-many", "key").values_list("key", "many", "since")),
    )
