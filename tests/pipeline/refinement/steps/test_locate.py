from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.contract.draft import Draft
from pipeline.contract.enums import Online
from pipeline.contract.lookups import Correction, PlaceFact
from pipeline.contract.normalized import OrganizerRef, Venue
from pipeline.refinement.locations.venue_text import town_alone
from pipeline.refinement.lookups import MemoryLookups
from pipeline.refinement.steps.locate import locate
from tests.pipeline.refinement.steps.make import LOOKUPS, context, timed


def located(lookups: MemoryLookups = LOOKUPS, city: str = "", **fields: Any) -> Draft:
    around = context(city=city)
    return locate([timed(around, **fields)], around, lookups)[0]


def test_a_widely_known_city_tells_the_country() -> None:
    assert located(venue=Venue(name="Hall", address="29, Rajpur Road, Delhi")).event.venue.country == "IN"


def test_coordinates_decide_city_and_area() -> None:
    draft = located(venue=Venue(name="Toit", lat=12.9791, lng=77.6406))
    assert (draft.city, draft.area) == ("bengaluru", "indiranagar")
    assert draft.event.venue == Venue(
        name="Toit", city="Bengaluru", country="IN", lat=12.9791, lng=77.6406, plus_code="7J4VXJHR+J6"
    )
    assert draft.event.confidence["city"] == 0.97


def test_a_draft_that_is_located_stays_as_it_is() -> None:
    place = PlaceFact(
        id="1",
        name="Blue Note",
        names=("blue note",),
        city="new-york",
        address="131 W 3rd St",
        lat=40.7308,
        lng=-74.0005,
    )
    lookups = MemoryLookups(known_places=(place,))
    around = context(city="new-york")
    once = locate([timed(around, venue=Venue(name="Blue Note"))], around, lookups)
    assert once[0].place_id == "1"
    assert once[0].event.confidence["city"] == 0.7
    assert locate([*once, timed(around, venue=Venue(name="The Met"))], around, lookups)[0] == once[0]


def test_a_town_alone_is_no_house_unless_another_clock_says_so() -> None:
    assert located(venue=Venue(name="San Francisco")).event.venue.city == "San Francisco"
    assert located(venue=Venue(name="San Francisco")).event.venue.name == ""
    assert town_alone(Venue(name="Phoenix"), ("Europe/London",), ()) == Venue(name="Phoenix")
    assert town_alone(Venue(name="Phoenix", city="London"), (), ()) == Venue(name="Phoenix", city="London")
    assert town_alone(Venue(name="Phoenix"), (), {"denver"}) == Venue(name="Phoenix")


def test_the_country_is_that_of_the_town_where_its_clock_agrees() -> None:
    start = datetime(2026, 12, 12, 20, 0)
    assert located(venue=Venue(name="Hall", city="Rotterdam"), start=start).event.venue.country == "NL"
    elsewhere = located(venue=Venue(name="Hall", city="Rotterdam"), start=start, timezone="Asia/Tokyo")
    assert elsewhere.event.venue.country == ""


def test_a_town_in_the_state_of_new_york_is_not_in_the_city() -> None:
    assert located(venue=Venue(name="Big Flats, New York, United States")).city == ""
    assert located(venue=Venue(name="Bryant Park, New York, United States")).city == "new-york"


def test_coordinates_outside_every_city_mean_none_whatever_the_source_s_is() -> None:
    draft = located(city="new-york", venue=Venue(name="Museum of Glass", lat=42.1498, lng=-77.0542))
    assert (draft.city, draft.event.venue.city) == ("", "")


@pytest.mark.parametrize(
    ("venue", "note"),
    [
        (Venue(name="A", lat=0.0, lng=0.0), "coordinates dropped: coordinates 0, 0 stand for unknown"),
        (Venue(name="A", lat=-104.99, lng=59.73), "coordinates dropped: latitude and longitude look swapped"),
        (Venue(name="A", lat=39.8283, lng=-98.5795), "coordinates dropped: those of a whole country"),
    ],
)
def test_coordinates_that_are_no_venue_s_are_dropped_with_a_note(venue: Venue, note: str) -> None:
    draft = located(city="denver", venue=venue)
    assert (draft.event.venue.lat, draft.event.venue.plus_code, draft.notes) == (None, "", (note,))
    assert draft.city == "denver"


@pytest.mark.parametrize(
    ("venue", "point", "note"),
    [
        (Venue(city="Denver", lat=39.75, lng=-104.9), (39.75, -104.9), "they are a town's"),
        (Venue(name="A", lat=39.7392, lng=-104.9903), (39.7392, -104.9903), "the centre of Denver"),
        (Venue(city="Denver", around=(39.75, -104.9)), (39.75, -104.9), ""),
        (Venue(city="Denver", around=(12.97, 77.59)), None, ""),
    ],
)
def test_a_point_that_is_not_the_venue_s_own_is_kept_as_near_it(
    venue: Venue, point: tuple[float, float] | None, note: str
) -> None:
    draft = located(city="denver", venue=venue)
    reported = draft.event.venue
    assert (reported.lat, reported.plus_code, reported.around, draft.city) == (None, "", point, "denver")
    assert note in " ".join(draft.notes)


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
        (Venue(name="Phoenix"), "", "phoenix"),
        (Venue(name="Phoenix"), "denver", "denver"),
    ],
)
def test_the_city_by_words_else_the_source_s_own(venue: Venue, source_city: str, city: str) -> None:
    assert located(city=source_city, venue=venue, start=date(2026, 12, 12)).city == city


def test_a_name_in_another_clock_is_another_city() -> None:
    assert (
        located(
            venue=Venue(name="A", city="Birmingham"), start=date(2026, 12, 12), timezone="Europe/London"
        ).city
        == ""
    )
    assert (
        located(
            venue=Venue(name="A", city="Birmingham"), start=date(2026, 12, 12), timezone="America/Chicago"
        ).city
        == "birmingham"
    )


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
    assert (venue.lat, venue.lng, venue.address, venue.plus_code) == (
        40.7308,
        -74.0006,
        "131 W 3rd St",
        "87G7PXJX+8Q",
    )


def test_places_are_asked_for_once() -> None:
    asked: list[set[str]] = []

    class Counting(MemoryLookups):
        def places(self, wanted: Any) -> Any:
            asked.append({one.name for one in wanted if not one.exact})
            return super().places(wanted)

    drafts = [timed(venue=Venue(name=name)) for name in ("A Hall", "B Hall", "A hall")]
    locate([*drafts, replace(drafts[0], dropped="past")], context(), Counting())
    assert asked == [{"a hall", "b hall"}]


def test_swapped_coordinates_are_put_right_where_the_city_confirms_it() -> None:
    draft = located(city="denver", venue=Venue(name="A", lat=-104.99, lng=39.73))
    assert (draft.event.venue.lat, draft.event.venue.lng, draft.city) == (39.73, -104.99, "denver")
    assert draft.notes == ("latitude and longitude were swapped",)


def test_a_point_that_several_houses_share_is_none_of_theirs() -> None:
    around = context(city="denver")
    streets = ("100 Main St", "7 Elm St", "12 Pine Ave")
    venues = [
        Venue(name=f"House {number}", address=street, lat=39.75, lng=-104.99)
        for number, street in enumerate(streets)
    ]
    drafts = locate([timed(around, venue=venue) for venue in venues], around, LOOKUPS)
    assert {draft.event.venue.lat for draft in drafts} == {None}
    assert {draft.city for draft in drafts} == {"denver"}
    assert "several houses" in drafts[0].notes[0]


def test_a_record_that_comes_alone_is_told_of_the_houses_that_came_before() -> None:
    lookups = MemoryLookups(told_at={"39.75000,-104.99000": ("1 Main St", "2 Main Street", "somewhere")})
    one = located(lookups, "denver", venue=Venue(name="Bar", address="3 Oak Ave", lat=39.75, lng=-104.99))
    same = located(lookups, "denver", venue=Venue(name="Bar", address="2 Main St", lat=39.75, lng=-104.99))
    assert (one.event.venue.lat, one.told_at, same.event.venue.lat) == (None, "39.75000,-104.99000", 39.75)


def test_rooms_of_one_house_may_share_its_point() -> None:
    around = context(city="denver")
    venues = [
        Venue(name=f"Hall {number}, Expo", address="100 Main St", lat=39.75, lng=-104.99)
        for number in range(1, 5)
    ]
    drafts = locate([timed(around, venue=venue) for venue in venues], around, LOOKUPS)
    assert {draft.event.venue.lat for draft in drafts} == {39.75}


@pytest.mark.parametrize(
    ("venue", "point", "city"),
    [
        (Venue(name="Toit", address="7J4VXJHR+J6"), (12.979062, 77.640563), "bengaluru"),
        (Venue(name="Toit", address="XJHR+J6 Bengaluru"), (12.979062, 77.640563), "bengaluru"),
        (Venue(name="Toit", plus_code="7J4VXJHR+J6"), (12.979062, 77.640563), "bengaluru"),
    ],
)
def test_a_plus_code_is_a_point(venue: Venue, point: tuple[float, float], city: str) -> None:
    draft = located(venue=venue)
    assert (draft.event.venue.lat, draft.event.venue.lng, draft.city, draft.area) == (
        *point,
        city,
        "indiranagar",
    )
    assert draft.event.venue.plus_code == "7J4VXJHR+J6"


def test_a_short_plus_code_without_a_town_says_nothing() -> None:
    draft = located(venue=Venue(name="Toit", address="XJHR+J6"))
    assert (draft.event.venue.lat, draft.event.venue.plus_code) == (None, "XJHR+J6")


def test_an_area_is_known_by_its_name_where_there_is_no_point() -> None:
    assert (
        located(
            venue=Venue(name="Toit", address="100 Feet Rd, Indiranagar, Bengaluru"), start=date(2026, 12, 12)
        ).area
        == "indiranagar"
    )


def test_a_room_keeps_its_name_and_its_place_is_the_house() -> None:
    draft = located(city="denver", venue=Venue(name="Hall 4, Expo Denver"))
    assert (draft.event.venue.name, draft.place_name) == ("Hall 4, Expo Denver", "Expo Denver")


def test_a_room_of_a_known_house_is_at_the_house() -> None:
    draft = located(
        PLACES, venue=Venue(name="Main Stage at Blue Note", city="New York"), timezone="America/New_York"
    )
    assert (draft.place_id, draft.event.venue.name, draft.event.venue.lat) == (
        "p1",
        "Main Stage at Blue Note",
        40.7308,
    )


def test_a_town_after_a_room_is_no_house() -> None:
    assert located(venue=Venue(name="Hall 4, Denver")).place_name == "Hall 4"


@pytest.mark.parametrize(
    ("venue", "name"),
    [
        (Venue(name="Friends of Jazz"), ""),
        (Venue(name="Friends of Jazz", address="12 Main St"), "Friends of Jazz"),
        (Venue(name="Friends of Jazz", lat=39.75, lng=-104.9), "Friends of Jazz"),
    ],
)
def test_who_organizes_is_not_where_it_happens(venue: Venue, name: str) -> None:
    assert (
        located(city="denver", venue=venue, organizer=OrganizerRef(name="Friends of Jazz")).event.venue.name
        == name
    )


def test_a_house_may_organize_itself() -> None:
    assert (
        located(
            city="denver", venue=Venue(name="Jazz Club"), organizer=OrganizerRef(name="Jazz Club")
        ).event.venue.name
        == "Jazz Club"
    )
    known = located(
        PLACES,
        venue=Venue(name="Blue Note", city="New York"),
        organizer=OrganizerRef(name="Blue Note"),
        timezone="America/New_York",
    )
    assert known.place_id == "p1"


SAID = MemoryLookups(said={"the old mill": (Correction(city="denver", place=BLUE_NOTE),)})


@pytest.mark.parametrize(
    ("city", "place"), [("denver", "p1"), ("", "p1"), ("new-york", "p1"), ("austin", "")]
)
def test_a_person_s_correction_outranks_everything_in_its_cities(city: str, place: str) -> None:
    draft = located(SAID, city=city, venue=Venue(name="The Old Mill"))
    assert draft.place_id == place
    if place:
        venue = draft.event.venue
        assert (venue.name, venue.address, venue.lat, draft.city) == (
            "Blue Note",
            "131 W 3rd St",
            40.7308,
            "new-york",
        )
        assert draft.event.confidence["venue"] == 1.0


def test_a_correction_keeps_the_room() -> None:
    said = MemoryLookups(said={"hall 2 the old mill": SAID.said["the old mill"]})
    assert located(said, venue=Venue(name="Hall 2, The Old Mill")).event.venue.name == "Hall 2, Blue Note"


FAR_BRANCH = replace(BLUE_NOTE, id="p2", address="9 Elm St", lat=40.80, lng=-73.95)
CHAIN = MemoryLookups(known_places=(BLUE_NOTE, FAR_BRANCH))


@pytest.mark.parametrize(
    ("venue", "place"),
    [
        (Venue(name="Blue Note", lat=40.8001, lng=-73.9501), "p2"),
        (Venue(name="Blue Note", address="131 West 3rd Street, New York"), "p1"),
        (Venue(name="Blue Note", address="9 Elm St, New York"), "p2"),
        (Venue(name="Blue Note", address="700 Oak Ave, New York"), ""),
    ],
)
def test_of_a_chain_the_branch_is_told_by_address_or_distance(venue: Venue, place: str) -> None:
    assert located(CHAIN, city="new-york", venue=venue, timezone="America/New_York").place_id == place


def test_locating_again_changes_nothing() -> None:
    around = context(city="new-york")
    once = locate(
        [timed(around, venue=Venue(name="Hall 2, Blue Note, 131 W 3rd St"), timezone="America/New_York")],
        around,
        PLACES,
    )
    (again,) = locate(once, around, PLACES)
    sure = replace(
        again.event, confidence=once[0].event.confidence
    )  # by the place's own point the city is surer
    assert replace(again, event=sure) == once[0]


IN_KOLKATA = datetime(2026, 12, 12, 20, tzinfo=ZoneInfo("Asia/Kolkata"))


@pytest.mark.parametrize(
    ("venue", "reported"),
    [
        (Venue(name="Berghain, Berlin"), "Berlin"),
        (Venue(name="Berghain", address="Am Wriezener Bahnhof, 10243 Berlin, Germany"), "Berlin"),
        (Venue(name="Hof 3, Kleindorf, Germany"), "Kleindorf, Germany"),
        (Venue(name="Antisocial, Mumbai"), "Mumbai"),
        (Venue(name="Antisocial", city="Mumbai"), "Mumbai"),
        (Venue(name="Blue Note, Denver"), "Denver"),
    ],
)
def test_a_venue_in_another_city_is_not_in_that_of_its_source(venue: Venue, reported: str) -> None:
    draft = located(MemoryLookups(), "bengaluru", venue=venue, start=IN_KOLKATA)
    assert draft.city == ""
    assert draft.notes == (f"not in Bengaluru, the source's city: the venue names “{reported}”",)


@pytest.mark.parametrize(
    "venue",
    [
        Venue(name="Toit, Indiranagar, Bangalore"),
        Venue(name="Paris Cafe"),
        Venue(name="Hotel Berlin, MG Road"),
        Venue(name="Phoenix, Whitefield"),
        Venue(name="Toit", address="100 Feet Road, Bengaluru, India"),
        Venue(name="Toit", address="100 Feet Road, Indiranagar, Karnataka 560038"),
    ],
)
def test_a_house_may_be_called_like_a_city(venue: Venue) -> None:
    draft = located(MemoryLookups(), "bengaluru", venue=venue, start=IN_KOLKATA)
    assert (draft.city, draft.event.timezone, draft.notes) == ("bengaluru", "Asia/Kolkata", ())
    assert draft.place_name == draft.event.venue.name


@pytest.mark.parametrize(
    "name",
    [
        "Indiranagar",
        "Bengaluru",
        "Bangalore, India",
        "Indiranagar, Bengaluru",
        "Karnataka",
        "India",
        "Goa, India",
    ],
)
def test_an_area_or_a_city_alone_is_no_place(name: str) -> None:
    draft = located(MemoryLookups(), "bengaluru", venue=Venue(name=name), start=IN_KOLKATA)
    assert draft.place_name == ""
    assert draft.event.venue.name or draft.event.venue.city, "readers still see it"


@pytest.mark.parametrize(
    "name",
    [
        "TBA", "various venues", "Various Venues, Bengaluru", "Multiple venues across Bengaluru", "Venue TBD", "Location to be announced", "Secret venue",
        "Online", "Venue on RSVP", "Register to see the address", "The venue will be revealed to guests",
    ],
)  # fmt: skip
def test_what_stands_for_no_place_is_none(name: str) -> None:
    draft = located(MemoryLookups(), "bengaluru", venue=Venue(name=name), start=IN_KOLKATA)
    assert (draft.event.venue.name, draft.place_name) == ("", "")


@pytest.mark.parametrize(
    "name",
    [
        "Secret Garden",
        "The Place",
        "Venue 9",
        "Various Artists Gallery",
        "Private Eye Club",
        "Location Studios",
    ],
)
def test_names_of_houses_stay(name: str) -> None:
    assert located(MemoryLookups(), "bengaluru", venue=Venue(name=name), start=IN_KOLKATA).place_name == name


@pytest.mark.parametrize(
    ("venue", "point"),
    [
        (Venue(name="Hall", city="Nairobi", lat=36.8219, lng=-1.2921), (-1.2921, 36.8219)),
        (Venue(name="Hall", country="DE", lat=13.41, lng=52.52), (52.52, 13.41)),
        (Venue(name="Hall", city="Madrid", lat=48.2, lng=16.37), None),
        (Venue(name="Hall", lat=45.0, lng=-35.0), None),
        (Venue(name="Hall", country="US", lat=18.46, lng=-66.1), (18.46, -66.1)),
        (Venue(name="Hall", country="DE", lat=47.8, lng=13.04), (47.8, 13.04)),
    ],
)
def test_a_point_that_contradicts_town_or_country_is_turned_or_dropped(
    venue: Venue, point: tuple[float, float] | None
) -> None:
    found = located(venue=venue).event.venue
    assert ((found.lat, found.lng) if point else found.lat) == point
