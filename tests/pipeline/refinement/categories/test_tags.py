"""Controlled tags, and the words of subcategories."""

import pytest

from pipeline.refinement.categories.labels import labels_of
from pipeline.refinement.categories.subcategory import subcategory_of
from pipeline.refinement.categories.tags import MOST, controlled_tags, is_for_children, tags_of
from pipeline.taxonomy import SUBCATEGORIES, TAGS


def test_every_name_in_the_lists_is_there_once_and_fits_its_column():
    assert len({(part.category, part.slug) for part in SUBCATEGORIES}) == len(SUBCATEGORIES)
    assert len({tag.name for tag in TAGS}) == len(TAGS)
    assert all(len(part.slug) <= 40 for part in SUBCATEGORIES)
    assert all(tag.words and len(tag.name) <= 60 for tag in TAGS)


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("Open-Air-Kino im Park", "outdoor"),
        ("Taller de cocina", "cooking"),
        ("Weihnachtsmarkt am Dom", "christmas"),
        ("NEW YEAR'S EVE party", "new year"),
        ("ಯೋಗ ಶಿಬಿರ", "yoga"),
        ("Concierto de música en vivo", "live music"),
    ],
)
def test_texts_of_many_languages_give_the_same_tags(title, tag):
    assert tag in controlled_tags(title, "")


def test_a_label_that_means_a_tag_adds_it_and_is_kept_as_its_source_writes_it():
    assert tags_of("An evening", "", ["Música en vivo", "Tuesday series", "JAZZ"]) == (
        "live music",
        "jazz",
        "Música en vivo",
        "Tuesday series",
    )


@pytest.mark.parametrize(
    ("reported", "labels"),
    [
        ("art;painting;drawing", ["art", "painting", "drawing"]), ("a | b", ["a", "b"]), ("#jazz #live", ["jazz", "live"]),
        ("Artes y Teatro, Cultural, Bellas Artes", ["Artes y Teatro", "Cultural", "Bellas Artes"]), ("Food & Drink", ["Food & Drink"]),
        ("business entrepreneur it learning startup", ["business", "entrepreneur", "it", "learning", "startup"]),
        ("music for the whole family", ["music for the whole family"]), ("Class, Training, or Workshop", ["Class, Training, or Workshop"]),
        ("20,000 Leagues", ["20,000 Leagues"]), ("Hip-Hop/Rap", ["Hip-Hop/Rap"]), ("BookClub2026", ["BookClub2026"]), ("80s", ["80s"]), ("음악", ["음악"]),
    ],
)  # fmt: skip
def test_joined_lists_become_single_tags(reported, labels):
    assert list(labels_of([reported])) == labels


@pytest.mark.parametrize(
    "reported",
    ["MusicEvent", "http://schema.org/Event", "schema.org/Event", "SpecialEvents", "public", "TRUE", "published", "challenge-id=12", "IN_PERSON", "2026",
     "evt-0Do0LqHc3XSPgTq", "123e4567-e89b-12d3-a456-426614174000", "…", "A sentence that goes on and on about what will be shown that night in town"],
)  # fmt: skip
def test_what_software_writes_is_no_tag(reported):
    assert list(labels_of([reported])) == []


@pytest.mark.parametrize(
    ("tag", "held"),
    [("Kids", True), ("family friendly", True), ("Niños", True), ("jazz", False), ("kidney care", False)],
)
def test_tags_for_children(tag, held):
    assert is_for_children(tag) is held


def test_words_within_words_are_no_tags():
    assert controlled_tags("Campaign of the aids and wineries", "") == ()


def test_tags_are_bounded_and_each_is_told_once():
    found = tags_of("Jazz jazz JAZZ", "", ["jazz", *(f"own {n}" for n in range(40)), "Own 1"])
    assert found[0] == "jazz"
    assert len(found) == MOST
    assert len({tag.casefold() for tag in found}) == len(found)


@pytest.mark.parametrize(
    ("category", "labels", "title", "part"),
    [
        ("music", (), "Philharmonic gala", "classical"),
        ("sport", (), "Lakers vs Celtics", "match"),
        ("market", ("Farmers Market",), "Saturdays", "farmers_market"),
        ("stage", (), "Nothing that names it", ""),
    ],
)
def test_subcategories_are_named_by_their_words(category, labels, title, part):
    assert subcategory_of(category, labels, title, "") == part
