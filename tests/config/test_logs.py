"""No log line contains a secret or a whole address, and no text blocks the process."""

import io
import json
import logging
from ipaddress import ip_address

import pytest
import structlog

from accounts import secrets
from config.logs import LONGEST, LONGEST_END, configure, mask, mask_text
from tests.hostile.measure import first_slow
from tests.hostile.texts import Attack, generic

TOKEN = "9f8e7d6c5b4a39281706f5e4d3c2b1a0" * 2


@pytest.fixture
def reported(settings):
    """The JSON log lines of the process during the test."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = configure(level="INFO", fmt="json", cache=False)["formatters"]["nocturne"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            **{name: value for name, value in formatter.items() if name != "()"}
        )
    )
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to reader@example.org", "mail to r…@example.org"),
        ("GET /x?token=abc&q=jazz", "GET /x?token=…&q=jazz"),
        ("redis://user:pass@host:6379/0", "redis://…@host:6379/0"),
        ("Authorization: Bearer abcdef123", "Authorization: Bearer …"),
    ],
)
def test_text_is_masked(text, shown):
    assert mask_text(text) == shown


def test_values_are_masked_by_name_and_within_lists_and_mappings():
    event = {
        "password": "x",
        "event": "sent",
        "headers": {"authorization": "y", "to": ["reader@example.org"]},
        "count": 3,
    }
    assert mask(None, "info", event) == {
        "password": "…",
        "event": "sent",
        "headers": {"authorization": "…", "to": ["r…@example.org"]},
        "count": 3,
    }


def test_names_and_objects_are_masked_too():
    event = {
        "reader@example.org": 1,
        "error": ValueError("token=abc"),
        "body": b"token=abc",
        "seen": {"at": ip_address("198.51.100.7")},
    }
    assert mask(None, "info", event) == {
        "r…@example.org": 1,
        "error": "token=…",
        "body": "token=…",
        "seen": {"at": "IPv4Address('198.51.100.…')"},
    }


def test_what_is_nested_without_end_is_cut():
    deep: dict = {"event": "x"}
    deep["inner"] = deep
    assert json.dumps(mask(None, "info", deep)).count("inner") == 7
    wide = mask(None, "info", {"event": "x", "number": 10**5000, "rows": list(range(100_000))})
    assert len(wide["rows"]) < 2_100
    assert wide["number"] == "…"


def test_a_long_text_shows_its_beginning_and_its_end():
    shown = mask_text("begin " + "word " * 100_000 + "the end")
    assert shown.startswith("begin word")
    assert shown.endswith("the end")
    assert len(shown) < LONGEST + LONGEST_END + 100


@pytest.mark.parametrize("place", [LONGEST - 20, LONGEST - 1, 2 * LONGEST, 400_000 - LONGEST_END - 5])
def test_no_half_of_a_remembered_secret_shows_at_a_cut(place):
    secrets.remember(["planted-secret-value"])
    text = "x" * place + "planted-secret-value" + "y" * (400_000 - place)
    assert not any("planted-secret-value"[:length] in mask_text(text) for length in range(5, 20))


def test_a_remembered_secret_is_masked_however_it_is_written():
    secrets.remember(['s3cret/with "quotes" & more'])
    forms = [
        's3cret/with "quotes" & more',
        's3cret/with \\"quotes\\" & more',
        "s3cret%2fwith%20%22quotes%22%20%26%20more",
    ]
    forms += [
        "s3cret%252Fwith%2520%2522quotes%2522%2520%2526%2520more",
        "s3cret/with &quot;quotes&quot; &amp; more",
    ]
    assert [secrets.redact(form) for form in forms] == ["…"] * 5


def test_visitors_addresses_show_only_their_network(reported):
    structlog.get_logger("test").info("came", ip="198.51.100.7", peer="2001:db8:1:2::7")
    structlog.get_logger("test").info("came", ip="127.0.0.1")
    assert [(line["ip"], line.get("peer")) for line in reported()] == [
        ("198.51.100.…", "2001:db8:1:…"),
        ("…", None),
    ]


def test_lines_of_libraries_and_their_tracebacks_are_masked(reported):
    try:
        raise ValueError("https://joe:pw@a.org/ " * 5_000)
    except ValueError:
        logging.getLogger("some.library").exception("could not read %s", f"/subscriptions/confirm/{TOKEN}/")
    [line] = reported()
    assert line["event"] == "could not read /subscriptions/confirm/…/"
    assert "joe" not in line["exception"]
    assert len(line["exception"]) < LONGEST + LONGEST_END + 100


def test_masking_bears_hostile_texts():
    secrets.remember(f"{number}-" + "a" * 40 for number in range(600))
    attacks = (
        *generic(),
        Attack("", "a" * 39, ""),
        Attack("", "token=", ""),
        Attack("", '{"a":', ""),
        Attack("", "key=a&", ""),
    )
    assert first_slow(mask_text, attacks, 200_000) is None


def test_production_logs_json():
    formatter = configure(level="INFO", fmt="json", cache=False)["formatters"]["nocturne"]
    assert "JSONRenderer" in repr(formatter["processors"][-1])


def test_a_value_is_hidden_by_the_name_beside_it():
    line = {
        "headers": [["x-api-key", "hunter2"], (b"cookie", b"hunter2"), ["accept", "*/*"]],
        "fields": [{"name": "password", "value": "hunter2"}],
    }
    assert mask(None, "", line) == {
        "headers": [["x-api-key", "…"], ["cookie", "…"], ["accept", "*/*"]],
        "fields": [{"name": "password", "value": "…"}],
    }
