"""What Eventbrite, Ticketmaster, SeatGeek, Songkick and Bandsintown say of themselves, and whose pasted
addresses are whose."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import settings
from pipeline.connectors import registry
from pipeline.connectors.detect import by_address, detect
from pipeline.contract.enums import CredentialKind, Tier
from pipeline.contract.exceptions import SourceError
from pipeline.contract.http import Quota
from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.loopback import sample
from tests.pipeline.connectors.platform_checks import check_platform
from tests.pipeline.connectors.reading import params, payload


@pytest.mark.parametrize("name", ["eventbrite", "ticketmaster", "seatgeek", "bandsintown"])
def test_it_is_documented_and_known_by_its_samples_alone(name):
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


SAMPLES = {
    "eventbrite": "eventbrite/events.json",
    "ticketmaster": "ticketmaster/events.json",
    "seatgeek": "seatgeek/events.json",
    "songkick": "songkick/calendar.json",
    "bandsintown": "bandsintown/events.json",
}
HOSTILE = st.sampled_from(
    [
        None,
        1,
        -1.5,
        True,
        "",
        "x",
        [],
        {},
        [None],
        [[1]],
        {"a": 1},
        10**30,
        "2026-13-45",
        "http://[",
        "\x00",
        "\ud800",
    ]
)


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value of a JSON document."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from places(one, (*place, name))


def with_value(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = with_value(copy[place[0]], place[1:], new)
    return copy


@pytest.mark.parametrize("name", SAMPLES)
@given(data=st.data())
def test_a_value_of_another_kind_anywhere_breaks_at_most_its_own_event(name, data):
    kind, answer = registry.get(name), json.loads(sample(SAMPLES[name]))
    place = data.draw(st.sampled_from(list(places(answer))))
    body = payload(json.dumps(with_value(answer, place, data.draw(HOSTILE))))
    kind.recognizes(body)
    try:
        records = list(kind(kind.config_type()).read(body, params()).records)
    except SourceError:
        # only the frame of the answer may be refused: at most the list itself or what holds it
        assert len(place) <= 4
        return
    assert all("\x00" not in record.title + record.raw for record in records)
    inside_one = len(place) > 4
    assert not inside_one or sum(isinstance(record, RawRecord) for record in records) >= 1
