"""The place of a moderator in the queue: what they have chosen, and what stands before and after the open review."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from accounts.rights import Actor
from moderation.desk.queue import QueueFilter, neighbours, window
from moderation.enums import ReviewState
from moderation.models import Review
from moderation.services.claiming import holder

#: So many reviews are in the narrow list.
LISTED: Final = 40
#: So many of the next items are fetched ahead: the one that a verdict shows at once, and the one that follows it, which is
#: fetched while that verdict is saved.
AHEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Place:
    """The narrow list around one review, and its neighbours; `query` is the filter as a query string."""

    query: str
    rows: Sequence[Review]
    before: Review | None
    after: Review | None

    def onward(self, review: Review, *, by: Actor, now: datetime) -> Review | None:
        """What is shown after a verdict on `review`: the next that nobody else holds, at the end the last before it."""
        return next(self._onward(review, by=by, now=now), None)

    def ahead(self, review: Review, *, by: Actor, now: datetime) -> list[Review]:
        """What is fetched ahead while `review` is read: what comes after a verdict on it, and after the one on that."""
        if review.state == ReviewState.OPEN:
            return list(islice(self._onward(review, by=by, now=now), AHEAD))
        return [self.after] if self.after else []

    def at(self, onward: Review, *, left: Review) -> "Place | None":
        """The same list at another of its reviews, after `left` has left it; None near its end, where more must be read."""
        rows = [row for row in self.rows if row.pk != left.pk]
        position = _position(rows, onward)
        if position is None or (len(self.rows) >= LISTED and len(rows) - position < LISTED // 4):
            return None
        return _around(self.query, rows, position)

    def _onward(self, review: Review, *, by: Actor, now: datetime) -> Iterator[Review]:
        position = _position(self.rows, review)
        later = self.rows[position + 1 :] if position is not None else [self.after, *self.rows]
        earlier = self.rows[:position] if position is not None else []
        for row in (*later, *reversed(earlier)):
            if row is not None and row.pk != review.pk and not holder(row, by=by, now=now):
                yield row


def place_of(review: Review, chosen: QueueFilter, *, by: Actor) -> Place:
    """The place of a review in the queue of a filter; of one that is not in it, where it would stand."""
    rows = window(by, chosen, review, LISTED)
    position = _position(rows, review)
    if position is None:
        return Place(chosen.query(), rows, *neighbours(by, chosen, review))
    return _around(chosen.query(), rows, position)


def _around(query: str, rows: Sequence[Review], position: int) -> Place:
    before = rows[position - 1] if position else None
    return Place(query, rows, before, next(iter(rows[position + 1 :]), None))


def _position(rows: Sequence[Review], review: Review) -> int | None:
    return next((number for number, row in enumerate(rows) if row.pk == review.pk), None)
