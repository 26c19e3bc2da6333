"""Windows slide, and numbers about few people are hidden so that no other number tells them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from insights.figures.hiding import K, hidden_at, hide
from insights.figures.windows import NAMES, window_of

NOW = datetime(2026, 11, 26, 12, 30, 20, tzinfo=UTC)


def test_the_last_step_of_a_window_is_under_way():
    assert [(one.since.isoformat(), one.until.isoformat()) for one in (window_of(name, now=NOW) for name in NAMES)] == [
        ("2026-11-26T11:31:00+00:00", "2026-11-26T12:31:00+00:00"),
        ("2026-11-25T13:00:00+00:00", "2026-11-26T13:00:00+00:00"),
        ("2026-11-20T00:00:00+00:00", "2026-11-27T00:00:00+00:00"),
        ("2026-10-28T00:00:00+00:00", "2026-11-27T00:00:00+00:00"),
    ]  # fmt: skip


@given(
    st.sampled_from(NAMES), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
)
def test_windows_meet_without_gap(name, now):
    window = window_of(name, now=now)
    assert window.since <= now < window.until
    assert window.before.until == window.since
    assert window.moments[-1] + window.step == window.until
    assert window_of(name, now=now + window.step).since == window.since + window.step


def test_small_numbers_are_hidden_with_one_more_that_would_tell_them():
    assert hide([3]) == [None]
    assert hide([0, 25, 10]) == [0, 25, 10]
    assert hide([4, 25, 12, 0]) == [None, 25, None, 0]


@given(st.lists(st.integers(0, 60), max_size=12))
def test_no_number_below_k_can_be_told_from_the_rest(values):
    shown = hide(values)
    hidden = hidden_at(values)
    assert all(value is None or value == 0 or value >= K for value in shown)
    rest = sum(values) - sum(value for value in shown if value is not None)
    assert not hidden or rest >= K or not any(shown)
    assert len(hidden) != 1 or not any(shown)


def test_a_week_has_seven_days():
    assert window_of("week", now=NOW).until - window_of("week", now=NOW).since == timedelta(days=7)
