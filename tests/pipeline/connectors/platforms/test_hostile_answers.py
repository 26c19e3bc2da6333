"""Answers of the social platforms in which any value may be anything: read, dropped or refused, never a
crash."""

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
from pipeline.contract.exceptions import SourceError
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


@pytest.mark.parametrize(
    ("connector", "name"), CONNECTORS, ids=lambda one: one if isinstance(one, str) else ""
)
@given(data=st.data())
@settings(max_examples=120, deadline=None)
def test_any_value_may_be_anything(connector: Platform, name: str, data: st.DataObject) -> None:
    value = json.loads(sample(name))
    for _ in range(data.draw(st.integers(1, 3))):
        value = spoilt(value, data.draw(st.sampled_from(places(value))), data.draw(HOSTILE))
    body = payload(json.dumps(value))
    assert 0 <= connector.recognizes(body) <= 1
    try:
        found = list(connector.read(body, params()).records)
    except (SourceError, EgressError):
        return
    for one in found:
        assert isinstance(one, RawRecord | Dropped)
        if isinstance(one, RawRecord):
            assert one.title
            assert one.start is not None


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("name", ["facebook/event.html", "meetup/find.html", "luma/discover.html"])
def test_pages_that_break_off_are_refused_or_read(name: str, cut: float) -> None:
    whole = sample(name)
    for connector, _ in CONNECTORS[:3]:
        try:
            list(connector.read(payload(whole[: int(len(whole) * cut)]), params()).records)
        except SourceError:
            continue
