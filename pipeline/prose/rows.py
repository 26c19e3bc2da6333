"""Parses one line of a text: its labels, its days, its time of day, its price, and the words that are left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from pipeline import patterns
from pipeline.contract.prose import Prose
from pipeline.dates.clocks import Clock, clocks_in
from pipeline.dates.free_text import When, mentions
from pipeline.money.prices import stated
from pipeline.prose.lines import MAX_LENGTH, Line
from pipeline.text.folding import fold_name

#: A longer line is running text: its day heads no entry of a list, and it is no title.
MAX_ENTRY_LINE: Final = 160
#: At most so many days of one line are read.
MOST_DAYS: Final = 40
#: A text may be written after the midnight that begins its day.
GRACE: Final = timedelta(days=1)

#: The labels of lines, folded, by field: "When: …", "Ort: …".
_LABELS: Final[Mapping[str, str]] = {
    word: name
    for name, words in (
        ("title", "what event title titel was quoi titre que evento titolo wat"),
        ("start", "when date day wann datum quand cuando fecha quando data wanneer 날짜 일시 日期 時間"),
        ("time", "time start starts show beginn uhrzeit heure horaire hora orario ore tijd 시간 समय ಸಮಯ"),
        ("doors", "doors einlass ouverture puertas porte"),
        ("venue", "venue where location place ort wo lieu ou donde lugar dove luogo waar locatie local 장소 場所 地點 स्थान ಸ್ಥಳ"),
        ("price", "price tickets entry admission cost eintritt preis tarif entree precio entrada prezzo ingresso prijs toegang"),
    )
    for word in words.split()
}  # fmt: skip
_LABEL: Final = patterns.compile(r"([^:：|]{2,25})[:：](?=\s|$)\s*", longest=MAX_LENGTH)
#: A day after such a word is a deadline, or past.
_NOT_ON: Final = patterns.compile(
    r"(?<!\w)(?:by|until|before|since|born|deadline|bis|vor|avant|hasta|entro)[\s:]{1,2}(?:[^\W\d]+,? )?$",
    patterns.IGNORECASE,
    longest=40,
)
#: What stands between the facts of a row. A gap ("¦") stands for a day or a time.
_APART: Final = patterns.compile(r"\s*¦[\s¦]*|\s*\|\s*|\s+[-–—•·]\s+|\s@\s?(?=\S)|;\s", longest=MAX_LENGTH)
#: A day or a time in a headline, with the weekday before it and what parts or wraps it.
_GAP: Final = patterns.compile(
    r"(?:(?:^|(?<=[-–—•·|,(\[])\s?)[^\W\d_]{2,3}\.?,?\s)?[(\[]?¦[¦\s,)\]]*", longest=MAX_LENGTH
)
_AT: Final = patterns.compile(r"(?:^|\s)@\s?(?P<place>[^@|¦;$€£₹]{2,100})", longest=MAX_LENGTH)
#: Words that lead to a day or a time.
_LEADS_TO: Final = patterns.compile(
    r"(?:^|\s)(?:on|at|from|am|um|ab|le|à|el|a las|il|alle|op|om)$", patterns.IGNORECASE, longest=MAX_LENGTH
)
_EDGES: Final = " \t,:;|–—-*_~·•"
_PAIRS: Final = (("(", ")"), ("[", "]"), ("“", "”"), ("„", "“"), ("«", "»"), ('"', '"'))
#: Languages whose names of months are read behind a label of a day, whatever language the text is said to be in.
_LABELLED: Final = ("de", "fr", "es", "it", "ca", "pt", "nl")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line with what it says.

    `told` has the values of its labels. `days` are its days that are neither past nor a deadline; `is_leading`:
    nothing but a label stands before the first. `names` are the pieces of text between the days, times and
    separators; `headline` is the text without days and times.
    """

    line: Line
    told: Mapping[str, str]
    days: tuple[When, ...]
    is_leading: bool
    clock: Clock | None
    clock_first: bool
    doors: Clock | None
    place: str
    price: str
    names: tuple[str, ...]
    headline: str

    @property
    def is_short(self) -> bool:
        """Whether it may be an entry of a list."""
        return len(self.line.text) <= MAX_ENTRY_LINE


def row_of(line: Line, prose: Prose) -> Row:
    """Parse a line; its days count from the day of writing."""
    told = _labelled(line.text)
    found = list(_days(line.text, prose)) or (_foreign_days(line.text, prose) if "start" in told else [])
    clocks = clocks_in(line.text, days=[span for span, _ in found])
    begins = next((one for one in clocks if not one.doors), None)
    bare = line.text
    for start, stop in sorted(
        (*(span for span, _ in found), *((one.start, one.stop) for one in clocks)), reverse=True
    ):
        bare = f"{bare[:start]}¦{bare[stop:]}"
    at = _AT.search(bare)
    price = stated(bare)
    return Row(
        line=line,
        told=told,
        days=tuple(when for _, when in found),
        is_leading=bool(found) and not _has_words(_LABEL.sub("", line.text[: found[0][0][0]], count=1)),
        clock=begins.clock if begins else None,
        clock_first=begins is not None and not _has_words(line.text[: begins.start]),
        doors=next((one.clock for one in clocks if one.doors), None),
        place=told.get("venue") or (_trimmed(at["place"].rstrip(".")) if at else ""),
        price=told.get("price") or (bare[slice(*price)] if price else ""),
        names=tuple(_names(bare)),
        headline=_headline(bare),
    )


def _labelled(text: str) -> dict[str, str]:
    """The values of the labels in a line; a line may have several, between bars."""
    told: dict[str, str] = {}
    for part in text.split(" | "):
        found = _LABEL.match(part)
        name = _LABELS.get(fold_name(found[1])) if found else None
        if found and name and (value := _trimmed(part[found.end() :].rstrip("."))):
            told.setdefault(name, value)
    return told


def _days(text: str, prose: Prose) -> "Sequence[tuple[tuple[int, int], When]]":
    found = []
    for mention in mentions(
        text, around=prose.written, language=prose.language, month_first=prose.month_first
    ):
        last = _day(mention.when.end or mention.when.start)
        if last >= prose.written - GRACE and not _NOT_ON.search(
            text[max(0, mention.start - 40) : mention.start]
        ):
            found.append(((mention.start, mention.stop), mention.when))
        if len(found) == MOST_DAYS:
            break
    return found


def _foreign_days(text: str, prose: Prose) -> "Sequence[tuple[tuple[int, int], When]]":
    """The days of a labelled line by the names of months of another language than the text's: "Wann: 12. März"."""
    told = (_days(text, replace(prose, language=language)) for language in _LABELLED)
    return next(filter(None, told), [])


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _names(bare: str) -> list[str]:
    """The pieces between gaps and separators, without a price and what follows it."""
    pieces = []
    for part in _APART.split(_LABEL.sub("", bare, count=1) if _labelled(bare) else bare):
        price = stated(part)
        piece = _trimmed((part[: price[0]] if price else part).rstrip(" ."))
        piece = _trimmed(_LEADS_TO.sub("", piece))
        if _has_words(piece):
            pieces.append(piece)
    return pieces


def _headline(bare: str) -> str:
    """The line as a title: without days and times, its own separators kept."""
    if "¦" not in bare:
        return bare.strip(_EDGES)
    text = _LABEL.sub("", bare, count=1) if _labelled(bare) else bare
    pieces = (_LEADS_TO.sub("", part.strip(_EDGES)).strip(_EDGES) for part in _GAP.split(text))
    return _trimmed(" ".join(piece for piece in pieces if _has_words(piece)))


def _trimmed(text: str) -> str:
    """A piece without signs at its ends that part it from others, and without brackets and quotes that are not closed
    in it or that stand around all of it."""
    text = text.strip(_EDGES).lstrip(". ")
    for opening, closing in _PAIRS:
        inner = text[1:-1]
        if text[:1] == opening and text[-1:] == closing and not {opening, closing} & {*inner}:
            text = inner.strip(_EDGES)
        if text.count(opening) != text.count(closing) or (opening == closing and text.count(opening) % 2):
            text = text.removeprefix(opening).removesuffix(closing).strip(_EDGES)
    return text


def _has_words(text: str) -> bool:
    """Whether a text has at least two letters."""
    return sum(map(str.isalpha, text)) >= 2
