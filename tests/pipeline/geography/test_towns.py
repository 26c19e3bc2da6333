"""Towns of the world by name."""

import gzip

import pytest

from pipeline.geography.towns import (
    TABLE,
    town_called,
    towns_called,
    widely_known,
)


@pytest.mark.parametrize(
    ("name", "where", "country", "zone"),
    [
        ("Zürich", {}, "CH", "Europe/Zurich"),
        ("zurich", {}, "CH", "Europe/Zurich"),
        ("Bombay", {}, "IN", "Asia/Kolkata"),
        ("NYC", {}, "US", "America/New_York"),
        ("Birmingham", {}, "GB", "Europe/London"),
        ("Birmingham", {"state": "AL"}, "US", "America/Chicago"),
        ("Corning", {"country": "US", "state": "NY"}, "US", "America/New_York"),
        ("London", {"country": "CA"}, "CA", "America/Toronto"),
        ("Würselen", {"country": "DE"}, "DE", "Europe/Berlin"),
    ],
)
def test_a_name_means_the_town_of_its_country_and_state(name, where, country, zone):
    town = town_called(name, **where)
    assert town is not None
    assert (town.country, town.zone) == (country, zone)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Springfield", {}),
        ("Corning", {}),
        ("Kuala", {}),
        ("", {}),
        ("Paris", {"country": "NO"}),
        ("x" * 500, {}),
    ],
)
def test_a_name_that_leaves_the_town_open_means_none(name, where):
    assert town_called(name, **where) is None


def test_all_towns_of_a_name_are_told_the_largest_first():
    people = [town.people for town in towns_called("Springfield")]
    assert len(people) > 5
    assert people == sorted(people, reverse=True)


def test_the_search_finds_every_line_of_the_table():
    lines = gzip.decompress(TABLE.read_bytes()).decode().splitlines()
    for line in [lines[0], *lines[7::997], lines[-1]]:
        folded, name, country = line.split("\t")[:3]
        assert (name, country) in {(town.name, town.country) for town in towns_called(folded)}


def test_a_listed_name_is_of_its_country():
    assert widely_known("Goa") is not None
    assert widely_known("Goa", "PH") is None
