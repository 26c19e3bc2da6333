"""The current state of a place in words, with age and source. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from events.words import clock, since_words
from places.enums import Answer, StatusSource
from places.evidence import Evidence, combine

_WORDS = {
    "open": "Open", "closed": "Closed", "empty": "Empty", "quiet": "Quiet", "moderate": "Moderately full", "busy": "Busy", "packed": "Packed",
}  # fmt: skip
_BY_HOURS = "opening hours"


@dataclass(frozen=True, kw_only=True, slots=True)
class NowLine:
    """One line about a place.

    `answer` is the question, `word` its answer, `said` the source and age; `is_likely` marks predictions;
    `slug` selects the shape.
    """

    answer: str
    slug: str
    word: str
    said: str
    is_likely: bool


def now_lines(evidence: Sequence[Evidence], *, now: datetime, zone: tzinfo) -> list[NowLine]:
    """One line for each known answer. `zone` is the place's."""
    found = combine(evidence, now)
    return [_line(answer, found[answer], now, zone) for answer in Answer if answer in found]


def _line(answer: Answer, one: Evidence, now: datetime, zone: tzinfo) -> NowLine:
    return NowLine(
        answer=answer.value.replace("_", "-"),
        slug=str(one.value) if isinstance(one.value, str) and one.value in _WORDS else "",
        word=_word(answer, one),
        said=_said(one, now, zone),
        is_likely=one.source is StatusSource.PREDICTION and not one.basis.startswith("said by "),
    )


def _word(answer: Answer, one: Evidence) -> str:
    if answer is Answer.WAITING:
        return f"{one.value} min wait" if one.value else "No wait"
    return _WORDS.get(str(one.value), str(one.value))


def _said(one: Evidence, now: datetime, zone: tzinfo) -> str:
    ago = since_words(one.observed_at.astimezone(zone), now=now.astimezone(zone))
    if one.source is StatusSource.USER:
        return f"reported {ago} by {one.basis}"
    if one.source is StatusSource.BUSINESS:
        return f"the venue itself, {ago}"
    if one.source is StatusSource.GOOGLE:
        return f"Google, {ago}"
    if one.basis.startswith("said by "):
        return f"{one.basis.removeprefix('said by ')}, {ago}"
    if one.basis == _BY_HOURS and (one.valid_until - now).total_seconds() < 23.5 * 3600:
        return f"by its opening hours, until {clock(one.valid_until.astimezone(zone))}"
    return f"by its {one.basis}" if one.basis.startswith(_BY_HOURS) else f"likely: {one.basis}"
