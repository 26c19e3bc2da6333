"""The table of connectors."""

import pytest

from sources.connectors import registry
from sources.exceptions import UnknownConnector


def test_every_connector_is_found_under_its_own_name():
    assert {"ical", "rss", "page", "json_feed", "webhook", "submission"} <= set(registry.names())
    assert all(registry.get(name).metadata.name == name for name in registry.names())


def test_every_connector_is_built_without_configuration():
    for name in registry.names():
        kind = registry.get(name)
        assert kind(kind.config_type()).metadata is kind.metadata


def test_unknown_names_raise_and_tell_those_that_there_are():
    with pytest.raises(UnknownConnector, match="'gopher'; there are ical, rss"):
        registry.get("gopher")
