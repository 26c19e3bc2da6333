"""The base of platforms that answer in JSON, by a small one: detection, keys, pages, limits, checkpoints."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline import patterns
from pipeline.connectors.support import values
from pipeline.connectors.support.json_api import JsonApi, Key, Paging
from pipeline.connectors.support.platform import json_of, setting
from pipeline.contract.connector import Credentials, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused
from tests.pipeline.connectors.loopback import asked, local_http, serve
from tests.pipeline.connectors.reading import params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "K-secret"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ClubConfig:
    """Where the club answers."""

    api: str = setting("Address of the API.")
    max_pages: int = setting("Pages of one run.", 3)
    member: bool = setting("Whether a key is wanted.", True)


class Club(JsonApi):
    """Pages of events by number."""

    metadata = Metadata(name="club", title="Club", type=SourceType.API, hosts=("club.example",))
    config_type = ClubConfig
    marks = ((b'"gigs"',), (b'"shows"', b'"club"'))
    addresses = ((patterns.compile(r"^/hall/(\d+)"), "hall", "h{}"),)
    credential = Key(parameter="token")
    errors = ("error.text", "warnings.0")
    probe = ("gigs", {"size": "1"})
    paging = Paging(checkpoint="page", once=True)

    @classmethod
    def sureness(cls, value: Any) -> float:
        return 0.95 if values.objects(value, "gigs") else 0.0

    def ask_page(self, params, http, here):
        return self.ask(http, "gigs", {"page": str(here)})

    def onward(self, value, here):
        return here + 1 if values.at(value, "more") else None

    def read(self, payload, params) -> Page:
        gigs = values.objects(json_of(payload), "gigs")
        found = [
            values.event(one, name=values.text(one, "id"), title="A gig", start=values.moment("2026-12-04"))
            for one in gigs
        ]
        return self.page(payload, found, params)


def answer(*numbers: int, more: bool = False) -> dict[str, Any]:
    return {"gigs": [{"id": number} for number in numbers], "more": more}


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


@pytest.fixture
def club(httpserver: HTTPServer) -> Club:
    pages = {
        "1": answer(1, 2, more=True),
        "2": answer(2, 3, more=True),
        "3": answer(4, more=True),
        "4": answer(5),
    }
    serve(httpserver, "/gigs", pages, by="page")
    return Club(ClubConfig(api=httpserver.url_for("/")), KEY)


def walked(club: Club, http, **asked) -> list[Page]:
    return list(club.fetch(params(**asked), http))


def names(pages: list[Page]) -> list[str]:
    return [one.external_id for page in pages for one in page.records if not hasattr(one, "reason")]


@pytest.mark.parametrize(
    ("body", "expected"),
    [('{"gigs": [{"id": 1}]}', 0.95), ('{"gigs": []}', 0.0), ('{"shows": [{}]}', 0.0), ('{"gigs": [', 0.0)],
)
def test_answers_are_recognized_by_marks_and_then_by_their_value(body, expected):
    assert Club.recognizes(payload(body)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.club.example/hall/7", {"hall": "h7"}),
        ("https://club.example/about", None),
        ("https://other.example/hall/7", None),
        ("https://[broken/hall/7", None),
    ],
)
def test_addresses_give_the_setting_that_they_name(url, expected):
    assert Club.config_for(url) == expected


def test_the_key_goes_along_and_is_not_kept(club, http, httpserver):
    page = walked(club, http)[0]
    assert asked(httpserver)[0] == {"page": "1", "token": "K-secret"}
    assert "K-secret" not in page.payload.url


def test_without_a_key_nothing_is_asked(httpserver, http):
    with pytest.raises(CredentialsMissing):
        walked(Club(ClubConfig(api=httpserver.url_for("/"))), http)
    assert asked(httpserver) == []


def test_a_walk_that_is_cut_is_partial_and_says_where_it_goes_on(club, http):
    *before, last = walked(club, http)
    assert [page.coverage for page in before] == [Coverage.WINDOWED, Coverage.WINDOWED]
    assert (last.coverage, last.cut, last.checkpoint) == (Coverage.PARTIAL, True, {"page": 4})


def test_the_next_run_goes_on_there_and_is_partial_itself(club, http):
    (page,) = walked(club, http, checkpoint={"page": 4})
    assert (page.coverage, page.cut, page.checkpoint) == (Coverage.PARTIAL, True, {"page": 1})


def test_what_an_earlier_page_had_comes_once(club, http):
    assert names(walked(club, http)) == ["1", "2", "3", "4"]


def test_a_limit_ends_the_walk_and_leaves_no_checkpoint(club, http, httpserver):
    pages = walked(club, http, limit=3)
    assert (names(pages), pages[-1].coverage, pages[-1].checkpoint) == (["1", "2"], Coverage.PARTIAL, {})
    assert len(asked(httpserver)) == 2


def test_fewer_than_one_page_asks_for_one_and_is_cut(club, http, httpserver):
    (page,) = walked(Club(ClubConfig(api=club.config.api, max_pages=0), KEY), http)
    assert (page.coverage, page.cut, len(asked(httpserver))) == (Coverage.PARTIAL, True, 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"error": {"text": "no  such hall"}}, "no such hall"),
        ({"error": {}, "warnings": ["late", "later"]}, "late"),
        ({"gigs": []}, ""),
        ([], ""),
    ],
)
def test_the_words_of_an_error_stand_where_they_are_declared(value, words):
    assert Club.error_of(value) == words


def test_an_error_is_refused_with_the_platforms_words():
    Club.refuse_error({"gigs": []})
    with pytest.raises(SchemaChanged, match=r"^Club answers with an error: closed$"):
        Club.refuse_error({"error": {"text": "closed"}})


def test_keys_are_checked_by_the_cheapest_question(http, httpserver):
    httpserver.expect_request("/gigs").respond_with_json(answer(1))
    Club(ClubConfig(api=httpserver.url_for("/")), KEY).check_credentials(http)
    assert asked(httpserver) == [{"size": "1", "token": "K-secret"}]


def test_a_key_that_is_answered_with_an_error_is_not_good(http, httpserver):
    httpserver.expect_request("/gigs").respond_with_json({"warnings": ["unknown token"]})
    with pytest.raises(SchemaChanged, match="unknown token"):
        Club(ClubConfig(api=httpserver.url_for("/")), KEY).check_credentials(http)


@pytest.mark.parametrize(("member", "sent"), [(True, {"token": "K-secret"}), (False, {})])
def test_a_key_with_a_switch_goes_along_where_it_is_on(http, httpserver, member, sent):
    httpserver.expect_request("/gigs").respond_with_json(answer(1))
    switched = type("Switched", (Club,), {"credential": Key(parameter="token", switch="member")})
    switched(ClubConfig(api=httpserver.url_for("/"), member=member), KEY).ask(http, "gigs")
    assert asked(httpserver) == [sent]


@pytest.mark.parametrize(
    ("status", "refused", "error", "words"),
    [
        (401, "Renew CLUB_KEY.", CredentialsMissing, "^Renew CLUB_KEY.$"),
        (403, "Renew CLUB_KEY.", CredentialsMissing, "^Renew CLUB_KEY.$"),
        (404, "Renew CLUB_KEY.", ClientRefused, "404"),
        (401, "", ClientRefused, "401"),
    ],
)
def test_a_denied_key_is_told_in_the_words_for_it(http, httpserver, status, refused, error, words):
    httpserver.expect_request("/gigs").respond_with_data("", status=status)
    denied = type("Denied", (Club,), {"credential": Key(parameter="token", refused=refused)})
    with pytest.raises(error, match=words):
        denied(ClubConfig(api=httpserver.url_for("/")), KEY).ask(http, "gigs")


def test_parameters_in_pairs_may_come_several_times(club, http, httpserver):
    httpserver.expect_request("/halls").respond_with_json([])
    club.ask(http, "halls", [("type[]", "1"), ("type[]", "2")])
    assert httpserver.log[0][0].args.getlist("type[]") == ["1", "2"]


@pytest.mark.parametrize("nowhere", ["", 1])
def test_more_pages_without_a_way_to_the_next_cut_the_walk(http, httpserver, nowhere):
    httpserver.expect_request("/gigs").respond_with_json(answer(1, more=True))
    lost = type("Lost", (Club,), {"onward": lambda self, value, here: nowhere})
    (page,) = walked(lost(ClubConfig(api=httpserver.url_for("/")), KEY), http)
    assert (page.coverage, page.cut, page.checkpoint) == (Coverage.PARTIAL, True, {"page": 1})


def test_a_part_is_cut_under_a_limit_and_where_there_is_more():
    cut = [
        Club.part(payload("[]"), [], params(limit=limit), more=more).cut
        for limit, more in [(None, False), (3, False), (None, True)]
    ]
    assert cut == [False, True, True]


def test_a_connector_that_does_not_read_cannot_be_made():
    unread = type("Unread", (JsonApi,), {"metadata": Club.metadata, "config_type": ClubConfig})
    with pytest.raises(TypeError, match="read"):
        unread(ClubConfig(api=""))


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteConfig:
    """Which club."""

    url: str = setting("Address of the club.")


class ClubSoftware(Club):
    """As `Club`, where anybody may host one."""

    config_type = SiteConfig
    hosted = True
    page_sign = patterns.compile(r"made with Club")


def test_the_site_of_a_page_with_the_sign_is_one():
    found = ClubSoftware.config_from_page
    assert found("<p>made with Club</p>", "https://a.example/x") == {"url": "https://a.example"}
    assert (found("<p>Clubs</p>", "https://a.example/x"), found("<p>made with Club</p>", "")) == (None, None)


def test_what_is_hosted_needs_its_address_and_asks_below_it(http):
    assert ClubSoftware(SiteConfig(url="https://a.example/x?y")).root == "https://a.example"
    with pytest.raises(ConfigInvalid, match="^url: missing"):
        ClubSoftware(SiteConfig(url="club")).check_credentials(http)


class Archive(Club):
    """As `Club`, where a walk brings all there is."""

    paging = Paging(whole=Coverage.COMPLETE)


def test_only_what_is_covered_of_the_time_to_come_is_covered_until_its_end(httpserver, http):
    serve(httpserver, "/gigs", {"1": answer(1)}, by="page")
    config = ClubConfig(api=httpserver.url_for("/"))
    covered = [next(iter(kind(config, KEY).fetch(params(), http))).covered_until for kind in (Club, Archive)]
    assert covered == [params().end, None]


def test_declared_headers_go_along(http, httpserver):
    httpserver.expect_request("/gigs").respond_with_json(answer(1))
    polite = type("Polite", (Club,), {"headers": {"Accept": "application/json"}})
    polite(ClubConfig(api=httpserver.url_for("/")), KEY).ask(http, "gigs")
    assert httpserver.log[0][0].headers["Accept"] == "application/json"


def test_what_is_kept_of_an_answer_is_the_connectors_matter(http, httpserver):
    httpserver.expect_request("/gigs").respond_with_data(b"K-secret in a link")
    blotted = type(
        "Blotted", (Club,), {"answered": lambda self, payload: replace(payload, content=b"in a link")}
    )
    assert blotted(ClubConfig(api=httpserver.url_for("/")), KEY).ask(http, "gigs").content == b"in a link"


def test_another_question_begins_at_its_own_page(club, http, httpserver):
    pages = list(club.pages(params(), http, start=3))
    assert ([one["page"] for one in asked(httpserver)], names(pages)) == (["3", "4"], ["4", "5"])
