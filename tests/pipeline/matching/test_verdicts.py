"""Pairs that must match and pairs that must not, through the public functions."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.enums import MatchOutcome
from pipeline.matching import Candidate, match_candidates, match_records
from pipeline.matching.blocking import MAX_GROUP, candidate_pairs
from pipeline.matching.score import default_model, score_pairs
from pipeline.matching.table import Table

START = datetime(2026, 12, 12, 18, 0)


def record(id: str, title: str, start: Any = START, **fields: Any) -> Candidate:
    return Candidate(id=id, source=fields.pop("source", f"source {id}"), title=title, start=start, **fields)


def outcome(one: Candidate, other: Candidate) -> MatchOutcome:
    pairs = match_candidates([one, other], ask=True)
    return pairs[0].outcome if pairs else MatchOutcome.DIFFERENT


def score(one: Candidate, other: Candidate) -> float:
    model = default_model()
    table = Table.of([one, other], dict(model.weights))
    return float(score_pairs(model, table, np.array([0]), np.array([1]))[0])


AREAS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"city": "Bengaluru"}, {"city": "Bangalore"}),
    ({"location": "Indiranagar, Bengaluru"}, {"location": "Indiranagar, Bengaluru, India"}),
    ({"lat": 12.9784, "lon": 77.6408}, {"lat": 12.9790, "lon": 77.6400}),
    ({"city": "Bengaluru", "venue": "100 Feet Road"}, {"city": "Bengaluru", "venue": "100 Feet Road"}),
]


@pytest.mark.parametrize(("here", "there"), AREAS)
def test_the_worked_example_matches(here: dict[str, Any], there: dict[str, Any]) -> None:
    one = record("1", "Food Festival at Indiranagar", **here)
    other = record("2", "Indiranagar Food Festival", START + timedelta(minutes=30), **there)
    (pair,) = match_candidates([one, other])
    assert pair.outcome is MatchOutcome.MERGE
    assert "starts 30 min apart" in pair.reasons


@pytest.mark.parametrize("days", [1, 2, 7])
def test_a_recurring_show_on_another_date_does_not_match(days: int) -> None:
    here = {"city": "New York", "venue": "Lyric Theatre", "lat": 40.7565, "lon": -73.9878}
    assert (
        outcome(
            record("1", "Oh, Mary!", **here), record("2", "Oh, Mary!", START + timedelta(days=days), **here)
        )
        is not MatchOutcome.MERGE
    )


def test_the_evening_show_is_not_the_matinee() -> None:
    here = {"city": "New York", "venue": "Lyric Theatre", "lat": 40.7565, "lon": -73.9878}
    assert (
        outcome(
            record("1", "Oh, Mary!", START.replace(hour=14), **here),
            record("2", "Oh, Mary!", START.replace(hour=20), **here),
        )
        is not MatchOutcome.MERGE
    )


def test_a_franchise_event_in_another_city_does_not_match() -> None:
    one = record("1", "GDG DevFest", date(2026, 11, 25), location="Munich, Germany", city="Munich")
    assert (
        outcome(
            one, record("2", "GDG DevFest", date(2026, 11, 25), location="Vienna, Austria", city="Vienna")
        )
        is not MatchOutcome.MERGE
    )
    assert (
        outcome(
            one, record("3", "GDG DevFest", date(2026, 11, 25), location="Hamburg, Germany", city="Hamburg")
        )
        is not MatchOutcome.MERGE
    )


def test_a_chain_s_houses_in_two_cities_have_two_shows_at_one_hour() -> None:
    show = {"start": datetime(2026, 9, 21, 20, 0), "venue": "Hard Rock Cafe"}
    one, other = (
        record("1", "Drunk Shakespeare", city="Chicago", **show),
        record("2", "Drunk Shakespeare", city="Houston", **show),
    )
    assert outcome(one, other) is not MatchOutcome.MERGE
    assert outcome(one, replace(other, city="Chicago")) is MatchOutcome.MERGE
    ticket = "https://tickets.example/drunk-shakespeare/4711"
    assert (
        outcome(replace(one, ticket_url=ticket), replace(other, ticket_url=ticket, city="Cook County"))
        is MatchOutcome.MERGE
    )


def test_conferences_in_one_house_on_one_day_do_not_match() -> None:
    here = {"location": "Chicago, IL, USA", "city": "Chicago"}
    assert (
        outcome(
            record("1", "ArgoCon", date(2026, 11, 6), **here),
            record("2", "AppDeveloperCon", date(2026, 11, 6), **here),
        )
        is not MatchOutcome.MERGE
    )


def test_two_shows_next_door_at_the_same_hour_do_not_match() -> None:
    one = record("1", "Chess - The Musical", venue="Imperial Theatre", lat=40.7591, lon=-73.9871)
    assert (
        outcome(one, record("2", "Six: The Musical", venue="Lena Horne Theatre", lat=40.7600, lon=-73.9868))
        is not MatchOutcome.MERGE
    )


def test_part_one_is_not_part_two() -> None:
    here = {"city": "Berlin", "venue": "Club X", "source": "a"}
    one = record("1", "Learn to Swim Level 1 (Class B)", **here)
    assert (
        outcome(one, record("2", "Learn to Swim Level 2 (Class C)", START + timedelta(hours=1), **here))
        is not MatchOutcome.MERGE
    )


def test_a_start_without_a_time_fits_its_day() -> None:
    here = {"venue": "City Winery", "lat": 40.7431, "lon": -74.0091}
    assert (
        outcome(
            record("1", "Lyle Lovett", START.replace(hour=0), **here),
            record("2", "Lyle Lovett", START.replace(hour=19), **here),
        )
        is MatchOutcome.MERGE
    )


def test_the_same_instant_in_two_zones_is_the_same_start() -> None:
    kolkata = START.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))
    pairs = match_candidates(
        [
            record("1", "Raga at Dusk", kolkata, city="Bengaluru"),
            record("2", "Raga at Dusk", kolkata.astimezone(UTC), city="Bengaluru"),
        ]
    )
    assert "same start" in pairs[0].reasons


def test_a_shared_ticket_link_is_evidence() -> None:
    one, other = (
        record("1", "Jazz with Ana Ruiz", city="Lisbon"),
        record("2", "Ana Ruiz Trio: Fado meets Jazz", city="Lisbon"),
    )
    ticket = "https://tickets.example/e/77"
    assert score(
        replace(one, ticket_url=ticket), replace(other, ticket_url=ticket + "?utm_source=x")
    ) > score(one, other)
    (pair,) = match_candidates([replace(one, ticket_url=ticket), replace(other, ticket_url=ticket)], ask=True)
    assert pair.reasons.startswith("same link")


def test_a_series_page_does_not_join_its_dates() -> None:
    link = {"url": "https://x.example/show", "city": "Lisbon"}
    assert (
        outcome(
            record("1", "Fado Night", **link), record("2", "Fado Night", START + timedelta(days=1), **link)
        )
        is not MatchOutcome.MERGE
    )


def test_short_and_long_name_of_a_conference() -> None:
    here: dict[str, Any] = {"location": "Rhodes, Greece", "city": "Rhodes", "end": date(2023, 9, 8)}
    long = record(
        "1",
        "KR 2023: International Conference on Principles of Knowledge Representation and Reasoning",
        date(2023, 9, 2),
        **here,
    )
    assert outcome(long, record("2", "KR 2023", date(2023, 9, 2), **here)) is MatchOutcome.MERGE


def test_nothing_without_a_start_matches() -> None:
    assert match_candidates([record("1", "Raga", None), record("2", "Raga", None)], ask=True) == []


def test_hostile_text_costs_nothing() -> None:
    rows = [
        record(
            str(n),
            "\x00" + "(" * 5000 + "x " * 5000,
            location="," * 5000,
            city="\ud800",
            url="http://[",
            lat=float("nan"),
            lon=1e9,
        )
        for n in range(5)
    ]
    assert isinstance(match_candidates(rows), list)


titles = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60) | st.sampled_from(
    [
        "PyCon India 2026",
        "PyCon Italy",
        "Six: The Musical",
        "Six (New York, NY)",
        "Jazz Night Part 2",
        "ICML 2026: International Conference on Machine Learning",
    ]
)
times = (
    st.none()
    | st.dates(date(2026, 7, 1), date(2026, 7, 4))
    | st.datetimes(datetime(2026, 7, 1), datetime(2026, 7, 4))
)
places = st.sampled_from(["", "Berlin, Germany", "Online", "Paris (France)", "New York, NY"])
candidates = st.builds(
    Candidate,
    id=st.uuids().map(str),
    source=st.sampled_from(["a", "b", ""]),
    title=titles,
    start=times,
    end=times,
    venue=st.sampled_from(["", "Lyric Theatre", "Elsewhere - Rooftop"]),
    location=places,
    city=places,
    lat=st.none() | st.floats(-90, 90),
    lon=st.none() | st.floats(-180, 180),
    url=st.sampled_from(["", "https://a.example/1", "https://a.example"]),
    organizer=st.sampled_from(["", "Ana"]),
    price_min=st.none() | st.floats(0, 100),
)


@settings(max_examples=150, deadline=None)
@given(candidates, candidates)
def test_the_score_is_symmetric_and_a_probability(one: Candidate, other: Candidate) -> None:
    there, back = score(one, other), score(other, one)
    assert there == pytest.approx(back, abs=1e-9)
    assert 0 <= there <= 1


@settings(max_examples=150, deadline=None)
@given(candidates, st.booleans())
def test_an_identical_record_scores_at_least_99(one: Candidate, other_source: bool) -> None:
    known = replace(one, start=one.start or START)
    assert score(known, replace(known, id="twin", source="c" if other_source else known.source)) >= 0.99


@settings(max_examples=40, deadline=None)
@given(
    st.lists(candidates, min_size=2, max_size=8, unique_by=lambda c: c.id), st.randoms(use_true_random=False)
)
def test_the_order_of_the_input_changes_nothing(rows: list[Candidate], chance: random.Random) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)

    def verdicts(given_rows: list[Candidate]) -> set[tuple[frozenset[str], float, str]]:
        return {
            (frozenset((p.id1, p.id2)), p.score, p.outcome) for p in match_candidates(given_rows, ask=True)
        }

    assert verdicts(rows) == verdicts(mixed)


def test_the_same_rows_give_the_same_pairs() -> None:
    rows = [
        {
            "id": str(n),
            "source": str(n % 3),
            "title": f"Jazz Night {n // 3}",
            "start": "2026-07-01T20:00:00",
            "city": "Oslo",
        }
        for n in range(30)
    ]
    assert match_records(rows) == match_records(rows)
    assert match_records(rows)


def test_a_large_group_is_not_compared_each_with_each() -> None:
    rows = [record(str(n), f"Open Studio {n:04d}", city="Oslo") for n in range(MAX_GROUP * 20)]
    left, _ = candidate_pairs(Table.of(rows, {}))
    assert len(left) < len(rows) * 60


def new_york(id: str, source: str, title: str, hour: int, minute: int = 0) -> Candidate:
    return record(
        id,
        title,
        datetime(2026, 7, 3, hour, minute),
        source=source,
        venue=f"{title} House",
        lat=40.70,
        lon=-73.92,
    )


def test_the_matinee_four_hours_before_is_asked_about() -> None:
    pairs = match_candidates(
        [new_york("1", "a", "Oh, Mary!", 15), new_york("2", "b", "Oh, Mary!", 19)], ask=True
    )
    assert [pair.outcome for pair in pairs] == [MatchOutcome.ASK]


def test_a_source_that_is_always_four_hours_early_is_believed_otherwise() -> None:
    shows = ["Elohim", "Hayden James", "Joey Beltram", "Dee Diggs"]
    rows = [new_york(f"a{k}", "a", show, 18 + k) for k, show in enumerate(shows)]
    rows += [new_york(f"b{k}", "b", show, 14 + k) for k, show in enumerate(shows)]
    assert {(p.id1, p.id2) for p in match_candidates(rows)} == {(f"a{k}", f"b{k}") for k in range(4)}


def test_one_day_events_of_one_name_on_two_days_are_asked_about() -> None:
    day = date(2026, 7, 3)
    one, other = (
        record("1", "Harbour Farmers Market", day, city="Oslo"),
        record("2", "Harbour Farmers Market", day + timedelta(days=1), city="Oslo"),
    )
    assert outcome(one, other) is MatchOutcome.ASK
    assert outcome(one, replace(other, start=day)) is MatchOutcome.MERGE


def test_a_day_before_a_conference_is_another_event() -> None:
    here = {"city": "Brussels", "location": "Brussels, Belgium", "all_day": True}
    day = date(2026, 1, 31)
    whole = record("1", "KubeDays", day, end=day + timedelta(days=1), **here)
    before = record("2", "Maintainer Summit: KubeDays 2026", day - timedelta(days=1), **here)
    earlier = replace(
        whole, id="3", source="source 3", start=day - timedelta(days=2), end=day - timedelta(days=1)
    )
    assert outcome(whole, before) is not MatchOutcome.MERGE
    assert outcome(whole, replace(before, start=day)) is MatchOutcome.MERGE
    assert outcome(whole, earlier) is MatchOutcome.MERGE


def test_two_rooms_of_one_conference_are_two_events() -> None:
    here = {"city": "Lyon", "location": "Lyon, France", "end": date(2027, 1, 31), "all_day": True}
    one = record("1", "Rust Track at PackagingCon 2027", date(2027, 1, 30), **here)
    other = record("2", "Swift Track @ PackagingCon", date(2027, 1, 30), **here)
    assert outcome(one, other) is MatchOutcome.DIFFERENT
    assert outcome(one, replace(other, title="Rust Track @ PackagingCon")) is MatchOutcome.MERGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"title": "Kids In Motion: Flynn Playground", "venue": "Flynn Playground"},
            {"title": "Kids In Motion: Willis Playground", "venue": "Willis Playground"},
        ),
        ({"title": "4th Ave Sunset Park Greenmarket"}, {"title": "7th Ave Sunset Park Greenmarket"}),
        (
            {"title": "Kids In Motion", "lat": 40.70, "lon": -73.92},
            {"title": "Kids In Motion", "lat": 40.75, "lon": -73.92},
        ),
    ],
)
def test_one_source_with_two_places_tells_of_two_events(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (
        outcome(record("1", source="parks", **one), record("2", source="parks", **other))
        is MatchOutcome.DIFFERENT
    )


def test_midnight_in_utc_is_an_hour_like_any_other() -> None:
    here = {"venue": "Clemens Center", "city": "Elmira"}
    one = record("1", "Mystic Pizza", datetime(2026, 9, 26, 0, 0, tzinfo=UTC), **here)
    assert (
        outcome(one, record("2", "Mystic Pizza", datetime(2026, 9, 26, 23, 30, tzinfo=UTC), **here))
        is not MatchOutcome.MERGE
    )


STREETS = ["12 Main St", "5 Harbour Road", "Hauptstr. 8"]
TOWNS = ["Portland", "Boston", "Denver", "Chicago", "Leeds", "Springfield", "Shelbyville", "Vienna"]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Blue Hall, 12 Main St, Portland", "Blue Hall, 12 Main St, Boston"),
        ("Blue Hall, 12 Main St, Portland, OR 97201, USA", "Blue Hall, 12 Main St, Boston, MA 02108, USA"),
        ("Blue Hall, Hauptstr. 8, 10115 Berlin", "Blue Hall, Hauptstr. 8, 80331 München"),
    ],
)
def test_a_franchise_s_houses_are_told_apart_by_the_end_of_the_address(here: str, there: str) -> None:
    one, other = (
        record("1", "Drunk Shakespeare", location=here),
        record("2", "Drunk Shakespeare", location=there),
    )
    assert outcome(one, other) is not MatchOutcome.MERGE
    assert outcome(one, replace(other, location=here)) is MatchOutcome.MERGE
    ticket = "https://tickets.example/drunk-shakespeare/4711"
    assert outcome(replace(one, ticket_url=ticket), replace(other, ticket_url=ticket)) is MatchOutcome.MERGE


def test_two_cities_with_one_street_are_two_cities() -> None:
    show = {"venue": "Blue Hall", "location": "12 Main St"}
    assert (
        outcome(
            record("1", "Drunk Shakespeare", city="Chicago", **show),
            record("2", "Drunk Shakespeare", city="Houston", **show),
        )
        is not MatchOutcome.MERGE
    )


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Kraków, Poland", "Poland"),
        ("Nashville, Tennessee, USA", "Tennessee (USA)"),
        ("Blue Hall, 12 Main St, Brooklyn, NY", "Blue Hall, 12 Main St, New York, NY"),
        ("Blue Hall, 12 Main St, Portland", "Blue Hall, Portland, OR"),
        ("Granada, Andalusia, Spain", "Granada, Spain"),
    ],
)
def test_what_says_less_of_a_place_is_no_other_place(here: str, there: str) -> None:
    assert (
        outcome(
            record("1", "Harbour Song Days", location=here), record("2", "Harbour Song Days", location=there)
        )
        is MatchOutcome.MERGE
    )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Drunk Shakespeare", "GDG DevFest", "Yoga Class"]),
    st.sampled_from(STREETS),
    st.lists(st.sampled_from(TOWNS), min_size=2, max_size=2, unique=True),
    st.booleans(),
)
def test_no_title_joins_two_towns(title: str, street: str, towns: list[str], in_columns: bool) -> None:
    one, other = (
        record(str(n), title, location=f"Blue Hall, {street}, {town}", city=town if in_columns else "")
        for n, town in enumerate(towns)
    )
    assert outcome(one, other) is not MatchOutcome.MERGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yoga Class – Room A", "Yoga Class – Room B"),
        ("Yoga Class (Room A)", "Yoga Class (Room B)"),
        ("Yoga Class, Session 1", "Yoga Class, Session 2"),
        ("Yoga Class Part One", "Yoga Class Part Two"),
        ("Yoga Class Part I", "Yoga Class Part 2"),
        ("Track A: Yoga Class", "Track B: Yoga Class"),
        ("Yoga Class Level 1", "Yoga Class Level 2"),
        ("Yoga Class Teil 1", "Yoga Class Part 2"),
        ("Learn to Swim Level 2 (Class B)", "Learn to Swim Level 2 (Class C)"),
    ],
)
def test_rooms_and_parts_of_one_title_are_not_joined(one: str, other: str) -> None:
    here = {"venue": "Blue Hall", "city": "Portland"}
    first, second = record("1", one, **here), record("2", other, **here)
    assert outcome(first, second) is not MatchOutcome.MERGE
    assert outcome(first, replace(second, source=first.source)) is MatchOutcome.DIFFERENT
    assert outcome(first, replace(second, title=one)) is MatchOutcome.MERGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vol. 3: Harbour Songs", "Harbour Songs, Volume III"),
        ("Harbour Songs (Part 1)", "Harbour Songs - Part One"),
        ("Harbour Songs Room 01", "Harbour Songs Room 1"),
    ],
)
def test_one_part_goes_by_several_spellings(one: str, other: str) -> None:
    here = {"venue": "Blue Hall", "city": "Portland"}
    assert outcome(record("1", one, **here), record("2", other, **here)) is MatchOutcome.MERGE


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Yoga Class", "Harbour Songs", "PyCon Italy"]),
    st.sampled_from(["Room", "Session", "Part", "Track", "Level", "Workshop", "Studio", "Teil"]),
    st.lists(st.sampled_from([*"ABCDEFGH", *map(str, range(1, 13))]), min_size=2, max_size=2, unique=True),
    st.sampled_from(["{} - {} {}", "{} ({} {})", "{}: {} {}", "{}, {} {}"]),
)
def test_whatever_is_counted_otherwise_is_not_joined(
    title: str, counter: str, values: list[str], form: str
) -> None:
    here = {"venue": "Blue Hall", "city": "Portland"}
    one, other = (
        record(str(n), form.format(title, counter, value), **here) for n, value in enumerate(values)
    )
    assert outcome(one, other) is not MatchOutcome.MERGE


def test_an_operator_chooses_from_which_score_on_two_events_are_one():
    from pipeline.matching.score import default_model, merge_from

    fitted = default_model()
    try:
        merge_from(0.01)
        chosen = default_model()
        assert (chosen.merge_at, chosen.outcome(0.02).value) == (0.01, "merge")
        assert chosen.ask_at <= chosen.merge_at
    finally:
        merge_from(None)
    assert default_model().merge_at == fitted.merge_at
