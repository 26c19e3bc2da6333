"""A picture from outside as a small square; its decoding is tested with events' pictures."""

import io

import pytest
from PIL import Image

from pipeline.pictures import PictureRefused, square


def test_the_middle_of_a_picture_is_taken():
    image = Image.new("RGB", (600, 200), "red")
    image.paste("blue", (200, 0, 400, 200))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    with Image.open(io.BytesIO(square(buffer.getvalue(), 100))) as made:
        assert (made.format, made.size) == ("WEBP", (100, 100))
        assert {made.convert("RGB").getpixel(at)[2] > 200 for at in ((2, 50), (50, 50), (97, 50))} == {True}


def test_no_square_is_made_of_other_bytes():
    with pytest.raises(PictureRefused):
        square(b"GIF89a", 100)
