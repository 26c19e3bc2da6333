"""Instagram: captions as announcements, the Graph API, and recordings of the API that ended in 2020."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import detect
from pipeline.connectors.platforms.instagram import InstagramConfig, InstagramConnector
from pipeline.contract.connector import Credentials
from pipeline.contract.enums import Coverage, ExtractionMethod, OrganizerType
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import RateLimited
from pipeline.contract.raw import Dropped, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import asked, local_http, serve
from tests.pipeline.connectors.platform_checks import check_platform
from tests.pipeline.connectors.reading import kept, params, payload
from tests.pipeline.connectors.recordings import recorded, sampled

FOLDER = SHARED / "api/instagram/facebookarchive__python-instagram/fixtures"
TOKEN = Credentials(values={"access_token": "t0ken", "user_id": "17841"})


def read(text: Any, **config: Any) -> Any:
    body = text if isinstance(text, str) else json.dumps(text)
    return InstagramConnector(InstagramConfig(**config)).read(payload(body), params())


def served(httpserver: HTTPServer, credentials: Credentials = TOKEN, **config: Any) -> InstagramConnector:
    """A connector whose API is the local server."""
    return type("Local", (InstagramConnector,), {"api": httpserver.url_for("").rstrip("/")})(
        InstagramConfig(**config), credentials
    )


def medium(number: int, caption: str = "") -> dict[str, Any]:
    reported = caption or f"Evening {number} on 12 December 2026"
    return {
        "id": str(number),
        "caption": reported,
        "media_type": "IMAGE",
        "permalink": f"https://www.instagram.com/p/{number}/",
        "timestamp": "2026-11-20T10:00:00+0000",
    }


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(InstagramConnector, "instagram/hashtag.json", "instagram/account.json")


def test_an_announcement_becomes_an_event_of_low_confidence() -> None:
    page = InstagramConnector(InstagramConfig(venue="The Blue Room")).read(
        sampled("instagram/hashtag.json"), params()
    )
    raga, *dropped, walk = page.records
    assert isinstance(raga, RawRecord)
    assert (raga.external_id, raga.title, raga.start) == (
        "17900000000000001",
        "Raga at Dusk",
        datetime(2026, 12, 12, 19, 0),
    )
    assert (raga.url, raga.images[0].url) == (
        "https://www.instagram.com/p/one/",
        "https://scontent.example/1.jpg",
    )
    assert (raga.tags, raga.popularity, raga.venue.name) == (
        ("bengaluruevents", "live"),
        {"likes": 88},
        "The Blue Room",
    )
    assert (raga.method, raga.notes, raga.organizer) == (
        ExtractionMethod.TEXT,
        ("read from a caption",),
        None,
    )
    assert (raga.metadata["start_from"], raga.metadata["start_confidence"] <= 0.9) == ("caption", True)
    assert isinstance(walk, RawRecord)
    assert (walk.status, walk.title) == ("cancelled", "Street Food Walk")
    assert [(one.reason, one.external_id[-1]) for one in dropped if isinstance(one, Dropped)] == [
        ("no date in the text", "2"), ("no title", "3"), ("no caption", "4"),
    ]  # fmt: skip
    assert page.coverage is Coverage.PARTIAL


def test_a_business_is_the_organizer_of_its_own_media() -> None:
    (one,) = kept(InstagramConnector(InstagramConfig()).read(sampled("instagram/account.json"), params()))
    assert one.organizer is not None
    assert (one.organizer.name, one.organizer.url, one.organizer.type) == (
        "The Blue Room",
        "https://blueroom.example",
        OrganizerType.BUSINESS,
    )
    assert (one.title, one.start) == ("Jazz under the Trees", datetime(2026, 12, 4, 20, 30))


def test_nothing_of_the_people_behind_media_is_kept() -> None:
    people = {
        "user": {"username": "asha"},
        "comments": {"data": [{"text": "me too"}]},
        "owner": {"id": "5"},
        "username": "asha",
    }
    (one,) = kept(read({"data": [{**medium(1), **people}]}))
    assert one.organizer is None
    assert not any(word in one.raw for word in ("asha", "me too", "owner"))


def test_hashtags_are_looked_up_once_and_paged(httpserver: HTTPServer) -> None:
    httpserver.expect_request(
        "/ig_hashtag_search", query_string={"user_id": "17841", "q": "bengaluruevents"}
    ).respond_with_json({"data": [{"id": "99"}]})
    first = {
        "data": [medium(1)],
        "paging": {"cursors": {"after": "same"}, "next": "https://graph.facebook.com/x?access_token=t0ken"},
    }
    serve(httpserver, "/99/recent_media", {"": first, "same": {"data": [medium(2)]}}, by="after")
    with local_http() as http:
        connector = served(httpserver, hashtags=["#BengaluruEvents"])
        pages = list(connector.fetch(params(), http))
        again = list(connector.fetch(params(checkpoint=pages[-1].checkpoint), http))
    assert [[one.external_id for one in page.records] for page in pages] == [["1"], ["2"]]
    assert (pages[0].checkpoint, len(again)) == ({"hashtags": {"bengaluruevents": "99"}}, 2)
    assert [request.path for request, _ in httpserver.log].count("/ig_hashtag_search") == 1
    assert b"t0ken" not in pages[0].payload.content


def test_accounts_are_paged_by_the_cursor_in_the_fields(httpserver: HTTPServer) -> None:
    def answer(request: Any) -> Any:
        from werkzeug import Response

        more = ".after(" not in request.args["fields"]
        media = {"data": [medium(1 if more else 2)], "paging": {"cursors": {"after": "two"} if more else {}}}
        return Response(
            json.dumps({"business_discovery": {"username": "blueroom", "media": media}}),
            content_type="application/json",
        )

    httpserver.expect_request("/17841").respond_with_handler(answer)
    with local_http() as http:
        pages = list(served(httpserver, accounts=["@blueroom"]).fetch(params(), http))
    assert [[one.external_id for one in page.records] for page in pages] == [["1"], ["2"]]
    assert "business_discovery.username(blueroom)" in asked(httpserver)[0]["fields"]


def test_an_account_whose_cursor_stays_the_same_has_no_more_media(httpserver: HTTPServer) -> None:
    media = {"data": [medium(1)], "paging": {"cursors": {"after": "two"}}}
    answer = {"business_discovery": {"username": "blueroom", "media": media}}
    httpserver.expect_request("/17841").respond_with_json(answer)
    with local_http() as http:
        pages = list(served(httpserver, accounts=["blueroom"]).fetch(params(), http))
    assert [page.cut for page in pages] == [False, False]


@pytest.mark.parametrize(("config", "limit"), [({"max_pages": 1}, None), ({}, 1)])
def test_a_limit_cuts_and_says_so(httpserver: HTTPServer, config: dict[str, Any], limit: int | None) -> None:
    httpserver.expect_request("/ig_hashtag_search").respond_with_json({"data": [{"id": "99"}]})
    answer = {"data": [medium(1)], "paging": {"cursors": {"after": "a"}, "next": "x"}}
    httpserver.expect_request("/99/recent_media").respond_with_json(answer)
    with local_http() as http:
        (page,) = served(httpserver, hashtags=["live"], **config).fetch(params(limit=limit), http)
    assert (len(list(page.records)), page.coverage, page.cut) == (1, Coverage.PARTIAL, True)


@pytest.mark.parametrize(
    ("config", "credentials", "error", "words"),
    [
        ({}, TOKEN, ConfigInvalid, "accounts or hashtags: missing"),
        ({"hashtags": [f"tag{n}" for n in range(31)]}, TOKEN, ConfigInvalid, "30 different ones"),
        ({"accounts": ["a"]}, Credentials(), CredentialsMissing, "INSTAGRAM_ACCESS_TOKEN"),
        ({"accounts": ["a"]}, Credentials(values={"key": "t"}), CredentialsMissing, "INSTAGRAM_USER_ID"),
    ],
)
def test_what_is_missing_is_named(
    config: dict[str, Any], credentials: Credentials, error: type[Exception], words: str
) -> None:
    with local_http() as http, pytest.raises(error, match=words):
        list(InstagramConnector(InstagramConfig(**config), credentials).fetch(params(), http))


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (
            {"error": {"message": "Session has expired", "code": 190}},
            CredentialsMissing,
            "INSTAGRAM_ACCESS_TOKEN",
        ),
        (
            {"error": {"message": "Application request limit reached", "code": 4}},
            RateLimited,
            "limit reached",
        ),
        (
            {"meta": {"code": 400, "error_message": "requires an authenticated user"}},
            SchemaChanged,
            "requires an authenticated user",
        ),
        ({"data": [{"id": "12"}]}, SchemaChanged, "without media"),
        ({"data": None}, SchemaChanged, "without media"),
        ("<html>Log in</html>", SchemaChanged, "no JSON"),
    ],
)
def test_errors_are_told_and_never_zero_events(body: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        read(body)


def test_an_empty_list_is_zero_events() -> None:
    assert list(read({"data": []}).records) == []


@pytest.mark.parametrize(("status", "error"), [(400, CredentialsMissing), (429, RateLimited)])
def test_refusals_are_told_apart(httpserver: HTTPServer, status: int, error: type[Exception]) -> None:
    httpserver.expect_request("/17841").respond_with_data("{}", status=status, headers={"Retry-After": "120"})
    with local_http() as http, pytest.raises(error):
        list(served(httpserver, accounts=["blueroom"]).fetch(params(), http))


def test_a_token_is_checked_by_asking_for_our_own_name(httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/17841", query_string={"fields": "username"}).respond_with_json(
        {"username": "us"}
    )
    httpserver.expect_request("/17841").respond_with_json({"error": {"message": "Expired", "code": 190}})
    with local_http() as http:
        served(httpserver).check_credentials(http)
        with pytest.raises(CredentialsMissing, match="INSTAGRAM_ACCESS_TOKEN"):
            served(httpserver).check_credentials(http)


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("https://www.instagram.com/blueroom/", {"accounts": ["blueroom"]}),
        ("https://www.instagram.com/explore/tags/bengaluruevents/", {"hashtags": ["bengaluruevents"]}),
        ("https://www.instagram.com/p/os1NQjxtvF/", None),
        ("https://instagram.example/blueroom/", None),
    ],
)
def test_addresses_become_configurations(url: str, config: dict[str, Any] | None) -> None:
    assert InstagramConnector.config_for(url) == config
    if config is not None:
        configured("instagram", config)


# --- what was recorded ---


@needs_data
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_recorded_answers_of_the_first_api_are_media_or_refused(path: Path) -> None:
    """No caption of theirs announces anything: every medium is counted, none becomes an event."""
    value = json.loads(path.read_bytes())
    listed = value.get("data") if isinstance(value.get("data"), list) else [value.get("data")]
    media = [one for one in listed if isinstance(one, dict) and "images" in one]
    if not media:
        with pytest.raises(SchemaChanged):
            InstagramConnector(InstagramConfig()).read(recorded(path), params())
        return
    assert detect(recorded(path)) is InstagramConnector
    found = list(InstagramConnector(InstagramConfig()).read(recorded(path), params()).records)
    assert [one.external_id for one in found] == [one["id"] for one in media]
    assert {one.reason for one in found if isinstance(one, Dropped)} <= {"no date in the text", "no caption"}


@needs_data
def test_no_other_recorded_file_is_taken_for_instagrams() -> None:
    others = [
        path
        for folder in ("api", "html", "rss")
        for path in sorted((SHARED / folder).rglob("*.*"))
        if path.is_file()
    ]
    assert [
        path
        for path in others
        if FOLDER not in path.parents and InstagramConnector.recognizes(recorded(path))
    ] == []
