"""Answers whose values are not what the platform says they are: no connector falls over one, whatever value
it is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.connectors.platforms.activitypub import ActivityPubConnector
from pipeline.connectors.platforms.gancio import GancioConnector
from pipeline.connectors.platforms.localist import LocalistConnector
from pipeline.connectors.platforms.mobilizon import MobilizonConnector
from pipeline.connectors.platforms.openactive import OpenActiveConnector
from pipeline.connectors.platforms.openagenda import OpenAgendaConnector
from pipeline.connectors.platforms.tribe import TribeConnector
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import Dropped, RawRecord
from tests.pipeline.connectors.loopback import sample
from tests.pipeline.connectors.reading import params, payload

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e308,
    10**30,
    "",
    "x" * 3_000,
    "http://[",
    "[]",
    [],
    [None],
    [[]],
    {},
    {"": None},
    [{"a": []}],
    {"type": ["Event", {}]},
)
SAMPLES = (
    (OpenAgendaConnector, "openagenda/events.json"),
    (LocalistConnector, "localist/events.json"),
    (TribeConnector, "tribe/events.json"),
    (GancioConnector, "gancio/events.json"),
    (MobilizonConnector, "mobilizon/search.json"),
    (ActivityPubConnector, "activitypub/outbox.json"),
    (OpenActiveConnector, "openactive/sessions.json"),
    (OpenActiveConnector, "openactive/series.json"),
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each (container, key) inside a JSON value."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


@pytest.mark.parametrize(("kind", "name"), SAMPLES)
def test_an_odd_value_in_any_place_is_survived(kind: Any, name: str) -> None:
    value = json.loads(sample(name))
    connector = kind(kind.config_type(url="https://a.example/"))
    for container, key in places(value):
        kept = container[key]
        for odd in ODD:
            container[key] = odd
            answer = payload(json.dumps(value))
            assert 0 <= kind.recognizes(answer) <= 1
            try:
                records = list(connector.read(answer, params()).records)
            except SourceError:
                continue
            assert all(isinstance(one, RawRecord | Dropped) for one in records)
        container[key] = kept


@pytest.mark.parametrize(("kind", "name"), SAMPLES)
def test_the_same_bytes_give_the_same_records(kind: Any, name: str) -> None:
    connector = kind(kind.config_type(url="https://a.example/"))
    one, two = (list(connector.read(payload(sample(name)), params()).records) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(("kind", "name"), SAMPLES)
def test_addresses_that_are_none_are_nobodys(kind: Any, name: str) -> None:
    for url in (
        "",
        "https://[",
        "http://]x",
        "//",
        "https://",
        "javascript:alert(1)",
        "https://a.example:port/api/2/x",
    ):
        assert kind.config_for(url) is None
        assert kind.config_from_page("<html>", url) is None
