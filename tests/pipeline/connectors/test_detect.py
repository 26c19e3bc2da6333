"""Detection of the connector for a payload."""

import pytest

from pipeline.connectors.detect import detect
from pipeline.contract.exceptions import UnknownConnector
from pipeline.contract.raw import RawPayload


@pytest.mark.parametrize(
    ("content", "content_type", "url", "name"),
    [
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "", "", "ical"),
        (b'<?xml version="1.0"?><rss/>', "text/html", "", "rss"),
        ('<?xml version="1.0"?><feed/>'.encode("utf-16"), "", "", "rss"),
        (b'<icalendar xmlns="urn:ietf:params:xml:ns:icalendar-2.0"/>', "", "", "rss"),
        (b"<!doctype html><html>", "application/rss+xml", "", "page"),
        (b'<div class="vevent"></div>', "", "https://a.example/x.xml", "page"),
        (b'[{"a": 1}]', "text/plain", "", "json_feed"),
        (b'\xef\xbb\xbf{"a": 1}', "", "", "json_feed"),
        (b'{"a": 1}\n{"a": 2}', "", "", "json_feed"),
    ],
)
def test_content_decides_before_names(content, content_type, url, name):
    assert detect(RawPayload(url=url, content=content, content_type=content_type)).metadata.name == name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"a,b\n1,2", "7 bytes of text/csv that begin with 'a,b 1,2'"),
        (b"<meetings><meeting/></meetings>", "'<meetings>"),
        (b"\x89PNG\r\n\x1a\n" * 50, "400 bytes"),
    ],
)
def test_unknown_is_told_in_one_line(content, said):
    with pytest.raises(UnknownConnector) as caught:
        detect(RawPayload(url="", content=content, content_type="text/csv"))

    assert said in caught.value.detail
    assert "\n" not in caught.value.detail
