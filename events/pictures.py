"""Makes a picture from outside safe and small.

Free of Django and network. It is verified, rotated upright, and rendered without EXIF and profiles, in a few
widths. The original bytes are never stored or served. SVG is a program, not a picture, and is refused.
"""

import hashlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import imagehash
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

#: Accepted formats; all others are refused.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # a phone's MPO opens as the JPEG that it begins with
#: A picture with more pixels is a bomb or a giant poster: 40 megapixels take 160 MB decoded.
MAX_PIXELS: Final = 40_000_000
#: A narrower or lower picture is an icon or a tracking pixel.
LEAST: Final = 100
#: The widths in pixels: a card on a high-density screen, a page on a phone, a page and a preview elsewhere.
WIDTHS: Final = (320, 720, 1280)
#: A banner with a larger aspect ratio is unreadable on a card.
MOST_STRETCHED: Final = 6

_QUALITY: Final = {"webp": 78, "avif": 55}
_AVIF_SPEED: Final = 8  # 0 is slow and small, 10 fast; 8 costs a third of 6 for a twentieth more bytes


class PictureRefused(Exception):
    """The bytes are no picture that can be shown. The message gives the reason."""


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


def read_picture(content: bytes) -> Picture:
    """Decode `content` completely and render it again.

    Raises PictureRefused for anything that is no picture, is broken, too large, too small or too elongated.
    """
    image = _decoded(content)
    return Picture(
        width=image.width,
        height=image.height,
        content_hash=hashlib.sha256(content).hexdigest(),
        perceptual_hash=str(imagehash.phash(image.convert("L"))),
        renditions=tuple(_renditions(image)),
    )


def formats() -> tuple[str, ...]:
    """The output formats, the smallest files first: AVIF if this Pillow supports it, and WebP."""
    return ("avif", "webp") if features.check("avif") else ("webp",)


def _decoded(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                _refuse_size(opened.width, opened.height)
                opened.load()  # the first frame of an animation
                upright = ImageOps.exif_transpose(opened)
                return _in_srgb(upright)
    except PictureRefused:
        raise
    except UnidentifiedImageError as error:
        raise PictureRefused("not a picture of a known format") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise PictureRefused("too many pixels") from error
    # decoders raise many kinds of errors on hostile bytes: OSError, SyntaxError, struct.error, OverflowError,
    # …
    except Exception as error:
        raise PictureRefused("broken picture") from error


def _refuse_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise PictureRefused(f"too many pixels: {width} x {height}")
    if min(width, height) < LEAST:
        raise PictureRefused(f"too small: {width} x {height}")
    if max(width, height) > MOST_STRETCHED * min(width, height):
        raise PictureRefused(f"too stretched: {width} x {height}")


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in sRGB, with or without transparency.

    Its own profile is applied and removed, since browsers would otherwise need it.
    """
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
            converted = None  # a broken profile: keep the colours unchanged
        image = converted or image
    return image.convert(wanted)


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
