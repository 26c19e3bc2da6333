"""What a question asks for: filters with chips, and the words that are left."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from events.enums import NameKind
from events.filters import EventFilter
from events.queries import upcoming
from events.search.understanding import Named, understand
from events.times import When
from places.queries import forget_gazetteer
from tests.factories import make_area, make_city, record_event

pytestmark = pytest.mark.django_db

#: A Saturday, 11:30 in Bengaluru.
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
ROOM = UUID(int=7)
NAMES = {
    "blue room": Named("blue room", NameKind.VENUE, "The Blue Room", "bengaluru", str(ROOM)),
    "sunday brunch club": Named("sunday brunch club", NameKind.TITLE, "Sunday Brunch Club", "bengaluru", ""),
    "comedy store": Named("comedy store", NameKind.VENUE, "Comedy Store", "bengaluru", ""),
    "free solo": Named("free solo", NameKind.TITLE, "Free Solo", "", ""),
    "jazz tonight": Named("jazz tonight", NameKind.TITLE, "Jazz Tonight", "", ""),
}


class Words:
    """A vocabulary of a few words and names."""

    def known(self, words: Sequence[str]) -> frozenset[str]:
        return frozenset({"jazz", "calm", "talky"} & set(words))

    def names(self, phrases: Sequence[str]) -> list[Named]:
        return [NAMES[phrase] for phrase in phrases if phrase in NAMES]


@pytest.fixture(autouse=True)
def _cities():
    make_area(slug="indiranagar", name="Indiranagar", city=make_city(slug="bengaluru", name="Bengaluru"))
    make_city(
        slug="new-york", name="New York", country="US", timezone="America/New_York", lat=40.71, lng=-74.0
    )
    forget_gazetteer()


def read(text: str, **given: object):
    return understand(text, given=EventFilter(**given), now=NOW, vocabulary=Words())


def conditions(text: str, **given: object) -> dict[str, object]:
    found = read(text, **given).filter
    return {
        name: getattr(found, name)
        for name in EventFilter.__slots__
        if name != "category_words" and getattr(found, name) != getattr(EventFilter(), name)
    }


SATURDAY, SUNDAY, FRIDAY = date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 27)
EVENING = {"from_hour": time(17), "to_hour": time(5)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("jaz tonigt in indiranagar", {"q": "jaz", "when": When.TONIGHT, "city": "bengaluru", "area": "indiranagar"}),
        ("free workshops this weekend", {"price": "free", "categories": ("workshop",), "when": When.WEEKEND}),
        ("kids 5 dec", {"categories": ("family",), "day": date(2026, 12, 5)}),
        ("comedy friday night under 1500", {"categories": ("comedy",), "day": FRIDAY, **EVENING, "price_max": Decimal(1500)}),
        ("things to do next week bangalore", {"city": "bengaluru", "from_day": date(2026, 11, 23), "to_day": date(2026, 11, 29)}),
        ("tonite", {"when": When.TONIGHT}),
        ("jazz concerts", {"q": "jazz", "categories": ("music",)}),
        ("jazz concert", {"q": "jazz", "categories": ("music",)}),
        ("yoga sunday evening", {"q": "yoga", "day": SUNDAY, **EVENING}),
        ("comedy in nyc under $20", {"categories": ("comedy",), "city": "new-york", "price_max": Decimal(20), "currency": "USD"}),
        ("12/5", {"day": date(2026, 5, 12).replace(year=2027)}),
        ("new york 12/5", {"city": "new-york", "day": date(2026, 12, 5)}),
        ("konzerte am samstag", {"categories": ("music",), "day": SATURDAY}),
        ("concert ce soir", {"categories": ("music",), "when": When.TONIGHT}),
        ("between 5 and 7 december", {"from_day": date(2026, 12, 5), "to_day": date(2026, 12, 7)}),
        ("after 8pm", {"from_hour": time(20), "to_hour": time(5)}),
        ("18+ standup", {"least_age": 18, "categories": ("comedy",)}),
        ("chess 7 year olds", {"q": "chess", "guest_age": 7}),
        ("kids workshop", {"categories": ("family",), "q": "workshop"}),
        ("what's on today", {"when": When.TODAY}),
        ("events", {}),
        ("jazz workshop december", {"q": "jazz", "categories": ("workshop",), "from_day": date(2026, 12, 1), "to_day": date(2026, 12, 31)}),
        ("women's march", {"q": "women's march"}),
        ("majetic theatre-ny", {"q": "majetic ny", "categories": ("stage",)}),
        ("I'm looking for jazz", {"q": "for jazz"}),
    ],
)  # fmt: skip
def test_a_question_becomes_filters_and_words(text, wanted):
    assert conditions(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sunday brunch club", {"q": "sunday brunch club"}),
        ("Free Solo", {"q": "Free Solo"}),
        ("comedy store", {"q": "comedy store"}),
        ("jazz at blue room tonight", {"q": "jazz", "venue": ROOM, "when": When.TONIGHT}),
        ("jazz tonight", {"q": "jazz", "when": When.TONIGHT}),
        ('"free jazz" tonight', {"q": '"free jazz"', "when": When.TONIGHT}),
        ("something calm for a rainy evening", {"q": "calm for a rainy evening"}),
        ("sun dance", {"q": "sun dance"}),
        ("gluten-free dinner", {"q": "gluten-free dinner"}),
        ("talky", {"q": "talky"}),
    ],
)
def test_names_quotes_and_other_words_stay_words(text, wanted):
    assert conditions(text) == wanted


def test_each_chip_can_be_taken_off():
    found = read("comedy friday night under 1500")
    assert [(chip.label, chip.said, chip.without) for chip in found.chips] == [
        ("Comedy", "comedy", "friday night under 1500"),
        ("Fri 27 Nov, evening and night", "friday night", "comedy under 1500"),
        ("Up to 1,500", "under 1500", "comedy friday night"),
    ]
    assert found.chips[1].fields == ("day", "from_hour", "to_hour")


def test_what_was_given_is_not_overruled():
    assert conditions("jazz tonight in new york", city="bengaluru", when=When.WEEK) == {
        "q": "jazz tonight in new york", "city": "bengaluru", "when": When.WEEK,
    }  # fmt: skip


def test_the_given_city_is_not_searched_as_words():
    assert conditions("jazz in bengaluru", city="bengaluru") == {"q": "jazz in", "city": "bengaluru"}
    assert conditions("jazz bangalore", city="bengaluru")["q"] == "jazz"


def test_an_event_of_another_category_counts_that_has_the_word():
    assert read("jazz workshops").filter.category_words == "workshops"
    record_event(title="Jazz workshop for beginners", category="music")
    record_event(title="Jazz night", category="music")
    found = upcoming(read("jazz workshops").filter, now=NOW)
    assert [event.title for event in found] == ["Jazz workshop for beginners"]


def test_a_typing_error_is_named():
    assert read("workshps tomorow").corrected == (("workshps", "workshops"), ("tomorow", "tomorrow"))


def test_days_are_those_of_the_city():
    late = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)  # still Saturday evening in New York
    found = understand("saturday new york", given=EventFilter(), now=late, vocabulary=Words())
    assert found.filter.day == SATURDAY


@settings(max_examples=60, deadline=None)
@generated(st.text(max_size=300))
def test_any_text_is_read(text):
    found = read(text)
    assert len(found.filter.q) <= 200
    assert all(chip.said in " ".join(text.split()) or found.corrected for chip in found.chips)
