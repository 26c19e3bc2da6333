"""Copied descriptions and pictures are recognized by key, except for one show, venue or artist."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from events.models import Event, EventImage, EventSearch, Listing
from events.queries.copies import copied_pictures, same_pictures, same_texts
from events.services import search_text
from pipeline.contract.lookups import Copied
from pipeline.contract.normalized import NormalizedEvent, OrganizerRef, Venue
from pipeline.text.copies import is_copy, text_key
from tests.factories import make_event, make_origin

WORDS = "An evening with songs of the river, told by those who lived beside it for all of their lives, and by their children."
EVENT = NormalizedEvent(
    external_id="1",
    title="River songs",
    organizer=OrganizerRef(name="Anna Berg"),
    venue=Venue(name="Boat house"),
    performers=("Lina",),
)


def other(**fields: Any) -> Copied:
    return Copied(
        **{
            "event_id": uuid7(),
            "title": "Tango for beginners",
            "organizer": "Dance Ltd",
            "venue": "Hall 5",
            "start": date(2026, 12, 1),
            **fields,
        }
    )


def test_the_key_is_that_of_the_words_alone() -> None:
    assert text_key(WORDS) == text_key(f"<p>{WORDS.upper()}</p>\n\n") == text_key(WORDS.replace(",", " –"))
    assert text_key(WORDS) != text_key(WORDS + " Again.")
    assert text_key("Doors at seven, show at eight.") is None


@given(st.text())
def test_a_key_fits_its_column(words: str) -> None:
    key = text_key(words * 3)
    assert key is None or -(2**63) <= key < 2**63


def test_another_show_of_other_people_is_a_copy() -> None:
    assert is_copy(EVENT, other())
    assert is_copy(EVENT, other(organizer="", venue=""))


@pytest.mark.parametrize(
    "same",
    [
        {"organizer": "ANNA BERG"}, {"venue": "Boat House"}, {"performers": ("lina",)}, {"title": "River Songs on tour: Berlin"}, {"title": "River song"},
    ],
)  # fmt: skip
def test_series_tours_houses_and_artists_use_their_own_words_again(same: dict[str, Any]) -> None:
    assert not is_copy(EVENT, other(**same))


@pytest.mark.django_db
def test_other_origins_are_found_by_key_and_picture() -> None:
    here, there = make_origin(slug="here"), make_origin(slug="there")
    mine, theirs = (
        make_event(title="River songs", description=WORDS),
        make_event(title="Tango", description=f"<p>{WORDS}</p>"),
    )
    for origin, event in ((here, mine), (there, theirs)):
        Listing.objects.create(event=event, first_event=event, origin=origin, external_id=str(event.pk))
        EventImage.objects.create(
            event=event, source_url=f"https://x.example/{event.pk}", perceptual_hash="f0f0"
        )
    search_text.refresh([mine.pk, theirs.pk])
    key = text_key(WORDS)
    assert EventSearch.objects.get(event=mine).text_key == key
    assert [one.title for one in same_texts([key], but_not_of=[here.key])[key]] == ["Tango"]
    assert [one.title for one in same_pictures(["f0f0"], but_not_of=[here.key])["f0f0"]] == ["Tango"]
    assert same_texts([key], but_not_of=[here.key, there.key]) == {}
    assert same_texts([], but_not_of=[]) == {}
    assert [one.event_id for one in copied_pictures(mine)] == []  # the same venue tells it again
    Event.objects.filter(pk=theirs.pk).update(venue_name="Hall 5")
    assert [one.event_id for one in copied_pictures(mine)] == [theirs.pk]
    assert copied_pictures(make_event(title="Another")) == []
    for number in range(6):
        stock = make_event(title=f"Stock {number}", venue_name=f"Room {number}")
        EventImage.objects.create(event=stock, source_url="https://x.example/stock", perceptual_hash="f0f0")
    assert copied_pictures(mine) == []
