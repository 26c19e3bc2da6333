"""What an item's words and the markup in them say, beside its elements."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.contract.connector import FetchParams
from pipeline.contract.enums import ExtractionMethod
from pipeline.contract.fields import SIMPLE, read_simple
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.clocks import clocks_in
from pipeline.dates.free_text import find
from pipeline.dates.time_text import TimeReader, read_when
from pipeline.dates.years import month_first_of
from pipeline.prose import Prose, announced
from pipeline.text.markup import text_of_html

#: Fields of which the item's own value counts, and the markup's where it has none.
_OWN_FIRST: Final = (
    "title", "end", "online", "online_url", "doors", "duration_seconds", "price_min", "price_max", "price_currency", "is_free", "ticket_url",
    "images", "organizer",
)  # fmt: skip
#: Localist puts the day before the title.
_LOCALIST: Final = patterns.compile(r"^[A-Z][a-z]{2} \d{1,2}, \d{4}: ")


#: Characters of a day with its time, and what ends them.
_LONGEST_LEAD: Final = 40
_SEPARATED: Final = patterns.compile(r"\n| [·|•] ", longest=2 * _LONGEST_LEAD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What an item does not say itself: the address that links are relative to, the feed's language, and when it was
    made, None where that is not known."""

    base: str
    language: str
    params: FetchParams
    written: datetime | None = None


def from_words(made: RawRecord, text: str, around: Surroundings) -> list[RawRecord | Dropped]:
    """A start from words: a field that names the time, Localist's title, else what the title and the
    description announce."""
    if _LOCALIST.match(made.title) and made.published:
        bare = _LOCALIST.sub("", made.title)
        day = find(made.title[: len(made.title) - len(bare)], around=None)
        if day and day.start == made.published.date():
            return [replace(made, title=bare, start=made.published)]
    language = made.language or around.language
    when = (
        find(text, around=(made.published or around.params.now).date(), language=language) if text else None
    )
    if when is not None:
        facts = {
            **made.metadata,
            "start_from": "field",
            "start_text": when.text,
            "start_confidence": when.confidence,
        }
        return [replace(made, start=when.start, end=when.end, method=ExtractionMethod.TEXT, metadata=facts)]
    if any(char.isdigit() for char in text):
        return [replace(made, start=text, method=ExtractionMethod.TEXT)]
    words = text_of_html(made.description)
    if led := _leading(words, made, language):
        return [led]
    prose = Prose(
        title=made.title,
        text=words,
        now=around.params.now,
        published=made.published,
        language=language,
        timezone=made.timezone or around.params.timezone,
        url=made.url,
    )
    return announced(prose, replace(made, metadata={**made.metadata, "start_from": "text"}), around.params)


def _leading(words: str, made: RawRecord, language: str) -> RawRecord | None:
    """The record with the day and time that its description begins with, counted from its publication.

    Only where that is all that stands before the first separator: "Dj. 25/07 18 h · Town", "Tomorrow 10:30 PM".
    """
    first = next(iter(_SEPARATED.split(words.strip()[: 2 * _LONGEST_LEAD], maxsplit=1)), "")
    if len(first) > _LONGEST_LEAD or made.published is None or not clocks_in(first):
        return None
    day = made.published.date()
    order = month_first_of(language=language)
    when = read_when(first, TimeReader(around=day, written=day, language=language, month_first=order))
    if when is None or not isinstance(when.start, datetime):
        return None
    facts = {**made.metadata, "start_from": "text", "start_text": first, "start_confidence": when.confidence}
    zone = made.timezone or when.zone
    return replace(
        made, start=when.start, end=when.end, timezone=zone, method=ExtractionMethod.TEXT, metadata=facts
    )


def with_markup(made: RawRecord, marked: RawRecord) -> RawRecord:
    """What the description's markup says beside the item's own words; its offset is kept where the item's
    moment is in UTC only."""
    changes: dict[str, Any] = {name: getattr(made, name) or getattr(marked, name) for name in _OWN_FIRST}
    changes["venue"] = made.venue if made.venue != Venue() else marked.venue
    changes["description"] = marked.description or made.description
    changes |= {name: read_simple(name, (getattr(made, name), getattr(marked, name))) for name in SIMPLE}
    if made.start is None:
        return replace(made, **changes, start=marked.start) if marked.start else made
    for name in ("start", "end"):
        mine, theirs = changes.get(name, getattr(made, name)), getattr(marked, name)
        if _same_instant(mine, theirs) and mine.utcoffset() == UTC.utcoffset(None):
            changes[name] = theirs
    return replace(made, **changes)


def _same_instant(one: Any, two: Any) -> bool:
    return (
        isinstance(one, datetime)
        and isinstance(two, datetime)
        and one.tzinfo is not None
        and two.tzinfo is not None
        and one == two
    )
