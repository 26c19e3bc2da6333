"""Plain texts: captions in a file, one after another; never surer of a format than any other connector."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.connectors.detect import detect
from pipeline.connectors.files import read_file
from pipeline.connectors.inbound.text import TextConfig, TextConnector
from pipeline.contract.enums import Coverage, ExtractionMethod
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload
from tests.pipeline.connectors.reading import TableHttpClient, params, payload

CAPTIONS = "Sat 28 Nov 2026, 9pm: The Blue Birds @ The Lantern\nRs 499 / 799\n---\nSun 29 Nov, 8pm: Quiet Trio @ Blue Hall\n"


def read(text: str | bytes, **config: Any) -> list[Any]:
    page = TextConnector(TextConfig(**config)).read(payload(text, url=""), params(timezone="Asia/Kolkata"))
    assert page.coverage is Coverage.PARTIAL
    return list(page.records)


def test_texts_between_rules_are_read_one_by_one() -> None:
    birds, trio = read(CAPTIONS, written="2026-11-27")
    assert (birds.title, birds.start, birds.venue.name, birds.price_text) == (
        "The Blue Birds",
        datetime(2026, 11, 28, 21),
        "The Lantern",
        "Rs 499 / 799",
    )
    assert (trio.title, trio.start, trio.venue.name) == (
        "Quiet Trio",
        datetime(2026, 11, 29, 20),
        "Blue Hall",
    )
    assert {birds.method, trio.method} == {ExtractionMethod.TEXT}
    assert not birds.stable_id


def test_a_day_that_counts_from_the_writing_is_left_to_a_person() -> None:
    (one,) = read("LIVE tonight 8pm @ Blue Hall: Quiet Trio", written="2026-11-27")
    assert isinstance(one, Dropped)
    assert one.reason == "no date in the text"


def test_a_venue_and_an_author_fill_what_the_text_leaves_out() -> None:
    (one,) = read("28 Nov 2026 at 8 pm!", venue="Blue Hall", author="Quiet Trio")
    assert (one.title, one.venue.name) == ("Quiet Trio", "Blue Hall")


def test_a_file_of_text_is_recognized_and_formats_go_before_it(tmp_path: Path) -> None:
    file = tmp_path / "caption.txt"
    file.write_text(CAPTIONS)
    assert detect(read_file(file)) is TextConnector
    calendar = tmp_path / "calendar.txt"
    calendar.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n")
    assert detect(read_file(calendar)).metadata.name == "ical"


@pytest.mark.parametrize("content", [b"", b"12 34", b"<p>Jazz</p>", b'[{"a": "jazz"}]', b"Jazz\0\0tonight"])
def test_what_is_no_prose_is_not_recognized(content: bytes) -> None:
    assert TextConnector.recognizes(RawPayload(url="", content=content, content_type="text/plain")) == 0.0
    assert (
        TextConnector.recognizes(RawPayload(url="", content=b"Jazz tonight", content_type="text/csv")) == 0.0
    )


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(SchemaChanged, match="no words"):
        read("12 34")
    with pytest.raises(
        ConfigInvalid, match=r"config\.written: 'yesterday' is no day; write it as 2026-11-21"
    ):
        read(CAPTIONS, written="yesterday")


def test_an_address_is_asked_once() -> None:
    http = TableHttpClient(
        {"https://a.example/whats-on.txt": CAPTIONS}, content_type="text/plain; charset=utf-8"
    )
    (page,) = TextConnector(TextConfig(url="https://a.example/whats-on.txt", written="2026-11-27")).fetch(
        params(), http
    )
    assert len(list(page.records)) == 2
    assert http.asked == [("https://a.example/whats-on.txt", True)]
