"""A subscription to a place or to weather first gets the current state, over both transports, fresh and
resumed.
"""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from places.enums import Crowd, Openness
from places.models import Place
from places.records import WeatherFacts
from places.services import record_weather, report
from places.visitor_reports import VisitorReport
from realtime.feed import snapshots
from tests.factories import make_city, make_place
from tests.realtime.clients import Socket, commit, in_time, listening

both_ways = pytest.mark.parametrize("over", ["websocket", "sse"])


async def new_place() -> Place:
    return await sync_to_async(make_place)()


def reported(place: Place, address: str, **said) -> None:
    report(place.id, VisitorReport(address=address, at=timezone.now(), **said))
    connection.close()


async def tell(hub, place: Place, address: str = "a", **said) -> None:
    """Commit a report, and refresh the hub."""
    await asyncio.to_thread(reported, place, address, **said)
    await hub.refresh()


def rained(degrees: float) -> None:
    city = make_city()
    now = timezone.now()
    facts = WeatherFacts(
        observed_at=now, valid_until=now + timedelta(hours=2), temperature_c=degrees, condition="light rain"
    )
    record_weather(city.id, facts, now=now)
    connection.close()


@both_ways
async def test_the_state_of_a_place_comes_first_with_the_offset_where_the_reader_stands(over, hub):
    place = await new_place()
    await tell(hub, place, crowd=Crowd.BUSY)
    client = await listening(over, f"place:{place.id}")
    state = await client.frame()
    assert (state["type"], state["topic"], state["topics"]) == (
        "place.status",
        f"place:{place.id}",
        [f"place:{place.id}"],
    )
    assert state["offset"] == client.subscribed["offset"] == hub.offset
    assert (state["data"]["crowd"], state["data"]["openness"]) == ("busy", "unknown")
    if over == "sse":
        assert client.marks[-1] == f"{hub.epoch}-{hub.offset}"
    await tell(hub, place, "b", openness=Openness.OPEN)
    change = await client.frame()
    assert (change["offset"], change["data"]["openness"]) == (hub.offset, "open")
    await client.close()


@both_ways
async def test_the_state_of_the_weather_comes_first(over, hub):
    await asyncio.to_thread(rained, 24.3)
    await hub.refresh()
    client = await listening(over, "weather:bengaluru")
    state = await client.frame()
    assert (state["type"], state["data"]["temperature_c"], state["data"]["condition"]) == (
        "weather.update",
        24.3,
        "light rain",
    )
    await client.close()


@both_ways
async def test_nothing_known_is_said_and_what_does_not_exist_is_silent(over, hub):
    place = await new_place()
    client = await listening(
        over, f"place:{uuid7()}", "weather:atlantis", f"place:{place.id}", "weather:bengaluru"
    )
    unknown, weather = await client.frame(), await client.frame()
    assert (unknown["topic"], unknown["data"]["openness"], unknown["data"]["evidence"]) == (
        f"place:{place.id}",
        "unknown",
        [],
    )
    assert (weather["data"]["city"], weather["data"]["temperature_c"], weather["data"]["observed_at"]) == (
        "bengaluru",
        None,
        None,
    )
    await client.close()


@both_ways
async def test_resuming_brings_the_state_and_then_what_was_missed_in_order(over, hub):
    place = await new_place()
    start = hub.offset
    other = await commit("events:city:goa")
    await tell(hub, place, crowd=Crowd.QUIET)
    await tell(hub, place, "b", openness=Openness.OPEN)
    client = await listening(over, f"place:{place.id}", "events:city:goa", epoch=hub.epoch, after=start)
    assert client.subscribed["recovered"] is True
    state, missed, newest = [await client.frame() for _ in range(3)]
    assert [frame["offset"] for frame in (state, missed, newest)] == [start, start + 1, start + 3]
    assert missed["topic"] == f"events:event:{other}"
    assert state["data"] == newest["data"]
    await client.close()


@both_ways
async def test_beyond_what_is_kept_the_state_comes_all_the_same(over, hub):
    place = await new_place()
    await tell(hub, place, crowd=Crowd.PACKED)
    client = await listening(over, f"place:{place.id}", epoch="other", after=0)
    assert client.subscribed["recovered"] is False
    assert (await client.frame())["data"]["crowd"] == "packed"
    await client.close()


async def test_a_change_is_in_the_state_of_whoever_comes_after_it(hub):
    place = await new_place()
    for address, crowd in (("a", Crowd.EMPTY), ("b", Crowd.EMPTY), ("c", Crowd.EMPTY)):
        await tell(hub, place, address, crowd=crowd)
        client = await listening("websocket", f"place:{place.id}")
        basis = (await client.frame())["data"]["answers"]["crowd"]["basis"]
        assert basis == {"a": "1 visitor", "b": "2 visitors", "c": "3 visitors"}[address]
        await client.close()


async def test_a_crowd_of_readers_costs_one_reading(hub, monkeypatch):
    place, readings = await new_place(), []
    monkeypatch.setattr(
        snapshots, "_read", lambda topics, read=snapshots._read: readings.append(topics) or read(topics)
    )
    clients = await in_time(asyncio.gather(*(listening("websocket", f"place:{place.id}") for _ in range(20))))
    texts = {await client.text() for client in clients}
    assert (len(texts), readings) == (1, [[f"place:{place.id}"]])
    await asyncio.gather(*(client.close() for client in clients))


async def test_topics_of_one_subscription_are_read_in_three_queries(hub):
    places = [await new_place() for _ in range(6)]

    def read() -> int:
        with CaptureQueriesContext(connection) as queries:
            snapshots._read([*(f"place:{place.id}" for place in places), "weather:bengaluru"])
        return len(queries)

    assert await sync_to_async(read)() == 3


async def test_a_reader_who_leaves_does_not_end_the_reading_of_another(hub):
    place = await new_place()
    task = asyncio.create_task(hub.snapshots._of([f"place:{place.id}"]))
    await asyncio.sleep(0)
    other = asyncio.create_task(hub.snapshots._of([f"place:{place.id}"]))
    await asyncio.sleep(0)
    task.cancel()
    assert len(await in_time(other)) == 1


async def test_what_could_not_be_read_is_asked_again(hub, monkeypatch):
    place = await new_place()

    def fail(topics):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(snapshots, "_read", fail)
        with pytest.raises(RuntimeError):
            await hub.snapshots._of([f"place:{place.id}"])
    assert len(await in_time(hub.snapshots._of([f"place:{place.id}"]))) == 1


async def test_what_is_being_told_is_never_dropped_and_the_oldest_is_first(hub, monkeypatch):
    first, second, third = [f"place:{(await new_place()).id}" for _ in range(3)]
    monkeypatch.setattr(snapshots, "_MOST", 1)
    assert len(await in_time(hub.snapshots._of([first]))) == 1
    assert len(await in_time(hub.snapshots._of([first, second, third]))) == 3
    assert list(hub.snapshots._held) == [third]


async def test_what_is_out_of_date_is_dropped_and_read_again(hub, monkeypatch):
    first, second = [f"place:{(await new_place()).id}" for _ in range(2)]
    await in_time(hub.snapshots._of([first]))
    task, _ = hub.snapshots._held[first]
    hub.snapshots._held[first] = task, asyncio.get_running_loop().time()
    assert len(await in_time(hub.snapshots._of([second]))) == 1
    assert list(hub.snapshots._held) == [second]


async def test_other_topics_have_no_state(hub):
    client = await Socket().accepted()
    assert (await client.frame())["type"] == "hello"
    client.say({"type": "subscribe", "topics": ["events:all"]})
    assert (await client.frame())["type"] == "subscribed"
    client.say({"type": "ping"})
    assert (await client.frame())["type"] == "pong"
    await client.close()
