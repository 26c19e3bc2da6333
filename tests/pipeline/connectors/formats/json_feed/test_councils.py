"""Councils' calendars: their names of fields, and times split over two fields."""

import json
from datetime import UTC, datetime, time
from typing import Any

import pytest

from tests.pipeline.connectors.reading import json_feed, kept


def read(*items: dict[str, Any]):
    return kept(json_feed(json.dumps({"data": list(items)})))


def test_legistars_words_are_understood():
    (event,) = read(
        {
            "Name": {"label": "Audit Committee", "url": "https://council.example/1"}, "Meeting Date": "9/16/2026", "Meeting Time": "7:00 PM",
            "Meeting Location": "Council Chambers", "Agenda": "Not available",
        }
    )  # fmt: skip
    assert (event.title, event.start, event.venue.name) == (
        "Audit Committee",
        datetime(2026, 9, 16, 19),
        "Council Chambers",
    )


@pytest.mark.parametrize("clock", ["2026-09-25T16:30:00", "16:30", "4:30 PM"])
def test_midnight_beside_a_clock_is_a_day(clock: str):
    (event,) = read(
        {"CommitteeName": "Planning Commission", "MeetingDate": "2026-09-25T00:00:00", "MeetingTime": clock}
    )
    assert (event.title, event.start) == ("Planning Commission", datetime(2026, 9, 25, 16, 30))


def test_an_offset_stays_with_its_time_and_a_clock_does_not_move_it():
    (event,) = read({"title": "Hearing", "date": "2026-09-25T00:00:00-05:00", "time": "16:30"})
    assert isinstance(event.start, datetime)
    assert event.start.utcoffset() is not None
    assert event.start.time() == time(0)


def test_the_body_that_meets_is_the_title_where_it_has_an_id():
    (event,) = read(
        {
            "bodyId": "ED9F",
            "body": "Committee on Zoning",
            "date": "2026-10-12T15:00:00+00:00",
            "comment": "By Zoom",
        }
    )
    assert event.title == "Committee on Zoning"


@pytest.mark.parametrize("moment", [1_786_388_400_000, 1_786_388_400])
def test_a_time_in_numbers_is_the_start(moment: int):
    (event,) = read({"name": "Learning Network", "time": moment, "utc_offset": -25_200_000})
    assert event.start == datetime(2026, 8, 10, 19, tzinfo=UTC)
