"""A description without tags, and back."""

import pytest

from pipeline.text.readable import from_readable, readable
from pipeline.text.sanitize import rich

PAIRS = [
    ("<p>One</p>\n<p>Two</p>", "One\n\nTwo"),
    ("<p>A<br>B</p>", "A\nB"),
    ("<p>Doors <b>at 8</b>, <i>late</i></p>", "Doors **at 8**, *late*"),
    ("<p>Before</p><ul><li>One</li><li>Two</li></ul><p>After</p>", "Before\n\n- One\n- Two\n\nAfter"),
    ('<p>See <a href="https://a.example/b_c">the page</a>.</p>', "See [the page](<https://a.example/b_c>)."),
    ("<p>1. Tea &amp; cake * 2, x_y &lt;3</p>", "1\\. Tea & cake \\* 2, x_y <3"),
    ("", ""),
]


@pytest.mark.parametrize(("markup", "text"), PAIRS)
def test_a_description_is_read_without_tags_and_stored_as_before(markup, text):
    assert readable(markup) == text
    back = rich(from_readable(text), limit=9000)
    assert readable(back) == text


def test_words_are_never_lost_to_signs():
    assert readable("<p>So<b> loud </b>here</p>") == "So loud here"


def test_written_html_stays_html():
    assert rich(from_readable("<p>One</p>"), limit=900) == "<p>One</p>"
