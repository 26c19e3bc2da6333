"""Dice: a configuration of the connector `page`, on a page written after schema.org; unproven against the
live site."""

import csv
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.configuration import configured
from pipeline.connectors.platforms.sites import DiceConfig
from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.enums import Coverage, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import local_http, sample
from tests.pipeline.connectors.reading import kept, params, payload

DiceConnector = CONNECTORS["dice"]


def test_it_says_that_it_is_configuration_only() -> None:
    assert DiceConnector.metadata.tier is Tier.CONFIGURATION


def test_the_listing_is_asked_for_by_its_own_name(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/browse/losangeles-5982e13c613de866017c3e3a").respond_with_data(
        sample("dice/browse.html"), content_type="text/html"
    )
    local = type("Local", (DiceConnector,), {"site": httpserver.url_for("").rstrip("/")})
    with local_http() as http:
        (page,) = local(DiceConfig(city="losangeles-5982e13c613de866017c3e3a")).fetch(params(), http)
    (one,) = kept(page)
    assert (one.title, page.coverage) == ("Detour at the Echo", Coverage.PARTIAL)


def test_nothing_named_is_told() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="city: missing"):
        list(DiceConnector(DiceConfig()).fetch(params(), http))


def test_a_page_without_markup_is_never_zero_events() -> None:
    with pytest.raises(SchemaChanged, match="no event markup"):
        DiceConnector(DiceConfig()).read(
            payload("<!doctype html><html><body>Checking your browser</body></html>"), params()
        )


@pytest.mark.parametrize(
    ("url", "config"),
    [
        (
            "https://dice.fm/browse/losangeles-5982e13c613de866017c3e3a",
            {"city": "losangeles-5982e13c613de866017c3e3a"},
        ),
        ("https://dice.fm/venue/the-echo-xyz", {"url": "https://dice.fm/venue/the-echo-xyz"}),
        ("https://dice.fm/", None),
        ("https://dice.example/browse/x", None),
    ],
)
def test_addresses_become_configurations(url: str, config: dict[str, Any] | None) -> None:
    assert DiceConnector.config_for(url) == config
    if config is not None:
        configured("dice", config)


@needs_data
def test_every_slug_of_the_list_of_cities_makes_an_address_that_leads_back_to_it() -> None:
    with (SHARED / "place/cities.csv").open(encoding="utf-8", newline="") as file:
        slugs = [row["dice"] for row in csv.DictReader(file) if row["dice"]]
    assert slugs
    for slug in slugs:
        page = "https://dice.fm/browse/" + slug
        assert DiceConnector.config_for(page) == {"city": slug}
