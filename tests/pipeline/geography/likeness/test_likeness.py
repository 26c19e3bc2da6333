"""Whether two venues are the same: evidence for and against, and the reasons as text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.enums import PlaceVerdict
from pipeline.geography.likeness import Venue, compare, look, match_venues, phone_digits
from pipeline.geography.likeness.addresses import compare_addresses, street_address
from pipeline.geography.likeness.names import compare_names, name_words


def likeness(one: Venue, other: Venue):
    return compare(look(one), look(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Blue Room", "Blue Room, The"),
        ("Théâtre de l'Odéon", "Theatre de l Odeon"),
        ("St. Mary's Church", "Saint Marys Church"),
        ("Restaurant Katsu", "Katsu"),
        ("Second Street Grille", "2nd Street Grill"),
        ("Gotham Bar & Grill", "Gotham Bar and Grill"),
        ("Jo Jo", "JoJo"),
        ("Lincoln Ctr", "Lincoln Center"),
    ],
)
def test_spellings_of_one_name_are_equal(one, other):
    assert compare_names(name_words(one), name_words(other)).equal


def test_a_name_within_a_name_is_no_contradiction_but_two_rests_are():
    assert compare_names(name_words("Fenix"), name_words("Fenix at the Argyle")).contained
    assert compare_names(name_words("Ritz-Carlton Café"), name_words("Ritz-Carlton Dining Room")).contradicts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("435 S. La Cienega Blv.", "435 South La Cienega Boulevard, Los Angeles, CA 90048"),
        ("102 5th Ave. between 15th and 16th Sts.", "102 Fifth Avenue"),
        ("Mariahilfer Straße 12, 1060 Wien", "Mariahilferstr. 12"),
        ("804 Northpoint", "804 North Point St."),
        ("160 Central Park S", "160 Central Park South, Suite 4"),
        ("10-14 High Street", "12 High St"),
    ],
)
def test_spellings_of_one_address_are_equal(one, other):
    found = compare_addresses(street_address(one), street_address(other))
    assert (found.same_street, found.same_number) == (True, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 3rd St", "12 3rd Ave"),
        ("12 East 9th Street", "12 West 9th Street"),
        ("12 Main St", "12 Elm St"),
        ("5 52nd St", "5 53rd St"),
    ],
)
def test_other_streets_are_other_streets(one, other):
    assert compare_addresses(street_address(one), street_address(other)).same_street is False


def test_an_absent_address_says_nothing():
    assert compare_addresses(street_address(""), street_address("12 Main St")).same_street is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("310/246-1501", "+1 310-246-1501"),
        ("404/237-2700 ext 6108", "(404) 237 2700"),
        ("030 1234567", "+49 30 1234567"),
    ],
)
def test_telephone_numbers_are_compared_by_their_ends(one, other):
    short, long = sorted((phone_digits(one), phone_digits(other)), key=len)
    assert short
    assert long.endswith(short.lstrip("0"))


def test_the_same_house_and_name_are_one_venue_with_the_evidence_in_words():
    found = likeness(
        Venue(name="Arnie Morton's of Chicago", address="435 S. La Cienega Blv.", city="Los Angeles"),
        Venue(name="Arnie Mortons of Chicago", address="435 South La Cienega Blvd", city="Los Angeles"),
    )
    assert found.outcome is PlaceVerdict.MERGE
    assert found.reasons == "same name; same address"


def test_a_chain_is_many_venues():
    one = Venue(
        name="Baja Fresh",
        address="3345 Kimber Dr",
        city="Westlake",
        phone="805-498-4049",
        lat=34.18,
        lng=-118.91,
    )
    other = Venue(
        name="Baja Fresh",
        address="5015 Wilshire Blvd",
        city="Los Angeles",
        phone="323-549-9080",
        lat=34.06,
        lng=-118.34,
    )
    assert likeness(one, other).outcome is PlaceVerdict.DIFFERENT


def test_the_same_name_in_one_city_with_nothing_else_is_asked_about():
    assert (
        likeness(Venue(name="Town Hall", city="Salem"), Venue(name="Town Hall", city="Salem")).outcome
        is not PlaceVerdict.DIFFERENT
    )


def test_a_name_alone_merges_nothing():
    assert likeness(Venue(name="Town Hall"), Venue(name="Town Hall")).outcome is not PlaceVerdict.MERGE


def test_two_rooms_of_one_house_are_not_one():
    one = Venue(name="Ritz-Carlton Café", address="3434 Peachtree Rd", city="Atlanta", phone="404 237 2700")
    other = Venue(
        name="Ritz-Carlton Dining Room", address="3434 Peachtree Rd", city="Atlanta", phone="404 237 2700"
    )
    assert likeness(one, other).outcome is not PlaceVerdict.MERGE


def test_another_country_outweighs_everything():
    one = Venue(name="Blue Note", address="131 W 3rd St", city="New York", country="US")
    assert (
        likeness(one, Venue(name="Blue Note", address="131 W 3rd St", city="New York", country="JP")).outcome
        is not PlaceVerdict.MERGE
    )


def test_distance_is_told_and_counts():
    near = likeness(Venue(name="Bar Lyon", lat=48.1, lng=16.3), Venue(name="Bar Lyon", lat=48.1002, lng=16.3))
    far = likeness(Venue(name="Bar Lyon", lat=48.1, lng=16.3), Venue(name="Bar Lyon", lat=48.3, lng=16.3))
    assert near.outcome is PlaceVerdict.MERGE
    assert "22 m apart" in near.reasons
    assert far.outcome is PlaceVerdict.DIFFERENT
    assert "22.2 km apart" in far.reasons


def test_a_page_on_a_shared_site_is_no_website_of_ones_own():
    one, other = (
        Venue(name="A", website="https://facebook.com/x"),
        Venue(name="B", website="https://facebook.com/x"),
    )
    assert "website" not in likeness(one, other).fields


def test_a_shared_website_counts():
    one = Venue(name="Loft", city="Wien", website="https://theloft.at/")
    assert (
        likeness(one, Venue(name="The Loft", city="Wien", website="http://www.theloft.at")).fields["website"]
        == 1.0
    )


texts = st.text(alphabet=string.ascii_letters + " .,&'-()0123456789éß", max_size=30)
venues = st.builds(
    Venue,
    name=texts,
    address=texts,
    city=texts,
    phone=texts,
    website=texts,
    lat=st.none() | st.floats(-80, 80),
    lng=st.none() | st.floats(-170, 170),
)


@given(venues, venues)
def test_it_does_not_matter_which_comes_first(one, other):
    there, back = likeness(one, other), likeness(other, one)
    assert (there.score, there.outcome) == (back.score, back.outcome)


@given(st.lists(venues, max_size=8))
def test_matching_a_list_never_pairs_a_venue_with_itself_and_is_repeatable(found):
    pairs = match_venues(found, ask=True)
    assert all(pair.first < pair.second for pair in pairs)
    assert pairs == match_venues(found, ask=True)


def test_each_venue_of_a_list_is_joined_to_the_likest_of_another():
    first = Venue(id="1", name="The Loft", address="12 Main St", city="Salem", source="a")
    exact = Venue(id="2", name="The Loft", address="12 Main St", city="Salem", source="b")
    lesser = Venue(id="3", name="Loft Bar", address="12 Main St", city="Salem", source="b")
    merged = [
        pair for pair in match_venues([first, lesser, exact]) if pair.likeness.outcome is PlaceVerdict.MERGE
    ]
    assert [(pair.first, pair.second) for pair in merged] == [(0, 2)]


def test_pairs_of_one_list_can_be_left_out():
    same = [
        Venue(
            id=str(number), name="Loft", address="12 Main St", city="Salem", phone="555 123 4567", source="a"
        )
        for number in (1, 2)
    ]
    assert len(match_venues(same)) == 1
    assert match_venues(same, across_only=True) == []


@pytest.mark.parametrize("website", ["http://[", "//[::1", "https://a]b/", "[[[["])
def test_a_website_that_cannot_be_read_says_nothing(website: str):
    assert look(Venue(name="Blue Note", website=website)).site == ""
