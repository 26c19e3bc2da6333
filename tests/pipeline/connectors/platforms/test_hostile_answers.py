"""Answers of the social platforms in which any value may be anything: read, dropped or refused, never a
crash."""

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.connectors.platforms.facebook import FacebookConfig, FacebookConnector
from pipeline.connectors.platforms.instagram import InstagramConfig, InstagramConnector
from pipeline.connectors.platforms.luma import LumaConfig, LumaConnector
from pipeline.connectors.platforms.meetup import MeetupConfig, MeetupConnector
from pipeline.connectors.support.platform import Platform
from pipeline.contract.exceptions import SchemaChanged, SourceError
from pipeline.contract.http_errors import EgressError
from pipeline.contract.raw import Dropped, RawRecord
from tests.pipeline.connectors.loopback import sample
from tests.pipeline.connectors.reading import params, payload

CONNECTORS: list[tuple[Platform, str]] = [
    (MeetupConnector(MeetupConfig()), "meetup/group.json"),
    (LumaConnector(LumaConfig()), "luma/list.json"),
    (FacebookConnector(FacebookConfig()), "facebook/events.json"),
    (InstagramConnector(InstagramConfig()), "instagram/hashtag.json"),
    (InstagramConnector(InstagramConfig()), "instagram/account.json"),
]
#: By sample, where its events are. A wrong value down to that depth may refuse the answer, one below costs its event.
HOLDER: dict[str, tuple[str, ...]] = {
    "meetup/group.json": ("data", "groupByUrlname", "events", "edges"),
    "luma/list.json": ("entries",),
    "facebook/events.json": ("data",),
    "instagram/hashtag.json": ("data",),
    "instagram/account.json": ("business_discovery", "media", "data"),
}
#: Facebook tells several times of an event as one item.
MOST_OF_ONE = 3
HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20),
    st.sampled_from(["\x00", "javascript:alert(1)", "9" * 400, "0000-99-99T99:99", "http://[::1", {}, [], [[]], [None], {"id": []}, {"text": {}}]),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all values of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


def spoilt(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    """The document with another value at a path."""
    if not path:
        return other
    whole = copy.deepcopy(value)
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = other
    return whole


def read(connector: Platform, text: str) -> list[RawRecord | Dropped]:
    return list(connector.read(payload(text), params()).records)


def reported(connector: Platform, text: str) -> set[str]:
    """The titles of the events in it; of a text that is refused none."""
    try:
        return {one.title for one in read(connector, text) if isinstance(one, RawRecord)}
    except SourceError:
        return set()


def is_around(name: str, path: tuple[Any, ...]) -> bool:
    """Whether the value at this path is of the answer as a whole. Instagram's posts are told apart by their
    ids: without one nothing can be said of any."""
    depth = len(HOLDER[name])
    return len(path) <= depth or (name.startswith("instagram/") and path[depth + 1 :] in ((), ("id",)))


every_connector = pytest.mark.parametrize(
    ("connector", "name"), CONNECTORS, ids=lambda one: one if isinstance(one, str) else ""
)


@every_connector
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_wrong_value_of_an_event_costs_that_event_alone(
    connector: Platform, name: str, data: st.DataObject
) -> None:
    whole = value = json.loads(sample(name))
    wrong = data.draw(st.integers(1, 3))
    for _ in range(wrong):
        inner = [path for path in places(value) if not is_around(name, path)]
        value = spoilt(value, data.draw(st.sampled_from(inner)), data.draw(HOSTILE))
    found = read(connector, json.dumps(value))
    assert len(found) >= len(read(connector, json.dumps(whole))) - wrong * MOST_OF_ONE
    assert all(one.title and one.start for one in found if isinstance(one, RawRecord))


@every_connector
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_wrong_value_around_the_events_breaks_nothing(
    connector: Platform, name: str, data: st.DataObject
) -> None:
    """A refusal in our own words is an answer too; any other exception fails."""
    whole = json.loads(sample(name))
    around = [path for path in places(whole) if is_around(name, path)]
    text = json.dumps(spoilt(whole, data.draw(st.sampled_from(around)), data.draw(HOSTILE)))
    assert 0 <= connector.recognizes(payload(text)) <= 1
    with contextlib.suppress(SourceError, EgressError):
        assert all(one.title and one.start for one in read(connector, text) if isinstance(one, RawRecord))


@every_connector
def test_an_answer_without_what_holds_the_events_is_refused(connector: Platform, name: str) -> None:
    whole = json.loads(sample(name))
    for depth in range(len(HOLDER[name]) + 1):
        with pytest.raises(SchemaChanged):
            read(connector, json.dumps(spoilt(whole, HOLDER[name][:depth], None)))


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", ["facebook/event.html", "meetup/find.html", "luma/discover.html"])
def test_a_page_that_breaks_off_tells_nothing_that_the_whole_one_does_not(name: str, cut: float) -> None:
    whole = sample(name)
    for connector, _ in CONNECTORS[:3]:
        assert reported(connector, whole[: int(len(whole) * cut)]) <= reported(connector, whole)
