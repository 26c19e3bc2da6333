"""Draws the picture. Free of Django, network and clock: the same facts make the same bytes."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from PIL import Image, ImageDraw

from events.sharing.typesetting import Style, drawable, lines_of, width_of, write

#: The size in pixels that Open Graph's readers ask for.
SIZE: Final = (1200, 630)
#: Sizes by shape: that one, and those of the ratios that Google asks for (schema.org Event, `image`).
WIDE: Final = "wide"
SIZES: Final = {WIDE: SIZE, "1x1": (1200, 1200), "4x3": (1200, 900), "16x9": (1200, 675)}
_EDGE: Final = 72
_TOP, _BOTTOM, _TEXT, _MUTED, _ACCENT, _WARN = (
    "#2b2150",
    "#0e0b16",
    "#f3f0fb",
    "#b3a9cf",
    "#b98cff",
    "#ffc15e",
)
#: The hue of each category in degrees, as in static/css/nocturne.css; others are grey.
HUES: Final = {
    "music": 305, "nightlife": 340, "stage": 18, "comedy": 85, "film": 265, "art": 0, "books": 55, "food": 40,
    "market": 70, "festival": 325, "tech": 220, "business": 245, "talk": 280, "workshop": 105, "wellness": 165,
    "sport": 135, "outdoors": 150, "family": 95, "community": 195, "faith": 235, "games": 180,
}  # fmt: skip
#: Title sizes in pixels with the most lines of each, by the least height of the picture; the first that holds the whole title is taken.
_TITLES: Final = (
    (1000, ((112, 4), (92, 4), (72, 5))),
    (800, ((100, 3), (84, 3), (66, 4))),
    (0, ((84, 2), (66, 3), (58, 3))),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What stands on the picture. `state` is a word ("Cancelled") or ''; `seed` decides the slashes."""

    title: str
    when: str
    where: str
    category: str
    category_name: str
    state: str
    seed: str


def draw(facts: Facts, *, site: str, size: tuple[int, int] = SIZE) -> bytes:
    """A PNG of one of `SIZES`. Letters that no font has are left out; a title of such letters gives way to its category."""
    image = _ground(facts, size)
    pen = ImageDraw.Draw(image)
    _wordmark(pen, site)
    label = Style("text", 600, 30)
    name = drawable(facts.category_name)
    write(pen, (size[0] - _EDGE - width_of(name, label), 98), name, label, fill=colour_of(facts.category))
    style, lines = _title(facts, next(sizes for least, sizes in _TITLES if size[1] >= least))
    top = 238 if facts.state else 190
    if facts.state:
        _state(pen, drawable(facts.state))
    for number, line in enumerate(lines):
        write(pen, (_EDGE, top + style.size * (0.75 + number * 1.14)), line, style, fill=_TEXT)
    below = size[1] - _EDGE
    when, where = Style("text", 650, 40), Style("text", 450, 34)
    if facts.where:
        write(pen, (_EDGE, below), _one_line(facts.where, where), where, fill=_MUTED)
        below -= 56
    write(pen, (_EDGE, below), _one_line(facts.when, when), when, fill=_TEXT)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _one_line(text: str, style: Style) -> str:
    return " ".join(lines_of(drawable(text), style, width=SIZE[0] - 2 * _EDGE, most=1))


def _title(facts: Facts, sizes: Sequence[tuple[int, int]]) -> tuple[Style, Sequence[str]]:
    title = drawable(facts.title)
    if len(title) * 2 < len(facts.title.strip()) or not title:
        title = drawable(facts.category_name)
    width = SIZE[0] - 2 * _EDGE
    for size, most in sizes:
        style = Style("display", 650, size)
        lines = lines_of(title, style, width=width, most=most)
        if not lines[-1].endswith("…"):
            break
    return style, lines


def _state(pen: ImageDraw.ImageDraw, word: str) -> None:
    """A word in a frame, above the title: form and word, not colour alone."""
    style = Style("text", 700, 32)
    pen.rounded_rectangle((_EDGE, 136, _EDGE + width_of(word, style) + 40, 192), 8, outline=_WARN, width=3)
    write(pen, (_EDGE + 20, 175), word, style, fill=_WARN)


def _wordmark(pen: ImageDraw.ImageDraw, site: str) -> None:
    style, x = Style("display", 700, 34), float(_EDGE)
    for letter in drawable(site.upper()):
        write(pen, (x, 98), letter, style, fill=_TEXT)
        x += width_of(letter, style) + 5
    write(pen, (x + 2, 98), "///", style, fill=_ACCENT)


def _ground(facts: Facts, size: tuple[int, int]) -> Image.Image:
    """A night sky, and slashes of the category's hue on the right whose heights come from the seed."""
    width, high = size
    column = Image.linear_gradient("L").resize((1, high))
    top, bottom = (Image.new("RGB", (1, high), colour) for colour in (_TOP, _BOTTOM))
    image = Image.composite(bottom, top, column).resize(size)
    seed = blake2b(facts.seed.encode(), digest_size=8).digest()
    veil = Image.new("L", (width * 2, high * 2))
    pen, bold = ImageDraw.Draw(veil), seed[7] % 7
    for index in range(7):
        height = (150 + seed[index] * 1.2) * high / SIZE[1]
        x, y = 1480 + index * 120, high * 2 - 40
        pen.line((x, y, x + height * 0.35, y - height), fill=110 if index == bold else 40, width=34)
    image.paste(
        Image.new("RGB", size, colour_of(facts.category)), mask=veil.resize(size, Image.Resampling.LANCZOS)
    )
    return image


def colour_of(category: str) -> str:
    """The category's colour at night: OKLCH of lightness .76 and chroma .135 as `#rrggbb`.

    Source: https://bottosson.github.io/posts/oklab/
    """
    if category not in HUES:
        return _MUTED
    angle = math.radians(HUES[category])
    a, b = 0.135 * math.cos(angle), 0.135 * math.sin(angle)
    long, middle, short = (
        (0.76 + by_a * a + by_b * b) ** 3
        for by_a, by_b in (
            (0.3963377774, 0.2158037573),
            (-0.1055613458, -0.0638541728),
            (-0.0894841775, -1.2914855480),
        )
    )
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _encoded(min(max(part, 0.0), 1.0))):02x}" for part in linear)


def _encoded(linear: float) -> float:
    """The sRGB transfer curve (IEC 61966-2-1)."""
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * math.pow(linear, 1 / 2.4) - 0.055
