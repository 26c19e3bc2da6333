"""ResidentAdvisor: a configuration of the connector `page`, on a page written after schema.org; unproven
against the live site."""

import csv
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.configuration import configured
from pipeline.connectors.platforms.sites import ResidentAdvisorConfig
from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.enums import Coverage, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import local_http, sample
from tests.pipeline.connectors.reading import kept, params, payload

ResidentAdvisorConnector = CONNECTORS["resident_advisor"]


def test_it_says_that_it_is_configuration_only() -> None:
    assert ResidentAdvisorConnector.metadata.tier is Tier.CONFIGURATION


def test_the_listing_is_asked_for_by_its_own_name(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/events/us/losangeles").respond_with_data(
        sample("resident_advisor/events.html"), content_type="text/html"
    )
    local = type("Local", (ResidentAdvisorConnector,), {"site": httpserver.url_for("").rstrip("/")})
    with local_http() as http:
        (page,) = local(ResidentAdvisorConfig(area="us/losangeles")).fetch(params(), http)
    (one,) = kept(page)
    assert (one.title, page.coverage) == ("Warehouse Night", Coverage.PARTIAL)


def test_nothing_named_is_told() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="area: missing"):
        list(ResidentAdvisorConnector(ResidentAdvisorConfig()).fetch(params(), http))


def test_a_page_without_markup_is_never_zero_events() -> None:
    with pytest.raises(SchemaChanged, match="no event markup"):
        ResidentAdvisorConnector(ResidentAdvisorConfig()).read(
            payload("<!doctype html><html><body>Checking your browser</body></html>"), params()
        )


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("https://ra.co/events/us/losangeles", {"area": "us/losangeles"}),
        ("https://ra.co/events/2300001", {"url": "https://ra.co/events/2300001"}),
        ("https://ra.co/", None),
        ("https://bra.co/events/us/losangeles", None),
    ],
)
def test_addresses_become_configurations(url: str, config: dict[str, Any] | None) -> None:
    assert ResidentAdvisorConnector.config_for(url) == config
    if config is not None:
        configured("resident_advisor", config)


@needs_data
def test_every_slug_of_the_list_of_cities_makes_an_address_that_leads_back_to_it() -> None:
    with (SHARED / "place/cities.csv").open(encoding="utf-8", newline="") as file:
        slugs = [row["resident_advisor"] for row in csv.DictReader(file) if row["resident_advisor"]]
    assert slugs
    for slug in slugs:
        page = "https://ra.co/events/" + slug
        assert ResidentAdvisorConnector.config_for(page) == {"area": slug}
