import csv

import pytest

from pipeline.taxonomy import BY_SLUG, CATEGORIES, OTHER, SLUGS, canonical
from tests.data import SHARED, needs_data


def test_there_are_22_categories_and_other_is_the_last():
    assert len(CATEGORIES) == 22
    assert SLUGS[-1] == OTHER
    assert [category.position for category in CATEGORIES] == list(range(22))


def test_slugs_and_subcategories_fit_their_columns():
    assert all(len(category.slug) <= 20 and len(category.covers) <= 200 for category in CATEGORIES)
    assert all(category.subcategories for category in CATEGORIES if category.slug != OTHER)
    assert "farmers_market" in BY_SLUG["market"].subcategories


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("food_festival", "food"),
        ("market", "market"),
        ("cultural_event", "festival"),
        ("music", "music"),
        ("sports", "sport"),
        ("workshop", "workshop"),
        ("meetup", "community"),
        ("Food & Drink", "food"),
        ("kids-family", "family"),
        ("SportsEvent", "sport"),
        ("  Cinéma ", "film"),
        ("submarine", ""),
        ("", ""),
    ],
)
def test_names_and_aliases_lead_to_a_slug(name, slug):
    assert canonical(name) == slug


@needs_data
def test_the_categories_are_those_of_the_labelled_data():
    with (SHARED / "labels" / "taxonomy.csv").open(newline="") as file:
        theirs = [(row["category"], row["name"], row["covers"]) for row in csv.DictReader(file)]
    assert [(c.slug, c.name, c.covers) for c in CATEGORIES] == theirs
