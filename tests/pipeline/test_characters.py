"""Normalizing and unescaping of outside text."""

import unicodedata

import pytest

from pipeline.characters import MOST_MARKS, normalize, unescape
from tests.hostile.measure import first_slow
from tests.hostile.texts import Attack


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_marks_in_a_row_cost_no_more_than_letters(form: str) -> None:
    attacks = [
        Attack("a", "\u0301\u0316"),
        Attack("a", "\u0301", "", "\u0316"),
        Attack("", "\uff9e\u0301"),
        Attack("", "\u0f73\u0316"),
        Attack("", "\U0001d165\u0301"),
    ]

    assert first_slow(lambda text: normalize(form, text), attacks, 100_000) is None


def test_marks_beyond_what_languages_use_are_left_out() -> None:
    zalgo = "a" + "\u0301" * 300 + "b"

    assert normalize("NFD", zalgo) == "a" + "\u0301" * MOST_MARKS + "b"


def test_ordinary_text_is_normalized_as_ever() -> None:
    text = "Café Zürich – ½ ﬁne संगीत समारोह 音楽ｶﾞ 🎵" * 20

    assert normalize("NFKD", text) == unicodedata.normalize("NFKD", text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&#" + "9" * 5_000 + ";b", "\ufffdb"),
        ("&#" + "0" * 40 + "65;", "A"),
        ("a &amp; b", "a & b"),
        ("a&", "a&"),
    ],
)
def test_a_reference_of_any_length_is_unescaped(text: str, plain: str) -> None:
    assert unescape(text) == plain
