"""Makes a picture of an event safe and small.

Free of Django and network. It is verified and decoded (pipeline.pictures), and rendered in a few widths. The
original bytes are never stored or served.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import imagehash
from PIL import Image, features

from pipeline.pictures import decoded

#: The widths in pixels: a card on a high-density screen, a page on a phone, a page and a preview elsewhere.
WIDTHS: Final = (320, 720, 1280)
_WIDE: Final = 16 / 9
_QUALITY: Final = {"webp": 78, "avif": 55}
_AVIF_SPEED: Final = 8  # 0 is slow and small, 10 fast; 8 costs a third of 6 for a twentieth more bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendition:
    """One file. `format` is its extension and, after `image/`, its media type; sizes in pixels."""

    format: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A verified picture.

    Its upright size in pixels, SHA-256 of the original bytes (hex), a perceptual hash of 64 bits (hex;
    similar pictures differ in few bits), and its renditions, the smallest first.
    """

    width: int
    height: int
    content_hash: str
    perceptual_hash: str
    renditions: tuple[Rendition, ...]


def read_picture(content: bytes, *, focus: int | None = None) -> Picture:
    """Decode `content` completely and render it again.

    With `focus` it is cut to 16:9: of the longer side the part is kept that lies so many hundredths of what is cut from the left
    or the top. Raises PictureRefused for anything that is no picture, is broken, too large, too small or too elongated.
    """
    image, cut = decoded(content), b""
    if focus is not None:
        image, cut = _wide(image, focus), f" 16:9 {focus}".encode()
    return Picture(
        width=image.width,
        height=image.height,
        content_hash=hashlib.sha256(content + cut).hexdigest(),
        perceptual_hash=perceptual_hash(image),
        renditions=tuple(_renditions(image)),
    )


def perceptual_hash(image: Image.Image) -> str:
    """64 bits (hex); of similar pictures few bits differ."""
    return str(imagehash.phash(image.convert("L")))


def formats() -> tuple[str, ...]:
    """The output formats, the smallest files first: AVIF if this Pillow supports it, and WebP."""
    return ("avif", "webp") if features.check("avif") else ("webp",)


def _wide(image: Image.Image, focus: int) -> Image.Image:
    """The largest part of the picture that is 16:9, where `focus` (0 to 100) puts it."""
    width = min(image.width, round(image.height * _WIDE))
    height = min(image.height, round(image.width / _WIDE))
    left, top = (image.width - width) * focus // 100, (image.height - height) * focus // 100
    return image.crop((left, top, left + width, top + height))


def _renditions(image: Image.Image) -> Iterator[Rendition]:
    """Yield the renditions. None is larger than the picture; one below the smallest width keeps its size."""
    for width in [width for width in WIDTHS if width < image.width] + (
        [image.width] if image.width <= WIDTHS[-1] else []
    ):
        height = max(1, round(image.height * width / image.width))
        small = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
        for name in formats():
            buffer = io.BytesIO()
            options = {"speed": _AVIF_SPEED} if name == "avif" else {"method": 4}
            small.save(buffer, name.upper(), quality=_QUALITY[name], exif=b"", icc_profile=None, **options)
            yield Rendition(format=name, width=width, height=height, content=buffer.getvalue())
