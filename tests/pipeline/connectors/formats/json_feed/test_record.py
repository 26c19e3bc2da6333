"""One object to records, by common names."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pipeline.contract.enums import OrganizerType
from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import json_feed, kept, only, reasons


def read(**item):
    return json_feed(json.dumps([{"title": "A", "start": "2026-12-01T19:00:00Z", **item}]))


def when(**item):
    """Start and end of an item with only these fields, as ISO 8601."""
    record = only(json_feed(json.dumps([{"title": "A", **item}])))
    return tuple(t if isinstance(t, str) or t is None else t.isoformat() for t in (record.start, record.end))


@pytest.mark.parametrize(
    ("item", "start", "end"),
    [
        ({"date": "2026-12-01", "time": "19:30"}, "2026-12-01T19:30:00", None),
        ({"date": "2026-12-01", "time": "19:00–21:00"}, "2026-12-01T19:00:00", "2026-12-01T21:00:00"),
        (
            {"startDate": "2026-12-01", "endDate": "2026-12-01", "time": "9:00 AM – 6:00 PM"},
            "2026-12-01T09:00:00",
            "2026-12-01T18:00:00",
        ),
        (
            {"startDate": "2026-12-01", "endDate": "2026-12-03", "time": "9:00 AM – 6:00 PM"},
            "2026-12-01T09:00:00",
            "2026-12-03T18:00:00",
        ),
        (
            {"startDate": "2026-12-01", "endDate": "2026-12-01", "time": "10 PM – 2 AM"},
            "2026-12-01T22:00:00",
            "2026-12-02T02:00:00",
        ),
        ({"event_start_unix": "1796119200", "event_end_unix": "1796126400"}, "2026-12-01T10:00:00", "2026-12-01T12:00:00"),
        ({"date": "2026-12-01", "time": "TBA"}, "2026-12-01", None),
        ({"start_date": "2026-12-01", "start_time": "22:00:00", "end_time": "02:00"}, "2026-12-01T22:00:00", "2026-12-02T02:00:00"),
        ({"start_date": "2026-12-01", "start_time": "22:00", "end_date": "2026-12-03", "end_time": "02:00"}, "2026-12-01T22:00:00", "2026-12-03T02:00:00"),
        ({"Event Date": "25/12/2026", "Start Time": "7:00 PM", "End Time": "9 PM"}, "2026-12-25T19:00:00", "2026-12-25T21:00:00"),
        ({"date": "12/25/2026 at 7:00 PM"}, "2026-12-25T19:00:00", None),
        ({"date": "3.12.2026"}, "2026-12-03", None),
        ({"date": "3/12/2026"}, "3/12/2026", None),
        ({"date": "3/12/2026", "time": "7pm"}, "3/12/2026 19:00", None),
        ({"date": "Tomorrow", "time": "7:30 PM - 9 PM"}, "Tomorrow 19:30", "21:00"),
        ({"start_date": "today", "start_time": "7 PM", "end_time": "9 PM"}, "today 19:00", "21:00"),
        ({"date": {"day": "Tomorrow", "time": "7 PM"}}, "Tomorrow 19:00", None),
        ({"date": "31/31/2026"}, "31/31/2026", None),
        ({"start": 1796151600, "end": 1796155200000}, "2026-12-01T19:00:00+00:00", "2026-12-01T20:00:00+00:00"),
        ({"start": {"dateTime": "2026-12-01T19:00:00", "timeZone": "Europe/Paris"}}, "2026-12-01T19:00:00", None),
        ({"start": {"local": "2026-12-01T19:00:00", "utc": "2026-12-01T18:00:00Z"}}, "2026-12-01T18:00:00+00:00", None),
        ({"dates": {"start": {"localDate": "2026-12-01", "localTime": "19:00:00"}}}, "2026-12-01T19:00:00", None),
        ({"datetime_local": "2026-12-01T19:00:00", "time_tbd": True}, "2026-12-01", None),
        ({"start_date": "2026-12-01 19:00:00", "utc_start_date": "2026-12-02 00:00:00", "timezone": "UTC-5"}, "2026-12-01T19:00:00-05:00", None),
        ({"start_date": "2026-12-01", "start_time": "19:00", "utc_start": "2026-12-02 00:00:00 UTC"}, "2026-12-01T19:00:00-05:00", None),
        ({"start_time": "2026-12-01 19:00:00", "start_time_utc": "2026-12-01 19:07:00"}, "2026-12-01T19:00:00", None),
        ({"start_time": "2026-12-01 19:00:00", "end_time": "2026-12-03 00:00:00", "end_time_precision_sec": 86400}, "2026-12-01T19:00:00", "2026-12-03"),
        ({"start_time": "2026-12-01 00:00:00", "start_time_precision_sec": 86400}, "2026-12-01", None),
        ({"Date": "19/12/2026", "StartTime": "Sat, Dec 19, 2026 7:30 PM", "EndTime": "9:00 PM"}, "2026-12-19T19:30:00", "2026-12-19T21:00:00"),
        ({"Date": "19/12/2026", "StartTime": "sales begin Nov 3, 7:30 PM"}, "2026-12-19", None),
        ({"start_time": "2026-12-01 20:00:00", "stop_time": "2026-12-01 23:00:00"}, "2026-12-01T20:00:00", "2026-12-01T23:00:00"),
        ({"start_time": "2026-12-01 00:00:00", "all_day": "2"}, "2026-12-01", None),
        ({"date": "2026-12-01", "time": "10:00 AM onwards"}, "2026-12-01T10:00:00", None),
        ({"date": "2026-12-01", "time": "10:00 AM IST · 2 days"}, "2026-12-01T10:00:00", None),
        ({"start_date": "2026-12-01 19:00:00", "utc_start_date": "x", "timezone": "America/New_York"}, "2026-12-01T19:00:00", None),
        ({"nextTiming": {"begin": "2026-12-01T19:00:00+01:00", "end": "2026-12-01T20:00:00+01:00"}}, "2026-12-01T19:00:00+01:00", "2026-12-01T20:00:00+01:00"),
        ({"start": "2026-12-01T19:00Z", "to": "https://a.example/all"}, "2026-12-01T19:00:00+00:00", None),
        ({"date": "Sat 12 Dec, 8pm"}, "Sat 12 Dec, 8pm", None),
        ({"start": "/Date(1796151600000)/"}, "2026-12-01T19:00:00+00:00", None),
        ({"date": "Sunday, June 9 · 2 - 11pm EDT", "time": "23:00"}, "Sunday, June 9 · 2 - 11pm EDT", None),
        ({"Date": "Sat, Jun 8, 2026 7:00 PM - 8:30 PM EDT", "StartTime": "30:00"}, "Sat, Jun 8, 2026 7:00 PM - 8:30 PM EDT", None),
        ({"Date": "Sunday, June 9 · 2 - 11pm EDT", "StartTime": "23:00"}, "Sunday, June 9 · 2 - 11pm EDT", None),
        ({"start_date": "2026-12-01 19:00:00", "timestamp": 1700000000}, "2026-12-01T19:00:00", None),
        ({"start_date": "2026-12-01", "date": "2026-11-20T10:00:00Z"}, "2026-12-01", None),
        ({"start_date": "2026-12-01", "start_time_utc": "2026-12-02 01:00:00"}, "2026-12-02T01:00:00+00:00", None),
        ({"start": "19:00", "date": "2026-12-01"}, "2026-12-01T19:00:00", None),
        ({"dateDebut": "13/12/2026", "heureDebut": "8h", "heureFin": "18h"}, "2026-12-13T08:00:00", "2026-12-13T18:00:00"),
        ({"fechaInicio": "2026-12-01", "fechaFin": "2026-12-01", "horario": "10:00 a 22:00"}, "2026-12-01T10:00:00", "2026-12-01T22:00:00"),
        ({"Datum": "01.12.2026", "Anfangszeit": "19.30 Uhr"}, "2026-12-01T19:30:00", None),
        ({"date": "2026-12-01", "lifetime": "12", "travelTime": "short"}, "2026-12-01", None),
        ({"time": 1796151600000, "utc_offset": -18000000}, "2026-12-01T14:00:00-05:00", None),
        ({"time": 1796151600000, "local_date": "2026-12-02", "local_time": "00:30"}, "2026-12-02T00:30:00+05:30", None),
        ({"time": 1796151600000, "utc_offset": "-05:00"}, "2026-12-01T19:00:00+00:00", None),
        ({"date": {"start_date": "Dec 1", "when": "Tue, Dec 1, 7:30 – 10:30 PM"}}, "Tue, Dec 1, 7:30 – 10:30 PM", None),
        ({"details": {"start_date": "2026-12-01T19:00:00+01:00"}}, "2026-12-01T19:00:00+01:00", None),
        ({"slot": {"start": "2026-12-01T19:00:00+01:00"}}, "2026-12-01T19:00:00+01:00", None),
        ({"occurrence_set": [{"start_time": "2026-12-01 12:00:00", "end_time": "2026-12-01 16:00:00"}]}, "2026-12-01T12:00:00", "2026-12-01T16:00:00"),
    ],
)  # fmt: skip
def test_times(item, start, end):
    assert when(**item) == (start, end)


def test_order_of_day_and_month_is_that_of_the_document():
    text = json.dumps([{"title": "A", "date": "3/12/2026"}, {"title": "B", "date": "25/12/2026"}])

    assert [r.start for r in kept(json_feed(text))] == [date(2026, 12, 3), date(2026, 12, 25)]


def test_calendar_day_is_all_day_and_its_end_is_the_day_after():
    record = only(read(start={"date": "2026-12-01"}, end={"date": "2026-12-03"}))

    assert (record.start, record.end, record.all_day, record.last_day_inclusive) == (
        date(2026, 12, 1),
        date(2026, 12, 3),
        True,
        False,
    )


def test_day_without_time_is_not_all_day():
    assert not only(read(start="2026-12-01")).all_day
    assert not only(read(start={"date": "2026-12-01", "time": None})).all_day
    assert only(read(start="2026-12-01", is_all_day=True)).all_day


@pytest.mark.parametrize(
    ("item", "seconds"),
    [
        ({"duration": "PT2H"}, 7200),
        ({"duration_minutes": 90}, 5400),
        ({"duration": 7200000}, 7200),
        ({"duration": 90}, 5400),
        ({"duration": 5400}, 5400),
        ({"duration": 3}, None),
        ({"durationMinutes": "45"}, 2700),
    ],
)
def test_durations(item, seconds):
    assert only(read(**item)).duration_seconds == seconds


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"venue": "Hall", "location": "1 Road"}, ("Hall", "1 Road", "")),
        (
            {"venue": {"name": "Hall", "address": {"line1": "1 Road", "city": "Town"}, "city": "Town"}},
            ("Hall", "1 Road, Town", "Town"),
        ),
        (
            {"venue": {"name": "Hall", "address": "1 Road, Town 99999", "city": "Town", "zip": "99999"}},
            ("Hall", "1 Road, Town 99999", "Town"),
        ),
        ({"venue_name": "Hall", "venue_address": "1 Road", "venue_city": "Town"}, ("Hall", "1 Road", "Town")),
        (
            {"location": {"name": "Hall", "street": "1 Road", "postal_code": 12345, "region": 0}},
            ("Hall", "1 Road, 12345", ""),
        ),
        ({"location": "Hall, 1 Road"}, ("Hall, 1 Road", "", "")),
        ({"location": {"building": "House", "room": "5"}}, ("House, 5", "", "")),
        ({"_embedded": {"venues": [{"name": "Hall", "city": {"name": "Town"}}]}}, ("Hall", "", "Town")),
        ({"venue": 153}, ("", "", "")),
        ({"venue": {"full_address": "1 Road, Town"}}, ("", "1 Road, Town", "")),
    ],
)
def test_places(item, expected):
    venue = only(read(**item)).venue

    assert (venue.name, venue.address, venue.city) == expected


@pytest.mark.parametrize(
    "item",
    [
        {"lat": 52.5, "lng": "13.4"},
        {"venue": {"name": "H", "latitude": 52.5, "longitude": 13.4}},
        {"venue": {"name": "H", "location": {"lat": 52.5, "lon": 13.4}, "geo": {"lat": 52.5, "lon": 13.4}}},
        {"geo": {"latitude": 52.5, "longitude": 13.4}},
        {"coordinates": [13.4, 52.5]},
        {"geometry": {"type": "Point", "coordinates": [13.4, 52.5]}},
        {"latlng": "52.5,13.4"},
        {"location": {"lat": 52.5, "lng": 13.4}},
    ],
)
def test_coordinates(item):
    venue = only(read(**item)).venue

    assert (venue.lat, venue.lng) == (52.5, 13.4)


def test_place_ids_are_kept():
    assert only(read(venue={"name": "H", "place_id": "ChIJx"})).venue.external_ids == {
        "google_place_id": "ChIJx"
    }


@pytest.mark.parametrize(
    ("item", "mode"),
    [
        ({"is_online": True}, "yes"),
        ({"location_type": "offline"}, "no"),
        ({"attendanceMode": 3}, "both"),
        ({"online": "hybrid"}, "both"),
        ({"event_type": "concert"}, ""),
    ],
)
def test_online(item, mode):
    assert only(read(**item)).online == mode


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"price": 10, "currency": "eur"}, ("10", "10", "EUR", "", None)),
        ({"price": "$10 - $20"}, ("", "", "", "$10 - $20", None)),
        ({"price": "Free"}, ("", "", "", "Free", True)),
        ({"priceRanges": [{"min": 5, "max": 9.5, "currency": "GBP"}]}, ("5", "9.5", "GBP", "", None)),
        ({"price": {"type": "free"}}, ("", "", "", "", True)),
        (
            {"offers": {"lowPrice": "5", "highPrice": "10", "priceCurrency": "EUR"}},
            ("5", "10", "EUR", "", None),
        ),
        ({"price": {"type": "donation"}}, ("", "", "", "donation", None)),
        ({"price_min": "5", "price_max": 8}, ("5", "8", "", "", None)),
        ({"price": 0}, ("0", "0", "", "", True)),
        ({"is_free": False, "price": "12"}, ("12", "12", "", "", False)),
        ({"price": ["General: $ 16", "VIP"]}, ("", "", "", "General: $ 16; VIP", None)),
        (
            {"prices": [{"price": 5, "currency": "USD"}, {"price": 9, "currency": "INR"}]},
            ("", "", "", "5 USD; 9 INR", None),
        ),
        ({"price": "₹1,500+ (see page)"}, ("", "", "", "₹1,500+ (see page)", None)),
        ({"price": "Free (2,000 seats)"}, ("", "", "", "Free (2,000 seats)", True)),
        ({"price": "₹1,500"}, ("1500.00", "1500.00", "", "₹1,500", None)),
    ],
)
def test_prices(item, expected):
    record = only(read(**item))

    assert (
        record.price_min,
        record.price_max,
        record.price_currency,
        record.price_text,
        record.is_free,
    ) == expected
    assert not record.price_min or Decimal(record.price_min) >= 0


@pytest.mark.parametrize(
    ("item", "status", "sold_out"),
    [
        ({"status": "CANCELLED"}, "cancelled", False),
        ({"Meeting Time": "Canceled"}, "cancelled", False),
        ({"is_canceled": True}, "cancelled", False),
        ({"event_status": "https://schema.org/EventPostponed"}, "postponed", False),
        ({"postponed": True}, "postponed", False),
        ({"status": "sold_out"}, "", True),
        ({"soldOut": "yes"}, "", True),
        ({"status": {"code": "rescheduled"}}, "rescheduled", False),
        ({"status": "published"}, "", False),
    ],
)
def test_status(item, status, sold_out):
    record = only(read(**item))

    assert (record.status, record.sold_out) == (status, sold_out)


def test_texts_of_every_form():
    assert only(read(title={"text": "T", "html": "<b>T</b>"})).title == "<b>T</b>"
    assert only(read(title={"fr": "Un", "en": "One"})).title == "One"
    assert only(read(title={"fr": "Un"})).title == "Un"
    assert only(read(title={"rendered": "R"})).title == "R"
    assert only(read(description="A", content="<p>long</p>")).description == "<p>long</p>"
    assert only(read(description="B", long_description="long")).description == "B\n\nlong"


def test_everything_else():
    record = only(
        read(
            id=7,
            url="/e/7",
            ticket_url="https://t.example/",
            images=[
                {"url": "https://a.example/1.jpg", "alt": "x", "credit": "y"},
                "https://a.example/2.jpg",
                5,
            ],
            category={"name": "Music"},
            tags="rock, pop",
            organizer={"name": "Club", "type": "community", "url": "https://c.example"},
            performers=[{"name": "Band"}, "Other"],
            capacity="100",
            attending_count=12,
            interested=3.0,
            language="en-US",
            accessibility={"wheelchair": True},
            setting="outdoor",
            registration_required=True,
            recurrence={"rrule": "FREQ=DAILY", "series_id": "s"},
            published="2026-11-01T00:00:00",
            doors="2026-12-01T18:00:00Z",
        )
    )

    assert (record.external_id, record.url, record.ticket_url) == (
        "7",
        "https://town.example/e/7",
        "https://t.example/",
    )
    assert [(i.url, i.alt, i.credit, i.is_primary) for i in record.images] == [
        ("https://a.example/1.jpg", "x", "y", True),
        ("https://a.example/2.jpg", "", "", False),
    ]
    assert (record.categories, record.tags, record.performers) == (
        ("Music",),
        ("rock", "pop"),
        ("Band", "Other"),
    )
    assert (record.organizer.name, record.organizer.type) == ("Club", OrganizerType.COMMUNITY)
    assert (record.capacity, record.popularity, record.language, record.setting) == (
        100,
        {"attending": 12, "interested": 3},
        "en-US",
        "outdoor",
    )
    assert (record.accessibility, record.registration_required, record.recurrence.series_id) == (
        {"wheelchair": True},
        True,
        "s",
    )
    assert (record.published, record.doors) == (
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 12, 1, 18, tzinfo=UTC),
    )


def test_categories_of_the_software_are_none():
    assert (
        only(
            read(kind="calendar#event", type="Feature", _type="destination_event", category=["12"])
        ).categories
        == ()
    )


@pytest.mark.parametrize(
    ("item", "address"),
    [
        ({"state": "OR", "zip": 97205}, "1 Main St, Town, OR, 97205"),
        ({"venue_state_name": "Oregon"}, "1 Main St, Town, Oregon"),
        ({"state": "published"}, "1 Main St"),
        ({"address": "1 Main St, Town, OR", "state": "OR"}, "1 Main St, Town, OR"),
    ],
)
def test_state_and_code_beside_a_street_are_parts_of_its_address(item, address):
    assert (
        only(read(**{"venue": "Hall", "address": "1 Main St", "city": "Town", **item})).venue.address
        == address
    )


def test_parts_named_after_the_venue_are_parts_of_its_address_where_a_point_stands_beside_them():
    parts = {
        "venue_address": "1 Main St",
        "venue_city": "Town",
        "venue_state_name": "Oregon",
        "venue_zip": "97205",
    }
    venue = only(read(event={"title": "A", "latitude": 45.5, "longitude": -122.6, **parts})).venue
    assert venue.address == "1 Main St, Town, 97205, Oregon"


def test_address_of_a_person_is_no_organizer():
    assert only(read(organizer="me@a.example")).organizer is None


def test_wrapped_items_are_opened():
    item = {
        "id": "w",
        "api_id": "calev",
        "event": {"id": "e", "name": "A", "start_at": "2026-12-01T19:00:00Z"},
        "calendar": {"name": "C"},
    }

    record = only(json_feed(json.dumps({"entries": [item]})))

    assert (record.external_id, record.title) == ("e", "A")


def test_occurrences_become_records():
    timings = [{"begin": f"2026-12-0{day}T19:00:00Z", "end": f"2026-12-0{day}T20:00:00Z"} for day in (1, 2)]
    timings.append({"begin": "2020-01-01T19:00:00Z"})

    records = kept(json_feed(json.dumps([{"id": 1, "title": "A", "timings": timings}])))

    assert [(r.external_id, r.recurrence_id) for r in records] == [
        ("1", "2026-12-01T19:00:00+00:00"),
        ("1", "2026-12-02T19:00:00+00:00"),
    ]


def test_occurrences_wrapped_and_as_plain_dates():
    wrapped = only(
        read(
            event_instances=[{"event_instance": {"start": "2026-12-05T10:00:00Z"}}],
            start=None,
            first_date="2026-12-01",
        )
    )
    plain = only(json_feed(json.dumps([{"title": "A", "dates": ["2026-12-05"]}])))

    assert (wrapped.start.day, plain.start, plain.recurrence_id) == (5, date(2026, 12, 5), "")


@pytest.mark.parametrize("key", ["termine", "slots", "whenever"])
def test_a_list_of_days_and_times_holds_occurrences_by_any_name(key):
    days = [
        {"datum": "01.12.2026", "beginn": "17:00", "ende": "23:00"},
        {"datum": "02.12.2026", "beginn": "15 Uhr"},
    ]
    records = kept(json_feed(json.dumps({"liste": [{"titel": "A", key: days}]})))
    assert [(r.start, r.end) for r in records] == [
        (datetime(2026, 12, 1, 17), datetime(2026, 12, 1, 23)),
        (datetime(2026, 12, 2, 15), None),
    ]


def test_a_list_that_tells_more_than_days_holds_no_occurrences():
    comments = [{"date": "2026-12-01", "author": "B", "text": "Nice"}]
    with pytest.raises(SchemaChanged):
        json_feed(json.dumps([{"title": "A", "comments": comments}]))


def test_the_last_day_of_full_calendar_is_the_one_before_its_end():
    item = {
        "title": "A",
        "start": "2026-09-07",
        "end": "2026-09-12",
        "allDay": True,
        "extendedProps": {"x": 1},
    }
    assert not only(json_feed(json.dumps([item]))).last_day_inclusive


def test_a_short_body_names_what_has_no_other_name():
    assert (
        only(json_feed(json.dumps([{"Body": "Planning Board", "MeetingDate": "2026-09-15"}]))).title
        == "Planning Board"
    )
    assert only(read(body="Planning Board")).description == "Planning Board"


@pytest.mark.parametrize(
    "links",
    [
        {"links": {"self": "https://api.example.org/1", "public": "https://example.org/e"}},
        {"MoreInfo": "https://example.org/e", "flyerLink": "https://example.org/f.pdf"},
        {"url": {"self": "https://example.org/e", "logo": "https://example.org/l"}},
    ],
)
def test_the_page_of_an_event_is_told_from_its_other_links(links):
    assert only(read(**links)).url == "https://example.org/e"


def test_list_of_start_and_end_is_one_event():
    text = json.dumps(
        [
            {
                "title": "A",
                "Date": ["18/06/2027 at 06:00 PM", "18/06/2027 at 08:30 PM"],
                "StartTime": "6:00 PM",
                "EndTime": "8:30 PM",
            }
        ]
    )

    record = only(json_feed(text))

    assert (record.start, record.end) == (datetime(2027, 6, 18, 18), datetime(2027, 6, 18, 20, 30))


def test_past_occurrences_only_leave_the_last():
    record = only(
        json_feed(
            json.dumps(
                [{"id": 1, "title": "A", "timings": [{"begin": "2020-01-01"}, {"begin": "2020-01-02"}]}]
            )
        )
    )

    assert record.start == date(2020, 1, 2)


def test_drops():
    (no_start, no_title) = json_feed(
        json.dumps(
            {
                "events": [
                    {"id": 1, "title": "A", "start": "TBA"},
                    {"id": 2, "title": "", "start": "2026-12-01"},
                ]
            }
        ),
        items="events",
    ).records

    assert (no_start.reason, no_start.external_id, no_title.reason, no_title.external_id) == (
        "no start",
        "1",
        "no title",
        "2",
    )


def test_bounds():
    record = only(
        read(
            title="T" * 10_000, description="d" * 300_000, id="i" * 1_000, tags=[f"t{n}" for n in range(200)]
        )
    )

    assert (len(record.title), len(record.description), record.external_id[:7], len(record.tags)) == (
        1_000,
        100_000,
        "sha256:",
        50,
    )
    assert len(record.notes) == 3


def test_nul_and_script_do_no_harm():
    record = only(
        json_feed(
            json.dumps([{"title": "A\x00<script>x</script>", "start": "2026-12-01", "url": "javascript:x"}])
        )
    )

    assert (record.url, record.start) == ("", date(2026, 12, 1))


def test_numbers_beyond_reason_are_left_out():
    numbers = '"capacity": 1e400, "attending": NaN, "lat": 1e999, "lng": 2, "price": 123456789012345678901234567890123456789012345'
    text = f'[{{"title": "A", "start": "2026-12-01", {numbers}}}]'

    record = only(json_feed(text))

    assert (record.capacity, record.popularity, record.venue.lat, record.price_min) == (None, {}, None, "")
    assert reasons(json_feed(text)) == [""]


def test_an_attendance_mode_in_an_object_is_left_out():
    assert only(read(eventAttendanceMode={"fieldName": "eventAttendanceMode"})).online == ""


def test_the_page_behind_details_is_the_events():
    behind = {"label": "Meeting details", "url": "https://example.org/m/1"}
    assert only(read(**{"Meeting Details": behind})).url == "https://example.org/m/1"
    assert (
        only(read(**{"Meeting Details": behind, "url": "https://example.org/e"})).url
        == "https://example.org/e"
    )
    assert only(read(details="Food and/or drinks")).url == ""
    assert only(read(**{"Meeting Details": behind})).external_id == only(read()).external_id
