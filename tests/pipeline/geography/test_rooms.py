"""Rooms and their venues."""

import pytest

from pipeline.geography.rooms import Within, venue_of_room, within


@pytest.mark.parametrize(
    ("name", "house", "room"),
    [
        ("Hall 4, Messe Wien", "Messe Wien", "Hall 4"),
        ("Messe Wien, Hall 4", "Messe Wien", "Hall 4"),
        ("Messe Wien Halle 4", "Messe Wien", "Halle 4"),
        ("Main Stage at Brooklyn Steel", "Brooklyn Steel", "Main Stage"),
        ("Konzerthaus - Großer Saal", "Konzerthaus", "Großer Saal"),
        ("Public Library (Room 2)", "Public Library", "Room 2"),
        ("Gallery 1: Tate Modern", "Tate Modern", "Gallery 1"),
        ("Level 5, Sydney Opera House", "Sydney Opera House", "Level 5"),
        ("Auditorium, Seattle Central Library", "Seattle Central Library", "Auditorium"),
        ("Grand Ballroom at the Hilton", "Hilton", "Grand Ballroom"),
        ("5th Floor Board Room, Water Board Building", "Water Board Building", "5th Floor Board Room"),
    ],
)
def test_a_room_is_told_from_its_house(name, house, room):
    assert within(name) == Within(house, room)


@pytest.mark.parametrize(
    "name",
    [
        "Carnegie Hall", "Town Hall", "Webster Hall", "Studio 54", "Pier 17", "Hall 4", "Stage 48", "House of Yes", "The Gallery", "Court Square",
        "2nd Floor, 123 Main St", "The Theater at the Ace Hotel", "Royal Albert Hall", "Theatre Row", "",
    ],
)  # fmt: skip
def test_houses_stay_whole(name):
    assert venue_of_room(name) == name


def test_a_name_beyond_all_measure_is_its_own_house():
    name = "Hall 4, " + "Messe " * 100
    assert within(name) == Within(name.strip())
