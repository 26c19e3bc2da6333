"""The current state of a place in words, with age and source. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext, gettext_noop, ngettext

from events.words import clock, since_words
from places.enums import Answer, StatusSource
from places.evidence import Evidence, combine

_WORDS = {
    "open": gettext_noop("Open"),
    "closed": gettext_noop("Closed"),
    "empty": gettext_noop("Empty"),
    "quiet": gettext_noop("Quiet"),
    "moderate": gettext_noop("Moderately full"),
    "busy": gettext_noop("Busy"),
    "packed": gettext_noop("Packed"),
}
_BY_HOURS = "opening hours"
#: What is stored (places.prediction), in a sentence.
_BASES = {
    "opening hours": gettext_noop("by its opening hours"),
    "opening hours, on a public holiday": gettext_noop("by its opening hours, on a public holiday"),
    "opening hours, an event is on": gettext_noop("by its opening hours, an event is on"),
    "an event is on": gettext_noop("an event is on"),
}


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
        if not one.value:
            return gettext("No wait")
        return gettext("%(minutes)s min wait") % {"minutes": one.value}
    return gettext(_WORDS[str(one.value)]) if str(one.value) in _WORDS else str(one.value)


def _said(one: Evidence, now: datetime, zone: tzinfo) -> str:
    ago = since_words(one.observed_at.astimezone(zone), now=now.astimezone(zone))
    if one.source is StatusSource.USER:
        return gettext("reported %(ago)s by %(who)s") % {"ago": ago, "who": _basis_words(one.basis)}
    if one.source is StatusSource.BUSINESS:
        return gettext("the venue itself, %(ago)s") % {"ago": ago}
    if one.source is StatusSource.GOOGLE:
        return gettext("Google, %(ago)s") % {"ago": ago}
    if one.basis.startswith("said by "):
        return f"{one.basis.removeprefix('said by ')}, {ago}"
    if one.basis == _BY_HOURS and (one.valid_until - now).total_seconds() < 23.5 * 3600:
        until = clock(one.valid_until.astimezone(zone))
        return gettext("by its opening hours, until %(time)s") % {"time": until}
    if one.basis in _BASES and one.basis.startswith(_BY_HOURS):
        return _basis_words(one.basis)
    return gettext("likely: %(basis)s") % {"basis": _basis_words(one.basis)}


def _basis_words(basis: str) -> str:
    """What an answer rests on, which is stored in English: `3 visitors`, `an event is on`."""
    number, _, noun = basis.partition(" ")
    if noun in ("visitor", "visitors") and number.isdecimal():
        return ngettext("%(count)s visitor", "%(count)s visitors", int(number)) % {"count": number}
    return gettext(_BASES[basis]) if basis in _BASES else basis
