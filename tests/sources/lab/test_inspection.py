from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.exceptions import SourceError
from pipeline.contract.http import Response
from pipeline.contract.http_errors import ClientRefused
from pipeline.geography.fixture import fixture_gazetteer
from sources.lab.inspection import Wish, inspect

CALENDAR = Path(__file__).parents[2] / "pipeline" / "fixtures" / "inspect.ics"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WISH = Wish(target=str(CALENDAR), now=NOW)


class OnePage:
    """An HTTP client with a single answer."""

    def __init__(self, content: bytes, content_type: str = "text/calendar") -> None:
        self.answer = Response(
            url="https://example.org/c.ics",
            status=200,
            headers={"content-type": content_type},
            content=content,
            fetched_at=NOW,
        )
        self.asked: list[str] = []

    def get(self, url: str, **request: Any) -> Response:
        self.asked.append(url)
        if "missing" in url:
            raise ClientRefused("404", url=url, status=404)
        return self.answer

    def post(self, url: str, **request: Any) -> Response:
        raise AssertionError("nothing is posted")


def test_a_file_is_read_and_refined() -> None:
    inspection = inspect(WISH, None)
    starts = [draft.event.to_json()["start"] for draft in inspection.drafts()]
    assert starts == [
        "2026-12-05T20:00:00+05:30",
        "2026-12-12T20:00:00+05:30",
        "2026-12-19T20:00:00+05:30",
        "2026-12-24",
    ]
    summary = inspection.summary()
    assert (summary["connector"], summary["found"], summary["kept"], summary["dropped"]) == (
        "ical",
        6,
        4,
        {"past": 1, "no title": 1},
    )


def test_occurrences_are_located() -> None:
    first = next(inspect(WISH, None).drafts())
    assert (first.city, first.area, first.event.venue.name) == ("bengaluru", "indiranagar", "The Corner")


def test_the_city_gives_its_zone_to_floating_times(tmp_path: Path) -> None:
    file = tmp_path / "one.ics"
    file.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Jazz\nDTSTART:20261205T200000\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    (draft,) = inspect(
        Wish(target=str(file), now=NOW, city=fixture_gazetteer().city("denver")), None
    ).drafts()
    assert (draft.city, draft.event.to_json()["start"]) == ("denver", "2026-12-05T20:00:00-07:00")


@pytest.mark.parametrize("connector", ["", "ical"])
def test_an_address_goes_through_the_door_once(connector: str) -> None:
    http = OnePage(CALENDAR.read_bytes())
    inspection = inspect(replace(WISH, target="https://example.org/c.ics", connector=connector), http)
    assert len(list(inspection.drafts())) == 4
    assert (http.asked, inspection.connector) == (["https://example.org/c.ics"], "ical")


def test_webcal_is_https() -> None:
    http = OnePage(CALENDAR.read_bytes())
    inspect(replace(WISH, target="webcal://example.org/c.ics"), http)
    assert http.asked == ["https://example.org/c.ics"]


def test_found_is_kept_and_dropped_over_all_batches(tmp_path: Path) -> None:
    events = "".join(
        f"BEGIN:VEVENT\nUID:{n % 450}\nSUMMARY:Jazz {n}\nDTSTART:20261205T200000Z\nEND:VEVENT\n"
        for n in range(500)
    )
    file = tmp_path / "many.ics"
    file.write_text(f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n")
    inspection = inspect(Wish(target=str(file), now=NOW), None)
    kept = len(list(inspection.drafts()))
    summary = inspection.summary()
    assert summary["kept"] == kept
    assert summary["found"] == 500 == kept + sum(summary["dropped"].values())


def test_a_missing_page_is_one_clear_error() -> None:
    with pytest.raises(ClientRefused):
        inspect(replace(WISH, target="https://example.org/missing"), OnePage(b""))


@pytest.mark.parametrize("target", ["/nonexistent/file.ics", "/"])
def test_what_is_no_file_is_one_clear_error(target: str) -> None:
    with pytest.raises(SourceError):
        inspect(replace(WISH, target=target), None)
