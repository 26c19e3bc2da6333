"""From where visitors came: one word of a bounded set, whatever is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.enums import VisitSource
from events.visit_sources import source_of

OWN = ("www.nocturne.example",)


@pytest.mark.parametrize(
    ("host", "word"),
    [
        ("", "direct"),
        ("embed", "embed"),
        ("nocturne.example", "own"),
        ("www.google.com", "search"),
        ("www.google.co.in", "search"),
        ("google.de", "search"),
        ("duckduckgo.com", "search"),
        ("mail.google.com", "mail"),
        ("l.facebook.com", "facebook"),
        ("lm.facebook.com", "facebook"),
        ("out.reddit.com", "reddit"),
        ("t.co", "x"),
        ("pinterest.fr", "pinterest"),
        ("www.pinterest.co.uk", "pinterest"),
        ("notfacebook.com", "other"),
        ("facebook.com.evil.example", "other"),
        ("google.evil.example", "other"),
        ("someones-blog.example", "other"),
    ],
)
def test_a_host_is_a_word(host, word):
    assert source_of(host, own=OWN) == word


@pytest.mark.parametrize(
    ("tag", "word"),
    [
        ("newsletter", "mail"),
        ("Facebook", "facebook"),
        ("embed", "embed"),
        ("ig", "instagram"),
        ("anna@example.org", "other"),
    ],
)
def test_a_tag_goes_before_the_host(tag, word):
    assert source_of("www.google.com", tag, own=OWN) == word


@given(st.text(max_size=100), st.text(max_size=40))
def test_whatever_is_sent_is_one_of_the_words(host, tag):
    assert source_of(host, tag, own=OWN) in VisitSource
