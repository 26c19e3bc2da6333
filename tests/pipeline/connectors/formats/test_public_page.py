"""The base of platforms whose public pages start from JSON state, by a small one."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from pipeline import patterns
from pipeline.connectors.formats.public_page import PublicPages, next_state
from pipeline.connectors.support import sdk, values
from tests.pipeline.connectors.reading import kept, params, payload

GIG = {"id": "g1", "name": "A gig", "when": "2026-12-04"}
MARKUP = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Event", "name": "Told in markup",'
    ' "startDate": "2026-12-05"}</script>'
)
TAKEN = [{"title": "Taken", "start": "2026-12-06", "url": f"https://club.example/gigs/g{n}"} for n in (2, 3)]
FEED = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:gig-g4@club.example\r\nSUMMARY:Fed\r\nDTSTART:20261204T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class ClubConfig:
    """Nothing to say."""


class Club(PublicPages):
    """Gigs, in pages, answers, feeds and lists."""

    metadata = sdk.Metadata(name="club", title="Club", type=sdk.SourceType.API, hosts=("club.example",))
    config_type = ClubConfig
    marks = ((b'"gigs"',),)
    page_marks = ((b"__NEXT_DATA__", b"club.example"),)
    event_id = patterns.compile(r"/gigs/(\w+)$")
    feed_id: ClassVar[patterns.Pattern[str] | None] = patterns.compile(r"^gig-(\w+)@")

    @classmethod
    def sureness(cls, value: Any) -> float:
        return 0.97 if values.objects(value, "gigs") else 0.0

    def read_state(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page | None:
        return self.read_answer(payload, next_state(payload), params)

    def read_answer(self, payload: sdk.RawPayload, value: Any, params: sdk.FetchParams) -> sdk.Page | None:
        gigs = values.objects(value, "gigs")
        made = [
            values.event(one, name=one["id"], title=one["name"], start=values.moment(one["when"]))
            for one in gigs
        ]
        return self.page(payload, made, params) if gigs else None


def site(state: Any) -> str:
    return (
        f'<!doctype html><p>club.example</p><script id="__NEXT_DATA__">{json.dumps(state)}</script>{MARKUP}'
    )


def read(body: Any, club: type[Club] = Club) -> list[tuple[str, str]]:
    text = body if isinstance(body, str) else json.dumps(body)
    return [(one.external_id, one.title) for one in kept(club(ClubConfig()).read(payload(text), params()))]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"gigs": [GIG]}, [("g1", "A gig")]),
        (site({"gigs": [GIG]}), [("g1", "A gig")]),
        (site({"gigs": []}), [("", "Told in markup")]),
        (site({"gigs": [GIG]}).replace("club.example", "bar.example"), [("", "Told in markup")]),
        (TAKEN, [("g2", "Taken"), ("g3", "Taken")]),
        (FEED, [("g4", "Fed")]),
    ],
    ids=["answer", "state", "markup", "another site's page", "taken", "feed"],
)
def test_each_way_in_which_a_platform_is_met_is_read(body: Any, found: list[tuple[str, str]]) -> None:
    assert read(body) == found


@pytest.mark.parametrize(
    ("body", "score"),
    [
        (site({}), 0.95),
        (json.dumps({"gigs": [GIG]}), 0.97),
        (json.dumps({"gigs": []}), 0.0),
        ('{"gigs": [', 0.0),
        (json.dumps(TAKEN), 0.9),
        (MARKUP, 0.0),
    ],
)
def test_pages_answers_and_lists_are_told_by_what_is_declared(body: str, score: float) -> None:
    assert Club.recognizes(payload(body)) == score


def test_a_platform_that_declares_neither_lists_nor_feeds_leaves_them_to_others() -> None:
    class Quiet(Club):
        reads_lists = False
        feed_id = None

    assert Quiet.recognizes(payload(json.dumps(TAKEN))) == 0.0
    with pytest.raises(sdk.SchemaChanged, match="no JSON"):
        read(FEED, Quiet)
