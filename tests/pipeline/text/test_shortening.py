"""A text that is cut for people ends with a whole word."""

import pytest

from pipeline.text.shortening import shortened


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("quality 0.40 is below 0.70", 26, "quality 0.40 is below 0.70"),
        ("quality 0.40 is below 0.70", 20, "quality 0.40 is …"),
        ("the third, and more", 14, "the third …"),
        ("x" * 30, 12, "x" * 10 + " …"),
    ],
)
def test_a_text_is_cut_between_words(text, most, left):
    assert shortened(text, most) == left
    assert len(left) <= most
