"""Where a document has its events, and whether the list is complete."""

import json

import pytest

from pipeline.connectors.formats.json_feed.locate import Items, cut, locate, zone_around
from pipeline.contract.exceptions import SchemaChanged

A = {"title": "A", "start": "2026-12-01"}
B = {"name": "B", "date": "2026-12-02"}


@pytest.mark.parametrize(
    ("value", "titles"),
    [
        ([A, B], ["A", "B"]),
        ({"data": {"events": [A, B]}}, ["A", "B"]),
        ({"events": {"1": A, "2": B}}, ["A", "B"]),
        ({"days": [{"events": [A]}, {"events": [B]}]}, ["A", "B"]),
        ({"venues": [{"name": "Hall"}] * 5, "results": [A]}, ["A"]),
        ({"edges": [{"node": A}, {"node": B}]}, ["A", "B"]),
        ([[[A]], [[B]]], ["A", "B"]),
        (A, ["A"]),
        ({"event": A}, ["A"]),
        ({"title": "Calendar", "date": "2026-11-21", "events": [A, B]}, ["A", "B"]),
        ({"ca": [A, A], "all": [A, B, A]}, ["A", "B", "A"]),
        ({"rooms": {"Big hall": [A], "Cellar": [B]}}, ["A", "B"]),
        (
            {
                "conference": {
                    "title": "C",
                    "start": "2026-12-01",
                    "days": [{"rooms": {"Hall": [A]}}, {"rooms": {"Hall": [B]}}],
                }
            },
            ["A", "B"],
        ),
        ({"2026-12-01": {"540": {"1": A}, "570": {"1": B}}}, ["A", "B"]),
        ({"shows": [{**A, "presales": [B, B]}]}, ["A"]),
        ([{"googleEvent": A}, {"googleEvent": B}], [None, None]),
        ([A, "noise", B], ["A", "B"]),
        ({"events": []}, []),
        ([], []),
        ({"resultsPage": {"totalEntries": 0, "results": {}}}, []),
        ({"events": [{"title": "A", "venue": "x"}]}, ["A"]),
    ],
)
def test_events_are_found(value, titles):
    found = [item.get("node", item.get("event", item)) for item in locate(value).items]

    assert [item.get("title") or item.get("name") for item in found] == titles


@pytest.mark.parametrize(
    "value",
    [
        {"error": None},
        {"venues": [{"name": "Hall", "city": "Town"}]},
        {"a": {"b": [1, 2]}},
        "x",
        1,
        None,
        [1, 2],
        {"status": "REQUEST_DENIED", "rows": []},
    ],
)
def test_no_events_is_a_changed_schema(value):
    with pytest.raises(SchemaChanged, match="no list of events"):
        locate(value)


def test_error_is_told_in_its_own_words():
    with pytest.raises(SchemaChanged, match="an error in place of events: The key is wrong"):
        locate({"error_message": "The key is wrong", "results": []})


def test_configured_path():
    value = {"a": {"b": [{"x": 1}], "c": {"1": {"x": 2}}, "d": {"x": 3}}}

    assert locate(value, "a.b").items == [{"x": 1}]
    assert locate(value, "a.c").items == [{"x": 2}]
    assert locate(value, "a.d").items == [{"x": 3}]
    with pytest.raises(SchemaChanged, match=r"a\.e"):
        locate(value, "a.e")


def items(size: int, /, **around) -> Items:
    return Items([A] * size, (around,))


@pytest.mark.parametrize(
    ("found", "is_cut"),
    [
        (items(300), True),
        (items(50), True),
        (items(299), False),
        (items(20), False),
        (items(300, total=300), False),
        (items(300, count=300), True),
        (items(20, total="21"), True),
        (items(20, meta={"total_count": 100}), True),
        (items(20, page={"size": 20}), True),
        (items(20, pagination={"has_more_items": True}), True),
        (items(20, has_more=False), False),
        (items(20, links={"next": {"href": "/2"}}), True),
        (items(20, next=None), False),
        (items(20, next_page="https://a.example/2"), True),
        (items(0), False),
    ],
)
def test_cut(found, is_cut):
    assert cut(found, True) is is_cut


def test_cut_by_configured_limit_and_by_the_end_of_the_bytes():
    assert cut(items(7), True, limit=7)
    assert cut(items(7, total=7), False)


def test_search_is_bounded():
    assert (
        len(
            locate(
                json.loads(
                    '{"x": ['
                    + ",".join(["{}"] * 120_000)
                    + '], "events": [{"title": "A", "start": "2026-12-01"}]}'
                )
            ).items
        )
        == 1
    )


def test_a_list_of_which_few_are_events_is_read_where_there_is_no_better_one():
    places = [{"name": "Hall"}] * 200
    assert len(locate({"all": [*places, *[A] * 20]}).items) == 220
    with pytest.raises(SchemaChanged, match="no list of events"):
        locate({"all": [*places, A]})


@pytest.mark.parametrize(
    ("value", "zone"),
    [
        ({"timeZone": "Europe/Paris", "items": [A]}, "Europe/Paris"),
        (
            {
                "conference": {
                    "time_zone_name": "Europe/Berlin",
                    "days": [{"rooms": {"Hall": [A], "Bar": [B]}}],
                }
            },
            "Europe/Berlin",
        ),
        ({"timezone": "EST", "items": [A]}, ""),
        ({"timezone": {"name": "Europe/Paris"}, "items": [A]}, ""),
        ([A], ""),
    ],
)
def test_a_calendars_own_zone_is_found_around_its_list(value, zone):
    assert zone_around(locate(value)) == zone


SOLD = [{"name": "VIP", "start_date": "2026-10-01"}, {"name": "Standard", "start_date": "2026-10-01"}]


@pytest.mark.parametrize("key", ["tickets", "ticket_types", "offers", "addons"])
def test_what_an_event_sells_is_no_list_of_events(key):
    (item,) = locate({"payload": {"show": {**A, key: SOLD}}}).items
    assert item["payload"]["show"]["title"] == "A"
