"""Both geocoders over HTTP; which answers are accepted, and where they are stored."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from outbox.models import Change
from places import tasks
from places.geocoding import (
    GeocoderError,
    GeocodingAnswer,
    Google,
    Nominatim,
    Precision,
    Question,
    doubt,
    geocoder_named,
)
from places.models import Geocode, Place
from places.services import forget_geocodes, geocode_missing
from tests.factories import EVENING, make_area, make_event, make_place
from tests.pipeline.connectors.loopback import asked, local_http

QUESTION = Question(
    address="7 Hill Street", city="Bengaluru", country="IN", lat=12.9716, lng=77.5946, radius_km=30
)


def nominatim_row(**fields: Any) -> dict[str, Any]:
    return {
        "place_id": 1, "licence": "Data © OpenStreetMap contributors, ODbL 1.0.", "osm_type": "way", "osm_id": 2, "lat": "12.9790", "lon": "77.6400",
        "category": "building", "type": "yes", "place_rank": 30, "importance": 0.1, "addresstype": "building", "name": "",
        "display_name": "7, Hill Street, Indiranagar, Bengaluru, Karnataka, 560038, India",
        "address": {"house_number": "7", "road": "Hill Street", "city": "Bengaluru", "country_code": "in"},
        "boundingbox": ["12.97", "12.98", "77.63", "77.65"], **fields,
    }  # fmt: skip


def google_answer(status: str = "OK", **fields: Any) -> dict[str, Any]:
    row = {
        "types": ["street_address"],
        "formatted_address": "7 Hill St, Indiranagar, Bengaluru, Karnataka 560038, India",
        "address_components": [
            {"long_name": "7", "short_name": "7", "types": ["street_number"]},
            {"long_name": "Hill Street", "short_name": "Hill St", "types": ["route"]},
            {"long_name": "Bengaluru", "short_name": "Bengaluru", "types": ["locality", "political"]},
        ],
        "geometry": {"location": {"lat": 12.979, "lng": 77.64}, "location_type": "ROOFTOP"},
        "place_id": "x",
        **fields,
    }
    return {"status": status, "results": [row] if status == "OK" else []}


@pytest.fixture
def server(httpserver: HTTPServer) -> HTTPServer:
    return httpserver


def nominatim(server: HTTPServer, *rows: dict[str, Any]) -> Nominatim:
    server.expect_request("/search").respond_with_json(list(rows))
    return Nominatim(url=server.url_for("").rstrip("/"))


def google(server: HTTPServer, answer: Any) -> Google:
    server.expect_request("/geocode").respond_with_json(answer)
    return Google(key="secret", url=server.url_for("/geocode"))


HOUSE = GeocodingAnswer(
    lat=12.979, lng=77.64, precision=Precision.BUILDING, house="7", street="Hill Street",
    label="7, Hill Street, Indiranagar, Bengaluru, Karnataka, 560038, India",
)  # fmt: skip


def test_nominatim_is_asked_within_the_country_near_the_city(server: HTTPServer):
    geocoder = nominatim(server, nominatim_row())
    with local_http() as http:
        assert geocoder.ask(QUESTION, http) == HOUSE
    (params,) = asked(server)
    assert (params["q"], params["countrycodes"], params["format"], params["limit"]) == (
        "7 Hill Street, Bengaluru",
        "in",
        "jsonv2",
        "1",
    )
    assert (geocoder.policy.rate, geocoder.policy.host_rate) == (1, 1)
    assert geocoder.credit == "© OpenStreetMap contributors"


def test_google_is_asked_with_its_key(server: HTTPServer):
    geocoder = google(server, google_answer())
    with local_http() as http:
        answer = geocoder.ask(QUESTION, http)
    assert answer is not None
    assert (answer.lat, answer.house, answer.street, answer.precision, answer.partial) == (
        12.979,
        "7",
        "Hill Street",
        "building",
        False,
    )
    (params,) = asked(server)
    assert (params["address"], params["components"], params["key"]) == (
        "7 Hill Street, Bengaluru",
        "country:IN",
        "secret",
    )
    assert "secret" not in repr(geocoder)
    assert geocoder.keeps == timedelta(days=30)


def test_an_address_that_is_unknown_is_no_answer(server: HTTPServer):
    with local_http() as http:
        assert nominatim(server).ask(QUESTION, http) is None
        assert google(server, google_answer("ZERO_RESULTS")).ask(QUESTION, http) is None


@pytest.mark.parametrize(
    "body",
    [
        google_answer("OVER_QUERY_LIMIT"),
        google_answer("REQUEST_DENIED"),
        {},
        [],
        {"status": "OK", "results": [{}]},
    ],
)
def test_google_s_refusals_are_errors_and_no_knowledge(server: HTTPServer, body: Any):
    with local_http() as http, pytest.raises(GeocoderError):
        google(server, body).ask(QUESTION, http)


@pytest.mark.parametrize("rows", [[{}], ["x"], [{"lat": "x", "lon": "1"}]])
def test_what_nominatim_never_says_is_an_error(server: HTTPServer, rows: list[Any]):
    with local_http() as http, pytest.raises(GeocoderError):
        nominatim(server, *rows).ask(QUESTION, http)


@pytest.mark.parametrize(
    ("fields", "precision"),
    [
        ({"address": {"road": "Hill Street"}, "place_rank": 26, "addresstype": "road"}, Precision.STREET),
        ({"address": {}, "place_rank": 30, "addresstype": "amenity"}, Precision.BUILDING),
        ({"address": {}, "place_rank": 19, "addresstype": "suburb"}, Precision.AREA),
        ({"address": {}, "place_rank": 16, "addresstype": "city"}, Precision.CITY),
    ],
)
def test_how_exactly_nominatim_means_it(server: HTTPServer, fields: dict[str, Any], precision: Precision):
    with local_http() as http:
        answer = nominatim(server, nominatim_row(**fields)).ask(QUESTION, http)
    assert answer is not None
    assert answer.precision is precision


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"lat": 28.6}, "km from Bengaluru"),
        ({"lat": 0.0, "lng": 0.0}, "unknown"),
        ({"precision": Precision.CITY}, "the town"),
        ({"precision": Precision.AREA}, "a part of the town"),
        ({"partial": True}, "guessed"),
        ({"street": "Lake View Road"}, "another street"),
        ({"house": "99"}, "another house"),
        ({"house": "", "precision": Precision.STREET}, ""),
    ],
)
def test_what_counts(changes: dict[str, Any], why: str):
    found = doubt(QUESTION, replace(HOUSE, **changes))
    assert (why in found) if why else found == ""


def addressed(**fields: Any) -> Place:
    """A place in a city with an area, with an address and without a point."""
    make_area()
    return make_place(**{"address": "7 Hill Street", **fields})


@pytest.mark.django_db
def test_a_place_gets_its_point_and_its_events_follow(server: HTTPServer):
    place = addressed()
    here, locked = make_event(place=place), make_event(title="Locked", place=place, locked_fields=["venue"])
    with local_http() as http:
        done = geocode_missing(nominatim(server, nominatim_row()), http, now=EVENING)
    assert (done.placed, done.doubtful) == (1, {})
    for row in (place, here, locked):
        row.refresh_from_db()
    assert (place.lat, place.lng, place.plus_code, place.geocoded_at) == (
        12.979,
        77.64,
        "7J4VXJHR+J2",
        EVENING,
    )
    assert place.area is not None
    assert place.provided["lat"] == {"by": "nominatim"}
    assert (here.lat, here.area_id, locked.lat) == (12.979, place.area_id, None)
    assert [change.object_id for change in Change.objects.filter(type="event.changed")] == [here.id]


@pytest.mark.django_db
def test_google_s_points_are_kept_as_long_as_its_terms_allow(server: HTTPServer):
    place = addressed()
    with local_http() as http:
        geocode_missing(google(server, google_answer()), http, now=EVENING)
    place.refresh_from_db()
    assert place.provided_until == EVENING + timedelta(days=30)
    assert forget_geocodes(now=EVENING + timedelta(days=31)) == 1


@pytest.mark.django_db
def test_an_address_is_asked_once_whether_it_is_known_or_not(server: HTTPServer):
    addressed(name="A"), addressed(name="B", address="7 hill street")
    with local_http() as http:
        done = geocode_missing(nominatim(server), http, now=EVENING)
        assert (done.unknown, len(asked(server))) == (2, 1)
        assert geocode_missing(nominatim(server), http, now=EVENING + timedelta(days=1)).unknown == 0
        assert geocode_missing(nominatim(server), http, now=EVENING + timedelta(days=31)).unknown == 2
    assert len(asked(server)) == 2
    assert Geocode.objects.get().lat is None


@pytest.mark.django_db
def test_a_doubtful_answer_is_kept_and_sets_nothing(server: HTTPServer):
    place = addressed()
    with local_http() as http:
        done = geocode_missing(nominatim(server, nominatim_row(lat="28.6", lon="77.2")), http, now=EVENING)
    place.refresh_from_db()
    assert (place.lat, done.placed, Geocode.objects.get().lat) == (None, 0, 28.6)
    assert "km from" in done.doubtful["Blue Room"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"locked_fields": ["lat"]},
        {"lat": 1.0, "lng": 1.0},
        {"address": ""},
        {"city": None},
        {"state": "closed"},
        {"is_sample": True},
    ],
)
def test_places_that_are_not_asked_for(server: HTTPServer, fields: dict[str, Any]):
    addressed(**fields)
    with local_http() as http:
        geocode_missing(nominatim(server, nominatim_row()), http, now=EVENING)
    assert asked(server) == []


@pytest.mark.django_db
def test_a_failure_ends_the_call_and_the_place_waits_on(server: HTTPServer):
    place = addressed()
    with local_http() as http:
        assert (
            geocode_missing(google(server, google_answer("OVER_QUERY_LIMIT")), http, now=EVENING).failed == 1
        )
    place.refresh_from_db()
    assert (place.geocoded_at, Geocode.objects.count()) == (None, 0)


@pytest.mark.django_db
def test_nobody_is_asked_until_a_geocoder_is_set_up(server: HTTPServer, settings):
    addressed()
    assert tasks.geocode_missing() == 0
    nominatim(server, nominatim_row())
    settings.GEOCODER, settings.GEOCODER_URL = "nominatim", server.url_for("").rstrip("/")
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, [server.port]
    assert tasks.geocode_missing() == 1


def test_geocoders_by_name():
    assert geocoder_named("") is None
    assert geocoder_named("google", key="k") == Google(key="k")
    for name in ("google", "bing"):
        with pytest.raises(ValueError, match="GEOCODER"):
            geocoder_named(name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "asked_for"),
    [
        ("Hill Street", ["Blue Hall, Hill Street, Bengaluru", "Hill Street, Bengaluru"]),
        ("7 Hill Street", ["7 Hill Street, Bengaluru"]),
        ("Blue Hall, Hill Street, Bengaluru", ["Blue Hall, Hill Street, Bengaluru"]),
    ],
)
def test_a_venue_without_a_house_number_is_asked_for_by_its_name(
    server: HTTPServer, address: str, asked_for: list[str]
):
    addressed(name="Blue Hall", address=address)
    with local_http() as http:
        geocode_missing(nominatim(server), http, now=EVENING)
    assert [params["q"] for params in asked(server)] == asked_for


@pytest.mark.django_db
def test_a_house_found_by_name_must_bear_it(server: HTTPServer):
    place = addressed(name="Blue Hall", address="Hill Street")
    named = nominatim_row(
        display_name="Blue Hall, Hill Street, Bengaluru",
        address={"road": "Hill Street"},
        addresstype="amenity",
        lat="12.9700",
        place_rank=30,
    )
    street = nominatim_row(
        display_name="Hill Street, Bengaluru",
        address={"road": "Hill Street"},
        addresstype="road",
        place_rank=26,
    )
    with local_http() as http:
        done = geocode_missing(nominatim(server, street), http, now=EVENING)
    place.refresh_from_db()
    assert (done.placed, place.lat) == (1, 12.979), "the street alone, as no answer names the hall"
    doubts = dict(Geocode.objects.values_list("question", "doubt"))
    assert doubts == {
        "Blue Hall, Hill Street, Bengaluru": "it does not name Blue Hall",
        "Hill Street, Bengaluru": "",
    }

    Place.objects.filter(pk=place.pk).update(lat=None, lng=None, plus_code="", provided={}, geocoded_at=None)
    Geocode.objects.all().delete()
    server.clear()
    with local_http() as http:
        assert geocode_missing(nominatim(server, named), http, now=EVENING).placed == 1
    place.refresh_from_db()
    assert (place.lat, [row.question for row in Geocode.objects.all()]) == (
        12.97,
        ["Blue Hall, Hill Street, Bengaluru"],
    )


@pytest.mark.django_db
def test_who_found_a_point_is_named_beside_it(server: HTTPServer, client):
    place = addressed(name="Blue Hall", address="7 Hill Street")
    path = f"/venues/{place.slug}-{place.id.hex}/"
    with local_http() as http:
        geocode_missing(nominatim(server, nominatim_row()), http, now=EVENING)
    assert (
        client.get(f"/api/v1/places/{place.id}").json()["location_credit"] == "© OpenStreetMap contributors"
    )
    assert "Position: © OpenStreetMap contributors" in client.get(path).content.decode()
    event = make_event(city=place.city, place=place, lat=12.979, lng=77.64)
    assert "Position: © OpenStreetMap contributors" in client.get(event.get_absolute_url()).content.decode()
    Place.objects.filter(pk=place.pk).update(provided={})
    assert client.get(f"/api/v1/places/{place.id}").json()["location_credit"] == ""
    assert "Position:" not in client.get(path).content.decode()


@pytest.mark.django_db
def test_doubtful_answers_are_listed_on_the_desk(server: HTTPServer, admin_client):
    addressed(name="Blue Hall", address="7 Hill Street")
    far = nominatim_row(lat="13.9790")
    with local_http() as http:
        geocode_missing(nominatim(server, far), http, now=EVENING)
    page = admin_client.get("/admin/places/geocode/?doubt__isempty=0").content.decode()
    assert "km from Bengaluru" in page
    assert (
        "km from Bengaluru"
        not in admin_client.get("/admin/places/geocode/?doubt__isempty=1").content.decode()
    )
