"""Detects the language of a text by its script and commonest words, without a model: enough to read its days."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pipeline import patterns

_SCRIPTS: Final = (
    ("hi", patterns.compile("[\u0900-\u097f]")),
    ("kn", patterns.compile("[\u0c80-\u0cff]")),
    ("ta", patterns.compile("[\u0b80-\u0bff]")),
    ("ko", patterns.compile("[\uac00-\ud7af]")),
)
_WORDS: Final = MappingProxyType(
    {
        "en": "the and of to with for is are at our you your on this join us from we be it tickets",
        "de": "der die das und mit für ist im ein eine uhr wir am zum zur den dem von auf eintritt ihr euch nicht auch bei ab",
        "fr": "le la les des et du une est au aux dans pour avec sur nous vous ce cette à en de entrée",
        "es": "el la los las y del una es en con por para al nos este esta entrada de se que",
        "it": "il lo gli e del della un una è con per alle dal nel ingresso di che si ore",
        "nl": "het een van en met voor is op zijn wij om bij deze te naar kom toegang",
        "pt": "o os as e do da dos um uma é em com por para no na às entrada não que",
    }
)
#: Names of days and the hour: in a short post they are most of the words, and each belongs to one language or
#: two; counted twice.
_DAYS: Final = MappingProxyType(
    {
        "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag jeden uhr heute morgen",
        "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche chaque demain",
        "es": "lunes martes miércoles jueves viernes sábado domingo cada hoy mañana",
        "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica ogni oggi domani",
        "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag elke uur vandaag morgen",
        "pt": "sábado domingo feira toda hoje amanhã",
    }
)
#: Each of these words with its languages, and its weight.
_VOTES: Final[Mapping[str, tuple[tuple[str, int], ...]]] = MappingProxyType(
    {
        word: tuple(
            (code, weight)
            for table, weight in ((_WORDS, 1), (_DAYS, 2))
            for code, words in table.items()
            if word in words.split()
        )
        for word in {word for table in (_WORDS, _DAYS) for words in table.values() for word in words.split()}
    }
)
_WORD: Final = patterns.compile(r"[^\W\d_]+")
_MOST: Final = 4_000


def language_of(text: str, declared: str = "") -> str:
    """A language tag for `text`: by its script or words where they are clear, else `declared` ('' for none)."""
    text = text[:_MOST]
    if not text.isascii():
        letters = sum(char.isalpha() for char in text)
        for code, script in _SCRIPTS:
            if letters and len(script.findall(text)) > 0.3 * letters:
                return code
    votes = dict.fromkeys(_WORDS, 0)
    for word in _WORD.findall(text.lower()):
        for code, weight in _VOTES.get(word, ()):
            votes[code] += weight
    (best, most), (_, second) = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    if declared[:2].lower() == best or most < 3 or most < 1.5 * second:
        return declared
    return best
