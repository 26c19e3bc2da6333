"""Recorded answers of Eventbrite, Ticketmaster, SeatGeek, Songkick and Bandsintown: found without a name,
with the titles and starts that they tell."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.connectors.detect import detect
from pipeline.connectors.platforms.eventbrite.answer import CATEGORIES
from pipeline.connectors.platforms.songkick import SongkickConfig, SongkickConnector
from pipeline.connectors.registry import CONNECTORS
from pipeline.contract.connector import FetchParams
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import RawPayload, RawRecord
from tests.data import SHARED, needs_data

pytestmark = [pytest.mark.data, needs_data]

API = SHARED / "api"
PLATFORMS = ("eventbrite", "ticketmaster", "seatgeek", "songkick", "bandsintown")
THEN = datetime(2024, 9, 6, tzinfo=UTC)
PARAMS = FetchParams(now=THEN, start=THEN - timedelta(days=9_000), end=THEN + timedelta(days=4_000))
DISCOVERY = "ticketmaster/ticketmaster-api__sdk-javascript/test/fixtures/discovery"
RUBY = "eventbrite/eventbrite__eventbrite-sdk-ruby/spec/fixtures"
TOLD = {
    f"{RUBY}/events.json": ("eventbrite", 1),
    f"{RUBY}/event_read.json": ("eventbrite", 1),
    f"{RUBY}/event_created.json": ("eventbrite", 1),
    "eventbrite/ngothai2712__nht-vue3-calendar/mocks.json": ("eventbrite", 150),
    "ticketmaster/DaveKT__corning_events/tests/fixtures/ticketmaster.json": ("ticketmaster", 3),
    f"{DISCOVERY}/v1/event/all-200.json": ("ticketmaster", 20),
    f"{DISCOVERY}/v1/event/find-200.json": ("ticketmaster", 1),
    f"{DISCOVERY}/v2/event/all-200.json": ("ticketmaster", 20),
    f"{DISCOVERY}/v2/event/all-200-options.json": ("ticketmaster", 5),
    f"{DISCOVERY}/v2/event/find-200.json": ("ticketmaster", 1),
    "seatgeek/danielspector__seatgeek/events__0.json": ("seatgeek", 1),
    "seatgeek/danielspector__seatgeek/events__2.json": ("seatgeek", 1),
    "seatgeek/danielspector__seatgeek/events_all__1.json": ("seatgeek", 10),
    "seatgeek/danielspector__seatgeek/events_all__2.json": ("seatgeek", 10),
    "seatgeek/danielspector__seatgeek/events_all__3.json": ("seatgeek", 10),
    "seatgeek/danielspector__seatgeek/events_search__0.json": ("seatgeek", 10),
    "songkick/jrmehle__songkickr/test/fixtures/event_7391451.json": ("songkick", 3),
    "songkick/jrmehle__songkickr/test/fixtures/events.json": ("songkick", 20),
    "songkick/jrmehle__songkickr/test/fixtures/users_attendance_calendar.json": ("songkick", 2),
    "songkick/jrmehle__songkickr/test/fixtures/no_events.json": ("songkick", 0),
}


def payload(path: Path) -> RawPayload:
    return RawPayload(url=f"https://town.example/{path.name}", content=path.read_bytes())


def reported(value: Any) -> Iterator[tuple[str, str]]:
    """Title and start of each event of an answer, in the answer's own words: day, or day and time as the
    clock there shows it."""
    if isinstance(value, list):
        for one in value:
            yield from reported(one)
    elif isinstance(value, dict):
        pair = told_of(value)
        if pair:
            yield pair
        else:
            yield from reported(list(value.values()))


def told_of(item: dict[str, Any]) -> tuple[str, str] | None:
    start = item.get("start")
    if isinstance(item.get("dates"), dict) and item.get("name"):
        first = item["dates"]["start"]
        clock = (
            f"T{first['localTime'][:5]}"
            if first.get("localTime")
            else f" {first['dateTime'][:16]}Z"
            if first.get("dateTime")
            else ""
        )
        return item["name"], first["localDate"] + clock
    if "datetime_local" in item:
        return item["title"], item["datetime_local"][: 10 if item["time_tbd"] else 16]
    if isinstance(start, dict) and "local" in start:
        return item["name"]["text"], start["local"][:16]
    if item.get("_type") == "destination_event":
        return item["name"], f"{item['start_date']}T{item['start_time']}"
    if isinstance(start, dict) and "displayName" in item and "date" in start:
        return item["displayName"], start["date"] + (f"T{start['time'][:5]}" if start.get("time") else "")
    return None


def shown(start: Any) -> str:
    if not isinstance(start, datetime):
        return start.isoformat() if isinstance(start, date) else str(start)
    return start.isoformat()[:16] if start.tzinfo is not UTC else f"{start:%Y-%m-%d} {start:%Y-%m-%dT%H:%M}Z"


@pytest.mark.parametrize("name", TOLD)
def test_each_answer_is_found_and_gives_the_titles_and_starts_that_it_tells(name):
    connector, count = TOLD[name]
    kind = detect(payload(API / name))
    records = list(kind(kind.config_type()).read(payload(API / name), PARAMS).records)

    assert kind.metadata.name == connector
    assert all(isinstance(r, RawRecord) and r.stable_id for r in records)
    expected = [
        (" ".join(title.split()), start) for title, start in reported(json.loads((API / name).read_text()))
    ]
    assert len(records) == len(expected) == count
    wrong = [
        (r.title, shown(r.start), want)
        for r, want in zip(records, expected, strict=True)
        if r.title != want[0] or not agrees(r.start, want[1])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "count", "title", "start"),
    [
        (
            "upcoming/squeejee__upcoming-events/test/fixtures/events.json",
            2,
            "Def Leppard Dallas TX",
            "2009-08-21T19:00:00-05:00",
        ),
        (
            "upcoming/squeejee__upcoming-events/test/fixtures/event.json",
            1,
            "Def Leppard Dallas TX",
            "2009-08-21T19:00:00-05:00",
        ),
        (
            "upcoming/squeejee__upcoming-events/test/fixtures/new_event.json",
            1,
            "Tori Amos, Ben Folds",
            "2003-08-01T19:00:00-07:00",
        ),
        (
            "upcoming/squeejee__upcoming-events/test/fixtures/saved_event.json",
            1,
            "Tori Amos, Ben Folds",
            "2003-08-01T19:00:00-07:00",
        ),
        (
            "upcoming/squeejee__upcoming-events/test/fixtures/tagged_event.json",
            1,
            "Tori Amos, Ben Folds",
            "2003-08-01T19:00:00-07:00",
        ),
        (
            "google_events/GHC24-UITesting/response.json",
            10,
            "Architecture & Design Film Festival",
            "2024-09-25T18:00:00-04:00",
        ),
        (
            "multi/marcelovsk1__trendit_scraper/JSONs/eventbrite_1.json",
            9,
            "KIZO Fest Montreal 5th edition 2024",
            "2024-06-19T19:30:00",
        ),
        ("multi/sagarjethi__mumbai-events/events.json", 27, "JS Mumbai", "2026-06-06T10:00:00"),
    ],
)
def test_answers_of_platforms_without_a_connector_are_read_by_their_names(name, count, title, start):
    kind = detect(payload(API / name))
    records = list(kind(kind.config_type()).read(payload(API / name), PARAMS).records)
    assert (kind.metadata.name, len(records)) == ("json_feed", count)
    assert (records[0].title, records[0].start.isoformat()) == (title, start)


def test_eventbrites_categories_are_those_of_its_api():
    answer = json.loads((API / RUBY / "categories.json").read_text())
    assert {(one["id"], one["name"]) for one in answer["categories"]} <= set(CATEGORIES.items())


def test_songkicks_public_pages_give_the_numbers_of_its_api():
    folder = SHARED / "html/scrapinghub__extruct/tests/samples/songkick"
    connector = SongkickConnector(SongkickConfig())
    found = {
        name: [r.external_id for r in connector.read(payload(folder / name), PARAMS).records]
        for name in ("elysianfields.html", "tovestyrke.html")
    }
    assert found["tovestyrke.html"] == ["30166884"]
    assert len(found["elysianfields.html"]) == 4
    assert all(number.isdigit() for number in found["elysianfields.html"])


def agrees(start: Any, want: str) -> bool:
    """Whether a start shows what the answer tells; one that is told in UTC alone, or by a clock that is UTC,
    may show either."""
    return shown(start) == want or (
        isinstance(start, datetime)
        and start.tzinfo is UTC
        and f"{start:%Y-%m-%dT%H:%M}" == want[-17:].removesuffix("Z").strip()
    )


@pytest.mark.parametrize("connector", PLATFORMS)
def test_every_file_of_the_platforms_is_read_or_refused_in_words(connector):
    kind, read, refused = CONNECTORS[connector], 0, []
    for path in sorted(p for platform in PLATFORMS for p in (API / platform).rglob("*") if p.is_file()):
        try:
            list(kind(kind.config_type()).read(payload(path), PARAMS).records)
            read += 1
        except SourceError as error:
            refused.append(error.detail)
    assert all(refused)
    assert read + len(refused) > 60


def test_no_other_recorded_file_is_claimed():
    claimed = set()
    for path in sorted(
        p for folder in ("api", "html", "rss") for p in (SHARED / folder).rglob("*") if p.is_file()
    ):
        names = [name for name in PLATFORMS if CONNECTORS[name].recognizes(payload(path)) > 0]
        claimed |= {(str(path.relative_to(SHARED)), name) for name in names}
    expected = {(f"api/{name}", connector) for name, (connector, _) in TOLD.items()}
    assert claimed == expected | {("html/MoinulAx__py-webscraper/eventbrite.html", "eventbrite")}
