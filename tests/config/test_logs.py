"""No secret and no whole address leaves the process in a log line."""

import pytest

from config.logs import configure, mask, mask_text


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
    event = {"password": "x", "event": "sent", "headers": {"authorization": "y", "to": ["reader@example.org"]}, "count": 3}
    assert mask(None, "info", event) == {
        "password": "…",
        "event": "sent",
        "headers": {"authorization": "…", "to": ["r…@example.org"]},
        "count": 3,
    }


def test_production_logs_json():
    formatter = configure(level="INFO", fmt="json", cache=False)["formatters"]["nocturne"]
    assert "JSONRenderer" in repr(formatter["processors"][-1])
