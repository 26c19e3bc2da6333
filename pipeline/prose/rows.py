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
from pipeline.titles import has_words, headline, names, trimmed

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
_AT: Final = patterns.compile(r"(?:^|\s)@\s?(?P<place>[^@|¦;$€£₹]{2,100})", longest=MAX_LENGTH)
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
    reported: Mapping[str, str]
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
    reported = _labelled(line.text)
    found = list(_days(line.text, prose)) or (_foreign_days(line.text, prose) if "start" in reported else [])
    clocks = clocks_in(line.text, days=[span for span, _ in found])
    begins = next((one for one in clocks if not one.doors), None)
    bare = line.text
    for start, stop in sorted(
        (*(span for span, _ in found), *((one.start, one.stop) for one in clocks)), reverse=True
    ):
        bare = f"{bare[:start]}¦{bare[stop:]}"
    text = _LABEL.sub("", bare, count=1) if _labelled(bare) else bare
    at = _AT.search(bare)
    price = stated(bare)
    return Row(
        line=line,
        reported=reported,
        days=tuple(when for _, when in found),
        is_leading=bool(found) and not has_words(_LABEL.sub("", line.text[: found[0][0][0]], count=1)),
        clock=begins.clock if begins else None,
        clock_first=begins is not None and not has_words(line.text[: begins.start]),
        doors=next((one.clock for one in clocks if one.doors), None),
        place=reported.get("venue") or (trimmed(at["place"].rstrip(".")) if at else ""),
        price=reported.get("price") or (bare[slice(*price)] if price else ""),
        names=tuple(names(text)),
        headline=headline(text),
    )


def _labelled(text: str) -> dict[str, str]:
    """The values of the labels in a line; a line may have several, between bars."""
    reported: dict[str, str] = {}
    for part in text.split(" | "):
        found = _LABEL.match(part)
        name = _LABELS.get(fold_name(found[1])) if found else None
        if found and name and (value := trimmed(part[found.end() :].rstrip("."))):
            reported.setdefault(name, value)
    return reported


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
    reported = (_days(text, replace(prose, language=language)) for language in _LABELLED)
    return next(filter(None, reported), [])


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
