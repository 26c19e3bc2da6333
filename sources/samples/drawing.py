"""Draws the samples' pictures: night scenes of few shapes in the site's colours, from a key. No network, no clock.

The same key makes the same bytes. The shapes are sky, lamps, hills or a street, and beams of the category's hue.
"""

import io
import math
from collections.abc import Callable, Sequence
from hashlib import blake2b
from random import Random
from typing import Final

from PIL import Image, ImageDraw

from events.sharing.drawing import colour_of

#: What paints one shape into a veil of twice `SIZE`.
Shape = Callable[[ImageDraw.ImageDraw], None]
#: Pixels: three by two, as cards show it, and wide enough for an event's page.
SIZE: Final = (960, 640)
_GROUNDS: Final = (
    ("#2b2150", "#0e0b16"),
    ("#3a1f4d", "#140d24"),
    ("#1d2a55", "#0d0f1f"),
    ("#402036", "#150b16"),
)
_DARK: Final = "#171327"
_LAMP: Final = "#ffe9c4"


def draw(key: str, category: str) -> bytes:
    """A PNG of `SIZE` for a programme (its key) of a category (its slug)."""
    # the numbers decide shapes, no secret
    dice = Random(blake2b(key.encode(), digest_size=8).digest())
    image = _sky(dice)
    hue = colour_of(category)
    dice.choice(_SCENES)(image, dice, hue)
    written = io.BytesIO()
    image.save(written, "PNG", compress_level=1)  # read again at once
    return written.getvalue()


def _sky(dice: Random) -> Image.Image:
    top, bottom = dice.choice(_GROUNDS)
    column = Image.linear_gradient("L").resize((1, SIZE[1]))
    upper, lower = (Image.new("RGB", (1, SIZE[1]), colour) for colour in (top, bottom))
    image = Image.composite(lower, upper, column).resize(SIZE)
    pen = ImageDraw.Draw(image, "RGBA")
    for _ in range(60):
        x, y, r = dice.randrange(SIZE[0]), dice.randrange(SIZE[1] // 2), dice.choice((1, 1, 2))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, 255, dice.randrange(40, 150)))
    return image


def _lay(
    image: Image.Image, colour: str, strength: int, shape: Callable[[ImageDraw.ImageDraw], None]
) -> None:
    """Paint a shape with smooth edges: drawn twice as large, then made smaller."""
    veil = Image.new("L", (SIZE[0] * 2, SIZE[1] * 2))
    shape(ImageDraw.Draw(veil))
    veil = veil.reduce(2).point(lambda value: value * strength // 255)
    image.paste(Image.new("RGB", SIZE, colour), mask=veil)


def _polygon(points: Sequence[tuple[float, float]]) -> Shape:
    return lambda pen: pen.polygon(points, fill=255)


def _box(left: float, top: float, right: float, bottom: float) -> Shape:
    return lambda pen: pen.rectangle((left, top, right, bottom), fill=255)


def _disc(x: float, y: float, r: float) -> Shape:
    return lambda pen: pen.ellipse((x - r, y - r, x + r, y + r), fill=255)


def _stage(image: Image.Image, dice: Random, hue: str) -> None:
    """Beams from above onto a stage."""
    for index in range(5):
        top, foot = 200 + index * 380 + dice.randrange(-80, 80), 260 + index * 360 + dice.randrange(-200, 200)
        beam = [(top - 14, 0), (top + 14, 0), (foot + 150, 1080), (foot - 150, 1080)]
        _lay(image, hue, 70 if index % 2 else 110, _polygon(beam))
    _lay(image, _DARK, 255, _box(0, 1080, 1920, 1280))
    _lay(image, hue, 220, _box(0, 1074, 1920, 1084))


def _moon(image: Image.Image, dice: Random, hue: str) -> None:
    """A moon over hills."""
    x, y, r = dice.randrange(400, 1500), dice.randrange(240, 520), dice.randrange(130, 220)
    _lay(
        image,
        hue,
        60,
        _disc(x, y, r * 1.5),
    )
    _lay(image, hue, 235, _disc(x, y, r))
    for layer in range(3):
        base, swing, step = 820 + layer * 130, 60 + dice.randrange(50), dice.uniform(0.002, 0.005)
        shift = dice.uniform(0, 6)
        hill = [
            (0, 1280),
            *((at, base + swing * math.sin(at * step + shift)) for at in range(0, 1921, 24)),
            (1920, 1280),
        ]
        _lay(
            image,
            (hue, "#211b38", _DARK)[layer],
            (70, 230, 255)[layer],
            _polygon(hill),
        )


def _street(image: Image.Image, dice: Random, hue: str) -> None:
    """A street at night with lit windows."""
    at = -40
    while at < 1920:
        wide, high = dice.randrange(150, 300), dice.randrange(360, 860)
        _lay(
            image,
            _DARK,
            245,
            _box(at, 1280 - high, at + wide, 1280),
        )
        panes = [
            (column, row)
            for column in range(at + 26, at + wide - 46, 62)
            for row in range(1280 - high + 40, 1220, 90)
            if dice.random() < 0.4
        ]
        colour = hue if dice.random() < 0.6 else _LAMP

        def lit(pen: ImageDraw.ImageDraw, panes: list[tuple[int, int]] = panes) -> None:
            for x, y in panes:
                pen.rectangle((x, y, x + 30, y + 44), fill=255)

        _lay(image, colour, 220, lit)
        at += wide + dice.choice((0, 12, 30))


def _lamps(image: Image.Image, dice: Random, hue: str) -> None:
    """A string of lamps, and rings of light on water."""

    def string(pen: ImageDraw.ImageDraw) -> None:
        for sag in (300, 470):
            points = [(at, sag - 120 + 160 * math.sin(at / 1920 * math.pi)) for at in range(0, 1921, 16)]
            pen.line(points, fill=110, width=5)
            for at, y in points[4::9]:
                pen.ellipse((at - 22, y, at + 22, y + 44), fill=255)

    def rings(pen: ImageDraw.ImageDraw) -> None:
        for index in range(6):
            x, y, r = (
                160 + index * 320 + dice.randrange(-60, 60),
                dice.randrange(860, 1180),
                dice.randrange(60, 190),
            )
            for part in (1.0, 0.66, 0.33):
                pen.ellipse(
                    (x - r * part, y - r * part * 0.3, x + r * part, y + r * part * 0.3), outline=255, width=8
                )

    _lay(image, _DARK, 170, _box(0, 780, 1920, 1280))
    _lay(image, hue, 190, rings)
    _lay(image, _LAMP, 235, string)


def _record(image: Image.Image, dice: Random, hue: str) -> None:
    """Circles within circles, and three slashes across: the wordmark's."""
    x, y = dice.randrange(700, 1300), dice.randrange(520, 760)

    def grooves(pen: ImageDraw.ImageDraw) -> None:
        for r in range(480, 90, -40):
            pen.ellipse((x - r, y - r, x + r, y + r), outline=255, width=dice.choice((4, 6, 12)))

    def slashes(pen: ImageDraw.ImageDraw) -> None:
        for index in range(3):
            left = 180 + index * 150
            pen.line((left, 1180, left + 210, 560), fill=255, width=52)

    _lay(image, hue, 130, grooves)
    _lay(image, hue, 230, _disc(x, y, 90))
    _lay(image, "#b98cff", 235, slashes)


_SCENES: Final = (_stage, _moon, _street, _lamps, _record)
