"""Reads the photos that people send, and tells which look alike. Free of Django and network.

What is kept is drawn anew from the pixels, at most `SIDE` each way: without EXIF, GPS, XMP, profiles, comments, further frames,
transparent parts, and whatever a file had behind its picture.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

from galleries.records import MAX_BYTES
from pipeline.pictures import PictureRefused, decoded

#: The most pixels each way that are kept.
SIDE: Final = 1600
#: How the formats begin that people may send. HEIC has no decoder here; phones send JPEG where a page asks for it.
_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_QUALITY: Final = 90
_BITS: Final = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """A photo as it is kept while it waits: a WebP, its size in pixels, and the SHA-256 (hex) of its pixels before they were compressed.

    The same picture has the same `pixel_hash`, whatever else was in its file, on the same version of the decoder.
    """

    content: bytes
    width: int
    height: int
    pixel_hash: str


def read_photo(content: bytes) -> Read:
    """Decode what was sent, and draw it anew. Raises PictureRefused with the reason."""
    if len(content) > MAX_BYTES:
        raise PictureRefused(f"more than {MAX_BYTES // 1024**2} MB")
    if not content.startswith(_BEGINNINGS):
        raise PictureRefused("no JPEG, PNG or WebP")
    image = decoded(content)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    image = _opaque(image)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=None)
    pixels = hashlib.sha256(f"{image.width}x{image.height} ".encode() + image.tobytes()).hexdigest()
    return Read(content=buffer.getvalue(), width=image.width, height=image.height, pixel_hash=pixels)


def look_of(content: bytes) -> int:
    """The perceptual hash of a kept photo as a signed number of 64 bits: of pictures that look alike, few bits differ.

    It loads numpy: for workers.
    """
    from events.pictures import perceptual_hash

    number = int(perceptual_hash(decoded(content)), 16)
    return number - 2**_BITS if number >= 2 ** (_BITS - 1) else number


def _opaque(image: Image.Image) -> Image.Image:
    """On white where it was transparent: what lies behind transparent parts may be what somebody meant to hide."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground
