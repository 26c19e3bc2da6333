"""Translates usual spellings of opening hours into OpenStreetMap's syntax."""

from typing import Final

from pipeline import patterns
from pipeline.characters import normalize

_DASHES: Final = patterns.compile("[\u2010-\u2015\u2212\u30fc\u301c\uff5e\u2192=~]")
_SMALL: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"

#: (spelling, meaning), in this order. Applied before signs of other widths and heights are unified: "9⁰⁰",
#: "9°°".
_RAISED: Final = (
    (patterns.compile(rf"(\d{{1,2}})(?=[{_SMALL}]{{2}}(?![{_SMALL}]))"), r"\1:"),
    (patterns.compile(r"(\d{1,2})°°"), r"\1:00"),
)
_PHRASES: Final = tuple(
    (patterns.compile(written, patterns.IGNORECASE), meant)
    for written, meant in (
        (r"^\s*(?:opening[ _]hours|hours|öffnungszeit(?:en)?|horaires?|horarios?)(?:\s*[:=]|\s)\s*", ""),
        (r"\b24\s*h(?:ou)?rs?(?:\s*a\s+day)?\W*7\s*days(?:\s*a\s+week)?\b", "24/7"),
        (r"\b24\s*x\s*7\b", "24/7"),
        (r"\b(?:always|non[- ]?stop|any\s?time|around the clock|rund um die uhr)(?!\w)", "24/7"),
        (r"\b(?:24\s*h(?:(?:ou)?rs?)?|24 stunden|all day(?:\s+long)?|ganztägig)(?!\w)", "00:00-24:00"),
        (
            r"\b(?:7 days a week|7\s*j\s*/\s*7|every\s?day|all days|täglich|tous les jours|todos los días|tutti i giorni|dagelijks|ежедневно)(?!\w)",
            "daily",
        ),
        (r"\bpublic holidays?\b", "PH"),
        (r"\b(?:open\s*end)\b", "late"),
        (r"\bnoon\b", "12:00"),
        (r"\bmidnight\b", "00:00"),
        (r"(\d)\s*Uhr\b", r"\1"),
        (r"\b(\d{1,2})\s*h\s*(\d{2})\b", r"\1:\2"),
        (r"\b(\d{1,2})\s*h\b", r"\1"),
    )
)


def normal(text: str) -> str:
    """The text in plain signs and in words of the grammar.

    Not for comments. "24 hours" is "00:00-24:00", "9h30" is "9:30", "9⁰⁰" is "9:00".
    """
    for pattern, meant in _RAISED:
        text = pattern.sub(meant, text)
    text = normalize("NFKC", text)
    for pattern, meant in _PHRASES:
        text = pattern.sub(meant, text)
    return _DASHES.sub("-", text)
