"""A moderator corrects a venue: later events with the same words arrive corrected; past ones on request.

With undo.
"""

from datetime import timedelta

import pytest

from accounts.models import User
from accounts.rights import PIPELINE
from events import services as events
from events.enums import Publication
from events.models import Event
from outbox.models import Change
from places.models import Place, PlaceAlias
from places.queries import forget_gazetteer
from places.services import merge_places
from tests.factories import NOW, make_area, make_city, make_place
from tests.sources.feeds import feed_source, reported, take

pytestmark = pytest.mark.django_db
WRONG = "The Old Mill, 12 River Road, Bengaluru"


@pytest.fixture(autouse=True)
def gazetteer():
    forget_gazetteer()
    make_city()
    make_area()
    yield
    forget_gazetteer()


@pytest.fixture
def person():
    return User.objects.create_superuser(email="desk@example.org", password="x")


@pytest.fixture
def right():
    return make_place(address="7 Hill Street", lat=12.979, lng=77.64)


def arrive(source, *numbers: int, place: str = WRONG):
    take(source, [reported(number, place=place) for number in numbers])


def at(number: int) -> Event:
    return Event.objects.select_related("city").get(listings__external_id=f"e{number}@example.org")


def venue(event: Event) -> tuple:
    return event.venue_name, event.address, event.lat, event.city.slug if event.city else None


THERE = ("Blue Room", "7 Hill Street", 12.979, "bengaluru")


def test_a_corrected_venue_is_right_for_every_later_event_of_any_source(person, right):
    arrive(feed_source("one"), 1)
    assert at(1).venue_name == "The Old Mill"
    events.edit(at(1).id, {"place_id": right.id}, by=person)
    assert venue(at(1)) == THERE
    assert "venue" in at(1).locked_fields
    arrive(feed_source("two"), 2)
    assert (venue(at(2)), at(2).place_id) == (THERE, right.id)
    assert set(PlaceAlias.objects.filter(by_person=True).values_list("place_id", flat=True)) == {right.id}


def test_a_room_of_the_corrected_venue_stays_told(person, right):
    arrive(feed_source("one"), 1, place="Hall 2, The Old Mill, 12 River Road, Bengaluru")
    events.edit(at(1).id, {"place_id": right.id}, by=person)
    arrive(feed_source("two"), 2, place="Hall 2, The Old Mill, 12 River Road, Bengaluru")
    assert at(2).venue_name == "Hall 2, Blue Room"


def test_the_bare_name_beside_another_house_is_not_meant(person, right):
    arrive(feed_source("one"), 1)
    events.edit(at(1).id, {"place_id": right.id}, by=person)
    arrive(feed_source("two"), 2, place="The Old Mill, 99 Forest Avenue, Bengaluru")
    assert at(2).venue_name == "The Old Mill"
    arrive(feed_source("three"), 3, place="The Old Mill")
    assert at(3).place_id == right.id


def test_another_name_makes_or_finds_a_place(person):
    arrive(feed_source("one"), 1)
    events.edit(at(1).id, {"venue_name": "The New Mill"}, by=person)
    arrive(feed_source("two"), 2)
    assert (at(2).venue_name, at(2).place.name) == ("The New Mill", "The New Mill")


def test_a_corrected_address_is_the_place_s_and_locked(person):
    arrive(feed_source("one"), 1)
    events.edit(at(1).id, {"address": "21 River Road"}, by=person)
    place = Place.objects.get(name="The Old Mill")
    assert (place.address, place.locked_fields) == ("21 River Road", ["address"])
    arrive(feed_source("two"), 2)
    assert at(2).address == "21 River Road"


def test_a_machine_s_edit_teaches_nothing(right):
    arrive(feed_source("one"), 1)
    events.edit(at(1).id, {"place_id": right.id}, by=PIPELINE)
    assert not PlaceAlias.objects.filter(by_person=True).exists()


def test_past_events_move_on_request_and_come_back(client, person, right):
    client.force_login(person)
    source = feed_source("one")
    arrive(source, 1, 2, 3)
    arrive(feed_source("two"), 4, place="Somewhere Else, 5 Lake View Road, Bengaluru")
    Event.objects.filter(pk=at(3).id).update(locked_fields=["venue"])
    events.edit(at(1).id, {"place_id": right.id}, by=person)
    assert at(2).venue_name == "The Old Mill"
    chosen = {"action": "apply_venue_corrections", "_selected_action": [str(at(1).id)]}
    page = client.post("/admin/events/event/", chosen)
    assert "1 events would move here; 1 more stay" in page.text
    assert at(2).venue_name == "The Old Mill"
    events.change_statuses([at(2).id], Publication.APPROVED, by=PIPELINE)
    before = set(Change.objects.values_list("pk", flat=True))
    client.post("/admin/events/event/", {**chosen, "confirmed": "yes"})
    assert venue(at(2)) == THERE
    assert (at(3).venue_name, at(4).venue_name) == ("The Old Mill", "Somewhere Else")
    assert list(Change.objects.exclude(pk__in=before).values_list("object_id", flat=True)) == [at(2).id]
    client.post(
        "/admin/events/event/", {"action": "take_venue_corrections_back", "_selected_action": [str(at(1).id)]}
    )
    assert (at(2).venue_name, at(1).venue_name) == ("The Old Mill", "Blue Room")
    assert not PlaceAlias.objects.filter(by_person=True).exists()


def test_a_merged_place_stays_merged_when_its_source_speaks_again(person, right):
    source = feed_source("one")
    arrive(source, 1)
    mill = at(1).place
    merge_places(right.id, mill.id, by=person)
    assert at(1).place_id == right.id
    take(source, [reported(1, place=WRONG, lines=("CATEGORIES:music",))], now=NOW + timedelta(hours=1))
    assert at(1).place_id == right.id
    arrive(feed_source("two"), 2)
    assert at(2).place_id == right.id
