"""What Eventbrite, Ticketmaster, SeatGeek, Songkick and Bandsintown say of themselves, and whose pasted addresses are whose."""

from dataclasses import fields

import pytest

from config import settings
from egress.records import Quota
from sources.connectors import registry
from sources.detect import by_address, detect
from sources.enums import CredentialKind, Tier
from tests.sources.connectors.loopback import sample
from tests.sources.connectors.platform_checks import check_platform
from tests.sources.connectors.reading import payload


@pytest.mark.parametrize("name", ["eventbrite", "ticketmaster", "seatgeek", "bandsintown"])
def test_a_platform_is_told_apart_and_documented(name):
    check_platform(registry.get(name), f"{name}/events.json")


def test_songkick_is_configuration_of_pages_with_an_api_that_is_closed_to_new_keys():
    kind = registry.get("songkick")
    assert detect(payload(sample("songkick/calendar.json"))) is kind
    assert (kind.metadata.tier, kind.metadata.needs_key) == (Tier.CONFIGURATION, False)
    assert "No new API keys" in kind.metadata.sunset
    assert all(field.metadata.get("help") for field in fields(kind.config_type))


@pytest.mark.parametrize("name", ["eventbrite", "ticketmaster", "seatgeek", "songkick", "bandsintown"])
def test_what_an_operator_should_know_is_told(name):
    metadata = registry.get(name).metadata
    assert all(isinstance(quota, Quota) and quota.requests > 0 for quota in metadata.quotas)
    assert metadata.terms.startswith("https://")
    assert metadata.storage
    assert metadata.credential is CredentialKind.KEY
    assert set(metadata.variables) <= set(settings.PLATFORM_KEYS)


def test_eventbrites_closed_search_is_told():
    assert "20 February 2020" in registry.get("eventbrite").metadata.sunset


@pytest.mark.parametrize(
    ("url", "connector"),
    [
        ("https://www.eventbrite.com/d/india--bengaluru/events/", "eventbrite"),
        ("https://www.ticketmaster.com/x/event/0700626ABC12", "ticketmaster"),
        ("https://seatgeek.com/venues/fox-park/tickets", "seatgeek"),
        ("https://www.songkick.com/venues/501-cellar", "songkick"),
        ("https://www.bandsintown.com/a/77", "bandsintown"),
    ],
)
def test_a_pasted_address_leads_to_its_platform(url, connector):
    found = by_address(url)
    assert found is not None
    assert found.connector == connector
