"""Suggestions while typing come from the vocabulary, the gazetteer and the categories."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Event, Organizer
from events.queries.suggesting import KINDS, suggest
from events.services import rebuild_vocabulary
from tests.factories import NOW, make_area, make_city, make_event, make_place

pytestmark = pytest.mark.django_db


def found(words: str, city: str = "", limit: int = 20) -> list[tuple[str, str]]:
    return [(row["type"], row["text"]) for row in suggest(words, city=city, limit=limit, now=NOW)]


@pytest.fixture
def night() -> None:
    """One event whose names cover every kind of the vocabulary."""
    city = make_city()
    make_event(
        title="Moonlit Jazz", city=city, area=make_area(city=city), place=make_place(name="Blue Room"), venue_name="Blue Room",
        organizer=Organizer.objects.create(name="Golden Society", folded_name="golden society"), performers=["Asha Rao"], tags=["velvet"],
    )  # fmt: skip
    make_event(title="Poetry", venue_name="Old Mill", tags=["music"])
    rebuild_vocabulary(now=NOW)


@pytest.mark.parametrize(
    ("words", "kind", "text", "address"),
    [
        ("jaz", "event", "Moonlit Jazz", "/events/moonlit-jazz-"),
        ("roo", "place", "Blue Room", "/venues/blue-room-"),
        ("soc gold", "organizer", "Golden Society", "/organizers/golden-society-"),
        ("rao", "performer", "Asha Rao", "/performers/asha-rao/"),
        ("indira", "area", "Indiranagar", "/bengaluru/indiranagar/"),
        ("bengal", "city", "Bengaluru", "/bengaluru/"),
        ("bangalor", "city", "Bengaluru", "/bengaluru/"),
        ("music", "category", "Music", "/search?category=music"),
        ("velv", "tag", "velvet", "/tags/velvet/"),
        ("mill", "place", "Old Mill", "/search?q=Old+Mill"),
    ],
)
def test_each_kind_is_found_by_the_beginning_of_any_word(night, client, words, kind, text, address):
    (row,) = [
        row
        for row in suggest(words, city="", limit=20, now=NOW)
        if (row["type"], row["text"]) == (kind, text)
    ]
    assert row["url"].startswith(address)
    assert client.get(row["url"]).status_code == 200


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("m", ("event", "Moonlit Jazz")),
        ("r", ("place", "Blue Room")),
        ("g", ("organizer", "Golden Society")),
        ("a", ("performer", "Asha Rao")),
        ("i", ("area", "Indiranagar")),
        ("b", ("city", "Bengaluru")),
        ("m", ("category", "Music")),
    ],
)
def test_one_letter_is_enough(night, words, expected):
    assert expected in found(words)


def test_other_names_of_categories_count_from_three_letters_on(night):
    assert ("category", "Film") not in found("mo")
    assert ("category", "Film") in found("mov")


def test_a_typing_error_is_forgiven_from_four_letters_on(night):
    assert ("event", "Moonlit Jazz") in found("moonlti")
    assert ("organizer", "Golden Society") in found("goldne soc")
    assert ("area", "Indiranagar") in found("indirangar")
    assert found("jzz") == []


def test_what_begins_with_the_words_comes_before_what_resembles_them(night):
    make_event(title="Moonlot Fair")
    rebuild_vocabulary(now=NOW)
    events = [text for kind, text in found("moonlot") if kind == "event"]
    assert events == ["Moonlot Fair", "Moonlit Jazz"]


def test_the_asked_city_comes_first_then_the_count(night):
    there = make_city(slug="chennai", name="Chennai", lat=13.08, lng=80.27)
    for title in ("Rain A", "Rain B"):
        make_event(title=title, city=there, performers=["Rain Trio"])
    make_event(title="Rain C", city=make_city(), performers=["Rain Duo"])
    rebuild_vocabulary(now=NOW)
    trio, duo = ("performer", "Rain Trio"), ("performer", "Rain Duo")
    assert [one for one in found("rain") if one[0] == "performer"] == [trio, duo]
    assert [one for one in found("rain", city="bengaluru") if one[0] == "performer"] == [duo, trio]
    assert next(text for kind, text in found("rain", city="bengaluru") if kind == "event") == "Rain C"


def test_kinds_take_turns(night):
    for number in range(9):
        make_event(title=f"Music {number}")
    make_event(title="Other", performers=["Music Makers"])
    rebuild_vocabulary(now=NOW)
    assert {kind for kind, _ in found("music", limit=3)} == {"category", "event", "performer"}
    assert len(found("music", limit=5)) == 5


def test_hidden_and_past_events_are_not_suggested(night):
    make_event(title="Secret Rehearsal", publication="pending")
    rebuild_vocabulary(now=NOW)
    assert found("rehearsal") == []
    assert ("tag", "music") not in found("music")  # the category bears the name


def test_what_only_samples_bear_comes_last_and_a_page_before_a_name_alone():
    for _ in range(3):
        make_event(
            title="Moonlit Sample", is_sample=True, venue_name="Moonlit Hall", performers=["Moonlit Twins"]
        )
    make_event(title="Moonlit Walk", venue_name="Moonlit Yard")
    make_event(title="Moonlit Walk", is_sample=True)
    event = make_event(
        title="Moonlit Sample too",
        is_sample=True,
        place=make_place(name="Moonlit Yard"),
        venue_name="Moonlit Yard",
    )
    rebuild_vocabulary(now=NOW)
    assert found("moonlit", limit=3) == [
        ("event", "Moonlit Walk"),
        ("place", "Moonlit Yard"),
        ("event", "Moonlit Sample"),
    ]
    Event.objects.filter(pk=event.pk).update(is_sample=False)
    rebuild_vocabulary(now=NOW)
    (yard,) = [row for row in suggest("yard", city="", limit=5, now=NOW) if row["type"] == "place"]
    assert yard["url"].startswith("/venues/moonlit-yard-")


@pytest.mark.parametrize("words", ["", "'", "%", "_", "a' | b:*", "\\"])
def test_any_text_is_safe(night, words):
    assert {kind for kind, _ in found(words)} <= set(KINDS)


@pytest.mark.parametrize(("words", "most"), [("m", 2), ("moonlit jazz", 3), ("moonlti jazz", 3), ("zzz", 1)])
def test_three_queries_at_most(night, words, most):
    found(words)  # the gazetteer is kept
    with CaptureQueriesContext(connection) as queries:
        found(words, city="bengaluru")
    assert len(queries) == most
