"""Steps of the pipeline (`step:NAME`), each with a draft whose every field is hostile, and extraction from
prose.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.contract.draft import Draft, SourceContext, Step
from pipeline.contract.enums import ExtractionMethod, Online
from pipeline.contract.fields import SIMPLE
from pipeline.contract.normalized import Image, NormalizedEvent, OrganizerRef, Venue
from pipeline.contract.prose import MAX_PROSE
from pipeline.contract.raw import RawRecord
from pipeline.contract.values import MAX_STATEMENT
from pipeline.dates.time_text import TimeReader, read_when
from pipeline.money.prices import read_description, read_text, stated
from pipeline.prose import Prose, Rules
from pipeline.prose.lines import MAX_LENGTH, Line, lines_of
from pipeline.prose.rows import row_of
from pipeline.refinement.facts.labelled import labelled as by_label
from pipeline.refinement.facts.performers import performers_of
from pipeline.refinement.limits import MAX_DESCRIPTION
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.pipeline import STEPS
from pipeline.refinement.steps.clean import clean
from pipeline.refinement.steps.extract import extract
from pipeline.refinement.steps.facts import MAX_TEXT
from pipeline.refinement.steps.hint import hint
from pipeline.refinement.steps.times import times
from pipeline.refinement.vocabulary import place_is_online
from pipeline.text import sanitize as texts
from pipeline.text.markup import line_of, text_of_html
from pipeline.text.markup import lines_of as lines_of_markup
from pipeline.titles import bare, cleaned, headline
from tests.hostile.readers import Reader

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
START = datetime(2026, 12, 12, 20, tzinfo=UTC)
CONTEXT = SourceContext(source_key="s", now=NOW, city="bengaluru", timezone="Asia/Kolkata")
LOOKUPS = MemoryLookups()
#: What connectors leave of a description, and what no step has cut of the other fields.
RAW = 60_000
FIELD = 2_000


def hostile_record(text: str) -> RawRecord:
    """A record with the text in every field that a source fills."""
    short = text[:FIELD]
    return RawRecord(
        external_id=short,
        recurrence_id=short,
        title=short,
        description=text,
        start=START,
        end=short,
        doors=short,
        timezone=short,
        venue=Venue(
            name=short, address=short, city=short, country=short, plus_code=short, external_ids={"a": short}
        ),
        online=short,
        url=short,
        ticket_url=f"https://a.example/{short}",
        online_url=short,
        price_text=short,
        price_min=short,
        price_max=short,
        price_currency=short,
        status=short,
        setting=short,
        opening_hours=short,
        language=short,
        organizer=OrganizerRef(name=short, url=short, contact=short),
        performers=(short, short[1:]),
        categories=(short, short[1:]),
        tags=(short[2:], short[3:]),
        images=(Image(url=f"https://a.example/{short}", alt=short, credit=short),),
        accessibility={"a": short},
        method=ExtractionMethod.TEXT,
        metadata={"believed": {"venue": 0.1}, "evidence": {"venue": short}},
    )


def hostile_event(text: str) -> NormalizedEvent:
    """An event after the first steps, with the text in every field, cut to its limit."""
    venue = Venue(name=text[:200], address=text[:400], city=text[:120], country=text[:60])
    return NormalizedEvent(
        external_id="1",
        title=text[:300],
        raw_title=text[:300],
        description=text[:MAX_DESCRIPTION],
        start=START,
        timezone="Asia/Kolkata",
        venue=venue,
        url=f"https://a.example/{text[:1_900]}",
        organizer=OrganizerRef(name=text[:200], contact=text[:200]),
        performers=(text[:200], text[1:200]),
        tags=(text[:60], text[1:60]),
        accessibility={text[:60]: text[:300]},
        online=Online.NO,
        method=ExtractionMethod.TEXT,
        category="music",
        confidence={"title": 0.9, "venue": 0.1},
    )


def _step(step: Step) -> Callable[[str], object]:
    """The step as a reader of one text.

    The first two get a record as connectors give it, the others a cleaned event.
    """

    def called(text: str) -> object:
        raw, event = hostile_record(text), hostile_event(text)
        if step in (extract, clean):
            event = replace(event, title=text, description=text, venue=raw.venue)
        elif step is hint:  # it looks for a place where none is told
            event = replace(event, venue=Venue(name=text[:200]))
        elif step is times:
            raw = replace(raw, start=text[:FIELD])
        return step([Draft(raw=raw, event=event)], CONTEXT, LOOKUPS)

    return called


def _in_lines(text: str) -> str:
    """The text in lines of the longest length that is read."""
    return "\n".join(text[at : at + MAX_LENGTH] for at in range(0, len(text), MAX_LENGTH))


def _extracted(text: str) -> object:
    return Rules().extract(
        Prose(
            text=text,
            title=text[:FIELD],
            now=NOW,
            published=NOW,
            timezone="America/New_York",
            author=text[:200],
        )
    )


def _row(language: str) -> Callable[[str], object]:
    return lambda text: row_of(
        Line(text), Prose(text=text, now=NOW, published=NOW, language=language, timezone="America/New_York")
    )


_LINE: dict[str, Callable[[str], object]] = {
    f"row in {language}": _row(language) for language in ("en", "de", "fr", "es", "nl", "hi")
}

READERS: tuple[Reader, ...] = (
    *(
        Reader(
            name=f"step:{name}",
            call=_step(step),
            longest=RAW if name in ("extract", "clean") else MAX_DESCRIPTION,
            every=24 if name == "hint" else 1,
        )
        for name, step in STEPS
    ),
    *(Reader(name=f"line: {name}", call=call, longest=MAX_LENGTH) for name, call in _LINE.items()),
    Reader(name="prose: lines", call=lambda text: lines_of(text), longest=MAX_PROSE),
    Reader(name="prose: markup", call=text_of_html, longest=2 * MAX_PROSE),
    Reader(name="prose: rules", call=_extracted, longest=MAX_PROSE, every=2),
    Reader(
        name="prose: rules, line by line",
        call=lambda text: _extracted(_in_lines(text)),
        longest=MAX_PROSE,
        every=9,
    ),
    Reader(name="text: description", call=lambda text: texts.rich(text, limit=MAX_DESCRIPTION), longest=RAW),
    Reader(
        name="text: escaped description",
        call=lambda text: texts.rich(f"&lt;p&gt;{text}", limit=MAX_DESCRIPTION),
        longest=RAW,
    ),
    Reader(name="text: one line", call=texts.plain, longest=6_000),
    Reader(name="text: lines", call=texts.lines, longest=FIELD),
    Reader(name="text: address", call=texts.http_url, longest=2 * texts.MAX_URL),
    Reader(name="text: words of a description", call=line_of, longest=MAX_DESCRIPTION),
    Reader(name="text: lines of a description", call=lines_of_markup, longest=MAX_DESCRIPTION),
    Reader(
        name="text: title",
        call=lambda text: (cleaned(text, start=NOW, venue=text[:200]), bare(text), headline(text)),
        longest=1_500,
    ),
    Reader(name="text: place online", call=place_is_online, longest=FIELD),
    Reader(
        name="text: ends and doors",
        call=lambda text: times(
            [Draft(raw=hostile_record(text), event=hostile_event(text))], CONTEXT, LOOKUPS
        ),
        longest=FIELD,
    ),
    Reader(
        name="text: labelled lines",
        call=lambda text: [by_label(f"{label}: {text}") for label in ("Age limit", "<b>Ages</b> ")],
        longest=MAX_TEXT,
    ),
    Reader(
        name="text: simple fields",
        call=lambda text: [(how.read(text), how.read(text[:MAX_STATEMENT])) for how in SIMPLE.values()],
        longest=FIELD,
    ),
    Reader(name="text: performers", call=lambda text: performers_of(text, "music", ()), longest=300),
    Reader(
        name="text: price in a description",
        call=lambda text: read_description(text, country="IN"),
        longest=MAX_DESCRIPTION,
    ),
    Reader(name="text: price in a line", call=stated, longest=1_000),
    Reader(name="text: price", call=lambda text: read_text(text), longest=600),
    Reader(name="text: time", call=lambda text: read_when(text, TimeReader(around=NOW.date())), longest=300),
)
