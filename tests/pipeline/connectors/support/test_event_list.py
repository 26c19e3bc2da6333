"""The base of platforms whose answers list events, by a small one: items, totals, shared ids, limits."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from pipeline.connectors.support import sdk, values
from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import params, payload


@dataclass(frozen=True, kw_only=True, slots=True)
class ClubConfig:
    """Where the club answers."""

    api: str = sdk.setting("Address of the API.")


class Club(sdk.EventList):
    """Gigs, 2 a page."""

    metadata = sdk.Metadata(name="club", title="Club", type=sdk.SourceType.API)
    config_type = ClubConfig
    errors = ("error",)
    total = ("meta", "total")
    page_size = 2
    calendar = ("club", "name")

    @classmethod
    def items(cls, value: Any) -> list[Any]:
        cls.refuse_error(value, failed=values.at(value, "ok") is False)
        return values.listed(value, "gigs")

    def record(self, item, params):
        name, day = values.text(item, "id"), values.text(item, "day")
        return values.event(item, name=name, title="A gig", start=values.moment(day), url=params.base_url)


class Nights(Club):
    """Gigs of several nights, each listed once."""

    def record(self, item, params):
        for day in item["days"]:
            yield super().record({"id": f"{item['id']}-{day}", "day": day}, params)


def read(value: Any, kind: type[Club] = Club, **asked: Any) -> sdk.Page:
    return kind(ClubConfig()).read(
        payload(json.dumps(value), url="https://club.example/gigs"), params(**asked)
    )


def gigs(*days: int) -> dict[str, Any]:
    return {"gigs": [{"id": 1, "day": f"2026-12-0{day}"} for day in days]}


def test_each_item_is_a_record_that_knows_the_address_of_its_answer():
    (gig,) = read(gigs(4)).records
    assert (gig.external_id, gig.title, gig.url) == ("1", "A gig", "https://club.example/gigs")


def test_what_is_no_object_is_dropped():
    assert [(one.reason, one.raw) for one in read({"gigs": [7]}).records] == [("no event", "7")]


def test_one_id_on_several_days_is_a_series():
    assert [one.recurrence_id for one in read(gigs(4, 5)).records] == ["2026-12-04", "2026-12-05"]


def test_a_limit_is_kept_and_cuts():
    page = read(gigs(4, 5), limit=1)
    assert (len(page.records), page.cut, page.coverage) == (1, True, sdk.Coverage.PARTIAL)


@pytest.mark.parametrize(("total", "cut"), [(1, False), (2, True), (None, False)])
def test_an_answer_that_holds_less_than_its_total_is_cut(total, cut):
    assert read({**gigs(4), "meta": {"total": total}}).cut is cut


@pytest.mark.parametrize(
    ("here", "total", "expected"), [(1, 5, 2), (2, 5, 3), (3, 5, None), (1, 2, None), (1, None, None)]
)
def test_pages_follow_each_other_up_to_the_total(here, total, expected):
    assert Club(ClubConfig()).onward({**gigs(4, 5), "meta": {"total": total}}, here) == expected


def test_an_empty_page_is_the_last_one():
    assert Club(ClubConfig()).onward({"gigs": [], "meta": {"total": 9}}, 1) is None


def test_the_calendar_is_named():
    assert read({**gigs(4), "club": {"name": "The Cellar"}}).calendar_name == "The Cellar"


@pytest.mark.parametrize(
    ("value", "words"), [({"error": "no such club"}, "no such club"), ({"ok": False}, "no words")]
)
def test_an_error_is_refused_in_the_platforms_words(value, words):
    with pytest.raises(SchemaChanged, match=f"^Club answers with an error: {words}$"):
        read(value)


def test_one_item_may_be_several_records():
    days = ["2026-12-04", "2026-12-05"]
    page = read({"gigs": [{"id": 1, "days": days}]}, Nights)
    assert [one.external_id for one in page.records] == ["1-2026-12-04", "1-2026-12-05"]


def test_a_limit_counts_items_and_keeps_all_records_of_each():
    value = {"gigs": [{"id": n, "days": ["2026-12-04", "2026-12-05"]} for n in (1, 2, 3)]}
    page = read(value, Nights, limit=2)
    assert (len(page.records), Nights(ClubConfig()).taken(value, page.records)) == (4, 3)
