"""Titles without shouting."""

from typing import Final

from pipeline import patterns
from pipeline.titles.bounds import MOST_READ

#: Shorter words may be names or abbreviations in capitals.
MIN_SHOUT_LETTERS: Final = 12

_SMALL: Final = frozenset(
    """
    a an and as at au auf aus aux avec bei but by chez de dem den der des die du el en et für for from im in la las le les los of
    on or par sans sur the to und van von vs with y zum zur
    """.split()  # noqa: SIM905
)
_ACRONYMS: Final = frozenset(
    """
    ACLU AIDS ACM BBQ BYOB CEO CPR DIY EDM ESL FAQ GMAT HIIT IEEE LGBT LGBTQ LGBTQIA NAACP NASA NATO NCAA NYC OKC RSVP SATB STEM
    STEAM TEDX UCLA UNESCO UNICEF USA VIP WWII YMCA YWCA MLK FIFA NBA NFL UEFA UFC WWE TED USO
    USA UK EU UN LA SF DC AI VR NYE LED IPA IRA OBE ADHD AA PTA PTO ROTC GIS API IOT UX UI ET HIV ICU MIT UC UNO IMAX CAD
    """.split()  # noqa: SIM905
)
_WORD: Final = patterns.compile(r"[^\W_]+(?:['’][^\W_]+)*")
#: French and Italian words that join the next one (d'Oro, l'entreprise), and Irish names.
_LEANING: Final = patterns.compile(
    r"^(?P<before>[DL]|QU|DELL|ALL|O|MC)(?P<mark>['’])(?P<after>[^\W_]{3,})$", longest=MOST_READ
)
_ROMAN: Final = patterns.compile(r"^[IVX]{1,5}$", longest=MOST_READ)


def calmed(title: str, evidence: str = "") -> str:
    """A long title in capitals, in title case; acronyms, numbers and Roman numerals stay.

    `evidence` is the event's other text, for the spelling of words: "NASA" there stays NASA, "McCartney" is
    taken from it.
    """
    if not is_shouting(title):
        return title
    written = _written(evidence)
    first = True
    out: list[str] = []
    last = 0
    for found in _WORD.finditer(title):
        suffix = (
            title[found.start() - 1 : found.start()] == "("
            and title[found.start() - 2 : found.start() - 1].isalpha()
        )
        word = (
            found.group().lower()
            if suffix or found.group() in _SMALL
            else written.get(found.group()) or _calm_word(found.group(), first=first)
        )
        out += [title[last : found.start()], word]
        first = title[found.end() : found.end() + 1] in (":", "!", "?")
        last = found.end()
    return "".join(out) + title[last:]


def is_shouting(title: str) -> bool:
    """Whether a long title is wholly in capitals, except small words: "SUMMER ROOFTOP PARTY at THE PIER"."""
    if (
        any(
            word != word.upper() and word not in _SMALL
            for word in map(patterns.Match.group, _WORD.finditer(title))
        )
        or " " not in title.strip()
    ):
        return False
    return sum(char.isupper() for char in title) >= MIN_SHOUT_LETTERS


def _written(evidence: str) -> dict[str, str]:
    """The spelling of words in a text that have unusual capitals.

    A text in capitals is no evidence.
    """
    letters = [char for char in evidence if char.isalpha()]
    if not letters or sum(char.isupper() for char in letters) * 3 > len(letters):
        return {}
    forms: dict[str, set[str]] = {}
    for word in _WORD.findall(evidence):
        forms.setdefault(word.upper(), set()).add(word)
    return {
        name: reported
        for name, (reported, *others) in forms.items()
        if not others and reported[1:] != reported[1:].lower()
    }


def _calm_word(word: str, *, first: bool) -> str:
    lower = word.lower()
    if lower in _SMALL:
        return lower.capitalize() if first else lower
    leaning = _LEANING.match(word)
    if leaning:
        before = leaning["before"] if leaning["before"] == "O" or first else leaning["before"].lower()
        before = before if before != before.upper() or len(before) == 1 else before.capitalize()
        return f"{before}{leaning['mark']}{_calm_word(leaning['after'], first=True)}"
    vowels = any(char in "aeiouyäöüéèáíóúà" for char in lower)
    kept = (
        word in _ACRONYMS
        or any(char.isdigit() for char in word)
        or (_ROMAN.match(word) and word not in ("I", "MIX"))
        or not vowels
    )
    if kept and len(word) <= 8 and word.isascii():
        return word
    return word[0] + lower[1:]
