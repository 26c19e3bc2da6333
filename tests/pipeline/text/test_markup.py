"""HTML becomes text in one place: tags go, entities are decoded, paragraphs stay apart."""

import pytest

from pipeline.text.markup import line_of, lines_of, text_of_html, with_lead, without_tags
from tests.hostile.measure import first_slow
from tests.hostile.texts import generic


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a<b>c</b> d", "a c  d"),
        ("1 < 2", "1 < 2"),
        ("<a <b>c", "<a  c"),
        ("a > b", "a > b"),
        ("<>a<", " a<"),
        ("", ""),
    ],
)
def test_tags_become_spaces(markup: str, text: str) -> None:
    assert without_tags(markup) == text


def test_tags_that_nothing_closes_are_looked_for_once() -> None:
    assert first_slow(without_tags, generic(), 100_000) is None


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One &amp; two</p><ul><li>three</li></ul>", "One & two three"),
        ("Rock &amp;amp; Roll", "Rock & Roll"),
        ("Rock &amp;amp;amp; Roll", "Rock & Roll"),
        ("caf&eacute;&nbsp;bar", "café bar"),
    ],
)
def test_the_words_of_markup_stand_on_one_line(markup: str, text: str) -> None:
    assert line_of(markup) == text


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("One.<br>Two.<br/>Three.", ["One.", "Two.", "Three."]),
        ("<ul><li>One</li><li>T<b>w</b>o</li></ul>", ["One", "Two"]),
        ("<h2>Title</h2>Text\nof a line<div>Next</div>", ["Title", "Text of a line", "Next"]),
    ],
)
def test_paragraphs_items_and_breaks_are_lines(markup: str, lines: list[str]) -> None:
    assert lines_of(markup).split("\n") == lines


def test_a_reference_to_no_character_is_left_out():
    assert text_of_html("<p>Jazz &#" + "1" * 5_000 + "; night</p>").split() == ["Jazz", "\ufffd", "night"]


def test_what_is_hidden_ends_where_its_own_kind_of_end_stands():
    hidden = "a<!-- <script> --> b<style>x</script></style>c<script>"
    assert text_of_html(hidden).split() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("lead", "text", "whole"),
    [
        ("Séance spéciale", "Suivie d'un échange", "Séance spéciale\n\nSuivie d'un échange"),
        ("1 < 2", "<p>A film.</p>", "<p>1 &lt; 2</p>\n<p>A film.</p>"),
        ("A film of …", "<p><b>A film</b> of the sea.</p>", "<p><b>A film</b> of the sea.</p>"),
        ("A film.", "", "A film."),
        ("", "A film.", "A film."),
    ],
)
def test_a_text_stands_below_its_lead_once(lead: str, text: str, whole: str) -> None:
    assert with_lead(lead, text) == whole
