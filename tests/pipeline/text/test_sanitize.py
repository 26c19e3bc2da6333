import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.sanitize import clipped, http_url, lines, plain, rich

PIECES = [
    "<p>", "</p>", "<br>", "<b>", "</b>", "<script>", "</script>", "&amp;", "&lt;", "&gt;", "&amp;lt;", "<div>", "</div>", '<a href="http://x.y">', "</a>",
    '<a href="javascript:alert(1)">', "\n", "\n\n", "x", "Ã©", "é", "\u202e", "\x00", "<img src=x onerror=alert(1)>", "<svg onload=1>", "<", ">", "&", '"', "'",
    "**x**", "[a](https://x.y/_z)", "\\*", "_y_", "\n## ",
    "&#60;", "&nbsp;", " ", "<ul>", "<li>", "</ul>", "<h1>", "<td>", "<!--", "-->", "amp;", "lt;", "<i", "b>", "<style>", "<math><mtext>", "<textarea>",
]  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=25).map("".join)


@given(hostile)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert lines(lines(text)) == lines(text)
    assert http_url(http_url(text)) == http_url(text)
    assert rich(rich(text, limit=2000), limit=2000) == rich(text, limit=2000)


@given(hostile)
def test_nothing_executable_is_left(text: str) -> None:
    safe = rich(text, limit=2000).lower()
    assert "<script" not in safe
    assert "<svg" not in safe
    assert "<img" not in safe
    assert 'href="javascript' not in safe
    assert "\x00" not in safe


@given(hostile, st.integers(40, 200))
def test_a_description_stays_within_its_limit(text: str, limit: int) -> None:
    assert len(rich(text * 5, limit=limit)) <= limit


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("  Jazz \n night ", "Jazz night"),
        ("Rock &amp;amp; Roll", "Rock & Roll"),
        ("<b>Jazz</b> night<script>alert(1)</script>", "Jazz night"),
        ("CafÃ© del Mar", "Café del Mar"),
        ("It\u2019s \u202eevil\u202c\x00", "It\u2019s evil"),
        ("I <3 you, R&D, AT&T", "I <3 you, R&D, AT&T"),
        ("Rock&region", "Rock&region"),
        ("\ud800lone", "lone"),
        ("नमस्ते\u200d क", "नमस्ते\u200d क"),
    ],
)
def test_plain(dirty: str, clean: str) -> None:
    assert plain(dirty) == clean


def test_lines_keeps_line_ends() -> None:
    assert lines("Blue Note<br>131 W 3rd St\n\nNew  York") == "Blue Note\n131 W 3rd St\nNew York"


@given(st.text(st.sampled_from("aB1 \t\n\x00&</>;.é")))
def test_the_short_way_for_plain_texts_ends_where_the_long_one_does(text: str) -> None:
    assert plain(text) == plain(f"\u00a0{text}")


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("One.\n\nTwo\nthree", "<p>One.</p><p>Two<br>three</p>"),
        ("&lt;p&gt;Escaped as a whole&lt;/p&gt;", "<p>Escaped as a whole</p>"),
        ("<p>Caf&amp;eacute;</p>", "<p>Café</p>"),
        ("<div>a</div><div>b</div>", "<p>a<br><br>b</p>"),
        ('<p onclick="x()">Hi <em>you</em></p>', "<p>Hi <em>you</em></p>"),
        ("5 < 6 & 7", "<p>5 &lt; 6 &amp; 7</p>"),
        ("<p>use &lt;script&gt;</p>", "<p>use &lt;script&gt;</p>"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_rich(dirty: str, clean: str) -> None:
    assert rich(dirty, limit=1000) == clean


def test_rich_keeps_safe_links_only() -> None:
    kept = rich(
        '<p><a href="https://a.b/c" target=_top>x</a> <a href="javascript:alert(1)">y</a> <a href="mailto:a@b.c">z</a></p>',
        limit=1000,
    )
    assert kept == (
        '<p><a href="https://a.b/c" rel="nofollow noopener">x</a> <a rel="nofollow noopener">y</a> '
        '<a href="mailto:a@b.c" rel="nofollow noopener">z</a></p>'
    )


@pytest.mark.parametrize(
    "piece", ["<b>", "<b><i>", "&amp;", "<", "<!--", "<script>", "<p><br> ", "Ã©", "\n", "<ul><li>"]
)
def test_hostile_repetition_does_not_take_long(piece: str) -> None:
    begun = time.process_time()
    rich(piece * 20_000 + "x", limit=20_000)
    plain(piece * 400 + "x")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        (" https://example.org/a?b=1&amp;c=2 ", "https://example.org/a?b=1&c=2"),
        ("//example.org/x", "https://example.org/x"),
        ("www.example.org", "https://www.example.org"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
        ("https://user:pw@example.org/", ""),
        ("https://INTERNAL\\@example.org/", ""),
        ("https://[::1", ""),
        ("https://example.org:99999/", ""),
        ("https://example.org/" + "x" * 2000, ""),
        ("ftp://example.org/", ""),
    ],
)
def test_http_url(dirty: str, clean: str) -> None:
    assert http_url(dirty) == clean


def test_clipped_cuts_at_a_space() -> None:
    assert clipped("one two three", 10) == "one two…"
    assert clipped("short", 10) == "short"


def test_words_in_angle_brackets_that_are_no_tags_keep_their_letters() -> None:
    assert plain("c't <webdev>") == "c't webdev"
    assert plain("Tour &lt;Reverie&gt; in México") == "Tour Reverie in México"
    assert plain("<b>Jazz</b> <script>alert(1)</script> <img src=x onerror=y>") == "Jazz"


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        (
            "**Agenda:**\n\\- Talk by [Ana_M](https://a.example/x_y_z)\n\n## Where\nCall [0123](tel:+490123).",
            '<p><strong>Agenda:</strong><br>- Talk by <a href="https://a.example/x_y_z" rel="nofollow noopener">Ana_M</a></p>'
            "<p><strong>Where</strong></p><p>Call 0123.</p>",
        ),
        (
            "***Please*** come, *really*: ![map](https://a.example/m.png)\\* **1 < 2**",
            "<p><em><strong>Please</strong></em> come, <em>really</em>: * <strong>1 &lt; 2</strong></p>",
        ),
        ("2 * 3 * 4 and snake_case_names, # 1 in town", "<p>2 * 3 * 4 and snake_case_names, # 1 in town</p>"),
        ("**Line-up**\n\n* Ana\n* Ben", "<p><strong>Line-up</strong></p><ul><li>Ana</li><li>Ben</li></ul>"),
        ("**x** [a](javascript:alert)", "<p><strong>x</strong> [a](javascript:alert)</p>"),
    ],
)
def test_markdown_in_plain_text(reported, expected):
    assert rich(reported, limit=2_000) == expected
    assert rich(expected, limit=2_000) == expected


def test_elements_of_other_vocabularies_are_not_shown():
    assert (
        rich('See <ulink xmlns:d="http://d.example" url="http://x.example/"/> and 1 < 2', limit=500)
        == "<p>See and 1 &lt; 2</p>"
    )


def test_shortcodes_are_no_text():
    assert (
        rich('[vc_row][vc_column width="1/4"]Board room [2nd floor][/vc_column][/vc_row]', limit=500)
        == "<p>Board room [2nd floor]</p>"
    )
    assert rich("Board room [vc_column...", limit=500) == "<p>Board room</p>"
    assert rich("A [gallery talk]", limit=500) == "<p>A [gallery talk]</p>"
    assert rich('Bring a [video] camera [gallery ids="1,2"]', limit=500) == "<p>Bring a [video] camera</p>"


@pytest.mark.parametrize(
    "nested", ["&" + "amp;" * 15_000, "&#5&#5&#5&#5&#4" * 100 + "8" + ";" * 500, "<b" * 400 + ">" * 400]
)
def test_what_is_escaped_or_nested_without_end_leaves_no_markup(nested: str) -> None:
    assert plain(plain(nested)) == plain(nested)
    assert not any(mark in plain(nested) for mark in ("&amp;", "&#", "<b"))


def test_markup_that_nobody_wrote_loses_its_tags_and_keeps_its_words() -> None:
    assert "ul" not in rich("<ul><li>jazz " * 2_000, limit=20_000)
    assert rich("<ul><li>jazz</li></ul>" * 60, limit=20_000).count("<ul>") == 60
    assert rich("&lt;ul&gt;&lt;li&gt;jazz " * 400, limit=20_000).startswith("<p>jazz")


def test_a_comment_is_left_out_whatever_stands_in_it() -> None:
    assert plain("a <!-- <b>x</b> <!-- --> b <!-- open") == "a b <!-- open"


@pytest.mark.parametrize("start", ["", "(", "Kalender:", "//", "feeds://", "siehe "])
def test_a_secret_address_goes_whatever_stands_before_it(start: str) -> None:
    reported = f"{start}calendar.google.com/calendar/ical/me/private-9f8e7d6c5b4a39281706f5e4d3c2b1a0/basic.ics today"
    assert "9f8e" not in plain(reported) + rich(reported, limit=500)
    assert (
        plain("open at venue.example/private-events/ today") == "open at venue.example/private-events/ today"
    )


@pytest.mark.parametrize(
    "address",
    [
        "https:\\\\joe:pw@a.org/",
        "https:joe:pw@a.org/",
        "https://a.org/pri\tvate-9f8e7d6c5b4a39281706f5e4d3c2b1a0/basic.ics",
    ],
)
def test_a_link_is_looked_at_as_browsers_read_it(address: str) -> None:
    assert (
        rich(f'<p>go <a href="{address}">there</a></p>', limit=500)
        == '<p>go <a rel="nofollow noopener">there</a></p>'
    )


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("<b>", "</b>"),
        ('<a href="https://a.org/">', "</a>"),
        ("<!-- x -->", ""),
        ("&lt;em&gt;", "&lt;/em&gt;"),
    ],
)
def test_markup_within_a_secret_address_does_not_hide_it(opens: str, closes: str) -> None:
    reported = f"<p>see https://calendar.google.com/calendar/ical/me/private-{opens}9f8e7d6c5b4a39281706f5e4d3c2b1a0{closes}/basic.ics</p>"
    assert (plain(reported), rich(reported, limit=500)) == ("see", "<p>see</p>")
    assert (
        rich("<p>a/<b>b</b> https://a.org/<i>c</i></p>", limit=500)
        == "<p>a/<b>b</b> https://a.org/<i>c</i></p>"
    )


def test_signs_that_browsers_encode_are_encoded():
    assert http_url("https://example.org/M.aspx?Options=info|&x={1}") == (
        "https://example.org/M.aspx?Options=info%7C&x=%7B1%7D"
    )


def test_signs_in_a_host_are_no_address():
    assert http_url("https://exa|mple.org/") == ""


def test_an_address_keeps_its_letters_as_they_are_written() -> None:
    written = "https://example.org/Me\u0301xico_\u00c3\u00a9.jpg"
    assert http_url(written) == written
