"""A venue's words in their fields."""

import pytest

from pipeline.contract.normalized import Venue
from pipeline.refinement.locations.venue_text import split_venue


@pytest.mark.parametrize(
    ("venue", "name", "address", "city"),
    [
        (Venue(name="Blue Room, 12 Main St, Springfield, IL"), "Blue Room", "12 Main St, Springfield, IL", "Springfield"),
        (Venue(name="Blue Note\n131 W 3rd St\nNew York"), "Blue Note", "131 W 3rd St, New York", "New York"),
        (Venue(name="Pune (venue revealed on registration)"), "", "", "Pune"),
        (Venue(name="Pune (Baner area, venue on RSVP)"), "Pune (Baner area)", "", ""),
        (Venue(name="Park", address="Park, , 4th Block, , Pune"), "Park", "Park, 4th Block, Pune", "Pune"),
        (Venue(name="Blue Note", address="131 W 3rd St"), "Blue Note", "131 W 3rd St", ""),
        (Venue(name="Blue Note, 131 W 3rd St", address="131 W 3rd St"), "Blue Note", "131 W 3rd St", ""),
        (Venue(name="TBA", address="Various locations"), "", "", ""),
        (Venue(name="o"), "", "", ""),
    ],
)  # fmt: skip
def test_split_venue(venue: Venue, name: str, address: str, city: str) -> None:
    split = split_venue(venue)
    assert (split.name, split.address, split.city) == (name, address, city)
    assert split_venue(split) == split


@pytest.mark.parametrize(
    ("venue", "name", "address"),
    [
        (Venue(address="131 W 3rd St, New York"), "", "131 W 3rd St, New York"),
        (Venue(name="622 SE Grand Ave"), "", "622 SE Grand Ave"),
        (Venue(name="131 W 3rd St", address="131 W 3rd St, New York"), "", "131 W 3rd St, New York"),
        (
            Venue(name="131 W 3rd St", address="Blue Note, 131 W 3rd St"),
            "Blue Note",
            "Blue Note, 131 W 3rd St",
        ),
    ],
)
def test_a_street_is_no_name_but_its_house_may_stand_before_it(venue: Venue, name: str, address: str) -> None:
    assert (split_venue(venue).name, split_venue(venue).address) == (name, address)


@pytest.mark.parametrize(
    "venue",
    [
        Venue(name="Denver, CO"),
        Venue(name="Denver", address="Denver, CO"),
        Venue(name="Denver", address="Denver", city="Denver"),
        Venue(name="Denver", city="Denver"),
        Venue(name="Denver · Denver", city="co--denver"),
    ],
)
def test_a_town_is_no_venue_and_no_address(venue: Venue) -> None:
    split = split_venue(venue)
    assert (split.name, split.address, split.city) == ("", "", "Denver")


@pytest.mark.parametrize(
    "venue",
    [
        Venue(name="Kings County"),
        Venue(address="Unit 3, 45 Smith St, Town"),
        Venue(address="2nd floor, 1 High St"),
    ],
)
def test_a_county_and_a_part_of_a_house_are_no_venue(venue: Venue) -> None:
    assert split_venue(venue).name == ""


def test_a_town_keeps_the_state_that_tells_it_apart() -> None:
    assert split_venue(Venue(name="Hall", address="Portland, ME")).address == "Portland, ME"


@pytest.mark.parametrize(
    ("address", "reported"),
    [
        ("12 Main St, 12 Main St, Springfield, IL", "12 Main St, Springfield, IL"),
        ("12 Main St, Springfield 12 Main St, Springfield", "12 Main St, Springfield"),
        ("12 Main St, Corning, New York, Corning, New York, 14830", "12 Main St, Corning, New York, 14830"),
        ("12 Main St, New York, New York", "12 Main St, New York, New York"),
        ("Blue Room", ""),
    ],
)
def test_an_address_is_told_once(address: str, reported: str) -> None:
    assert split_venue(Venue(name="Blue Room", address=address)).address == reported


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("the heart of the city where", False),
        ("a place to meet people who sing", False),
        ("the knitting factory", True),
        ("Drive in", True),
    ],
)
def test_a_piece_of_a_sentence_is_no_venue(name: str, stays: bool) -> None:
    assert bool(split_venue(Venue(name=name)).name) is stays


@pytest.mark.parametrize(
    ("city", "address", "reported"),
    [
        ("Los Angeles", "100 Beach Rd, Long Beach, California 90804", "Long Beach"),
        ("ca--los-angeles", "8430 Sunset Blvd, West Hollywood, CA 90069", "West Hollywood"),
        ("Bengaluru", "100 Feet Rd, Bangalore, Karnataka 560038", "Bengaluru"),
        ("Los Angeles", "100 Beach Rd", "Los Angeles"),
    ],
)
def test_the_town_of_a_whole_address_outweighs_another_one(city: str, address: str, reported: str) -> None:
    assert split_venue(Venue(name="Hall", address=address, city=city)).city == reported
