"""Splits a text into lines: removes ornaments, keeps line breaks, replaces signs ("📍") by words."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from pipeline import patterns
from pipeline.characters import normalize
from pipeline.dates.free_text import unglued
from pipeline.text.decoding import http_url

MAX_LINES: Final = 2_000
MAX_LENGTH: Final = 1_000
#: One line keeps at most so many addresses.
MAX_URLS: Final = 50
#: If more than this share of lines follows a gap, gaps have no meaning.
MOST_APART: Final = 0.85

_URL: Final = patterns.compile(r"<?\bhttps?://[^\s<>\"'|]+>?", patterns.IGNORECASE)
_BULLET: Final = patterns.compile(r"^[\s*•·●▪◦‣►▶→>~_=+|\u2043\u2219-]+(?=\S)")
_SIGNS: Final = {
    **dict.fromkeys("📍🏠🏛🗺", "Venue: "),
    **dict.fromkeys("📅📆🗓", "Date: "),
    **dict.fromkeys("⏰⏱🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛🕜🕝🕞🕟🕠🕡🕢🕣🕤🕥🕦🕧⌚", "Time: "),
    **dict.fromkeys("🎟🎫💰💵💸💶💷", "Tickets: "),
}
#: "+++" and similar signs between words.
_RULES: Final = patterns.compile(r" [+*=~]{2,}(?= )")
_SIGN: Final = patterns.compile(
    f"[{''.join(_SIGNS)}]\ufe0f?\\s*(?:(?:venue|where|location|date|when|time|tickets?|price|entry|위치|장소|날짜|일시|시간|티켓|場所|地點|地点|時間|स्थान|ಸ್ಥಳ)\\s*[:：]\\s*)?",
    patterns.IGNORECASE,
)
#: The words of a sign at the beginning of a line, with the white space before them.
_SIGN_FIRST: Final = patterns.compile(r"(\A|(?<!\s)[^\S\n]*+\n)\s*+\x1f")
_ORNAMENTS: Final = frozenset({"So", "Sk", "Cf", "Cn", "Co", "Cs"})
#: Joiners of Indian scripts belong to letters and are no ornaments.
_JOINERS: Final = frozenset("\u200c\u200d")
#: Mathematical letters, which people use in headings; and characters that may be ornaments: of ASCII "^" and
#: "`".
_ORNATE: Final = patterns.compile("[\U0001d400-\U0001d7ff]")
_ODD: Final = patterns.compile(r"[\^`]|[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words without addresses, the addresses, and whether a gap precedes it."""

    text: str
    urls: tuple[str, ...] = ()
    after_gap: bool = False


def lines_of(text: str) -> list[Line]:
    """The non-empty lines, at most `MAX_LINES`, each at most `MAX_LENGTH` characters."""
    lines: list[Line] = []
    gap = False
    for row in plain(text).splitlines()[: 3 * MAX_LINES]:
        urls = tuple(
            dict.fromkeys(
                url
                for found in _URL.findall(row)
                if (url := http_url(found.strip("<>").rstrip(".,;:!?)'\"")))
            )
        )
        words = " ".join(_BULLET.sub("", _URL.sub(" ", row)).split())[:MAX_LENGTH].strip(" |")
        if not any(char.isalnum() for char in words):
            if urls and lines:  # an address alone in a line belongs to the words before it
                lines[-1] = Line(lines[-1].text, (*lines[-1].urls, *urls)[:MAX_URLS], lines[-1].after_gap)
            gap = gap or not urls
            continue
        lines.append(Line(words, urls[:MAX_URLS], gap))
        gap = False
        if len(lines) >= MAX_LINES:
            break
    return _with_meaningful_gaps(lines)


def _with_meaningful_gaps(lines: list[Line]) -> list[Line]:
    """Ignore gaps where nearly all lines have one (double spacing, a paragraph for each line)."""
    apart = sum(line.after_gap for line in lines)
    return lines if apart <= MOST_APART * len(lines) else [Line(line.text, line.urls) for line in lines]


def plain(text: str) -> str:
    """`text` with ornate letters as plain ones, signs as their words, and without other emoji."""
    text = _ORNATE.sub(lambda found: normalize("NFKC", found.group()), text)
    text = _RULES.sub(" |", unglued(text))
    text = _SIGN.sub(lambda found: "\x1f" + _SIGNS[found.group()[0]], text)
    if "\x1f" in text:
        text = _SIGN_FIRST.sub(r"\1", text).replace("\x1f", " | ")
    return _ODD.sub(
        lambda found: (
            " "
            if found.group() not in _JOINERS and unicodedata.category(found.group()) in _ORNAMENTS
            else found.group()
        ),
        text,
    )
