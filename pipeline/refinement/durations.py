"""The likely length of an event without an end.

By its own words, else by its source's events of that category, else by all of the category.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from pipeline import patterns
from pipeline.contract.draft import SourceContext
from pipeline.contract.normalized import EventTime, NormalizedEvent
from pipeline.dates.event_times import AT_MOST, predicted_end
from pipeline.siblings import SIBLINGS

#: Only so many characters of a description are read.
_MAX_TEXT: Final = 6_000
#: "Running time: 90 minutes", "Duration: 2 hr", "Dauer: ca. 2 Std. 30 Min.", "durée : 1h30". A number alone
#: is none.
_LENGTH: Final = patterns.compile(
    r"\b(?:running time|run[- ]?time|duration|length|approximately|lasts(?: about| around| approximately)?|dauer|spieldauer|dur[ée]e|duraci[oó]n|durata|duur)"
    r"\s*+(?:[:=–-]\s*+)?+(?:is |of |approx\.? |about |around |ca\.? |environ |circa )*"
    r"(?:(?P<hours>\d{1,2}(?:[.,]\d)?)\s*(?:h(?=\d)|(?:h|hrs?|hours?|std\.?|stunden?|heures?|horas?|ore|uur)\b)\.?\s*(?:and |und |et |y |e )?)?"
    r"(?:(?P<minutes>\d{1,3})\s*(?:m|mins?|minutes?|min\.?|minuten|minutos?|minuti)?\b)?",
    patterns.IGNORECASE,
    longest=_MAX_TEXT,
)
_UNIT: Final = patterns.compile(r"\d\s*(?:m|h|s|u)", patterns.IGNORECASE, longest=_MAX_TEXT)
_SHORTEST: Final = timedelta(minutes=15)
_BY_WORDS, _BY_SOURCE, _BY_CATEGORY = 0.7, 0.6, 0.4


@lru_cache(maxsize=SIBLINGS)
def told_length(text: str) -> timedelta | None:
    """The length that a text states for the event, from a quarter of an hour to eight hours."""
    for found in _LENGTH.finditer(text[:_MAX_TEXT]):
        if not (found["hours"] or found["minutes"]) or not _UNIT.search(found.group()):
            continue
        hours = float((found["hours"] or "0").replace(",", "."))
        length = timedelta(hours=hours, minutes=int(found["minutes"] or 0))
        if _SHORTEST <= length <= AT_MOST:
            return length
    return None


def expected_end(event: NormalizedEvent, context: SourceContext) -> tuple[EventTime, float]:
    """The predicted end of an event that has a start and no end, and the confidence in it."""
    start = event.start
    if start is None:
        raise ValueError("an event without a start has no end")
    if event.all_day or not isinstance(start, datetime):
        return start, _BY_CATEGORY
    reported = told_length(event.description) if event.description else None
    if reported is not None:
        return predicted_end(start, event.category, hours=reported / timedelta(hours=1)), _BY_WORDS
    usual = context.usual_hours.get(event.category)
    return predicted_end(start, event.category, hours=usual), _BY_SOURCE if usual else _BY_CATEGORY
