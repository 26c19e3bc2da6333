"""Nested values are found by their shape, whatever their keys are called."""

import json
from datetime import datetime

import pytest

from pipeline.connectors.formats.json_feed import JsonFeedConfig, JsonFeedConnector
from pipeline.connectors.formats.json_feed.shape import name_of, rows, unwrapped
from pipeline.contract.raw import RawPayload, RawRecord
from tests.pipeline.connectors.reading import params

WHEN = "2026-12-01T20:00:00"


def read(value, **wanted) -> RawRecord:
    payload = RawPayload(
        url="https://example.org/f.json", content=json.dumps(value).encode(), content_type=""
    )
    (made,) = JsonFeedConnector(JsonFeedConfig()).read(payload, params(**wanted)).records
    assert isinstance(made, RawRecord)
    return made


def event(**facts):
    return read([{"id": 1, "title": "Gig", "start": WHEN, **facts}])


@pytest.mark.parametrize(
    "place",
    [
        {
            "venue": {
                "name": "Hall",
                "contact": {"postal": {"address": {"street": "1 Main St", "city": "Lyon"}}},
            }
        },
        {
            "venues": [
                {
                    "id": 4,
                    "details": {"name": "Hall", "address": {"line_1": "1 Main St", "city": {"name": "Lyon"}}},
                }
            ]
        },
        {"house": {"name": "Hall", "street_and_number": "1 Main St", "postal_town": "Lyon"}},
        {"venue_name": "Hall", "venue_street": "1 Main St", "venueCity": "Lyon"},
        {"venuename": "Hall", "venueaddress": "1 Main St", "venuecity": "Lyon"},
        {
            "venue": {
                "en-US": {
                    "fields": {
                        "name": {"en-US": "Hall"},
                        "street": {"en-US": "1 Main St"},
                        "city": {"en-US": "Lyon"},
                    }
                }
            }
        },
    ],
)
def test_an_address_is_found_however_deep(place):
    venue = event(**place).venue
    assert (venue.name, venue.city, venue.address.startswith("1 Main St")) == ("Hall", "Lyon", True)


@pytest.mark.parametrize(
    "place",
    [
        {"venue": {"name": "Hall", "coordinates": [4.83, 45.76]}},
        {"venue": "Hall", "location": {"type": "Point", "coordinates": [4.83, 45.76]}},
        {"venue": "Hall", "coords": "45.76, 4.83"},
        {"venue": {"name": "Hall", "geo": {"position": {"lat": "45.76", "lon": "4.83"}}}},
        {"venue": "Hall", "map": {"marker": {"latitude": 45.76, "longitude": 4.83}}},
        {"venue_name": "Hall", "venue_lat": "45.76", "venue_lng": "4.83"},
    ],
)
def test_a_point_is_found_in_any_form(place):
    venue = event(**place).venue
    assert (venue.name, venue.lat, venue.lng) == ("Hall", 45.76, 4.83)


def test_the_place_that_an_event_names_wins_over_one_found_by_its_shape():
    found = {"lat": 45.76, "lng": 4.83, "formatted_address": "elsewhere 3, Lyon"}
    venue = event(place="Hall", location="1 Main St, Lyon", found=found).venue
    assert (venue.name, venue.address, venue.lat) == ("Hall", "1 Main St, Lyon", 45.76)


def test_the_town_of_an_organizer_is_not_the_events():
    assert event(organizer={"name": "Club", "city": "Paris", "street": "2 Rue X"}).venue.city == ""


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Concert"), ("de", "Konzert"), ("", "Concert"), ("it", "Concert")]
)
@pytest.mark.parametrize(
    "reported",
    [
        {"title": {"fr": "Concert", "de": "Konzert"}},
        {"title": {"fr-FR": "Concert", "de_DE": "Konzert"}},
        {"title": [{"lang": "fr", "value": "Concert"}, {"lang": "de", "value": "Konzert"}]},
        {"title_fr": "Concert", "title_de": "Konzert"},
    ],
)
def test_a_text_is_taken_in_the_language_of_the_source_else_the_first(reported, language, title):
    assert read([{"id": 1, "start": WHEN, **reported}], language=language).title == title


@pytest.mark.parametrize(
    "picture",
    [
        {
            "image": {
                "sizes": {
                    "small": {"url": "https://c.org/s.jpg", "width": 9},
                    "big": {"url": "https://c.org/l.jpg", "width": 99},
                }
            }
        },
        {
            "media": {
                "pictures": [
                    {"width": 9, "url": "https://c.org/s.jpg"},
                    {"width": "99", "url": "https://c.org/l.jpg"},
                ]
            }
        },
        {"photo": {"thumbnail": "https://c.org/s.jpg", "large": "https://c.org/l.jpg"}},
        {"teaser_image": "https://c.org/l.jpg"},
        {"_embedded": {"wp:featuredmedia": [{"source_url": "https://c.org/l.jpg"}]}},
        {"image": {"base": "https://c.org/", "filename": "l.jpg"}},
    ],
)
def test_a_picture_in_several_sizes_is_the_largest(picture):
    assert [image.url for image in event(**picture).images] == ["https://c.org/l.jpg"]


GIG = {"title": "Gig", "start": WHEN}


@pytest.mark.parametrize(
    "document",
    [
        [{"key": 1, "scraped": GIG}],
        {"results": [{"scraped": {"event": {"headline": "Gig", "starts_at": WHEN}}}]},
        {"ok": True, "payload": {"show": {"name": "Gig", "performance_date": WHEN}}},
        [{"content": {"heading": "Gig", "teaser": "x"}, "timing": {"begins": WHEN}}],
        {"events": {"a1b2": GIG}},
        [["title", "start"], ["Gig", WHEN]],
        {"columns": ["title", "start"], "rows": [["Gig", WHEN]]},
        [{"properties": [{"name": "title", "value": "Gig"}, {"name": "start", "value": WHEN}]}],
        {"documents": [{"fields": {"title": {"stringValue": "Gig"}, "start": {"timestampValue": WHEN}}}]},
        [{"_id": {"$oid": "a"}, "title": {"rendered": "Gig"}, "acf": {"event_date": {"$date": WHEN}}}],
        [{"eventheadline": "Gig", "field_date": {"value": WHEN}}],
        [{"name": "Gig", "date": {"year": 2026, "month": 12, "day": 1}, "time": "20:00"}],
    ],
)
def test_an_event_is_found_however_it_is_wrapped(document):
    made = read(document)
    assert (made.title, made.start) == ("Gig", datetime.fromisoformat(WHEN))


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("performance_begins", "begins"), ("eventStartDate", "startdate"), ("postal_town", "town"), ("teaserImage", "image"),
        ("venue_title", "venuename"), ("created_date", "createddate"), ("organizer_city", "organizercity"), ("capacity", "capacity"),
    ],
)  # fmt: skip
def test_a_key_means_the_field_that_its_words_name(key, name):
    assert name_of(key) == name


def test_an_object_with_ids_is_no_text_in_languages():
    assert unwrapped({"id": "x"}) == {"id": "x"}


def test_a_list_of_prices_is_no_list_of_names_and_values():
    prices = [{"name": "Adult", "value": 20}, {"name": "Child", "value": 10}]
    assert unwrapped(prices) == prices


def test_a_list_of_lists_without_names_is_no_table():
    assert rows([[1, 2], [3, 4]]) is None


def test_a_label_that_repeats_its_key_says_nothing():
    assert event(**{"Meeting Details": "Meeting\xa0details"}).description == ""


def test_a_remark_beside_a_councils_room_is_no_address():
    made = event(**{"Meeting Location": "Room 5\n--em--Closed session--em--"})
    assert (made.venue.name, made.venue.address, made.description) == ("Room 5", "", "Closed session")


def test_talks_of_an_event_are_not_its_occurrences():
    talks = [{"title": "Talk A", "start": WHEN}, {"title": "Talk B", "start": "2026-12-01T21:00:00"}]
    assert event(sessions=talks).recurrence_id == ""


TEXTS = {code: f"text in {code}" for code in ("en", "fr", "de")}


@pytest.mark.parametrize(("language", "reported"), [("", "fr"), ("en", "fr"), ("fr", "fr"), ("de", "de")])
@pytest.mark.parametrize(
    "texts",
    [
        {"title": {"en": "en", "fr": "fr", "de": "de"}, "description": {**TEXTS, "en": ""}},
        {"title": {"en": "en", "fr": "fr", "de": "de"}, "details": {"text": {**TEXTS, "en": None}}},
        {"title_en": "en", "title_fr": "fr", "title_de": "de", "description": {**TEXTS, "en": ""}},
        {"title": {"fr": "fr", "de": "de"}, "description": TEXTS},
        {"title": {"fr": "fr", "de": "de"}, "content": [{"lang": c, "text": TEXTS[c]} for c in TEXTS]},
    ],
)
def test_title_and_description_come_in_one_language(texts, language, reported):
    made = read([{"id": 1, "start": WHEN, "venue": {"name": {"en": "Hall"}}, **texts}], language=language)
    assert (made.title, made.description, made.venue.name) == (reported, TEXTS[reported], "Hall")
