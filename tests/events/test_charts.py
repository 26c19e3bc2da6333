"""Charts: well-formed, free of script and inline style, and correct."""

import re
from xml.etree import ElementTree

import pytest

from events.charts import (
    NightStart,
    from_centre,
    night_band,
    pattern,
    strip_bar,
    vibe_rows,
)


def parsed(svg: str) -> ElementTree.Element:
    assert "style=" not in svg
    assert "<script" not in svg
    return ElementTree.fromstring(svg)


@pytest.mark.parametrize("number", range(40))
def test_pattern_is_well_formed_and_small(number: int) -> None:
    svg = pattern(f"id-{number}")
    assert parsed(svg).tag == "svg"
    assert len(svg) < 1800


def test_pattern_is_the_same_for_the_same_id_and_differs_for_another() -> None:
    assert pattern("a") == pattern("a")
    assert len({pattern(f"id-{number}") for number in range(30)}) == 30


def slashes(svg: str) -> list[str]:
    return re.findall(r'data-cat="([a-z]+)"', svg)


def test_night_band_draws_a_slash_an_event() -> None:
    starts = [
        NightStart(minute=180, category="music"),
        NightStart(minute=185, category="film"),
        NightStart(minute=400, category="music"),
    ]
    assert sorted(slashes(night_band(starts))) == ["film", "music", "music"]


def test_night_band_leaves_out_what_is_not_of_the_night() -> None:
    assert (
        slashes(
            night_band([NightStart(minute=-5, category="music"), NightStart(minute=720, category="music")])
        )
        == []
    )


def test_night_band_stacks_a_crowd_within_its_height() -> None:
    svg = night_band([NightStart(minute=180, category="music")] * 200)
    heights = [float(y) for y in re.findall(r'data-cat="music" d="M\d+ ([\d.]+)', svg)]
    assert len(heights) == 24
    assert min(heights) > 0


def test_night_band_shows_now_only_at_night() -> None:
    assert 'class="now"' in night_band([], now_minute=100)
    assert 'class="now"' not in night_band([], now_minute=900)


def test_strip_bar_grows_with_the_count() -> None:
    heights = [int(re.search(r"-(\d+)h-10z", strip_bar(count, 10)).group(1)) for count in (0, 1, 5, 10)]
    assert heights == sorted(set(heights))


def test_vibe_rows_are_the_fullest_first_with_levels_of_the_most() -> None:
    rows = vibe_rows({("music", 20): 9, ("music", 21): 1, ("film", 18): 2}, {"music": "Music"}, rows=2)
    assert [(row.name, row.total) for row in rows] == [("Music", 10), ("film", 2)]
    eight = next(cell for cell in rows[0].cells if cell.hour == 20)
    assert (eight.count, eight.level, eight.clock, eight.is_quarter) == (10, 5, "20", False)
    assert next(cell.level for cell in rows[1].cells if cell.hour == 18) == 1


def test_vibe_of_nothing_is_empty() -> None:
    assert list(vibe_rows({}, {})) == []


@pytest.mark.parametrize(
    ("lat", "lng", "said"),
    [
        (12.9716, 77.5946, ("", "")),
        (13.0716, 77.5946, ("11", "north")),
        (12.9716, 77.6407, ("5.0", "east")),
        (12.95, 77.573, ("3.4", "south-west")),
    ],
)
def test_from_centre(lat: float, lng: float, said: tuple[str, str]) -> None:
    assert from_centre(lat=lat, lng=lng, centre_lat=12.9716, centre_lng=77.5946) == said
