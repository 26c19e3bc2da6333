from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from events.enums import Online
from events.records import Venue
from sources.lookups import MemoryLookups, PlaceFact
from sources.records import Draft
from sources.steps.locate import city_of_address, locate, split_venue

from .make import LOOKUPS, context, timed


def located(lookups: MemoryLookups = LOOKUPS, city: str = "", **fields: Any) -> Draft:
    around = context(city=city)
    return locate([timed(around, **fields)], around, lookups)[0]


@pytest.mark.parametrize(
    ("venue", "name", "address"),
    [
        (Venue(name="Blue Note, 131 W 3rd St, New York"), "Blue Note", "131 W 3rd St, New York"),
        (Venue(name="Blue Note\n131 W 3rd St\nNew York"), "Blue Note", "131 W 3rd St, New York"),
        (Venue(name="123 Main St, Austin, TX 78701"), "123 Main St", "123 Main St, Austin, TX 78701"),
        (Venue(name="Blue Note", address="131 W 3rd St"), "Blue Note", "131 W 3rd St"),
        (Venue(name="Blue Note, 131 W 3rd St", address="131 W 3rd St"), "Blue Note", "131 W 3rd St"),
        (Venue(address="131 W 3rd St, New York"), "131 W 3rd St", "131 W 3rd St, New York"),
        (Venue(name="TBA", address="Various locations"), "", ""),
        (Venue(name="o"), "", ""),
    ],
)
def test_split_venue(venue: Venue, name: str, address: str) -> None:
    split = split_venue(venue)
    assert (split.name, split.address) == (name, address)


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("52146 Würselen", "Würselen"),
        ("Hauptstr. 1, D-52146 Würselen", "Würselen"),
        ("415 E. Water Street, Elmira, NY, 14901", "Elmira"),
        ("4880 New York 414, Burdett, New York, 14818, United States", "Burdett"),
        ("100 NW Quad, University of California Davis, Davis CA 95616", "Davis"),
        ("29, Rajpur Road, Delhi", ""),
        ("Main Street", ""),
    ],
)
def test_city_of_address(address: str, town: str) -> None:
    assert city_of_address(address) == town


def test_coordinates_decide_city_and_area() -> None:
    draft = located(venue=Venue(name="Toit", lat=12.9791, lng=77.6406))
    assert (draft.city, draft.area) == ("bengaluru", "indiranagar")
    assert draft.event.venue == Venue(name="Toit", city="Bengaluru", country="IN", lat=12.9791, lng=77.6406, plus_code="7J4VXJHR+J6")
    assert draft.event.confidence["city"] == 0.97


def test_coordinates_outside_every_city_mean_none_whatever_the_source_s_is() -> None:
    draft = located(city="new-york", venue=Venue(name="Museum of Glass", lat=42.1498, lng=-77.0542))
    assert (draft.city, draft.event.venue.city) == ("", "")


@pytest.mark.parametrize(
    ("venue", "note"),
    [
        (Venue(name="A", lat=0.0, lng=0.0), "coordinates dropped: coordinates 0, 0 stand for unknown"),
        (Venue(name="A", lat=-104.99, lng=39.73), "coordinates dropped: latitude and longitude look swapped"),
        (Venue(name="A", lat=39.7392, lng=-104.9903), "coordinates dropped: the centre of Denver, not a venue"),
    ],
)
def test_coordinates_that_are_no_venue_s_are_dropped_with_a_note(venue: Venue, note: str) -> None:
    draft = located(city="denver", venue=venue)
    assert (draft.event.venue.lat, draft.event.venue.plus_code, draft.notes) == (None, "", (note,))
    assert draft.city == "denver"


def test_a_geocoder_s_centre_still_tells_the_city() -> None:
    assert located(venue=Venue(name="A", lat=39.7392, lng=-104.9903)).city == "denver"


@pytest.mark.parametrize(
    ("venue", "source_city", "city"),
    [
        (Venue(name="A", address="400 W 6th St, Austin, TX 78701"), "", "austin"),
        (Venue(name="A", city="Brooklyn", country="US"), "", "new-york"),
        (Venue(name="A", city="Bangalore"), "denver", "bengaluru"),
        (Venue(name="A", city="Aurora"), "denver", ""),
        (Venue(name="A", country="Germany"), "denver", ""),
        (Venue(name="A", address="Room 5"), "denver", "denver"),
        (Venue(), "denver", "denver"),
        (Venue(name="Phoenix"), "", ""),
    ],
)
def test_the_city_by_words_else_the_source_s_own(venue: Venue, source_city: str, city: str) -> None:
    assert located(city=source_city, venue=venue, start=date(2026, 12, 12)).city == city


def test_a_name_in_another_clock_is_another_city() -> None:
    assert located(venue=Venue(name="A", city="Birmingham"), start=date(2026, 12, 12), timezone="Europe/London").city == ""
    assert located(venue=Venue(name="A", city="Birmingham"), start=date(2026, 12, 12), timezone="America/Chicago").city == "birmingham"


def test_an_online_event_keeps_the_source_s_city() -> None:
    draft = located(city="denver", venue=Venue(name="Zoom"))
    assert (draft.city, draft.event.online, draft.event.venue) == ("denver", Online.YES, Venue())


BLUE_NOTE = PlaceFact(
    id="p1",
    name="Blue Note",
    names=("blue note", "blue note jazz club"),
    city="new-york",
    area="",
    address="131 W 3rd St",
    lat=40.7308,
    lng=-74.0006,
)
PLACES = MemoryLookups(known_places=(BLUE_NOTE,))


@pytest.mark.parametrize(
    ("venue", "place"),
    [
        (Venue(name="Blue Note", city="New York"), "p1"),
        (Venue(name="BLUE NOTE Jazz Club", city="New York"), "p1"),
        (Venue(name="Blue Note Jaz Club", city="New York"), "p1"),
        (Venue(name="Blue Note", lat=40.7309, lng=-74.0007), "p1"),
        (Venue(name="Blue Note", lat=40.7809, lng=-73.9507), ""),
        (Venue(name="Blue Note", city="Denver"), ""),
        (Venue(name="Red Note", city="New York"), ""),
        (Venue(name="Blue Note"), ""),
    ],
)
def test_a_known_place_is_recognized(venue: Venue, place: str) -> None:
    assert located(PLACES, venue=venue, timezone="America/New_York").place_id == place


def test_a_known_place_lends_its_coordinates() -> None:
    venue = located(PLACES, venue=Venue(name="Blue Note", city="New York")).event.venue
    assert (venue.lat, venue.lng, venue.address, venue.plus_code) == (40.7308, -74.0006, "131 W 3rd St", "87G7PXJX+8Q")


def test_places_are_asked_for_once() -> None:
    asked: list[set[str]] = []

    class Counting(MemoryLookups):
        def places(self, names: Any) -> Any:
            asked.append(set(names))
            return super().places(names)

    drafts = [timed(venue=Venue(name=name)) for name in ("A Hall", "B Hall", "A hall")]
    locate([*drafts, replace(drafts[0], dropped="past")], context(), Counting())
    assert asked == [{"a hall", "b hall"}]
