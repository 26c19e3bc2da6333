"""Parts without a database and without a connection."""

import json
import tracemalloc
from functools import partial
from types import SimpleNamespace

import pytest

from events.change_filters import passes
from outbox.models import Change
from realtime.exceptions import Refused
from realtime.feed.filters import read_filters
from realtime.feed.protocol import Message
from realtime.feed.window import Window
from realtime.transport.backpressure import pending_bytes


def message(number, text=""):
    from uuid_utils.compat import uuid7

    return Message(
        Change(
            number=number,
            type="event.changed",
            object_type="event",
            object_id=uuid7(),
            topics=["t"],
            data={"t": text},
        ),
        "e",
    )


def test_the_window_holds_the_newest_rows_and_knows_where_it_begins():
    window = Window(5, rows=20)
    for number in range(6, 27):
        window.append(message(number))
    assert (window.start, len(window)) == (7, 19)
    assert [held.offset for held in window.after(24)] == [25, 26]
    assert len(window.after(window.start)) == len(window)


def test_the_window_is_bounded_in_bytes():
    window = Window(0, size=100_000)
    for number in range(1, 12):
        window.append(message(number, "x" * 5000))
    assert 1 < window.start < 11
    assert sum(held.memory_bytes for held in window.after(window.start)) <= 100_000


def test_the_window_counts_what_a_change_takes_in_memory():
    """Not its JSON alone: the bytes for WebSockets and streams, and its data as objects."""
    card = {
        "title": "Jazz",
        "venue": "Blue Room",
        "tags": ["jazz", "live"],
        "price": {"type": "paid", "min": "100.00"},
        "city": "goa",
    }
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        held = [message(number, json.loads(json.dumps({**card, "t": "x" * 100}))) for number in range(1, 201)]
        assert all(each.socket_bytes and each.stream for each in held)
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    counted = sum(each.memory_bytes for each in held)
    assert taken <= counted < 4 * taken


def test_places_and_weather_have_topics_of_their_own():
    from uuid_utils.compat import uuid7

    thing = uuid7()
    frame = Message(
        Change(
            number=1, type="place.status", object_type="place", object_id=thing, topics=[f"place:{thing}"]
        ),
        "e",
    )
    assert f'"topic":"place:{thing}"' in frame.text
    frame = Message(
        Change(
            number=2,
            type="weather.update",
            object_type="weather",
            object_id=thing,
            topics=["weather:bengaluru"],
        ),
        "e",
    )
    assert '"topic":"weather:bengaluru"' in frame.text


@pytest.mark.parametrize(
    "given",
    [
        {"colour": "red"}, {"lat": 1, "lng": 2}, {"lat": 91, "lng": 0, "radius_km": 1}, {"radius_km": "nan", "lat": 0, "lng": 0}, {"q": "x" * 201},
        {"bbox": "1,2,3"}, {"bbox": "1,2,3,999"}, {"category": {}}, {"when": "someday"}, {"start_after": "2026-11-21T20:00"},
        {"start_after": "soon"}, {"price_max": "NaN"}, {"category": ["x"] * 21}, {"price": True}, {"bbox": 5},
    ],
)  # fmt: skip
def test_filters_that_cannot_be_read_are_refused(given):
    with pytest.raises(Refused):
        read_filters(given)


def test_filters_come_from_a_query_string_or_from_json():
    assert read_filters({"category": "music,film", "price_max": "20", "city": ""}) == read_filters(
        {"categories": ["music", "film"], "price_max": 20}
    )
    assert read_filters({"bbox": "77,12,78,13"}) == read_filters({"bbox": [77, 12, 78, 13]})
    assert read_filters({"city": "", "tag": []}) is None


def test_what_cannot_be_judged_is_told():
    wanted = read_filters({"city": "goa"})
    assert passes(wanted, "event.changed", {"id": "x"})
    assert passes(wanted, "place.status", {})
    assert passes(wanted, "event.cancelled", {"city": "pune"})


def test_daphnes_buffer_is_seen_for_sockets_and_streams():
    transport = SimpleNamespace(dataBuffer=b"x" * 100, offset=40, _tempDataLen=5)
    assert pending_bytes(partial(print, SimpleNamespace(transport=transport))) == 65
    assert pending_bytes(partial(print, SimpleNamespace(channel=SimpleNamespace(transport=transport)))) == 65
    assert pending_bytes(partial(print, SimpleNamespace())) == 0
    assert pending_bytes(print) == 0
