"""The states that words of a title tell: cancelled, postponed, sold out."""

from typing import Final

from pipeline import patterns
from pipeline.contract.enums import Status, gravest
from pipeline.text.folding import fold_name
from pipeline.titles.bounds import MOST_READ

_WORDS: Final = {
    Status.CANCELLED: "cancelled canceled cancellation abgesagt annule annulee cancelado cancelada annullato annullata geannuleerd installt avlyst",
    Status.POSTPONED: "postponed verschoben reporte reportee aplazado aplazada rinviato rinviata uitgesteld",
    Status.RESCHEDULED: "rescheduled newdate",
    Status.MOVED_ONLINE: "movedonline nowonline",
    Status.SOLD_OUT: "soldout ausverkauft agotado esaurito uitverkocht fullybooked",
}
#: The state that a word tells, in the title or alone.
STATES: Final = {word: status for status, words in _WORDS.items() for word in words.split()}
#: Other words in running text: "free cancellation", "un reporte".
_NOUNS: Final = frozenset({"cancellation", "reporte"})
_OFF: Final = ("called off", "fällt aus", "findet nicht statt")
_WORD: Final = patterns.compile(r"[^\W\d_]{5,13}")
#: One word or two, which may be one of these.
_PHRASE: Final = r"[^\W\d_]{3,13}(?:[ -][^\W\d_]{3,6})?"
_BEFORE: Final = patterns.compile(
    rf"^(?:[\[(*{{<_!~]++\s*+(?P<a>{_PHRASE})\s*+!*+\s*+[\])*}}>_~]++[\s:!–—-]*+"
    rf"|(?:[^\W\d_]{{3,12}}+[,!] )?(?P<b>{_PHRASE})(?:\s*+(?:[:!–—|]++|-{{2,}}+)|\s++-++\s)\s*+)",
    patterns.IGNORECASE,
    longest=MOST_READ,
)
#: Without the space and dashes before it, which `without_status` removes too.
_AFTER: Final = patterns.compile(
    rf"(?:(?<![\[(*{{<_!~])[\[(*{{<_!~]++\s*+(?P<a>{_PHRASE})\s*+!*+\s*+[\])*}}>_~]++"
    rf"|(?:\s[–—-]++|:|\||–|—|--)\s*+(?P<b>{_PHRASE})\s*+!*+)$",
    patterns.IGNORECASE,
    longest=MOST_READ,
)
#: A whole sentence about the event: "Der Treff fällt aus".
_PREDICATE: Final = patterns.compile(
    r"\s(?:f[äa]llt(?: leider)? aus|entfällt|findet nicht statt|(?:is|has been|was) (?:cancell?ed|called off))"
    r"(?:\s(?:bis|until|till|wegen|due|because)\b.{0,80})?[\s.!]*+$",
    patterns.IGNORECASE,
    longest=MOST_READ,
)
#: The separators between a title and the brackets around its status.
_BEFORE_BRACKET: Final = patterns.compile(r"(?<![\s:–—-])[\s:–—-]++$", longest=MOST_READ)
#: In capitals beside words in small letters a status needs no separator: "CANCELLED-Planning Board", "Quiz SOLD OUT",
#: "Quiz – POSTPONED to May 5".
_CAPITALS: Final = "CANCELL?ED|POSTPONED|RESCHEDULED|SOLD OUT|ABGESAGT|VERSCHOBEN|AUSVERKAUFT|CANCELAD[OA]|AGOTADO|ANNUL[EÉ]E?"
_CAPITALS_FIRST: Final = patterns.compile(rf"^({_CAPITALS})(?:-(?=[A-Z])|\s(?=\w+[a-z]))", longest=MOST_READ)
_CAPITALS_LAST: Final = patterns.compile(
    rf"(?<=[a-z0-9.!?)])(?:\s[:,|–—-]+|[:,|])?\s({_CAPITALS})(?:\s(?i:due|because|to|until|till|wegen|auf|bis)\b.{{0,80}})?$",
    longest=MOST_READ,
)


def without_status(title: str) -> tuple[str, Status]:
    """A title without the status before or after it ('CANCELLED: X', 'X (sold out)'), and that status.

    Punctuation or capitals separate a status: 'Cancelled Culture' keeps its name. A title that is only a status
    stays unchanged.
    """
    status = Status.SCHEDULED
    title = _CAPITALS_LAST.sub(r" – \1", _CAPITALS_FIRST.sub(r"\1: ", title))
    if predicate := _PREDICATE.search(title):
        title, status = _BEFORE_BRACKET.sub("", title[: predicate.start()]), Status.CANCELLED
    while True:
        reported = filter(None, (_BEFORE.search(title), _AFTER.search(title)))
        found = next((one for one in reported if _named(one)), None)
        if found is None:
            return title, status
        before, after = title[: found.start()], title[found.end() :]
        rest = (_BEFORE_BRACKET.sub("", before) if found["a"] else before).strip() or after.strip()
        if not any(char.isalnum() for char in rest):
            return title, status
        status = gravest(status, _named(found) or status)
        title = rest


def called_off(text: str) -> Status | None:
    """Cancelled or postponed where words of a text say so, None where none do."""
    text = text.casefold()
    reported = {STATES.get(fold_name(word)) for word in _WORD.findall(text) if word not in _NOUNS}
    if Status.CANCELLED in reported or any(phrase in text for phrase in _OFF):
        return Status.CANCELLED
    return Status.POSTPONED if Status.POSTPONED in reported else None


def _named(found: patterns.Match[str]) -> Status | None:
    return STATES.get(fold_name(found["a"] or found["b"]).replace(" ", ""))
