"""Bytes to text, limits, URLs and the window, for all connectors."""

import codecs
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.connector import FetchParams
from pipeline.contract.raw import RawPayload
from pipeline.dates.window import Window
from pipeline.text.decoding import (
    MAX_ID,
    MAX_URL,
    bounded_id,
    clip,
    decode,
    decode_payload,
    http_url,
    strip_controls,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "content_type", "text", "charset"),
    [
        ("Café".encode(), "", "Café", "utf-8"),
        (codecs.BOM_UTF8 + "Café".encode(), "", "Café", "utf-8-sig"),
        ("Café".encode("utf-16"), "", "Café", "utf-16"),
        ("Café".encode("utf-32"), "", "Café", "utf-32"),
        ("Café!".encode("utf-16-le"), "", "Café!", "utf-16-le"),
        ("Café!".encode("utf-16-be"), "", "Café!", "utf-16-be"),
        ("Café".encode("latin-1"), "", "Café", "cp1252"),
        ("Café".encode("latin-1"), "text/calendar; charset=utf-8", "Café", "cp1252"),
        ("Café".encode(), "text/calendar; charset=iso-8859-1", "Café", "utf-8"),
        ("Кафе".encode("koi8-r"), 'text/html; charset="KOI8-R"', "Кафе", "koi8-r"),
        ("カフェ".encode("iso2022_jp"), "text/calendar; charset=iso-2022-jp", "カフェ", "iso2022_jp"),
        ("“Café” – 5€".encode("cp1252"), "text/plain; charset=latin1", "“Café” – 5€", "cp1252"),
        (b"plain", "text/calendar; charset=zlib", "plain", "utf-8"),
        (b"Caf\xe9", "text/calendar; charset=no-such-thing", "Café", "cp1252"),
        (b"", "", "", "utf-8"),
    ],
)
def test_decode_finds_the_charset(content, content_type, text, charset):
    decoded = decode(content, content_type=content_type)

    assert (decoded.text, decoded.charset) == (text, charset)


def test_decode_believes_the_declaration_inside_xml_and_html():
    xml = '<?xml version="1.0" encoding="windows-1251"?><a>Кафе</a>'
    html = '<html><head><meta charset="windows-1251"></head>Кафе'

    assert decode(xml.encode("cp1251")).text == xml
    assert decode(html.encode("cp1251")).text == html


def test_decode_keeps_utf8_around_single_bad_bytes():
    decoded = decode("Größe für ".encode() + b"Caf\xe9")

    assert decoded.text == "Größe für Café"
    assert decoded.notes == ("bytes outside UTF-8 read as Windows-1252",)


def test_decode_removes_control_characters_and_says_so():
    decoded = decode(b"a\x00b\tc\r\n\x1b[0m")

    assert decoded.text == "ab\tc\r\n[0m"
    assert decoded.notes == ("control characters removed",)


def test_decode_payload_uses_the_content_type():
    payload = RawPayload(
        url="https://a.example/",
        content="Łódź".encode("iso8859-2"),
        content_type="text/calendar; charset=ISO-8859-2",
    )

    assert decode_payload(payload).text == "Łódź"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/calendar; charset=utf-16", "a; charset=big5", "charset=idna"]),
)
def test_decode_never_fails_and_never_gives_what_a_database_refuses(content, content_type):
    text = decode(content, content_type=content_type).text

    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text


def test_strip_controls_removes_lone_surrogates():
    assert strip_controls("a\ud800b") == "ab"


def test_clip_says_what_it_cut():
    notes: list[str] = []

    assert clip("abcdef", 3, what="title", notes=notes) == "abc"
    assert clip("abc", 3, what="title", notes=notes) == "abc"
    assert notes == ["title cut from 6 to 3 characters"]


def test_bounded_id_hashes_only_what_is_too_long():
    notes: list[str] = []

    assert bounded_id(" a\x00b ", notes=notes) == "ab"
    assert notes == []
    long = bounded_id("x" * (MAX_ID + 1), notes=notes)
    assert long.startswith("sha256:")
    assert long != bounded_id("x" * (MAX_ID + 2), notes=[])
    assert notes == [f"id of {MAX_ID + 1} characters replaced by its hash"]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (" https://a.example/x?y=1#z ", "https://a.example/x?y=1#z"),
        ("<http://a.example>", "http://a.example"),
        ("webcal://a.example/c.ics", "https://a.example/c.ics"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://user:pass@a.example/", ""),
        ("http://internal\\@public.example", ""),
        ("https://a b.example/", ""),
        ("https:///nohost", ""),
        ("http://[broken", ""),
        ("//a.example/", ""),
        ("https://a.example/" + "x" * MAX_URL, ""),
        ("", ""),
    ],
)
def test_http_url_passes_only_safe_web_addresses(text, url):
    assert http_url(text) == url


def test_window_ends_at_the_horizon():
    window = Window.of(FetchParams(now=NOW, start=NOW, end=NOW + timedelta(days=4000)))

    assert window.end == NOW + timedelta(days=400)


def test_window_holds_what_touches_it():
    window = Window(start=NOW, end=NOW + timedelta(days=1))

    assert window.holds(NOW)
    assert window.holds(NOW - timedelta(hours=3), NOW + timedelta(minutes=1))
    assert not window.holds(NOW - timedelta(hours=3))
    assert not window.holds(NOW + timedelta(days=2))


def test_window_holds_days_wherever_they_are():
    window = Window(start=NOW, end=NOW + timedelta(days=1))

    assert window.holds_day(date(2026, 11, 21))
    assert window.holds_day(date(2026, 11, 19), date(2026, 11, 21))
    assert not window.holds_day(date(2026, 11, 20))
    assert not window.holds_day(date(2026, 11, 24))
