"""Evidence about a place now, and the state that follows from all evidence. Pure: free of Django, the caller
gives the time.

Never invented: without evidence that holds there is no answer. What is told depends on the evidence alone,
not on the order in which it came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from places.enums import Answer, Crowd, Openness, StatusSource

#: A report loses this share of its weight until it ends: news outweighs an old certainty.
FADES: Final = 0.5
#: Of two that are equally sure: who is nearer to the place.
_NEARNESS: Final = (StatusSource.PREDICTION, StatusSource.GOOGLE, StatusSource.USER, StatusSource.BUSINESS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One answer of one source. `value`: a word of Openness or Crowd, minutes (int), or the words of a
    special status. `confidence` 0 to 1; it holds from `observed_at` to `valid_until` (aware). `basis` says
    for readers what it rests on."""

    source: StatusSource
    answer: Answer
    value: str | int
    confidence: float
    observed_at: datetime
    valid_until: datetime
    basis: str = ""

    @property
    def says(self) -> bool:
        """Whether it is an answer at all."""
        unknown = {Answer.OPENNESS: Openness.UNKNOWN.value, Answer.CROWD: Crowd.UNKNOWN.value}
        return self.value not in (unknown.get(self.answer), "")

    def holds(self, now: datetime) -> bool:
        """Whether it was observed and has not ended."""
        return self.observed_at <= now < self.valid_until

    def weight(self, now: datetime) -> float:
        """Its confidence, less with its age."""
        return self.confidence * (
            1 - FADES * (now - self.observed_at) / (self.valid_until - self.observed_at)
        )


def combine(evidence: Iterable[Evidence], now: datetime) -> dict[Answer, Evidence]:
    """For each answer the weightiest evidence that holds `now`; nothing for an answer that has none.

    Google is heard on open and closed alone. How full a closed place would be is no answer: such predictions
    are left out.
    """
    held = [one for one in evidence if one.says and one.holds(now) and _may_say(one)]
    found = {
        answer: max(about, key=lambda one: _order(one, now))
        for answer in Answer
        if (about := [one for one in held if one.answer is answer])
    }
    if Answer.OPENNESS in found and found[Answer.OPENNESS].value == Openness.CLOSED.value:
        return {
            answer: one
            for answer, one in found.items()
            if answer in (Answer.OPENNESS, Answer.SPECIAL) or one.source is not StatusSource.PREDICTION
        }
    return found


def _may_say(one: Evidence) -> bool:
    return one.source is not StatusSource.GOOGLE or one.answer is Answer.OPENNESS


def _order(one: Evidence, now: datetime) -> tuple[float, datetime, int, str]:
    """Total, so that ties fall the same way whatever came first."""
    return one.weight(now), one.observed_at, _NEARNESS.index(one.source), str(one.value)
