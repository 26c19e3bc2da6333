import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching.text import read_place
from pipeline.matching.towns import city_of, is_broad, town_of


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("Blue Hall, 12 Main St, Portland", "portland"),
        ("Blue Hall, 12 Main St Portland, OR 97201, USA", "portland"),
        ("Blue Hall, 12 Main St", ""),
        ("Hall 4, Messe Wien, Vienna, Austria", "vienna"),
        ("Hauptstr. 8, 10115 Berlin", "berlin"),
        ("Blue Hall, 5 rue de la Paix, 75002 Paris", "paris"),
        ("Blue Hall, Leeds, 2nd Floor", "leeds"),
        ("St. Louis, MO", "st louis"),
        ("Berlin", "berlin"),
        ("Poland", ""),
        ("Online", ""),
        ("", ""),
    ],
)
def test_the_town_of_an_address(address: str, town: str) -> None:
    assert read_place(address).town == town


@given(st.text(max_size=80))
def test_a_town_is_made_of_words_of_the_address_and_says_more_than_a_country(address: str) -> None:
    place = read_place(address)
    assert not place.town or (
        not is_broad(place.town.split()) and not set(place.town.split()).isdisjoint(place.tokens)
    )


def test_parts_of_a_city_belong_to_it() -> None:
    assert city_of("the bronx") == city_of("brooklyn") == "new york"
    assert city_of("leeds") == "leeds"
    assert town_of([]) == ""
