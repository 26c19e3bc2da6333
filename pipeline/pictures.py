"""Decodes a picture from outside safely. Free of Django and network.

It is verified and rotated upright, and loses EXIF and profiles. SVG is a program, not a picture, and is
refused.
"""

import io
import warnings
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

#: Accepted formats; all others are refused.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # a phone's MPO opens as the JPEG that it begins with
#: A picture with more pixels is a bomb or a giant poster: 40 megapixels take 160 MB decoded.
MAX_PIXELS: Final = 40_000_000
#: A narrower or lower picture is an icon or a tracking pixel.
LEAST: Final = 100
#: A banner with a larger aspect ratio is unreadable on a card.
MOST_STRETCHED: Final = 6


class PictureRefused(Exception):
    """The bytes are no picture that can be shown. The message gives the reason."""


def decoded(content: bytes) -> Image.Image:
    """The picture, upright and in sRGB.

    Raises PictureRefused for anything that is no picture, is broken, too large, too small or too elongated.
    """
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


def square(content: bytes, side: int) -> bytes:
    """The middle of the picture as a WebP of `side` pixels each way. Raises PictureRefused."""
    buffer = io.BytesIO()
    middle = ImageOps.fit(decoded(content), (side, side), Image.Resampling.LANCZOS)
    middle.save(buffer, "WEBP", quality=82, method=4, exif=b"", icc_profile=None)
    return buffer.getvalue()


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
