"""From schema.org to a record: every property that is used."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pipeline.contract.enums import OrganizerType
from tests.pipeline.connectors.reading import kept, only, page, reasons


def read(**properties):
    """The page of one JSON-LD event with these properties."""
    node = {"@type": "Event", "name": "A", "startDate": "2026-12-01T20:00:00+01:00"} | properties
    return page(
        f'<script type="application/ld+json">{json.dumps({k: v for k, v in node.items() if v is not None})}</script>'
    )


def test_date_alone_means_that_the_time_is_unknown():
    record = only(read(startDate="2026-12-01"))

    assert (record.start, record.all_day) == (date(2026, 12, 1), False)


def test_offset_is_kept():
    assert only(read()).start == datetime(2026, 12, 1, 20, tzinfo=timezone(timedelta(hours=1)))


def test_words_stay_for_the_next_step_and_unknown_is_no_start():
    assert only(read(startDate="Sat 12 Dec, 8pm")).start == "Sat 12 Dec, 8pm"
    assert reasons(read(startDate="TBA")) == ["no start"]


def test_doors_end_and_previous_start():
    record = only(
        read(doorTime="19:00", endDate="01:30", previousStartDate="2026-11-30T20:00:00Z", duration="PT2H")
    )

    assert (record.doors.hour, record.end.isoformat()) == (19, "2026-12-02T01:30:00+01:00")
    assert (record.previous_start, record.duration_seconds) == (datetime(2026, 11, 30, 20, tzinfo=UTC), 7200)


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("https://schema.org/EventCancelled", "cancelled"),
        ("EventPostponed", "postponed"),
        (["http://schema.org/EventRescheduled"], "rescheduled"),
        ("EventMovedOnline", "moved_online"),
        ("EventScheduled", ""),
    ],
)
def test_status(status, word):
    assert only(read(eventStatus=status)).status == word


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ({"price": "10", "priceCurrency": "eur"}, ("10", "10", "EUR", None)),
        ([{"price": 5}, {"price": "7.50"}], ("5", "7.50", "", None)),
        ({"@type": "AggregateOffer", "lowPrice": "$35"}, ("35.00", "35.00", "", None)),
        ({"price": "0"}, ("0", "0", "", True)),
        ({"price": "13,00 €"}, ("13.00", "13.00", "", None)),
        (
            {"priceSpecification": {"minPrice": 3, "maxPrice": 9, "priceCurrency": "GBP"}},
            ("3", "9", "GBP", None),
        ),
        ({"price": "Free"}, ("", "", "", True)),
        ({"price": "NaN"}, ("", "", "", None)),
        (
            [{"price": 149, "priceCurrency": "USD"}, {"price": 13400, "priceCurrency": "INR"}],
            ("", "", "", None),
        ),
    ],
)
def test_prices(offers, expected):
    record = only(read(offers=offers))

    assert (record.price_min, record.price_max, record.price_currency, record.is_free) == expected


def test_price_that_is_no_number_stays_text():
    assert only(read(offers={"price": "10 to 20"})).price_text == "10 to 20"


def test_offers_in_several_currencies_stay_words_since_they_are_no_span():
    offers = [{"price": 149, "priceCurrency": "USD"}, {"price": "13400", "priceCurrency": "INR"}]
    assert only(read(offers=offers)).price_text == "149 USD; 13400 INR"


def test_sold_out_only_where_every_offer_is_gone():
    gone, there = {"availability": "https://schema.org/SoldOut"}, {"availability": "InStock"}

    assert only(read(offers=[gone, gone])).sold_out
    assert not only(read(offers=[gone, there])).sold_out
    assert not only(read()).sold_out


def test_free_by_its_own_word():
    assert only(read(isAccessibleForFree=True)).is_free is True


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("Park, Town", ("Park, Town", "", "")),
        ({"@type": "Place", "name": "Caf&eacute;", "address": "1 Road"}, ("Café", "1 Road", "")),
        (
            {"@type": "PostalAddress", "streetAddress": "1 Road", "addressLocality": "Town"},
            ("", "1 Road, Town", "Town"),
        ),
        (
            {"@type": "Place", "address": {"streetAddress": "1 Road", "postalCode": "99", "name": "Hall"}},
            ("Hall", "1 Road, 99", ""),
        ),
    ],
)
def test_places(location, expected):
    venue = only(read(location=location)).venue

    assert (venue.name, venue.address, venue.city) == expected


@pytest.mark.parametrize(
    ("geo", "point"),
    [
        ({"latitude": "52.5", "longitude": 13.4}, (52.5, 13.4)),
        ("52.5;13.4", (52.5, 13.4)),
        ({"latitude": 95, "longitude": 13}, (None, None)),
        ({"latitude": 0, "longitude": 0}, (None, None)),
        ({"latitude": "NaN", "longitude": "x"}, (None, None)),
    ],
)
def test_coordinates(geo, point):
    venue = only(read(location={"@type": "Place", "name": "H", "geo": geo})).venue

    assert (venue.lat, venue.lng) == point


@pytest.mark.parametrize(
    ("properties", "online"),
    [
        ({"location": {"@type": "VirtualLocation", "url": "https://z.example/1"}}, "yes"),
        ({"location": [{"@type": "Place", "name": "H"}, {"@type": "VirtualLocation"}]}, "both"),
        ({"eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode"}, "no"),
        ({"eventAttendanceMode": "MixedEventAttendanceMode"}, "both"),
        ({}, ""),
    ],
)
def test_online(properties, online):
    assert only(read(**properties)).online == online


def test_virtual_location_gives_its_address():
    record = only(read(location={"@type": "VirtualLocation", "url": "https://z.example/1"}))

    assert record.online_url == "https://z.example/1"


@pytest.mark.parametrize(
    ("properties", "identity"),
    [
        ({"identifier": {"@type": "PropertyValue", "value": 42}}, "42"),
        ({"@id": "https://town.example/#1", "url": "/e"}, "https://town.example/#1"),
        ({"@id": "_:b0", "url": "/e?utm_source=x&id=2#top"}, "https://town.example/e?id=2"),
        ({"@id": "#event"}, ""),
        ({"url": "/calendar"}, ""),
        ({}, ""),
    ],
)
def test_identity(properties, identity):
    record = only(read(**properties))

    assert (record.external_id, record.stable_id) == (identity, bool(identity))


def test_organizer_performers_tags_images_language_capacity():
    record = only(
        read(
            organizer={"@type": "GovernmentOrganization", "name": "Town", "url": "/o"},
            performer=[{"@type": "Person", "name": "X"}, "Y", {"name": "X"}],
            keywords="rock, pop",
            image=[{"@type": "ImageObject", "url": "/i.jpg", "caption": "C"}, "j.png", "javascript:x"],
            inLanguage={"@type": "Language", "alternateName": "de"},
            maximumAttendeeCapacity="120",
        )
    )

    assert (record.organizer.name, record.organizer.type, record.organizer.url) == (
        "Town",
        OrganizerType.GOVERNMENT,
        "https://town.example/o",
    )
    assert (record.performers, record.tags, record.language, record.capacity) == (
        ("X", "Y"),
        ("rock", "pop"),
        "de",
        120,
    )
    assert [(i.url, i.alt, i.is_primary) for i in record.images] == [
        ("https://town.example/i.jpg", "C", True),
        ("https://town.example/j.png", "", False),
    ]


def test_address_of_a_person_is_no_organizer():
    assert only(read(organizer="me@town.example")).organizer is None


def test_parts_of_an_event_inherit_what_they_do_not_say():
    part = {"@type": "Event", "name": "Day 1", "startDate": "2026-12-01T10:00:00Z"}
    whole, day = kept(read(name="Fest", location="Park", subEvent=[part], startDate="2026-12-01"))

    assert (whole.title, day.title, day.venue.name) == ("Fest", "Day 1", "Park")


def test_session_inherits_from_its_series_and_the_series_is_no_event():
    record = only(read(name=None, superEvent={"@type": "EventSeries", "name": "Yoga", "location": "Gym"}))

    assert (record.title, record.venue.name) == ("Yoga", "Gym")


def test_series_that_is_nothing_but_its_parts_is_not_counted():
    part = {"@type": "Event", "name": "Day 1", "startDate": "2026-12-01T10:00:00Z"}

    assert only(read(startDate=None, subEvent=[part])).title == "Day 1"


def test_without_title_it_is_dropped_with_its_id():
    (dropped,) = read(name="", url="/e").records

    assert (dropped.reason, dropped.external_id) == ("no title", "https://town.example/e")


def test_long_texts_are_cut_with_a_note():
    record = only(read(name="T" * 10_000))

    assert len(record.title) == 1_000
    assert record.notes == ("title cut from 10000 to 1000 characters",)


def test_a_schedule_past_midnight_ends_on_the_next_day():
    schedule = {
        "repeatFrequency": "daily",
        "startDate": "2026-11-23",
        "startTime": "22:00",
        "endTime": "02:00",
        "repeatCount": "2",
    }

    records = kept(read(startDate=None, url="/w", eventSchedule=schedule))

    assert [record.end for record in records] == [datetime(2026, 11, 24, 2), datetime(2026, 11, 25, 2)]


def test_a_schedule_without_an_end_is_cut():
    schedule = {"repeatFrequency": "P1D", "startDate": "1000-01-01", "startTime": "19:00"}

    assert 0 < len(kept(read(startDate=None, url="/w", eventSchedule=schedule))) <= 400


def test_schedule_is_spread_over_the_window():
    schedule = {
        "repeatFrequency": "P1W",
        "byDay": "https://schema.org/Monday",
        "startDate": "2026-11-23",
        "endDate": "2026-12-10",
    }
    schedule |= {
        "startTime": "19:00",
        "endTime": "20:00",
        "exceptDate": "2026-11-30",
        "scheduleTimezone": "Europe/London",
    }

    records = kept(read(startDate=None, url="/w", eventSchedule=schedule))

    assert [r.recurrence_id for r in records] == ["2026-11-23T19:00:00", "2026-12-07T19:00:00"]
    assert (records[0].end, records[0].timezone, records[0].recurrence.rrule) == (
        datetime(2026, 11, 23, 20),
        "Europe/London",
        "FREQ=WEEKLY;UNTIL=20261210T235900;BYDAY=MO",
    )


def test_endless_schedule_ends_with_the_window():
    schedule = {"repeatFrequency": "daily", "startDate": "2026-11-21"}

    records = kept(read(startDate=None, url="/w", eventSchedule=schedule))

    assert (len(records), records[0].start) == (400, date(2026, 11, 21))


def test_listed_parts_of_a_schedule_are_its_dates_and_not_told_twice():
    schedule = {
        "repeatFrequency": "P1W",
        "startDate": "2026-11-23",
        "endDate": "2026-12-21",
        "startTime": "19:00",
    }
    listed = [{"@type": "Event", "startDate": f"2026-{day}T19:00:00"} for day in ("11-23", "12-01")]

    records = kept(read(startDate=None, url="/w", eventSchedule=schedule, subEvent=listed))

    assert [str(r.start.date()) for r in records] == [
        "2026-12-07",
        "2026-12-14",
        "2026-12-21",
        "2026-11-23",
        "2026-12-01",
    ]


def test_parts_of_another_name_leave_the_schedule_alone():
    schedule = {
        "repeatFrequency": "P1D",
        "startDate": "2026-11-23",
        "endDate": "2026-11-24",
        "startTime": "10:00",
    }
    concert = {"@type": "Event", "name": "Concert", "startDate": "2026-11-23T20:00:00"}

    records = kept(read(startDate=None, url="/w", eventSchedule=schedule, subEvent=concert))

    assert [(r.title, r.start.hour) for r in records] == [("A", 10), ("A", 10), ("Concert", 20)]


def test_schedule_that_is_not_simple_leaves_the_event_alone():
    assert (
        only(read(eventSchedule={"repeatFrequency": "sometimes", "startDate": "2026-11-21"})).recurrence
        is None
    )


@pytest.mark.parametrize(
    ("part", "titles"),
    [
        ({"name": "Talk", "startDate": "2026-12-01T10:00"}, ["Fair"]),
        ({"name": "Concert", "startDate": "2026-12-01T10:00", "url": "/concert"}, ["Fair", "Concert"]),
        ({"name": "After", "startDate": "2026-12-02T10:00"}, ["Fair", "After"]),
    ],
)
@pytest.mark.parametrize("end", [None, "2026-12-01"])
def test_a_part_without_a_page_or_place_within_the_hours_of_the_whole_is_no_event(part, titles, end):
    whole = kept(
        read(name="Fair", startDate="2026-12-01T09:00", endDate=end, subEvent=[{"@type": "Event", **part}])
    )
    assert [record.title for record in whole] == titles
