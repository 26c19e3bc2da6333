"""Makes a picture from outside safe and small: verified, turned upright, without EXIF and profiles, in a few
widths. Free of Django and network.

Only what Pillow decodes goes on: the bytes that came are never stored or served. SVG is a program, not a
picture, and is refused.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import imagehash
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

#: What is decoded; everything else is refused.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # a phone's MPO opens as the JPEG that it begins with
#: More pixels than this (width times height) are a bomb or a poster for a wall: 40 megapixels are 160 MB
#: decoded.
MAX_PIXELS: Final = 40_000_000
#: A picture narrower or lower than this is an icon or a tracker's pixel.
LEAST: Final = 100
#: Widths in pixels that are made: a card on a sharp screen, a page on a phone, a page and a preview
#: elsewhere.
WIDTHS: Final = (320, 720, 1280)
#: A banner longer than so many times its height says nothing on a card.
MOST_STRETCHED: Final = 6

_QUALITY: Final = {"webp": 78, "avif": 55}
_AVIF_SPEED: Final = 8  # 0 is slow and small, 10 fast; 8 costs a third of 6 for a twentieth more bytes


class PictureRefused(Exception):
    """The bytes are no picture that can be shown; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendition:
    """One file: `format` is its ending and, after `image/`, its media type; sizes in pixels."""

    format: str
    width: int
    height: int
    content: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A verified picture: its upright size in pixels, SHA-256 of the bytes as they came (hex), a perceptual
    hash of 64 bits (hex; alike pictures differ in few bits), and its renditions, the smallest first."""

    width: int
    height: int
    content_hash: str
    perceptual_hash: str
    renditions: tuple[Rendition, ...]


def read_picture(content: bytes) -> Picture:
    """Decode `content` wholly and render it anew. Raises PictureRefused for what is no picture, is broken,
    too large, too small or too stretched."""
    image = _decoded(content)
    return Picture(
        width=image.width,
        height=image.height,
        content_hash=hashlib.sha256(content).hexdigest(),
        perceptual_hash=str(imagehash.phash(image.convert("L"))),
        renditions=tuple(_renditions(image)),
    )


def formats() -> tuple[str, ...]:
    """The formats that are written, the smallest files first: AVIF where this Pillow can, and WebP, which
    every browser reads."""
    return ("avif", "webp") if features.check("avif") else ("webp",)


def _decoded(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                _refuse_size(opened.width, opened.height)
                opened.load()  # the first frame of what moves
                upright = ImageOps.exif_transpose(opened)
                return _in_srgb(upright)
    except PictureRefused:
        raise
    except UnidentifiedImageError as error:
        raise PictureRefused("not a picture of a known format") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PictureRefused("too many pixels") from error
    except Exception as error:  # decoders raise what they like at hostile bytes: OSError, SyntaxError, struct.error, OverflowError, …
        raise PictureRefused("broken picture") from error


def _refuse_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureRefused(f"too many pixels: {width} x {height}")
    if min(width, height) < LEAST:
        raise PictureRefused(f"too small: {width} x {height}")
    if max(width, height) > MOST_STRETCHED * min(width, height):
        raise PictureRefused(f"too stretched: {width} x {height}")


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in sRGB with or without transparency; its own profile is applied and left behind, since
    browsers would otherwise need it."""
    profile = image.info.get("icc_profile")
    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    wanted = "RGBA" if transparent else "RGB"
    if profile and image.mode == wanted:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode=wanted
            )
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a broken profile: the colours as they are
        image = converted or image
    return image.convert(wanted)


def _renditions(image: Image.Image) -> Iterator[Rendition]:
    """No width is larger than the picture itself; one that is smaller than the smallest is kept at its own
    size."""
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
