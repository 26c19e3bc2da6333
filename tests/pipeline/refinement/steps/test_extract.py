from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.contract.draft import Draft
from pipeline.contract.enums import Online, Setting, Status
from pipeline.contract.normalized import NormalizedEvent, OrganizerRef, Venue
from pipeline.refinement.identity import fingerprint, identity, raw_hash
from pipeline.refinement.steps.extract import extract
from tests.pipeline.refinement.steps.make import LOOKUPS, NEW_YORK, context, extracted, raw


def test_the_same_content_hashes_equal_whatever_the_reading() -> None:
    one = raw(raw="DTSTAMP:1", notes=("a",), metadata={"x": 1}, published=datetime(2026, 1, 1, tzinfo=UTC))
    assert raw_hash(one) == raw_hash(replace(one, raw="DTSTAMP:2", notes=(), metadata={}, published=None))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Jazz nights"},
        {"start": datetime(2026, 12, 12, 21, tzinfo=NEW_YORK)},
        {"status": "CANCELLED"},
        {"venue": Venue(name="B")},
        {"sold_out": True},
    ],
)
def test_other_content_hashes_differently(change: dict[str, object]) -> None:
    assert raw_hash(replace(raw(), **change)) != raw_hash(raw())  # type: ignore[arg-type]


def test_a_date_and_its_midnight_are_not_the_same_content() -> None:
    assert raw_hash(raw(start=date(2026, 12, 12))) != raw_hash(raw(start=datetime(2026, 12, 12)))


def test_identity_is_the_source_s_own_where_it_is_stable() -> None:
    assert identity(raw(external_id="uid", recurrence_id="20261212")) == ("uid", "20261212")


def test_identity_is_a_fingerprint_where_there_is_no_stable_id() -> None:
    one, other = (
        raw(external_id="", title="Jazz  Night!"),
        raw(external_id="9", stable_id=False, title="JAZZ night"),
    )
    assert identity(one) == identity(other) == (f"fp:{fingerprint(one)}", "")
    assert identity(raw(external_id="", start=date(2026, 12, 13))) != identity(raw(external_id=""))


def test_identity_hashes_what_no_column_can_hold() -> None:
    long, other = identity(raw(external_id="x" * 301)), identity(raw(external_id="x" * 302))
    assert len(long[0]) == 64
    assert long != other
    assert len(identity(raw(external_id="a\x00b", recurrence_id="y" * 41))[1]) == 40


@pytest.mark.parametrize(
    ("fields", "online", "url", "name"),
    [
        ({"venue": Venue(name="Zoom")}, Online.YES, "", ""),
        ({"venue": Venue(name="https://zoom.us/j/1")}, Online.YES, "https://zoom.us/j/1", ""),
        (
            {"venue": Venue(name="Town Hall, https://zoom.us/j/1")},
            Online.BOTH,
            "https://zoom.us/j/1",
            "Town Hall",
        ),
        ({"venue": Venue(name="Town Hall https://example.org/map")}, Online.NO, "", "Town Hall"),
        ({"venue": Venue(name="https://maps.google.com/?q=1")}, Online.NO, "", ""),
        ({"venue": Venue(name="Town Hall and Zoom")}, Online.BOTH, "", "Town Hall and Zoom"),
        ({"venue": Venue(name="Venue: Online event")}, Online.YES, "", ""),
        ({"venue": Venue(name="Town Hall"), "online": "OnlineEventAttendanceMode"}, Online.YES, "", ""),
        ({"venue": Venue(name="Town Hall"), "online": "no"}, Online.NO, "", "Town Hall"),
        (
            {"venue": Venue(name="Moved to Virtual Event", address="Online, Town, NY 10119"), "online": "no"},
            Online.YES,
            "",
            "",
        ),
        ({"online_url": "https://twitch.tv/x"}, Online.YES, "https://twitch.tv/x", ""),
        ({"title": "Webinar: Rust"}, Online.YES, "", ""),
        ({}, Online.NO, "", ""),
    ],
)
def test_online(fields: dict[str, object], online: Online, url: str, name: str) -> None:
    event = extracted(**fields).event
    assert (event.online, event.online_url, event.venue.name) == (online, url, name)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "CANCELLED", "sold_out": True}, Status.CANCELLED),
        ({"sold_out": True}, Status.SOLD_OUT),
        ({"previous_start": datetime(2026, 12, 5, 20, tzinfo=NEW_YORK)}, Status.RESCHEDULED),
        ({"previous_start": datetime(2026, 12, 12, 20, tzinfo=NEW_YORK)}, Status.SCHEDULED),
    ],
)
def test_status_is_the_gravest(fields: dict[str, object], status: Status) -> None:
    assert extracted(**fields).event.status is status


def test_an_organizer_without_a_name_is_none() -> None:
    assert extracted(organizer=OrganizerRef(contact="info@example.org")).event.organizer is None


def test_numbers_out_of_range_are_left_out() -> None:
    event = extracted(capacity=-5, popularity={"attending": 3, "interested": -1}, setting="open air").event
    assert (event.capacity, event.popularity, event.setting) == (None, {"attending": 3}, Setting.OUTDOOR)
    assert extracted(capacity=80).event.capacity == 80


def test_categories_become_tags_too() -> None:
    assert extracted(categories=("Music",), tags=("jazz",)).event.tags == ("Music", "jazz")


def test_a_description_in_the_place_of_the_venue_is_none() -> None:
    words = "Masked mingling, small bites, a string quartet under the stars and a yacht auction."
    assert extracted(description=words, venue=Venue(name=words)).event.venue.name == ""
    assert extracted(description=words, venue=Venue(name="Pier 9")).event.venue.name == "Pier 9"
    assert extracted(description="Town Hall", venue=Venue(name="Town Hall")).event.venue.name == "Town Hall"


def test_the_point_of_what_is_called_online_is_no_place() -> None:
    event = extracted(venue=Venue(name="Online event", lat=-8.5211, lng=179.1962)).event
    assert (event.online, event.venue) == (Online.YES, Venue())


def test_a_town_that_most_addresses_of_a_source_contradict_is_left_out() -> None:
    address = "12 Main St, New York, NY 10018"
    reported = [raw(venue=Venue(name="Hall", address=address, city="fl--miami")) for _ in range(3)]
    reported.append(raw(venue=Venue(name="Oakland Hall", city="fl--miami")))
    drafts = extract(
        [Draft(raw=one, event=NormalizedEvent(external_id="")) for one in reported], context(), LOOKUPS
    )
    assert {draft.event.venue.city for draft in drafts} == {""}
    assert drafts[-1].event.raw_hash == extract([drafts[-1]], context(), LOOKUPS)[0].event.raw_hash


def test_a_town_beside_the_addresses_stays() -> None:
    reported = raw(venue=Venue(name="Hall", address="1 Oak St, Long Beach, CA 90804", city="Los Angeles"))
    drafts = [Draft(raw=reported, event=NormalizedEvent(external_id=""))] * 5
    assert extract(drafts, context(), LOOKUPS)[0].event.venue.city == "Los Angeles"
