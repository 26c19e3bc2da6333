"""The reader of places in text."""

import pytest

from pipeline.geography.place_parts import is_street
from pipeline.geography.place_text import PlaceText, called, is_area, parse_place

#: The words, then (house, address, town, country); what begins with "=" is the text of an address field.
READ = {
    "Blue Note, 131 W 3rd St, New York": ("Blue Note", "131 W 3rd St, New York", "New York", "US"),
    "Blue Note @ 131 W 3rd St": ("Blue Note", "131 W 3rd St", "", ""),
    "Fort (north, upper yard), Main Road, Pune": ("Fort (north, upper yard)", "Main Road, Pune", "Pune", "IN"),
    "Hall 4, Messe Wien, Messeplatz 1, 1020 Wien": ("Hall 4, Messe Wien", "Messeplatz 1, 1020 Wien", "Wien", "AT"),
    "Studio 54, 254 W 54th St, New York": ("Studio 54", "254 W 54th St, New York", "New York", "US"),
    "40 Watt Club, Athens, GA": ("40 Watt Club", "Athens, GA", "Athens", "US"),
    "115 Bowery, New York, NY": ("", "115 Bowery, New York, NY", "New York", "US"),
    "123 Main St, Austin, TX 78701": ("", "123 Main St, Austin, TX 78701", "Austin", "US"),
    "12 Main St Springfield IL 62701": ("", "12 Main St, Springfield, IL 62701", "Springfield", "US"),
    "Campus, Science Building - BB 150": ("Campus, Science Building - BB 150", "", "", ""),
    "Room 205 (main building) in Portland, OR": ("Room 205 (main building)", "Portland, OR", "Portland", "US"),
    "House 5 - Potsdam": ("House 5", "Potsdam", "Potsdam", "DE"),
    "Blue StudioLos Angeles, California": ("Blue Studio", "Los Angeles, California", "Los Angeles", "US"),
    "Ann Lee, Bob Ray & 2 othersNew York, New York": ("", "New York, New York", "New York", "US"),
    "Blue Room (12 Main St, Springfield, IL)": ("Blue Room", "12 Main St, Springfield, IL", "Springfield", "US"),
    "Market St, San Francisco, CA 94105": ("", "Market St, San Francisco, CA 94105", "San Francisco", "US"),
    "West Hollywood · The Sun Rose": ("The Sun Rose", "", "West Hollywood", ""),
    "1821 Daly St · Los Angeles": ("", "1821 Daly St, Los Angeles", "Los Angeles", "US"),
    "Toronto | Hall 4 | 12 Queen St": ("Hall 4", "12 Queen St", "Toronto", "CA"),
    "Bryant Park, New York": ("Bryant Park", "New York", "New York", "US"),
    "Big Flats, New York, United States": ("", "Big Flats, New York, United States", "Big Flats", "US"),
    "Bangalore, India": ("", "Bangalore, India", "Bangalore", "IN"),
    "Phoenix": ("Phoenix", "", "", ""),
    "Paris Cafe": ("Paris Cafe", "", "", ""),
    "Hotel Berlin, MG Road": ("Hotel Berlin", "MG Road", "", ""),
    "Rock · Pop · Jazz": ("Rock · Pop · Jazz", "", "", ""),
    "Venue TBA, Mumbai": ("", "Mumbai", "Mumbai", "IN"),
    "=52146 Würselen": ("", "52146 Würselen", "Würselen", "DE"),
    "=Hauptstr. 1, D-52146 Würselen": ("", "Hauptstr. 1, D-52146 Würselen", "Würselen", "DE"),
    "=03044 Cottbus Cottbus": ("", "03044 Cottbus Cottbus", "Cottbus", "DE"),
    "=26 rue du Bourg 26300 Alixan": ("", "26 rue du Bourg, 26300 Alixan", "Alixan", ""),
    "=Le Village - 26240 Claveyson": ("Le Village", "26240 Claveyson", "Claveyson", ""),
    "=415 E. Water Street, Elmira, NY, 14901": ("", "415 E. Water Street, Elmira, NY, 14901", "Elmira", "US"),
    "=4880 New York 414, Burdett, New York, 14818, United States": (
        "", "4880 New York 414, Burdett, New York, 14818, United States", "Burdett", "US"),
    "=1 Quad Rd, University of California Davis, Davis CA 95616": (
        "", "1 Quad Rd, University of California Davis, Davis, CA 95616", "Davis", "US"),
    "=915 SE Hawthorne Boulevard, Portland, Oregon 97214 US": (
        "", "915 SE Hawthorne Boulevard, Portland, Oregon 97214, US", "Portland", "US"),
    "=301 West 6th Street, Vancouver, Washington 98660 United States": (
        "", "301 West 6th Street, Vancouver, Washington 98660, United States", "Vancouver", "US"),
    "=12 Main St, Atlanta, Georgia": ("", "12 Main St, Atlanta, Georgia", "Atlanta", "US"),
    "=10 Downing Street, London SW1A 2AA, UK": ("", "10 Downing Street, London SW1A 2AA, UK", "London", "GB"),
    "=29, Rajpur Road, Delhi": ("", "29, Rajpur Road, Delhi", "Delhi", "IN"),
    "=1945 NW Quimby": ("", "1945 NW Quimby", "", ""),
    "=1020 SW Greenburg Road, Suite 600": ("", "1020 SW Greenburg Road, Suite 600", "", ""),
    "=12 rue de la Paix, Lyon, Auvergne-Rhône-Alpes, France": (
        "", "12 rue de la Paix, Lyon, Auvergne-Rhône-Alpes, France", "Lyon", "FR"),
    "Centro Cultural, Cuernavaca, Morelos, Mexico": (
        "Centro Cultural", "Cuernavaca, Morelos, Mexico", "Cuernavaca", "MX"),
    "Sala Apolo, 113, Carrer Nou de la Rambla, Barcelona, Barcelonès, Catalunya, 08004, España": (
        "Sala Apolo", "113, Carrer Nou de la Rambla, Barcelona, Barcelonès, Catalunya, 08004, España", "Barcelona", "ES"),
    "Bar X, 5 Main Rd, Cape Town, Western Cape, South Africa": (
        "Bar X", "5 Main Rd, Cape Town, Western Cape, South Africa", "Cape Town", "ZA"),
    "=Rua Augusta 9, São Paulo - SP, 01305-100": ("", "Rua Augusta 9, São Paulo - SP, 01305-100", "São Paulo", "BR"),
    "=Khreshchatyk St 1, Kyiv, Ukraine, 02000": ("", "Khreshchatyk St 1, Kyiv, 02000, Ukraine", "Kyiv", "UA"),
    "=Chiyoda City, Tokyo 100-0005, Japan": ("Chiyoda City", "Tokyo 100-0005, Japan", "Tokyo", "JP"),
    "=00-238 Warszawa, Poland": ("", "00-238 Warszawa, Poland", "Warszawa", "PL"),
    "Messe, Hauptstr. 5, Wien, Österreich": ("Messe", "Hauptstr. 5, Wien, Österreich", "Wien", "AT"),
    "=620 8th Ave, New York, NY 10018 · New York, Ne": ("", "620 8th Ave, New York, NY 10018, New York, Ne", "New York", "US"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "reported"), READ.items())
def test_the_words_of_a_place_go_to_their_fields(words: str, reported: tuple[str, ...]) -> None:
    place = parse_place(words.removeprefix("="), alone=words.startswith("="))
    assert (place.house, place.address, place.town, place.country) == reported


def test_an_address_has_all_its_parts() -> None:
    assert parse_place("Blue Room, 12 Main St, Springfield, IL 62701, USA") == PlaceText(
        house="Blue Room",
        address="12 Main St, Springfield, IL 62701, USA",
        street="12 Main St",
        town="Springfield",
        region="IL",
        postcode="62701",
        country="US",
        formed=True,
    )


def test_a_town_is_that_of_its_state() -> None:
    town = parse_place("9 Oak St, Portland, ME 04101", alone=True).meant
    assert town is not None
    assert (town.name, town.state) == ("Portland", "ME")


@pytest.mark.parametrize(
    ("words", "street"),
    [
        ("131 W 3rd St", True),
        ("Friedrich-Engels-Str. 22", True),
        ("Am Kanal 47", True),
        ("Studio 54", False),
        ("9:30 Club", False),
        ("111 Minna Street Gallery", False),
        ("Main Street", False),
    ],
)
def test_a_street_has_a_number_and_is_no_house(words: str, street: bool) -> None:
    assert is_street(words) is street


@pytest.mark.parametrize(
    ("name", "area"),
    [("Berlin", True), ("Goa", True), ("Karnataka", True), ("India", True), ("Corning", False), ("Blue Room", False)],
)  # fmt: skip
def test_only_large_and_listed_towns_are_known_by_their_name_alone(name: str, area: bool) -> None:
    assert is_area(name) is area


def test_a_place_is_called_by_its_name_else_by_its_street() -> None:
    assert called("Blue Room", "12 Main St, Springfield") == "Blue Room"
    assert called("", "12 Main St, Springfield, IL 62701") == "12 Main St"
    assert called("", "Springfield Common, north end") == "Springfield Common"
    assert called("", "") == ""
