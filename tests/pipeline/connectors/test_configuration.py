from typing import Any

import pytest

from pipeline.connectors.configuration import configured
from pipeline.connectors.formats.json_feed import JsonFeedConnector
from pipeline.contract.exceptions import ConfigInvalid, UnknownConnector


def test_a_connector_gets_its_typed_configuration() -> None:
    connector = configured(
        "json_feed", {"items": "data.events", "complete": None, "limit": 300, "fields": {"title": "name"}}
    )
    assert isinstance(connector, JsonFeedConnector)
    assert (connector.config.items, connector.config.limit, connector.config.complete) == (
        "data.events",
        300,
        None,
    )


@pytest.mark.parametrize(
    ("config", "reported"),
    [
        ({"itmes": "x"}, "config.itmes: the connector json_feed has no such setting"),
        ({"items": 5}, "config.items: must be a text, is a number."),
        ({"fields": ["x"]}, "config.fields: must be an object, is a list."),
        ({"limit": "300"}, "config.limit: must be a whole number, is a text."),
        ({"limit": True}, "config.limit: must be a whole number, is a truth value."),
        ({"complete": 1}, "config.complete: must be true or false or null, is a number."),
    ],
)
def test_a_mistake_names_its_field(config: dict[str, Any], reported: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        configured("json_feed", config)
    assert caught.value.detail.startswith(reported)


@pytest.mark.parametrize(
    ("name", "config", "reported"),
    [
        ("json_feed", {"headers": {"X": 5}}, "config.headers.X: must be a text, is a number."),
        ("scraper", {"urls": [1, 2]}, "config.urls[0]: must be a text, is a number."),
        (
            "scraper",
            {"urls": ["https://a.example/", {"a": 1}]},
            "config.urls[1]: must be a text, is an object.",
        ),
    ],
)
def test_a_mistake_inside_a_list_or_an_object_names_its_place(
    name: str, config: dict[str, Any], reported: str
) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        configured(name, config)
    assert caught.value.detail == reported


def test_an_unknown_connector_names_those_that_there_are() -> None:
    with pytest.raises(UnknownConnector, match="json_feed"):
        configured("gopher", {})
