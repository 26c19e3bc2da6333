"""The order of a digest: what is relevant first, and no five of one venue."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from digests.choosing import Line, Occurrence, Taste, chosen
from digests.choosing.ranking import MOST_AT_ALL, MOST_OF_VENUE, small_venues

MONDAY = datetime(2026, 11, 23, 14, tzinfo=UTC)


def line(number: int, *, dates: int = 1, **fields) -> Line:
    """A line with its own venue and category, unless they are given."""
    moments = [MONDAY + timedelta(hours=number, days=day) for day in range(dates)]
    defaults = {
        "title": f"Event {number}", "venue": f"venue {number}", "category": f"category {number}", "quality": 0.5, "trend": 0.0,
        "dates": tuple(Occurrence(UUID(int=number * 100 + day), "mark", at, at.date()) for day, at in enumerate(moments)),
    }  # fmt: skip
    return Line(**{**defaults, **fields})


def titles(lines: list[Line]) -> list[str]:
    return [one.title for one in lines]


LINES = st.lists(
    st.builds(
        line,
        st.integers(1, 10_000),
        venue=st.sampled_from(["", "big", "big", "big", "small 1", "small 2", "small 3"]),
        category=st.sampled_from(["music", "film", "talk"]),
        quality=st.floats(0, 1),
        trend=st.floats(0, 1),
    ),
    max_size=60,
    unique_by=lambda one: one.title,
)


@given(LINES, st.integers(1, 12))
def test_it_is_bounded_without_repeats_and_never_five_of_one_venue(lines, most):
    found = chosen(lines, most=most)
    assert len(found) <= most
    assert len(set(titles(found))) == len(found)
    counts = Counter(one.venue for one in found if one.venue)
    assert all(count <= MOST_AT_ALL for count in counts.values())
    assert set(titles(found)) <= set(titles(lines))


@given(LINES)
def test_the_same_lines_in_another_order_are_the_same_digest(lines):
    assert chosen(lines, most=10) == chosen(list(reversed(lines)), most=10)


def test_quality_and_trend_decide_for_who_is_not_known():
    plain, good, popular = line(1, quality=0.2), line(2, quality=0.9), line(3, trend=0.9)
    assert titles(chosen([plain, good, popular], most=10)) == ["Event 3", "Event 2", "Event 1"]


def test_what_somebody_follows_saved_and_prefers_comes_first():
    popular, preferred, saved, followed = (
        line(1, trend=0.9),
        line(2),
        line(3),
        line(4, follows=frozenset({"the-trio"})),
    )
    taste = Taste(
        follows=frozenset({"the-trio"}),
        saved=frozenset({saved.first.id}),
        preferred=frozenset({preferred.first.id}),
    )
    found = chosen([popular, preferred, saved, followed], most=10, taste=taste)
    assert titles(found) == ["Event 4", "Event 3", "Event 2", "Event 1"]


def test_what_is_like_what_somebody_saved_comes_before_what_is_not():
    other, liked = line(1, quality=0.6), line(2, category="film")
    taste = Taste(saved=frozenset({UUID(int=9)}), liked={"film": 1.0})
    assert titles(chosen([other, liked], most=10, taste=taste)) == ["Event 2", "Event 1"]


def test_of_one_venue_there_are_two_while_there_are_others():
    big = [line(number, venue="big", quality=0.9) for number in range(1, 9)]
    others = [line(number, quality=0.1) for number in range(10, 18)]
    found = chosen([*big, *others], most=10)
    assert sum(one.venue == "big" for one in found) == MOST_OF_VENUE
    assert len(found) == 10


def test_where_there_is_one_venue_alone_its_digest_has_four_and_that_of_the_venue_itself_all():
    big = [line(number, venue="big") for number in range(1, 9)]
    assert len(chosen(big, most=10)) == MOST_AT_ALL
    assert len(chosen(big, most=10, one_venue=True)) == 8


def test_small_venues_have_a_floor():
    halls = [
        line(100 * hall + number, venue=f"hall {hall}", quality=0.9)
        for hall in range(1, 8)
        for number in range(5)
    ]
    rooms = [line(number, venue=f"room {number}", quality=0.05) for number in range(1, 4)]
    found = chosen([*halls, *rooms], most=10)
    small = small_venues([*halls, *rooms])
    assert sum(one.venue in small for one in found) == 2
    assert len(found) == 10


def test_what_was_told_before_is_left_out_and_new_dates_of_a_series_stay():
    series, other = line(1, dates=3), line(2)
    told = {series.dates[0].id, other.first.id}
    (left,) = chosen([series, other], most=10, told=told)
    assert left.dates == series.dates[1:]
