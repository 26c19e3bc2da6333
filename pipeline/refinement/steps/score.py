"""Step: the quality of a record.

Five gates with a score, a threshold, and for each problem a sentence how to fix it. The gates' weights and
thresholds come with the context (`pipeline/contract/quality.py`).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pipeline import patterns
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import Online, PriceType
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import NormalizedEvent, Quality
from pipeline.contract.quality import weigh
from pipeline.dates.event_times import sort_moment
from pipeline.dates.zones import zone_named
from pipeline.refinement.lookups import Lookups
from pipeline.text.folding import fold_name
from pipeline.text.markup import line_of

#: Placeholders for text that is still to be written.
_PLACEHOLDER: Final = patterns.compile(
    r"\b(?:lorem ipsum|dolor sit amet|asdf|qwerty|description (?:goes )?here|insert (?:text|title|description))\b",
    patterns.IGNORECASE,
)
_UNNAMED: Final = patterns.compile(
    r"(?:(?:test|sample|dummy|untitled|unnamed|new)[ -]?event|event (?:title|name)|test(?:ing)?[ \d]*+|untitled|event"
    r"|tba|tbd|tbc|to be announced|n/?a|none|null)[ .!]*+",
    patterns.IGNORECASE,
)
_MISPLACED: Final = ("coordinates dropped", "coordinates are approximate", "latitude: ", "longitude: ")
#: A word of at most so many letters may be in capitals: AC/DC, TEDx, MIDSUMMER.
_LOUD: Final = 12
_SHOUTED_WORDS: Final = 60


@dataclass(slots=True)
class _Marks:
    """The score of a gate: it begins at 1, and each problem subtracts from it."""

    value: float = 1.0
    problems: list[str] = field(default_factory=list)

    def minus(self, part: float, problem: str, *, when: bool) -> None:
        """Subtract `part` where `when` holds, and note how to fix it."""
        if when:
            self.value -= part
            self.problems.append(problem)

    def settled(self) -> tuple[float, tuple[str, ...]]:
        """The score, 0 to 1, and the problems."""
        return round(max(0.0, self.value), 4), tuple(self.problems)


def score(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Set the quality of each event."""
    return [
        draft
        if draft.dropped
        else replace(draft, event=replace(draft.event, quality=quality(draft.event, draft, context)))
        for draft in drafts
    ]


def quality(event: NormalizedEvent, draft: Draft, context: SourceContext) -> Quality:
    """The weighted score of the gates (0 to 1), its grade, and each gate's problems, by the context's rules."""
    words = line_of(event.description)
    marks = {
        "completeness": _completeness(event, words, context.quality.untold),
        "format": _format(event, draft),
        "business_logic": _business_logic(event, context),
        "geography": _geography(event, draft),
        "content": _content(event, words, context.quality.untold),
    }
    return weigh({name: gate.settled() for name, gate in marks.items()}, context.quality)


def _completeness(event: NormalizedEvent, words: str, untold: Collection[str]) -> _Marks:
    """What, when and where weigh most.

    With the default threshold an event fails without one of these, or without all of the rest. What its kind of
    source cannot tell (`untold`) does not count.
    """
    marks = _Marks()
    somewhere = bool(
        event.venue.name
        or event.venue.address
        or event.venue.lat is not None
        or event.online is not Online.NO
    )
    marks.minus(0.25, "Name the venue or its address, or say that it is online.", when=not somewhere)
    marks.minus(0.15, "Give the time of day at which it starts.", when=not event.time_known)
    lacking = {
        "description": (0.15, "Add a description of at least 40 characters.", len(words) < 40),
        "link": (0.04, "Link to a page about the event.", not event.url),
        "end": (0.04, "Say when it ends.", event.end is None),
        "image": (0.04, "Add an image, 720 pixels wide or more.", not event.images),
        "price": (0.04, "Say what it costs, or that it is free.", event.price.type is PriceType.UNKNOWN),
        "organizer": (0.04, "Name the organizer.", event.organizer is None),
        "category": (0.04, "Give a category.", event.category in ("", "other")),
    }
    for fact, (part, problem, is_lacking) in lacking.items():
        marks.minus(part, problem, when=is_lacking and fact not in untold)
    return marks


def _format(event: NormalizedEvent, draft: Draft) -> _Marks:
    marks = _Marks()
    notes = draft.notes
    marks.minus(0.2, "Send the text as UTF-8: letters of the title were lost.", when="\ufffd" in event.title)
    marks.minus(
        0.3, "Give web addresses with http or https.", when=any("no web address" in note for note in notes)
    )
    marks.minus(
        0.3,
        "State the event's time zone, as an IANA name such as Asia/Kolkata.",
        when=event.confidence.get("timezone", 1.0) < 0.5,
    )
    marks.minus(
        0.2,
        "Use a time zone name of the IANA list.",
        when=any("time zone not known" in note for note in notes),
    )
    marks.minus(
        0.2,
        "Write the start as ISO 8601 with an offset: it had to be read from words.",
        when=event.confidence.get("start", 1.0) <= 0.6,
    )
    marks.minus(
        0.2, "Give an end after the start.", when=any(note.startswith("end dropped") for note in notes)
    )
    marks.minus(
        0.1,
        "Give doors within the twelve hours before the start.",
        when=any(note.startswith("doors dropped") for note in notes),
    )
    marks.minus(
        0.2, "Keep the title below 300 characters.", when=any(note.startswith("title cut") for note in notes)
    )
    marks.minus(
        0.1,
        "Give the price's currency as an ISO 4217 code.",
        when=bool(event.price.max) and not event.price.currency,
    )
    return marks


def _business_logic(event: NormalizedEvent, context: SourceContext) -> _Marks:
    marks = _Marks()
    length = _length(event)
    marks.minus(
        0.3,
        "Check the end: it lasts longer than two weeks.",
        when=length > timedelta(days=14) and not event.all_day,
    )
    marks.minus(
        0.3,
        "Check the end: it lasts less than five minutes.",
        when=event.end is not None and not event.all_day and length < timedelta(minutes=5),
    )
    low, high = event.price.min, event.price.max
    marks.minus(
        0.4,
        "Give a highest price that is not below the lowest.",
        when=low is not None and high is not None and high < low,
    )
    marks.minus(
        0.3,
        "Check the price: it is above 10,000.",
        when=high is not None and high > 10_000 and event.price.currency in ("USD", "EUR", "GBP"),
    )
    marks.minus(
        0.3,
        "Give a start that is not midnight, or say that the time is unknown or that it takes the whole day.",
        when=_is_midnight(event),
    )
    marks.minus(
        0.2,
        "Add the link at which it takes place online.",
        when=event.online is Online.YES and not (event.online_url or event.url),
    )
    marks.minus(0.2, "Check the capacity: more people attend than it has.", when=_overfull(event))
    marks.minus(
        0.2,
        "Add the link at which one registers.",
        when=event.registration_required and not (event.ticket_url or event.url),
    )
    marks.minus(
        0.2,
        "Check the date: it is more than a year ahead.",
        when=_ahead(event, context) > timedelta(days=366),
    )
    return marks


def _geography(event: NormalizedEvent, draft: Draft) -> _Marks:
    marks = _Marks()
    if event.online is Online.YES:
        return marks
    placed = event.venue.lat is not None
    marks.minus(
        0.3,
        "Add the venue's coordinates, or an address that can be found.",
        when=not placed and not event.venue.address,
    )
    marks.minus(
        0.3,
        "Name the city, or give coordinates inside one that is known.",
        when=not draft.city and not placed and not event.venue.city,
    )
    marks.minus(0.2, "Name the venue.", when=not (event.venue.name or event.venue.address))
    marks.minus(
        0.2,
        "Correct the coordinates: they are not the venue's.",
        when=any(note.startswith(_MISPLACED) for note in draft.notes),
    )
    return marks


def _content(event: NormalizedEvent, words: str, untold: Collection[str]) -> _Marks:
    marks = _Marks()
    marks.minus(
        0.4,
        "Put a real title in place of the placeholder.",
        when=bool(_UNNAMED.fullmatch(event.title.strip())),
    )
    marks.minus(
        0.4, "Put a real description in place of the placeholder.", when=bool(_PLACEHOLDER.search(words))
    )
    marks.minus(0.2, "Write the title in normal case.", when=_is_loud(event.raw_title, _LOUD))
    marks.minus(0.2, "Write the description in normal case.", when=_is_loud(words, _SHOUTED_WORDS))
    marks.minus(
        0.2,
        "Say in the title what takes place: it only names the venue.",
        when=bool(event.venue.name) and fold_name(event.title) == fold_name(event.venue.name),
    )
    marks.minus(
        0.2, "Use a title of at least four letters.", when=sum(char.isalnum() for char in event.title) < 4
    )
    marks.minus(0.2, "Use fewer exclamation marks.", when=event.raw_title.count("!") > 2)
    marks.minus(
        0.2,
        "Say more in the description than the title says.",
        when=bool(words) and fold_name(words[:400]) == fold_name(event.title),
    )
    marks.minus(
        0.3,
        "Add a description: the title alone says little.",
        when=not words and "description" not in untold,
    )
    marks.minus(
        0.3,
        "Put the links in the link fields: the description holds little else.",
        when=words.count("http") > 5 and len(words) < 400,
    )
    return marks


def _length(event: NormalizedEvent) -> timedelta:
    if event.start is None or event.end is None:
        return timedelta()
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        return event.end.astimezone(UTC) - event.start.astimezone(UTC)
    return (
        timedelta(days=(event.end - event.start).days + 1)
        if not isinstance(event.end, datetime)
        else timedelta()
    )


def _is_midnight(event: NormalizedEvent) -> bool:
    if not isinstance(event.start, datetime) or event.all_day:
        return False
    zone = zone_named(event.timezone)
    local = event.start.astimezone(zone) if zone else event.start
    return (local.hour, local.minute) == (0, 0) and event.category not in ("nightlife", "festival")


def _overfull(event: NormalizedEvent) -> bool:
    attending: Any = event.popularity.get("attending")
    return event.capacity is not None and isinstance(attending, int) and attending > event.capacity > 0


def _is_loud(words: str, least: int) -> bool:
    """Whether all letters with case are capitals, and there are at least `least` of them."""
    return words.isupper() and sum(char.isupper() for char in words) >= least


def _ahead(event: NormalizedEvent, context: SourceContext) -> timedelta:
    return sort_moment(event.start, event.timezone) - context.now if event.start is not None else timedelta()
