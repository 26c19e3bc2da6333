import pytest

from pipeline.refinement.checks.links import (
    Link,
    host_hash,
    links_of,
    malicious,
    mismatched,
    shortened,
    site_of,
)
from tests.pipeline.refinement.steps.drafts import draft


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("javascript:alert(1)", "javascript"),
        ("data:text/html,hello", "data"),
        ("https://eventbrite.com@evil.example/x", "user name"),
        ("http://2130706433/", "bare address"),
        ("http://[::1]/", "bare address"),
        ("https://files.example/tickets.EXE", "program"),
        ("https://example.org:4444/", "port 4444"),
        ("https://xn--80ak6aa92e.com/", "imitates"),
        ("http://[broken/", "cannot be read"),
        ("java\tscript:alert(1)", "javascript"),
        ("http://public.example\\\\@inner.example/", "different targets"),
        ("http://0x7f.1/", "bare address"),
        ("https://www.paypal.com.verify.example/login", "imitates paypal.com"),
        ("https://paypa1.com/", "imitates paypal.com"),
        ("https://xn--pypal-4ve.com/", "imitates"),
        ("https://р\u0430ypal.com/", "imitates"),
        ("https://www.google.com/url?q=http://203.0.113.9/x", "leads on to the bare address"),
        ("https://l.facebook.com/l.php?u=javascript:alert(1)", "leads on to javascript"),
    ],
)
def test_dangerous(url, word):
    assert word in malicious(Link(url))


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=c#d",
        "https://xn--mnchen-3ya.de/",
        "http://example.org:8080/",
        "mailto:box@hall.example",
        "/tickets",
        "",
        "https://www.paypal.com/pay",
        "https://tickets.eventbrite.com/e/1",
        "https://eventbrite.co.uk/e/1",
        "https://кино.рф/",
        "https://www.google.com/url?q=https://hall.example/",
    ],
)
def test_harmless(url):
    assert malicious(Link(url)) == ""


def test_known_spam_hosts_with_what_is_below_them_and_not_with_their_neighbours():
    bad = frozenset({host_hash("spam.example"), host_hash("bad.blog.example")})
    assert "known for spam" in malicious(Link("https://a.bad.blog.example/"), bad)
    assert malicious(Link("https://good.blog.example/"), bad) == ""
    assert "known for spam" in malicious(Link("https://gate.example/?to=https://spam.example/"), bad)
    assert "known for spam" in malicious(Link("https://www.spam.example/x"), bad)
    assert malicious(Link("https://example.org/"), bad) == ""


@pytest.mark.parametrize(
    ("text", "url", "wrong"),
    [
        ("example.org", "https://www.example.org/tickets", False),
        ("www.example.org", "https://tickets.example.org", False),
        ("example.org", "https://evil.example", True),
        ("https://bbc.co.uk/news", "https://other.co.uk/news", True),
        ("example.org", "https://gate.example/?url=https%3A%2F%2Fexample.org%2Fa", False),
        ("example.org", "https://us1.list-manage.com/track/click?u=1", False),
        ("Buy tickets", "https://evil.example", False),
        ("example.org", "https://bit.ly/x", False),
        ("example.org", "mailto:a@b.example", False),
        ("Log in at www.paypal.com now", "https://evil.example/", True),
        ("bbc.co.uk", "https://www.bbc.com/news", False),
        ("paypal.com", "https://paypal.example/", True),
        ("Node.js meetup", "https://nodejs.example/", False),
    ],
)
def test_words_that_name_another_site(text, url, wrong):
    assert bool(mismatched(Link(url, text))) is wrong


def test_shorteners():
    assert shortened(Link("https://www.bit.ly/abc")) == "a link is shortened by bit.ly"
    assert shortened(Link("https://example.org/bit.ly")) == ""


def test_links_come_from_fields_anchors_and_bare_text_once():
    description = "<a href=\"https://a.example/?x=1&amp;y=2\">A <b>b</b></a> <a href='https://b.example'>b</a> and https://c.example/d. Bye https://c.example/d."
    found = links_of(draft("x", url="https://u.example", description=description).event)
    assert found == [
        Link("https://u.example"),
        Link("https://a.example/?x=1&y=2", "A b"),
        Link("https://b.example", "b"),
        Link("https://c.example/d"),
    ]


def test_a_thousand_links_are_cut():
    assert (
        len(links_of(draft("x", description=" ".join(f"https://h{n}.example" for n in range(1_000))).event))
        == 60
    )


def test_an_owner_is_one_label_below_the_public_suffix():
    owners = {
        "x.me.uk": "x.me.uk", "a.x.in.th": "x.in.th", "europages.com.ru": "europages.com.ru", "alice.github.io": "alice.github.io",
        "203.0.113.7": "203.0.113.7", "co.uk": "co.uk",
    }  # fmt: skip
    assert {host: site_of(host) for host in owners} == owners


def test_sites():
    assert [site_of(host) for host in ("a.b.example.org", "x.bbc.co.uk", "example.de", "localhost")] == [
        "example.org",
        "bbc.co.uk",
        "example.de",
        "localhost",
    ]
