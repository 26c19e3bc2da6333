"""What a row of a page without markup is called: by the column that its table names so, its heading, its
link, or a line that speaks of an event."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final

from pipeline import patterns
from pipeline.characters import normalize
from pipeline.connectors.formats.page.chunks import Chunk
from pipeline.connectors.formats.page.dom import Document
from pipeline.dates.clocks import clocks_in
from pipeline.dates.free_text import find
from pipeline.dates.moments import day_of
from pipeline.text.decoding import MAX_LINE
from pipeline.titles import bare
from pipeline.titles.parts import is_day

#: What a line that is neither heading nor link must speak of to be a title: else it is as likely a place or a
#: name.
_EVENT: Final = frozenset(
    """
    meeting mtg hearing committee council commission board session concert festival workshop class tour lecture show party training forum webinar
    conference retreat seminar exhibition fair market opening election meetings hearings sessions concerts festivals workshops classes tours lectures
    shows parties trainings forums webinars conferences retreats seminars exhibitions fairs markets openings elections
    """.split()  # noqa: SIM905
)
_DOCUMENT: Final = patterns.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|mp[34])(?:$|[?#])|/maps?[/?.]|maps\.|\bmaps/|mailto:|tel:",
    patterns.IGNORECASE,
)
_PLACE_OR_PROSE: Final = patterns.compile(
    r"\b(?:room|hall|center|centre|building|chambers?|library|auditorium|park|church|plaza|school|floor)\W*$|\broom\b|\.$|.{91}|^(?:in|at|for|with|this|these|our|if|to|by|note)\b",
    patterns.IGNORECASE,
)
_WORDS: Final = patterns.compile(r"\w+")
_MEETING: Final = patterns.compile(
    r"(?:[^\W\d_]{1,30} ){1,8}(?:meeting|hearing|session)\b", patterns.IGNORECASE
)
#: First words that a headline and the page's title share; pieces between a title that is no heading and its time.
_ALIKE: Final = 3
_NEAR: Final = 3


def title_of(named: Mapping[str, str], pieces: Sequence[Chunk]) -> tuple[str, str]:
    """The title of a row and its link, ('', '') where there is none that is surely one; `named` are its cells by the
    heads of their columns."""
    link = next((chunk.href for chunk in pieces if chunk.href and chunk.text == named.get("title")), "")
    if title := bare(named.get("title", "")):
        return title, link
    rest = [chunk for chunk in pieces if chunk.text != named.get("place")]
    headings = [chunk for chunk in rest if chunk.heading]
    links = [
        chunk
        for chunk in rest
        if chunk.href and not chunk.heading and (not _DOCUMENT.search(chunk.href) or _names_event(chunk.text))
    ]
    words = [
        chunk
        for chunk in rest
        if not chunk.href and _names_event(chunk.text) and not _PLACE_OR_PROSE.search(chunk.text)
    ]
    strong = [chunk for chunk in words if chunk.strong]
    for group in (headings, links, strong, words):
        titled = [(title, chunk.href) for chunk in group if (title := bare(chunk.text))]
        if titled:
            return titled[0][0], titled[0][1] or next((chunk.href for chunk in links if bare(chunk.text)), "")
    return "", ""


def single_title(document: Document, pieces: Sequence[Chunk], at: int, start: datetime) -> str:
    """The title of a page's only event: the nearest heading before its time, where the page's own title agrees; else,
    where the page's title tells its day and time, a line just before these that the title has too."""
    own = _key(_title(document))
    for chunk in reversed(pieces[:at]):
        title = bare(chunk.text) or meeting_named(chunk.text) if chunk.heading else ""
        key = _key(chunk.text) if title else ""
        if title and (key in own or key.split()[:_ALIKE] == own.split()[:_ALIKE]):
            return title
    clocks = {reported.clock.start for reported in clocks_in(_title(document)[:MAX_LINE])}
    if day_in_title(document) != start.date() or start.time() not in clocks:
        return ""
    before = reversed(pieces[max(0, at - _NEAR) : at])
    return next((title for chunk in before if _key(chunk.text) in own and (title := bare(chunk.text))), "")


def day_in_title(document: Document) -> date | None:
    """The day that the page's own title names."""
    when = find(_title(document), around=None)
    return day_of(when.start) if when else None


def meeting_named(text: str) -> str:
    """The plain name of a meeting, which is a title only where a page has one event: "Open Board Meeting Monday June
    15, 2026"; '' for anything else."""
    found = _MEETING.match(text)
    rest = _WORDS.findall(text[found.end() :].casefold()) if found else ()
    return found.group() if found and all(word.isdigit() or is_day(word) for word in rest) else ""


def headline(document: Document) -> str:
    """The page's title and main headings, by which one sees what it is about."""
    return " ".join([_title(document), *heads(document)])[:1_000]


def heads(document: Document) -> list[str]:
    """The page's main headings."""
    return [document.text(element) for element in islice(document.root.iterfind(".//h1"), 3)]


def _names_event(text: str) -> bool:
    return not _EVENT.isdisjoint(_WORDS.findall(text.casefold()))


def _title(document: Document) -> str:
    element = document.root.find(".//title")
    return document.text(element) if element is not None else ""


def _key(text: str) -> str:
    return " ".join(_WORDS.findall(normalize("NFKC", text).casefold()))
