"""What of a line is a title: its words without the days, times of day and prices beside them."""

from typing import Final

from pipeline import patterns
from pipeline.dates.clocks import clock_after, clock_before, clocks_in, read_clock
from pipeline.dates.free_text import day_names, first_notation
from pipeline.geography.place_parts import is_street
from pipeline.geography.rooms import is_room
from pipeline.money.prices import stated

#: Characters of a line that is read, and of one that may be a title; letters of a title that say something.
_LONGEST: Final = 1_000
_MOST: Final = 150
_LEAST_LETTERS: Final = 3
#: What stands between the facts of a row. A gap ("¦") stands for a day or a time.
_APART: Final = patterns.compile(r"\s*¦[\s¦]*|\s*\|\s*|\s+[-–—•·]\s+|\s@\s?(?=\S)|;\s", longest=_LONGEST)
#: A day or a time in a headline, with the weekday before it and what parts or wraps it.
_GAP: Final = patterns.compile(
    r"(?:(?:^|(?<=[-–—•·|,(\[])\s?)[^\W\d_]{2,3}\.?,?\s)?[(\[]?¦[¦\s,)\]]*", longest=_LONGEST
)
#: Words that lead to a day or a time.
_LEADS_TO: Final = patterns.compile(
    r"(?:^|\s)(?:on|at|from|am|um|ab|le|à|el|a las|il|alle|op|om|@)$", patterns.IGNORECASE, longest=_LONGEST
)
_EDGES: Final = " \t,:;|–—-*_~·•"
_PAIRS: Final = (("(", ")"), ("[", "]"), ("“", "”"), ("„", "“"), ("«", "»"), ('"', '"'))
#: Words of buttons, documents and columns: what is called nothing else has no title.
_GENERIC: Final = frozenset(
    """
    accessible add additional admission agenda agendas all and application approved archive at attachment attachments attend audio available back be
    been board browse buy by calendar canceled cancelled click contact date day days details doc document documents door doors download draft due
    email end ends entry event events export facebook file files final find floor for free from full get go google handouts has hearing hearings here
    home html hybrid ical in info information instagram is item items join kb lack learn link linkedin links live livestream location map maps
    material materials mb meeting meetings menu minutes more n na next no none not notes notice notices now of on online only open our outlook packet
    packets page past pdf person phone please postponed presentation presentations previous price print public quorum read recap recording recordings
    register report reports result results revised room rsvp save see session share show sign signed skip slides special start starts status submit
    summary tba tbc tbd teams the this ticket tickets time to today transcript transcripts twitter upcoming update updated us video videos view
    virtual was watch webex website whatsapp when where with yes your zoom
    """.split()  # noqa: SIM905
)
#: Where or how to reach, and no title: a postal code, a link, a mail address, a telephone number, an access code.
_REACH: Final = patterns.compile(
    r",\s*[A-Z]{2}\.?\s+\d{5}|^(?:https?:|www\.)|@|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|^(?:meeting id|passcode|dial)\b",
    patterns.IGNORECASE,
)
_DAYS: Final = frozenset(day_names(("en",))) | {"weekend"}
_WORDS: Final = patterns.compile(r"\w+")


def bare(text: str) -> str:
    """A text without a day and times of day around it; '' where what is left is no title."""
    if len(text) > _MOST or text.endswith(":") or read_clock(text) is not None:
        return ""
    first, last = first_notation(text) or (0, 0)
    clock = clock_after(text, last) if last else None
    parts = (text[:first], text[clock.stop if clock else last :])
    return next((part for part in map(_without_last_clock, parts) if is_title(part)), "")


def is_title(text: str) -> bool:
    """Whether words may be a title: not those of a button, a document or a column, no address, no time of day, and
    more than two letters."""
    words = [word for word in _WORDS.findall(text.casefold()) if not word.isdigit()]
    reported = [word for word in words if word not in _GENERIC and not is_day(word)]
    return sum(map(len, reported)) >= _LEAST_LETTERS and not (
        _REACH.search(text) or is_street(text) or is_room(text) or clocks_in(text)
    )


def is_day(word: str) -> bool:
    """Whether a word in small letters is a day of the week, one or all of them, or a month."""
    return word.removesuffix("s") in _DAYS or word in _DAYS


def _without_last_clock(text: str) -> str:
    text = trimmed(text)
    clock = clock_before(text, len(text))
    return trimmed(_LEADS_TO.sub("", text[: clock.start].rstrip())) if clock else text


def names(gapped: str) -> list[str]:
    """The pieces of a line between gaps and separators, without a price and what follows it; a gap ("¦") stands for a
    day or a time."""
    pieces = []
    for part in _APART.split(gapped):
        price = stated(part)
        piece = trimmed((part[: price[0]] if price else part).rstrip(" ."))
        piece = trimmed(_LEADS_TO.sub("", piece))
        if has_words(piece):
            pieces.append(piece)
    return pieces


def headline(gapped: str) -> str:
    """A line with gaps as a title: without days and times, its own separators kept."""
    if "¦" not in gapped:
        return gapped.strip(_EDGES)
    pieces = (_LEADS_TO.sub("", part.strip(_EDGES)).strip(_EDGES) for part in _GAP.split(gapped))
    return trimmed(" ".join(piece for piece in pieces if has_words(piece)))


def trimmed(text: str) -> str:
    """A piece without signs at its ends that part it from others, and without brackets and quotes that are not closed
    in it or that stand around all of it."""
    text = text.strip(_EDGES).lstrip(". ")
    for opening, closing in _PAIRS:
        inner = text[1:-1]
        if text[:1] == opening and text[-1:] == closing and not {opening, closing} & {*inner}:
            text = inner.strip(_EDGES)
        if text.count(opening) != text.count(closing) or (opening == closing and text.count(opening) % 2):
            text = text.strip(f"{opening}{closing}{_EDGES}")
    return text


def has_words(text: str) -> bool:
    """Whether a text has at least two letters."""
    return sum(map(str.isalpha, text)) >= 2
