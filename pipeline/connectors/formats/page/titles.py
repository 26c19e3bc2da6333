"""What a row of a page without markup is called: by the column that its table names so, its heading, its
link, or a line that speaks of an event."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from pipeline import patterns
from pipeline.characters import normalize
from pipeline.connectors.formats.page.chunks import Chunk
from pipeline.connectors.formats.page.dom import Document
from pipeline.dates.clocks import clock_after, clock_before, clocks_in, read_clock

_MOST: Final = 150
_LEAST_LETTERS: Final = 4
_GENERIC_WORDS: Final = """
accessible additional agenda agendas all application approved archive attachment attachments audio available board calendar canceled cancelled
contact date day days details doc document documents door doors download draft email end ends event events file files final floor free full
handouts hearing hearings here home html hybrid info information item items kb link links live livestream location map maps material materials mb
meeting meetings menu minutes more n na next no none not notes notice notices online only open packet packets page past pdf person phone postponed
presentation presentations previous price public quorum recap recording recordings report reports result results revised room rsvp see session show
signed slides special start starts status summary tba tbc tbd teams ticket tickets time to today transcript transcripts upcoming update updated video
videos view virtual watch webex website when where yes zoom in and the of for from by on at this is was be has been due lack with
"""
#: Words of buttons, documents and columns: what is called nothing else has no title.
_GENERIC: Final = frozenset(_GENERIC_WORDS.split())
_BUTTON: Final = frozenset(
    """
    view see read download watch get click open add export register rsvp buy learn find join save share print sign submit browse contact upcoming
    past go back attend skip please all
    """.split()  # noqa: SIM905
)
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
_ADDRESS: Final = patterns.compile(
    r"^\d+ .*\b(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|hwy|way|pl|place|sq|square|ct|court)\b|,\s*[A-Z]{2}\.?\s+\d{5}"
    r"|^(?:https?:|www\.)|@|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|^(?:room|suite|meeting id|passcode|dial)\b"
    r"|\b(?:conference room|floor|atrium)\b|^\d{2,5} [NSEW]\.? ",
    patterns.IGNORECASE,
)
_PLACE_OR_PROSE: Final = patterns.compile(
    r"\b(?:room|hall|center|centre|building|chambers?|library|auditorium|park|church|plaza|school|floor)\W*$|\broom\b|\.$|.{91}|^(?:in|at|for|with|this|these|our|if|to|by|note)\b",
    patterns.IGNORECASE,
)
_DAY: Final = patterns.compile(
    r"(?:\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,? *)?"
    r"(?:\b\d{1,2}[/.-]\d{1,2}[/.-](?:20)?\d{2}\b|\b20\d{2}-\d{2}-\d{2}\b"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?(?:,? *20\d{2})?\b)",
    patterns.IGNORECASE,
)
_EDGES: Final = patterns.compile(r"^[\s:,;|–—@-]+|[\s:,;|–—@-]+$")
_WORDS: Final = patterns.compile(r"\w+")


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


def single_title(document: Document, pieces: Sequence[Chunk], at: int) -> str:
    """The title of a page's only event: the nearest heading before its time, where the page's own title
    agrees."""
    own = _key(_title(document))
    for chunk in reversed(pieces[:at]):
        if chunk.heading and bare(chunk.text) and _key(chunk.text) in own:
            return bare(chunk.text)
    return ""


def bare(text: str) -> str:
    """A text without a day and times of day around it; '' where what is left is no title: a button, a
    document, an address, a few letters."""
    if len(text) > _MOST or text.endswith(":") or read_clock(text) is not None:
        return ""
    day = _DAY.search(text)
    clock = clock_after(text, day.end()) if day else None
    parts = [text[: day.start()], text[clock.stop if clock else day.end() :]] if day else [text]
    left = [_EDGES.sub("", _without_last_clock(_EDGES.sub("", part))) for part in parts]
    return next((part for part in left if _is_title(part)), "")


def _without_last_clock(text: str) -> str:
    clock = clock_before(text, len(text))
    return text[: clock.start].removesuffix("from ").removesuffix("at ") if clock else text


def headline(document: Document) -> str:
    """The page's title and main headings, by which one sees what it is about."""
    return " ".join([_title(document), *heads(document)])[:1_000]


def heads(document: Document) -> list[str]:
    """The page's main headings."""
    return [document.text(element) for element in islice(document.root.iterfind(".//h1"), 3)]


def _is_title(text: str) -> bool:
    words = [word for word in _WORDS.findall(text.casefold()) if not word.isdigit() and word not in _GENERIC]
    return sum(map(len, words)) >= _LEAST_LETTERS and not (
        _first_word(text) in _BUTTON or _ADDRESS.search(text) or clocks_in(text)
    )


def _first_word(text: str) -> str:
    found = _WORDS.match(text.casefold())
    return found.group() if found else ""


def _names_event(text: str) -> bool:
    return not _EVENT.isdisjoint(_WORDS.findall(text.casefold()))


def _title(document: Document) -> str:
    element = document.root.find(".//title")
    return document.text(element) if element is not None else ""


def _key(text: str) -> str:
    return " ".join(_WORDS.findall(normalize("NFKC", text).casefold()))
