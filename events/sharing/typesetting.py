"""Sets text in the site's fonts: a run of letters for each font that has them, lines of a width. Free of Django.

HarfBuzz (Pillow's raqm layout) shapes the letters of each run, which Devanagari and Kannada need.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import ImageDraw, ImageFont

from pipeline.characters import normalize

_FOLDER: Final = Path(__file__).resolve().parents[2] / "static" / "fonts"
#: First and last code point of what a file draws. The Latin ones are the `unicode-range`s of static/css/nocturne.css, without controls.
_LATIN: Final = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x131, 0x131),
    (0x152, 0x153),
    (0x2010, 0x2026),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
)
_LATIN_EXTENDED: Final = ((0x100, 0x130), (0x132, 0x151), (0x154, 0x24F), (0x1E00, 0x1EFF))
_DEVANAGARI: Final = ((0x900, 0x97F),)
_KANNADA: Final = ((0xC80, 0xCF3),)
_CURRENCY: Final = ((0x20A0, 0x20AB), (0x20AD, 0x20C0))
_INDIAN: Final = (("noto-sans-devanagari", _DEVANAGARI), ("noto-sans-kannada", _KANNADA))
_INTER: Final = (("inter-latin", _LATIN), ("inter-latin-ext", _LATIN_EXTENDED), ("inter-currency", _CURRENCY))
#: The files of a family, in the order in which they are asked for a letter.
_FAMILIES: Final = {
    "display": (
        ("space-grotesk-latin", _LATIN),
        ("space-grotesk-latin-ext", _LATIN_EXTENDED),
        *_INDIAN,
        *_INTER,
    ),
    "text": (*_INTER, *_INDIAN),
}
#: What joins the letters beside it and belongs to no script: joiners, variation selectors, combining marks of others.
_JOINERS: Final = frozenset("\u200c\u200d")
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Style:
    """`family` is display or text, `weight` 300 to 700, `size` in pixels."""

    family: str
    weight: int
    size: int


@dataclass(frozen=True, slots=True)
class _Run:
    file: str
    text: str


def drawable(text: str) -> str:
    """`text` in composed form, without letters that no font has, and with single spaces."""
    composed = normalize("NFC", text)
    return " ".join(
        "".join(sign for sign in composed if sign in _JOINERS or _file_of(sign, "display")).split()
    )


def width_of(text: str, style: Style) -> float:
    """The width of one line in pixels."""
    return sum(_font(run.file, style).getlength(run.text) for run in _runs(text, style.family))


def lines_of(text: str, style: Style, *, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines of at most `width` pixels; what does not fit ends with an ellipsis.

    A word that is wider than a line is broken.
    """
    lines: list[str] = []
    rest = text.split()
    while rest and len(lines) < most:
        line, rest = _line(rest, style, width)
        lines.append(line)
    if rest:
        lines[-1] = _shortened(f"{lines[-1]} {rest[0]}", style, width)
    return lines


def write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, style: Style, *, fill: str) -> None:
    """Draw one line; `at` is the left end of its baseline."""
    x, y = at
    for run in _runs(text, style.family):
        font = _font(run.file, style)
        draw.text((x, y), run.text, font=font, fill=fill, anchor="ls")
        x += font.getlength(run.text)


def _line(words: Sequence[str], style: Style, width: int) -> tuple[str, list[str]]:
    """As many words as fit, and the others."""
    taken = 1
    while taken < len(words) and width_of(" ".join(words[: taken + 1]), style) <= width:
        taken += 1
    line = " ".join(words[:taken])
    if taken > 1 or width_of(line, style) <= width:
        return line, [*words[taken:]]
    end = len(line) - 1
    while end > 1 and width_of(line[:end], style) > width:
        end -= 1
    return line[:end], [line[end:], *words[1:]]


def _shortened(text: str, style: Style, width: int) -> str:
    while text and width_of(text + _ELLIPSIS, style) > width:
        text = text[:-1]
    return text.rstrip(" ,;:-") + _ELLIPSIS


def _runs(text: str, family: str) -> Iterator[_Run]:
    """Neighbours of one file together. A space or joiner stays with the letters before it."""
    file, letters = "", ""
    for sign in text:
        wanted = file if file and (sign in _JOINERS or sign == " ") else _file_of(sign, family) or file
        if wanted != file and letters:
            yield _Run(file, letters)
            letters = ""
        file, letters = wanted, letters + sign
    if letters and file:
        yield _Run(file, letters)


@lru_cache(maxsize=4096)
def _file_of(sign: str, family: str) -> str:
    code = ord(sign)
    for file, ranges in _FAMILIES[family]:
        if any(first <= code <= last for first, last in ranges):
            return file
    return ""


@lru_cache(maxsize=64)
def _font(file: str, style: Style) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(_FOLDER / f"{file}.woff2", style.size, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([style.weight])
    return font
