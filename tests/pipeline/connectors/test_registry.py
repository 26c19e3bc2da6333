"""The table of connectors."""

import re
from pathlib import Path

import pytest

from pipeline.connectors import registry
from pipeline.contract.exceptions import UnknownConnector

TABLE = Path(__file__).parents[3] / "docs/sources/README.md"


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


def test_the_documentation_tells_the_tier_of_each():
    rows = [line.split("|") for line in TABLE.read_text().splitlines() if line.startswith("| [`")]
    reported = {name: cells[2].strip() for cells in rows for name in re.findall(r"`(\w+)`", cells[1])}
    assert reported == {name: registry.get(name).metadata.tier.value for name in registry.names()}


@pytest.mark.parametrize(
    "address",
    ["https://[::1", "https://[a]/", "//[", "https://a.example:port/", "", "\x00", "https://\ud800.example/"],
)
def test_a_broken_address_is_of_no_platform(address):
    kinds = [registry.get(name) for name in registry.names()]

    assert {kind.config_for(address) for kind in kinds if kind.metadata.hosts} == {None}
