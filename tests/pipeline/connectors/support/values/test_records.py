"""What connectors of JSON APIs share."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.connectors.support.values import (
    at,
    event,
    images,
    local_part,
    names_of,
    number,
    organizer,
    own_address,
    site,
    text,
    touching,
    zone,
)
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.window import Window
from tests.pipeline.connectors.reading import NOW, params


def test_values_are_found_along_a_path_or_not_at_all() -> None:
    value = {"a": [{"b": 1}], "c": "text"}
    assert (at(value, "a", 0, "b"), at(value, "a", 3, "b"), at(value, "c", "d"), at(None, "a")) == (
        1,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("value", "said"), [(" a ", "a"), (7, "7"), (2.5, "2.5"), (True, ""), (None, ""), ({}, ""), ([1], "")]
)
def test_only_strings_and_numbers_are_text(value: object, said: str) -> None:
    assert text(value) == said


@pytest.mark.parametrize(
    ("value", "counted"), [("12", 12), (0, 0), (-1, None), ("many", None), (10**9, None), (1.5, None)]
)
def test_counts_are_whole_and_not_beyond_reason(value: object, counted: int | None) -> None:
    assert number(value) == counted


def test_words_come_in_the_first_wanted_language_that_has_any() -> None:
    value = {"fr": "Nuit", "en": "", "de": "Nacht"}
    assert local_part(value, ("en", "de")) == ("de", "Nacht")
    assert local_part(value, ("it",)) == ("fr", "Nuit")
    assert local_part("plain", ("en",)) == ("", "plain")
    assert local_part({"fr": None}, ()) == ("", None)


def test_zones_have_names() -> None:
    assert [zone(one) for one in ("Europe/Paris", "America/Argentina/Ushuaia", "UTC", "UTC-8", "+02:00", None)] == [
        "Europe/Paris", "America/Argentina/Ushuaia", "UTC", "", "", "",
    ]  # fmt: skip


def test_each_image_comes_once_and_one_is_the_first() -> None:
    found = images(
        [
            ("https://a.example/1.png", "one", "me"),
            ("javascript:alert(1)", "", ""),
            ("https://a.example/1.png", "again", ""),
        ]
    )
    assert [(one.url, one.alt, one.credit, one.is_primary) for one in found] == [
        ("https://a.example/1.png", "one", "me", True)
    ]


def test_a_record_needs_a_title_and_a_readable_start() -> None:
    made = event({}, name=1, title="Tea\n & Talk", start="2026-12-04T20:00:00Z", end="sometime")
    assert isinstance(made, RawRecord)
    assert (made.external_id, made.title, made.end, made.notes) == (
        "1",
        "Tea & Talk",
        None,
        ("unreadable end 'sometime'",),
    )
    bad = [
        event({}, name="", title=title, start=start)
        for title, start in (("", "2026-12-04"), ("T", None), ("T", "tba"), ("T", "soon"))
    ]
    assert [one.reason for one in bad if isinstance(one, Dropped)] == [
        "no title",
        "no start",
        "no start",
        "unreadable start",
    ]


def test_occurrences_are_told_apart_by_their_day_or_moment() -> None:
    first = datetime(2026, 12, 4, 20, tzinfo=UTC)
    assert names_of([first]) == [""]
    assert names_of([first, date(2026, 12, 5)]) == ["2026-12-04", "2026-12-05"]
    assert names_of([first, first.replace(hour=22)]) == [
        "2026-12-04T20:00:00+00:00",
        "2026-12-04T22:00:00+00:00",
    ]


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=80))
def test_an_event_never_loses_all_of_its_occurrences(moments: list[datetime]) -> None:
    kept = touching(moments, Window.of(params()))
    assert bool(kept) == bool(moments)
    assert kept == sorted(set(kept))


def test_of_a_long_list_only_the_window_is_read() -> None:
    moments = [NOW + timedelta(days=day) for day in range(-200, 200)]
    kept = [moments[place] for place in touching(moments, Window.of(params()))]
    assert (len(kept), min(kept)) == (230, NOW - timedelta(days=30))


def test_the_site_of_an_address() -> None:
    assert site("https://events.example:8443/a/b?c") == "https://events.example:8443"
    with pytest.raises(ConfigInvalid, match="^url: missing"):
        site("events")


def test_a_page_says_where_it_belongs() -> None:
    assert own_address("", "https://a.example/b") == "https://a.example"
    assert own_address('<link rel="canonical" href="https://c.example/d">', "") == "https://c.example"
    assert own_address("<p>", "file.html") == ""


def test_an_event_that_is_not_for_all_is_left_out_with_its_reason() -> None:
    left_out = event({}, name="1", title="Staff party", start=NOW, left_out="not public")
    assert isinstance(left_out, Dropped)
    assert (left_out.reason, left_out.external_id, left_out.title) == ("not public", "1", "Staff party")
    assert isinstance(event({}, name="1", title="Party", start=NOW), RawRecord)


def test_nobody_without_a_name_is_an_organizer() -> None:
    club = organizer("Club", "https://club.example")
    assert club is not None
    assert (club.name, club.url) == ("Club", "https://club.example")
    assert organizer("", "https://club.example") is None
