"""Google Places: new and old answers, hours, errors, the search that divides its circle, and the state of
known places."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.connectors.platforms.google_places import GooglePlacesConfig, GooglePlacesConnector
from pipeline.connectors.platforms.google_places.hours import open_now, opening_hours
from pipeline.contract.connector import Credentials, Page
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.raw import PlaceRecord, RawPayload
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import local_http, sample
from tests.pipeline.connectors.platform_checks import check_platform
from tests.pipeline.connectors.reading import params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "G-secret"})
RECORDED = (
    SHARED / "api/google_places/googlemaps__google-maps-services-java/src/test/resources/com/google/maps"
)
#: What of the recorded answers the Places API gave, and how many places each holds; the rest are of other
#: services of Google Maps.
PLACES = {
    "FindPlaceFromTextMuseumOfContemporaryArt": 1, "PlaceDetailsFood": 1, "PlaceDetailsResponse": 1, "PlaceDetailsResponseForPermanentlyClosedPlace": 1,
    "PlaceDetailsResponseWithBusinessStatus": 1, "PlacesApiDetailsInFrenchResponse": 1, "PlacesApiNearbySearchRequestByKeywordResponse": 20,
    "PlacesApiNearbySearchRequestByNameResponse": 20, "PlacesApiNearbySearchRequestByTypeResponse": 20, "PlacesApiPhotoResponse": 1,
    "PlacesApiPizzaInNewYorkResponse": 20, "PlacesApiTextSearchResponse": 1, "TextSearchPizzaInNYC": 20, "TextSearchResponse": 1,
    "placesApiKitaWardResponse": 0,
}  # fmt: skip


def read(body: bytes | str, url: str = "https://places.googleapis.com/v1/places:searchNearby") -> Page:
    return GooglePlacesConnector(GooglePlacesConfig()).read(payload(body, url=url), params())


def recorded(name: str) -> PlaceRecord:
    (place, *_) = read((RECORDED / f"{name}.json").read_bytes()).places
    return place


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, **config) -> GooglePlacesConnector:
    return GooglePlacesConnector(
        GooglePlacesConfig(
            api=server.url_for("/v1"), **{"lat": 12.97, "lng": 77.64, "types": ("bar",)} | config
        ),
        KEY,
    )


def test_it_is_documented_and_known_by_its_samples_alone():
    check_platform(GooglePlacesConnector, "google_places/nearby.json", "google_places/status.json")


def test_a_nearby_search():
    page = read(sample("google_places/nearby.json"))
    lantern, cup = page.places

    assert (lantern.name, lantern.external_ids) == (
        "The Lantern Room",
        {"google_place_id": "ChIJ-lantern-room"},
    )
    assert (lantern.lat, lantern.lng, lantern.timezone) == (12.9701, 77.6412, "Asia/Kolkata")
    assert (lantern.city, lantern.country, lantern.kinds) == ("Bengaluru", "IN", ("bar", "night_club"))
    assert (lantern.rating, lantern.rating_count, lantern.price_level) == (4.4, 812, 2)
    assert (lantern.opening_hours, lantern.open_now, lantern.closed_for_good) == (
        "Mo-Su 18:00-01:00",
        True,
        False,
    )
    assert (cup.name, cup.open_now, cup.closed_for_good) == ("Corner Cup", False, True)
    assert (list(page.records), page.coverage) == ([], Coverage.PARTIAL)


def test_an_answer_that_does_not_repeat_the_id_is_told_apart_by_what_was_asked():
    body = '{"html_attributions": [], "result": {"business_status": "CLOSED_PERMANENTLY"}, "status": "OK"}'
    (place,) = read(
        body, url="https://maps.googleapis.com/maps/api/place/details/json?place_id=ChIJ-x"
    ).places
    assert (place.external_ids, place.closed_for_good) == ({"google_place_id": "ChIJ-x"}, True)


@pytest.mark.parametrize(
    ("periods", "hours"),
    [
        ([{"open": {"day": 0, "hour": 0, "minute": 0}}], "24/7"),
        ([{"open": {"day": 0, "time": "0000"}}], "24/7"),
        ([{"open": {"day": 1, "time": "0830"}, "close": {"day": 1, "time": "1730"}}], "Mo 08:30-17:30"),
        ([{"open": {"day": 6, "hour": 20}, "close": {"day": 0, "hour": 2}}], "Sa 20:00-02:00"),
        ([{"open": {"day": 0, "hour": 22}, "close": {"day": 1, "hour": 3, "minute": 30}}], "Su 22:00-03:30"),
        (
            [{"open": {"day": 5, "hour": 10}, "close": {"day": 0, "hour": 2}}],
            "Fr 10:00-24:00, Sa 00:00-24:00, Su 00:00-02:00",
        ),
        ([{"open": {"day": 9, "hour": 9}, "close": {"day": 9, "hour": 10}}], ""),
        ([{"open": {"day": "Monday"}}], ""),
        ([{"open": {"day": 1, "hour": 9}}, {"open": {"day": 2, "hour": 9}}], ""),
    ],
)
def test_periods(periods, hours):
    assert opening_hours({"regularOpeningHours": {"periods": periods}}).replace("; ", ", ") == hours


@pytest.mark.parametrize(
    ("lines", "hours"),
    [
        (["Monday: 8:30\u202fAM\u2009–\u20095:30\u202fPM", "Tuesday: Closed"], "Mo 08:30-17:30"),
        (["Monday: Open 24 hours", "Tuesday: 6:00 – 11:30 PM"], "Mo 00:00-24:00; Tu 18:00-23:30"),
        (["Friday: 11:30 AM – 3:00 PM, 7:00 PM – 1:00 AM"], "Fr 11:30-15:00,19:00-01:00"),
        (["lundi: 06:00 – 22:30"], ""),
        (["Monday: by appointment"], ""),
    ],
)
def test_hours_in_words(lines, hours):
    assert opening_hours({"regularOpeningHours": {"weekdayDescriptions": lines}}) == hours
    assert opening_hours({"opening_hours": {"weekday_text": lines}}) == hours


def test_this_weeks_word_wins_over_the_regular_hours():
    place = {"regularOpeningHours": {"openNow": True}, "currentOpeningHours": {"openNow": False}}
    assert open_now(place) is False
    assert (
        open_now({"regularOpeningHours": {"openNow": True}, "businessStatus": "CLOSED_TEMPORARILY"}) is False
    )
    assert open_now({"businessStatus": "OPERATIONAL"}) is None
    assert open_now({"opening_hours": {"open_now": "yes"}}) is None


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (sample("google_places/denied.json"), CredentialsMissing, "GOOGLE_PLACES_API_KEY"),
        (
            '{"status": "REQUEST_DENIED", "error_message": "no key", "html_attributions": []}',
            CredentialsMissing,
            "no key",
        ),
        (
            '{"status": "OVER_QUERY_LIMIT", "error_message": "Please wait."}',
            SchemaChanged,
            "OVER_QUERY_LIMIT: Please wait.",
        ),
        ('{"status": "NOT_FOUND", "html_attributions": []}', SchemaChanged, "NOT_FOUND"),
        (
            '{"error": {"code": 400, "message": "Bad radius", "status": "INVALID_ARGUMENT"}}',
            SchemaChanged,
            "Bad radius",
        ),
        (
            '{"results": [{"formatted_address": "Sydney", "place_id": "x", "types": ["locality"]}], "status": "OK"}',
            SchemaChanged,
            "no answer",
        ),
        ("[1]", SchemaChanged, "no answer"),
        ("<html>", SchemaChanged, "no JSON"),
        ('{"places": [', SchemaChanged, "no JSON"),
    ],
)
def test_what_is_no_answer_is_told(body, error, words):
    with pytest.raises(error, match=words):
        read(body)


@pytest.mark.parametrize("body", ["{}", '{"status": "ZERO_RESULTS", "results": [], "html_attributions": []}'])
def test_nothing_found_is_an_answer(body):
    assert read(body).places == ()


def test_an_event_only_where_the_editors_text_names_a_day():
    place = json.loads(sample("google_places/nearby.json"))["places"][0]
    said = {
        **place,
        "editorialSummary": {"text": "Bar with a terrace. Closing party on 12 December 2026, 8 pm."},
    }
    (event,) = read(json.dumps({"places": [said]})).records
    assert (event.start, event.venue.name, event.method) == (
        datetime(2026, 12, 12, 20),
        "The Lantern Room",
        "text",
    )
    for words in ("Live music every Friday.", "Opened on 3 March 2019.", "Party on 12 December"):
        assert (
            list(read(json.dumps({"places": [{**place, "editorialSummary": {"text": words}}]})).records) == []
        )


def test_a_full_circle_is_divided(httpserver: HTTPServer, http):
    circles = []

    def answer(request: Request) -> Response:
        body = request.get_json()
        assert request.headers["X-Goog-Api-Key"] == "G-secret"
        assert "places.regularOpeningHours" in request.headers["X-Goog-FieldMask"].split(",")
        assert (body["includedTypes"], body["maxResultCount"]) == (["bar"], 20)
        circles.append(round(body["locationRestriction"]["circle"]["radius"]))
        count = 20 if len(circles) == 1 else 3
        places = [{"id": f"p{len(circles)}-{n}", "displayName": {"text": f"Bar {n}"}} for n in range(count)]
        return Response(json.dumps({"places": places}), content_type="application/json")

    httpserver.expect_request("/v1/places:searchNearby", method="POST").respond_with_handler(answer)
    pages = list(connector(httpserver).fetch(params(), http))
    assert circles == [2000, 1414, 1414, 1414, 1414]
    assert sum(len(page.places) for page in pages) == 32
    assert "secret" not in "".join(page.payload.url for page in pages)

    circles.clear()
    (cut,) = connector(httpserver, max_requests=1).fetch(params(), http)
    assert cut.cut


def test_the_state_of_known_places(httpserver: HTTPServer, http):
    httpserver.expect_request("/v1/places/gone").respond_with_json({"error": {"code": 404}}, status=404)
    httpserver.expect_request("/v1/places/ChIJ-lantern-room").respond_with_data(
        sample("google_places/status.json"), content_type="application/json"
    )
    reader = connector(httpserver, mode="status")
    (page,) = reader.fetch(params(checkpoint={"place_ids": ["gone", "ChIJ-lantern-room"]}), http)
    (place,) = page.places
    assert (place.external_ids, place.open_now, place.name) == (
        {"google_place_id": "ChIJ-lantern-room"},
        True,
        "",
    )
    with pytest.raises(ConfigInvalid, match="place_ids"):
        list(reader.fetch(params(), http))


def test_refusals_are_told(httpserver: HTTPServer, http):
    httpserver.expect_request("/v1/places:searchNearby").respond_with_json(
        {"status": "OVER_QUERY_LIMIT", "error_message": "Please wait."}
    )
    httpserver.expect_request("/v1/places/ChIJN1t_tDeuEmsRUsoyG83frY4").respond_with_data(
        sample("google_places/denied.json"), status=403
    )
    with pytest.raises(RateLimited, match="Please wait"):
        list(connector(httpserver).fetch(params(), http))
    with pytest.raises(ClientRefused):
        connector(httpserver).check_credentials(http)
    with pytest.raises(CredentialsMissing, match="GOOGLE_PLACES_API_KEY"):
        GooglePlacesConnector(GooglePlacesConfig(lat=1.0, lng=1.0)).check_credentials(http)
    with pytest.raises(ConfigInvalid, match="lat, lng"):
        list(GooglePlacesConnector(GooglePlacesConfig(), KEY).fetch(params(), http))
    with pytest.raises(ConfigInvalid, match="mode"):
        list(connector(httpserver, mode="events").fetch(params(), http))


def test_an_address_that_names_a_place_is_its_status():
    assert GooglePlacesConnector.config_for("https://places.googleapis.com/v1/places/ChIJx") == {
        "mode": "status",
        "place_ids": ["ChIJx"],
    }
    assert GooglePlacesConnector.config_for("https://www.google.com/maps/place/Bar") is None
    assert GooglePlacesConnector.config_for("nonsense") is None


@needs_data
def test_all_recorded_answers_of_the_places_api_are_read():
    counts = {
        path.stem: len(read(path.read_bytes()).places)
        for path in RECORDED.glob("*.json")
        if path.stem in PLACES
    }
    assert counts == PLACES


@needs_data
def test_no_recorded_answer_of_another_service_is_taken_for_places():
    for path in RECORDED.glob("*.json"):
        one = RawPayload(url=f"https://recorded.example/{path.name}", content=path.read_bytes())
        assert (GooglePlacesConnector.recognizes(one) > 0.85) == (path.stem in PLACES), path.name
        if path.stem not in PLACES:
            with pytest.raises(SchemaChanged):
                read(path.read_bytes())


@needs_data
def test_what_recorded_places_say():
    office = recorded("PlaceDetailsResponse")
    assert (office.opening_hours, office.open_now, office.rating_count) == (
        "Mo-We 08:30-17:30; Th,Fr 08:30-17:00",
        False,
        973,
    )
    assert (office.city, office.country, office.plus_code) == ("Pyrmont", "AU", "4RRH45MW+C8")
    basilica = recorded("PlacesApiDetailsInFrenchResponse")
    assert (basilica.name, basilica.opening_hours) == ("Sacré-Cœur", "Mo-Su 06:00-22:30")
    assert recorded("PlaceDetailsResponseForPermanentlyClosedPlace").closed_for_good
    assert recorded("PlacesApiNearbySearchRequestByTypeResponse").opening_hours == "24/7"


def test_an_event_of_meetups_old_api_is_no_place() -> None:
    """It has a rating and photos like a place."""
    event = {
        "id": "1",
        "name": "Evening",
        "time": 1796151600000,
        "rating": {"count": 7, "average": 4.7},
        "photos": [],
    }
    answer = RawPayload(url="https://api.example/events", content=json.dumps({"results": [event]}).encode())

    assert GooglePlacesConnector.recognizes(answer) == 0.0
