"""Pictures from outside: what is decoded, what is refused, and the result."""

import io
from typing import Any

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from events.pictures import WIDTHS, formats, read_picture
from pipeline.pictures import PictureRefused


def drawn(width: int = 900, height: int = 600, *, seed: int = 1, mode: str = "RGB") -> Image.Image:
    """Soft blobs, different for each seed."""
    small = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_each_width_is_written_in_each_format(kind: str) -> None:
    picture = read_picture(encoded(drawn(), kind))
    assert (picture.width, picture.height) == (900, 600)
    assert {(one.format, one.width) for one in picture.renditions} == {
        (name, width) for name in formats() for width in (320, 720, 900)
    }
    for one in picture.renditions:
        with Image.open(io.BytesIO(one.content)) as again:
            assert again.format == one.format.upper()
            assert again.size == (one.width, one.height)


def test_what_is_larger_than_the_largest_width_is_not_kept_in_full() -> None:
    assert max(one.width for one in read_picture(encoded(drawn(3000, 1500))).renditions) == WIDTHS[-1]


def test_a_small_one_keeps_its_size() -> None:
    assert {one.width for one in read_picture(encoded(drawn(200, 150))).renditions} == {200}


def test_exif_is_applied_and_taken_out() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "A camera that knows its owner"
    exif.get_ifd(0x8825)[2] = (12.0, 58.0, 0.0)  # where it was taken
    content = encoded(drawn(), exif=exif)
    assert b"knows its owner" in content
    picture = read_picture(content)
    assert (picture.width, picture.height) == (600, 900)
    for one in picture.renditions:
        assert b"knows its owner" not in one.content
        with Image.open(io.BytesIO(one.content)) as again:
            assert not again.getexif()
            assert "icc_profile" not in again.info


def test_transparency_stays() -> None:
    image = drawn(400, 300, mode="RGBA")
    image.putalpha(0)
    with Image.open(io.BytesIO(read_picture(encoded(image, "PNG")).renditions[-1].content)) as again:
        assert again.convert("RGBA").getchannel("A").getextrema() == (0, 0)


def test_a_picture_is_known_again_in_another_size_and_format() -> None:
    one, same, other = (
        imagehash.hex_to_hash(read_picture(content).perceptual_hash)
        for content in (
            encoded(drawn()),
            encoded(drawn(450, 300), "WEBP", quality=60),
            encoded(drawn(seed=2)),
        )
    )
    assert one - same <= 4
    assert one - other > 12


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not a picture"),
        (b"<html>not here</html>", "not a picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "not a picture"),
        (encoded(drawn())[:5000], "broken"),
        (encoded(drawn(1, 1), "GIF"), "too small: 1 x 1"),
        (encoded(drawn(2000, 120)), "too stretched"),
        (encoded(Image.new("L", (9000, 9000)), "PNG"), "too many pixels"),
        (encoded(drawn(), "TIFF"), "not a picture"),
    ],
)
def test_what_is_no_picture_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(PictureRefused, match=reason):
        read_picture(content)


@settings(max_examples=60)
@given(st.integers(0, 20_000), st.binary(min_size=1, max_size=40))
def test_hostile_bytes_are_refused_and_nothing_else(position: int, noise: bytes) -> None:
    content = bytearray(encoded(drawn(160, 120), "PNG" if position % 2 else "JPEG"))
    at = position % len(content)
    content[at : at + len(noise)] = noise
    try:
        picture = read_picture(bytes(content))
    except PictureRefused:
        return
    assert picture.renditions
