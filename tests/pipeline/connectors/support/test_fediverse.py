"""What Mobilizon says of an event, in the words that its API and ActivityPub share."""

from typing import Any

import pytest

from pipeline.connectors.support.fediverse import mobilizon_fields


def fields(**reported: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("category", "language", "capacity", "left", "going", "website"))
    return mobilizon_fields(**{**nothing, "join": "", **reported})


def test_what_is_not_said_is_nothing():
    assert not any(fields().values())


def test_what_is_said_of_an_event():
    reported = fields(
        category="FILM_MEDIA", language="fr", capacity=30, left=4, going=26, website="https://a.example"
    )
    assert (reported["categories"], reported["language"], reported["capacity"], reported["sold_out"]) == (
        ("Film media",),
        "fr",
        30,
        False,
    )
    assert (reported["popularity"], reported["metadata"]) == (
        {"attending": 26},
        {"website": "https://a.example"},
    )


def test_a_meeting_is_no_category_and_an_undetermined_language_none():
    assert (fields(category="MEETING")["categories"], fields(language="und")["language"]) == ((), "")


def test_no_places_left_is_sold_out_where_places_are_counted():
    assert (fields(capacity=30, left=0)["sold_out"], fields(capacity=0, left=0)["sold_out"]) == (True, False)


@pytest.mark.parametrize(
    ("join", "expected"), [("free", False), ("external", True), ("invite", True), ("restricted", True)]
)
def test_who_may_join(join, expected):
    assert fields(join=join)["registration_required"] is expected
