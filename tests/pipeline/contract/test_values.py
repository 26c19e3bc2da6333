"""How the values of simple fields are read and shown."""

import pytest

from pipeline.contract.values import age_range, age_words, read_age, read_text


@pytest.mark.parametrize(
    ("reported", "years"),
    [
        (18, 18),
        (0, 0),
        (12.0, 12),
        ("18", 18),
        ("18+", 18),
        ("18-", 18),
        ("0-", 0),
        ("16-99", 16),
        ("21 and over", 21),
        ("ab 16 Jahren", 16),
        ("All ages", 0),
        ("No age limit", 0),
        ("Tout public", 0),
    ],
)
def test_an_age_limit_is_read_as_publishers_write_it(reported, years):
    assert read_age(reported) == years


@pytest.mark.parametrize(
    "reported",
    ["", "Adults", "5-12", "Under 18", "6 months", "16+ (14+ with an adult)", "PG-13", "$18", "2026-12-01"]
    + ["3.5", "180", "18+" * 40, True, None, -1, 3.5, 100, float("inf"), float("nan"), ["18+"], {"min": 18}],
)
def test_what_says_no_least_age_is_none(reported):
    assert read_age(reported) is None


def test_an_age_limit_is_shown_to_readers_and_machines():
    assert [age_words(18), age_words(0), age_range(18)] == ["18+", "All ages", "18-"]


@pytest.mark.parametrize(
    ("reported", "line"),
    [("  Black \n tie ", "Black tie"), ("x" * 12, "x" * 10), (" ", None), (5, None), (None, None)],
)
def test_a_text_is_one_line_of_bounded_length(reported, line):
    assert read_text(10)(reported) == line
