"""Evidence about a place now, and the state that follows from all evidence.

Pure: the caller gives the time. The state is never guessed: without valid evidence there is no answer. It
depends only on the evidence, not on its order of arrival. Free of Django.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from places.enums import Answer, Crowd, Openness, StatusSource

#: Evidence loses this share of its weight until it expires: recent evidence outweighs certain but old
#: evidence.
FADES: Final = 0.5
#: The order of equally certain evidence: what is closer to the place wins.
_NEARNESS: Final = (StatusSource.PREDICTION, StatusSource.GOOGLE, StatusSource.USER, StatusSource.BUSINESS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One answer of one source.

    `value`: a word of Openness or Crowd, minutes (int), or the words of a special status. `confidence` is 0
    to 1. It is valid from `observed_at` to `valid_until` (aware). `basis` describes the evidence to readers.
    """

    source: StatusSource
    answer: Answer
    value: str | int
    confidence: float
    observed_at: datetime
    valid_until: datetime
    basis: str = ""

    @property
    def says(self) -> bool:
        """Whether it contains an answer."""
        unknown = {Answer.OPENNESS: Openness.UNKNOWN.value, Answer.CROWD: Crowd.UNKNOWN.value}
        return self.value not in (unknown.get(self.answer), "")

    def holds(self, now: datetime) -> bool:
        """Whether it was observed before `now` and has not expired."""
        return self.observed_at <= now < self.valid_until

    def weight(self, now: datetime) -> float:
        """Its confidence, decreasing with age."""
        return self.confidence * (
            1 - FADES * (now - self.observed_at) / (self.valid_until - self.observed_at)
        )


def combine(evidence: Iterable[Evidence], now: datetime) -> dict[Answer, Evidence]:
    """For each answer the weightiest valid evidence; answers without any are left out.

    Google's evidence counts only for open and closed. For a closed place, predictions of crowd are left out.
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
    """A total order, so that ties are broken the same way whatever arrived first."""
    return one.weight(now), one.observed_at, _NEARNESS.index(one.source), str(one.value)
