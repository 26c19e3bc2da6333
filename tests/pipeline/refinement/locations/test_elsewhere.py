"""Venues and addresses that are told outside their fields."""

from typing import Any

import pytest

from pipeline.contract.draft import Draft
from pipeline.contract.normalized import Venue
from pipeline.refinement.steps.locate import locate
from tests.pipeline.refinement.steps.make import LOOKUPS, context, timed

STREET = Venue(address="12 Main St, Springfield, IL 62701")


def venues(*reported: dict[str, Any]) -> list[Venue]:
    drafts: list[Draft] = [timed(context(), **fields) for fields in reported]
    return [draft.event.venue for draft in locate(drafts, context(), LOOKUPS)]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"title": "Songs of the sea at the Blue Theatre"}, "Blue Theatre"),
        ({"title": "Songs @ Blue Hall"}, "Blue Hall"),
        ({"description": "<p>Songs.</p><p>Venue: Blue Room</p>"}, "Blue Room"),
        ({"title": "Dinner at Midnight"}, ""),
        ({"description": "Where: 12 Main St"}, ""),
    ],
)
def test_a_house_is_named_in_the_title_or_on_a_labelled_line(fields: dict[str, Any], name: str) -> None:
    (venue,) = venues({"venue": STREET, **fields})
    assert (venue.name, venue.address) == (name, STREET.address)


def test_other_records_name_the_house_at_a_street() -> None:
    named = Venue(name="Blue Room", address="12 Main Street, Springfield")
    assert [one.name for one in venues({"venue": STREET}, {"venue": named})] == ["Blue Room", "Blue Room"]


def test_two_houses_at_a_street_name_none() -> None:
    both = [{"venue": Venue(name=name, address=STREET.address)} for name in ("Blue Room", "Red Room")]
    assert venues({"venue": STREET}, *both)[0].name == ""


def test_an_address_behind_the_venue_s_name_outweighs_the_feed_s_city() -> None:
    text = "Songs. Venue Blue Room 2913 East Anaheim Street, Long Beach, California 90804, United States Open in maps"
    (venue,) = venues({"venue": Venue(name="Blue Room", city="Los Angeles"), "description": text})
    assert venue.address == "2913 East Anaheim Street, Long Beach, California 90804, United States"
    assert (venue.city, venue.country) == ("Long Beach", "US")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        (
            "The Blue Room is located at 12 Main St, Springfield, IL 62701.",
            "12 Main St, Springfield, IL 62701",
        ),
        (
            "Blue Room is located near the lake, East Isle, Springfield, IL 62701",
            "near the lake, East Isle, Springfield, IL 62701",
        ),
        ("Blue Room is located in the heart of the town", ""),
    ],
)
def test_a_sentence_tells_where_the_venue_is(words: str, address: str) -> None:
    (venue,) = venues({"venue": Venue(name="Blue Room"), "description": words})
    assert (venue.address, venue.city) == (address, "Springfield" if address else "")


def test_numbers_behind_a_name_are_no_address() -> None:
    (venue,) = venues(
        {"venue": Venue(name="Blue Room"), "description": "Blue Room 20 years on, with a band, in 2026"}
    )
    assert venue.address == ""
