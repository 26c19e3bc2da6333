"""The table of sites that are read by configuration only."""

from dataclasses import fields
from typing import Any

import pytest

from pipeline.connectors.formats.site import Site, SiteConnector
from pipeline.connectors.platforms import sites
from pipeline.connectors.registry import CONNECTORS

ROWS = [value for value in vars(sites).values() if isinstance(value, Site)]
PLACES = {"dice": "losangeles-5982e13c613de866017c3e3a", "resident_advisor": "us/losangeles"}


def test_every_row_is_registered_by_its_name() -> None:
    kinds = {name for name, kind in CONNECTORS.items() if issubclass(kind, SiteConnector)}
    assert kinds == {row.metadata.name for row in ROWS} == {"dice", "resident_advisor", "lbb", "bookmyshow"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.metadata.name)
def test_every_setting_is_explained(row: Site) -> None:
    assert all(one.metadata["help"] for one in fields(row.config_type))
    assert {row.place, "url"} <= {one.name for one in fields(row.config_type)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.metadata.name)
def test_the_address_of_a_place_leads_back_to_it(row: Site) -> None:
    place = PLACES.get(row.metadata.name, "new-delhi" if row.lower_case else "")
    kind: Any = CONNECTORS[row.metadata.name]
    address = kind(row.config_type(**{row.place: place}))._address()
    assert kind.config_for(address) == {row.place: place}
