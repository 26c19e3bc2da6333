"""A platform's JSON answer, whose values may be of any type; starts told twice; pages of one listing."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.connectors.support.values import (
    address,
    at,
    day_of,
    decimal,
    filled,
    line,
    link,
    listed,
    moment,
    next_address,
    number,
    objects,
    once,
    organizer,
    pictures,
    postal,
    several,
    status,
    text,
    thousandths,
    up_to,
    without,
)
from pipeline.contract.connector import Page
from pipeline.contract.enums import Coverage, OrganizerType
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.raw import Dropped, RawPayload, RawRecord

HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("ab"), inner),
)


@given(HOSTILE)
def test_values_of_any_type_read_as_nothing_rather_than_fail(value):
    assert isinstance(text(value, "a", "b"), str)
    assert isinstance(line(value, "a"), str)
    assert number(value, "a") is None or number(value, "a") >= 0
    assert all(hasattr(one, "get") for one in objects(value, "a"))
    assert link(value, "a") == "" or link(value, "a").startswith("http")
    at(value, "a", "b", "a")


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from(
        [
            "Asia/Kolkata",
            "America/New_York",
            "Europe/London",
            "Pacific/Apia",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
        ]
    ),
)
def test_a_start_told_by_the_clock_and_in_utc_keeps_both(wall, zone):
    wall = wall.replace(microsecond=0)
    instant = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    found = moment(wall.isoformat(), instant.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert found == instant
    assert found.replace(tzinfo=None) == wall


@pytest.mark.parametrize(
    ("local", "utc", "expected"),
    [
        (
            "2026-12-04T20:00:00",
            "2026-12-04T14:30:00Z",
            datetime(2026, 12, 4, 20, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        ),
        ("2026-12-04T20:00:00", "2026-12-04T14:30:00", datetime(2026, 12, 4, 14, 30, tzinfo=UTC)),
        ("2026-12-04T20:00:00", None, datetime(2026, 12, 4, 20)),
        ("2026-12-04T20:00:00", "2026-12-09T14:30:00Z", datetime(2026, 12, 4, 20)),
        ("2026-12-04T20:00:00", "2026-12-04T14:37:00Z", datetime(2026, 12, 4, 20)),
        (None, "2026-12-04T14:30:00Z", datetime(2026, 12, 4, 14, 30, tzinfo=UTC)),
        ("2026-12-04", "2026-12-04T14:30:00Z", datetime(2026, 12, 4, 14, 30, tzinfo=UTC)),
        ("2026-12-04", None, date(2026, 12, 4)),
        ("soon", "later", None),
    ],
)
def test_moments(local, utc, expected):
    assert moment(local, utc) == expected


def test_addresses_pictures_and_lines():
    assert link({"u": "http://https://a.example/x"}, "u") == "https://a.example/x"
    assert link({"u": "javascript:alert(1)"}, "u") == ""
    assert without("https://a.example/e/1?app_id=S&x=1&y=", "app_id") == "https://a.example/e/1?x=1&y="
    assert postal("1 Lake Street", "", "Chicago", "Lake", "IL") == "1 Lake Street, Chicago, IL"
    assert [
        (image.url, image.is_primary)
        for image in pictures(
            ["https://a.example/1", "", "ftp://x", "https://a.example/1", "https://a.example/2"]
        )
    ] == [
        ("https://a.example/1", True),
        ("https://a.example/2", False),
    ]


def test_an_id_met_on_an_earlier_page_is_dropped_with_its_reason():
    seen: set[str] = set()
    one, two = (RawRecord(external_id=name, title=name, start=date(2026, 12, 4)) for name in ("1", "2"))
    nameless = RawRecord(external_id="", stable_id=False, title="x", start=date(2026, 12, 4))
    assert once([one, nameless], seen) == [one, nameless]
    again = once([two, one, nameless], seen)
    assert [r.reason if isinstance(r, Dropped) else r.external_id for r in again] == ["2", "duplicate id", ""]


def test_a_limit_ends_the_walk_and_takes_the_word_of_coverage_back():
    asked = []

    def pages():
        for number_of_page in range(3):
            asked.append(number_of_page)
            records = [
                RawRecord(external_id=f"{number_of_page}{n}", title="A", start=date(2026, 12, 4))
                for n in range(2)
            ]
            yield Page(payload=RawPayload(url="", content=b""), records=records, checkpoint={"page": 9})

    found = list(up_to(pages(), 3))
    assert [len(page.records) for page in found] == [2, 1]
    assert {(page.coverage, page.cut, len(page.checkpoint)) for page in found} == {
        (Coverage.PARTIAL, True, 0)
    }
    assert asked == [0, 1]
    assert len(list(up_to(pages(), None))) == 3


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Cancelled", "cancelled"),
        ("canceled", "cancelled"),
        ("event postponed", "postponed"),
        ("Rescheduled", "rescheduled"),
        ("EventMovedOnline", "moved_online"),
        ("onsale", ""),
        ("", ""),
    ],
)
def test_a_platforms_word_means_a_state(said, means):
    assert status(said) == means


def test_an_organizer_has_a_name():
    assert organizer("", "https://club.example") is None
    made = organizer("The Club", type=OrganizerType.BUSINESS)
    assert made is not None
    assert (made.name, made.url, made.type) == ("The Club", "", OrganizerType.BUSINESS)


def test_empty_fields_are_left_out():
    assert filled(room="", views=0, website="https://a.example") == {"website": "https://a.example"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [({"gigs": [1]}, [1]), ([2], [2]), ({"gigs": {"id": 3}}, []), ({}, []), ("gigs", [])],
)
def test_a_list_stands_under_its_name_or_alone(answer, expected):
    assert listed(answer, "gigs") == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 12, 4, 20), date(2026, 12, 4)),
        (date(2026, 12, 4), date(2026, 12, 4)),
        ("soon", "soon"),
    ],
)
def test_the_day_of_a_moment(start, expected):
    assert day_of(start) == expected


@pytest.mark.parametrize(
    ("score", "expected"), [(0.7314, 731), (0.0, 0), (1.5, None), (1, None), ("1", None)]
)
def test_a_score_is_told_in_thousandths(score, expected):
    assert thousandths(score) == expected


def test_a_configured_address_that_is_none_is_refused_in_the_connectors_words():
    assert address("https://club.example/feed", "url: missing") == "https://club.example/feed"
    with pytest.raises(ConfigInvalid, match="^url: missing$"):
        address("club", "url: missing")


@pytest.mark.parametrize(
    ("reported", "number"),
    [(3, 3.0), (-0.5, -0.5), (True, None), ("3", None), (float("nan"), None), (None, None)],
)
def test_only_numbers_of_json_are_decimals(reported, number):
    assert decimal({"price": reported}, "price") == number


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"a": [1, 2]}, [1, 2]), ({"a": "x"}, ["x"]), ({"a": {}}, [{}]), ({"a": None}, []), ([], [])],
)
def test_one_value_alone_counts_as_several(value, expected):
    assert several(value, "a") == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("https://a.example/feed?after=2", "https://a.example/feed?after=2"),
        ("https://a.example/feed", None),
        ("https://b.example/feed?after=2", None),
        ("/feed?after=2", None),
        ("", None),
    ],
)
def test_the_next_address_is_another_one_on_the_same_host(named, expected):
    assert next_address(named, "https://a.example/feed") == expected
