"""How much a review weighs in the queue, pure: the number that orders it, and why, in words.

The number is a sum: what it is about (`urgency`, set by whoever files), how soon the event starts, how many people
it reaches, how uncertain the machine was, and how long it has waited. `moderation.services.weighing` has the same
sum in SQL; a test holds the two together.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: The most that each part adds.
SOON_MOST: Final = 40
REACH_MOST: Final = 20
UNCERTAINTY_MOST: Final = 20
AGE_MOST: Final = 20
#: An event that starts after this time weighs half of one that starts now.
SOON_HALF: Final = timedelta(hours=48)
#: One point for each of these that a review has waited.
AGE_STEP: Final = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """What the number is made of."""

    urgency: int
    soon: int
    reach: int
    uncertainty: int
    age: int

    @property
    def total(self) -> int:
        return self.urgency + self.soon + self.reach + self.uncertainty + self.age


def soon(starts_at: datetime | None, now: datetime) -> int:
    """The points of an event that starts at `starts_at`; none where it has begun or the time is not known."""
    if starts_at is None or starts_at < now:
        return 0
    return math.floor(SOON_MOST / (1 + (starts_at - now) / SOON_HALF))


def reach(people: int) -> int:
    """The points of an event that so many people have seen, booked or shared: 4 for each power of ten."""
    return min(REACH_MOST, math.floor(4 * math.log10(1 + max(0, people))))


def uncertainty(confidence: float | None) -> int:
    """The points of a judgement that the machine holds for so certain (0 to 1); half where it does not say."""
    sure = 0.5 if confidence is None else min(1.0, max(0.0, confidence))
    return math.floor(UNCERTAINTY_MOST * (1 - sure) + 1e-9)


def age(created_at: datetime, now: datetime) -> int:
    """The points of a review that waits since `created_at`."""
    return min(AGE_MOST, max(0, math.floor((now - created_at) / AGE_STEP)))


def words(weight: Weight, *, starts_at: datetime | None, created_at: datetime, now: datetime) -> list[str]:
    """Why a review stands where it stands, what weighs most first."""
    said = sorted(_parts(weight, starts_at, created_at, now), reverse=True, key=lambda part: part[0])
    return [sentence for points, sentence in said if points]


def _parts(
    weight: Weight, starts_at: datetime | None, created_at: datetime, now: datetime
) -> Iterator[tuple[int, str]]:
    waits = weight.urgency >= 0
    yield (
        weight.urgency,
        "readers see it already, or many events wait for it"
        if waits
        else "nothing waits for it: a spot check",
    )
    if starts_at is not None:
        yield weight.soon, f"starts in {_span(starts_at - now)}"
    yield (
        weight.reach,
        "many people have seen, booked or shared it" if weight.reach > 8 else "some people have seen it",
    )
    yield (
        weight.uncertainty,
        "the machine is not sure" if weight.uncertainty > 8 else "the machine is nearly sure",
    )
    yield weight.age, f"waits for {_span(now - created_at)}"


def _span(span: timedelta) -> str:
    hours = max(0, round(span / timedelta(hours=1)))
    if hours < 1:
        return "less than an hour"
    number, unit = (hours, "hour") if hours < 48 else (round(hours / 24), "day")
    return f"{number} {unit}{'' if number == 1 else 's'}"
