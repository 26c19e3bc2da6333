"""How long an answer may be cached (RFC 9110, RFC 9111)."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egress.caching_hints import LONGEST, next_check
from egress.response_status import retry_after

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age=600, must-revalidate"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "max-age=600, max-age=9000"}, 600),
        ({"cache-control": "max-age=600", "age": "200"}, 400),
        ({"cache-control": "max-age=600", "age": "700"}, 0),
        ({"cache-control": "s-maxage=900"}, 900),
        ({"cache-control": "max-age=60, s-maxage=86400"}, 60),
        ({"cache-control": "max-age=600, s-maxage=10"}, 10),
        ({"cache-control": "max-age=soon"}, 0),
        ({"cache-control": "max-age=-5"}, 0),
        ({"cache-control": "max-age"}, 0),
        ({"cache-control": "max-age=99999999999999999999"}, 86_400),
        ({"cache-control": "no-store, max-age=600"}, None),
        ({"cache-control": "no-cache"}, None),
        ({"cache-control": 'private="set-cookie", max-age=60'}, 60),
        ({"cache-control": "max-age=60", "expires": "Sat, 21 Nov 2026 13:00:00 GMT"}, 60),
        ({"expires": "Sat, 21 Nov 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Sat, 21 Nov 2026 13:00:00 GMT", "date": "Sat, 21 Nov 2026 12:50:00 GMT"}, 600),
        ({"expires": "Saturday, 21-Nov-26 13:00:00 GMT"}, 3600),
        ({"expires": "Sat Nov 21 13:00:00 2026"}, 3600),
        ({"expires": "0"}, 0),
        ({"expires": "Fri, 20 Nov 2026 13:00:00 GMT"}, 0),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        ({"retry-after": "17"}, 17),
        ({"retry-after": "Sat, 21 Nov 2026 12:00:17 GMT"}, 17),
        ({"retry-after": "Sat, 21 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "later"}, None),
        ({"retry-after": "60", "cache-control": "max-age=600", "expires": "0"}, 600),
        ({"retry-after": "6000", "cache-control": "no-store"}, 6000),
    ],
)
def test_hints(headers: dict[str, str], seconds: float | None) -> None:
    assert next_check(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("ttl", "wanted"),
    [
        (60, timedelta(hours=1)),
        (0, timedelta(0)),
        (1e9, LONGEST),
        (-5, None),
        (float("nan"), None),
        (float("inf"), None),
        (None, None),
    ],
)
def test_a_feeds_ttl_in_minutes(ttl: float | None, wanted: timedelta | None) -> None:
    assert next_check({}, NOW, ttl=ttl) == wanted


def test_the_longest_hint_counts() -> None:
    assert next_check({"cache-control": "max-age=600"}, NOW, ttl=5) == timedelta(minutes=10)
    assert next_check({"cache-control": "max-age=600"}, NOW, ttl=15) == timedelta(minutes=15)


names = st.sampled_from(["cache-control", "expires", "retry-after", "age", "date"])
values = st.one_of(
    st.text(max_size=40),
    st.from_regex(
        r"(max-age|s-maxage|no-store|private)(=[0-9]{1,15})?(, ?max-age=[0-9]{1,6})?", fullmatch=True
    ),
    st.integers(-10, 10**15).map(str),
    st.datetimes(datetime(1900, 1, 1), datetime(9998, 1, 1)).map(
        lambda moment: format_datetime(moment.replace(tzinfo=UTC), usegmt=True)
    ),
)


@given(st.dictionaries(names, values), st.one_of(st.none(), st.floats()))
def test_any_headers_give_a_wait_within_bounds_or_none(headers: dict[str, str], ttl: float | None) -> None:
    wait = next_check(headers, NOW, ttl=ttl)
    assert wait is None or timedelta(0) <= wait <= LONGEST


@given(st.integers(0, 86_400), st.timezones().map(lambda zone: NOW.astimezone(zone)))
def test_both_forms_of_retry_after_say_the_same_second(seconds: int, now: datetime) -> None:
    date = format_datetime((NOW + timedelta(seconds=seconds)).astimezone(UTC), usegmt=True)
    assert (
        next_check({"retry-after": date}, now)
        == next_check({"retry-after": str(seconds)}, now)
        == timedelta(seconds=seconds)
    )
    assert retry_after(date, now=now) == retry_after(str(seconds), now=now) == seconds


@given(st.integers(0, 2**33), st.integers(0, 2**33))
def test_a_longer_lifetime_never_means_an_earlier_visit(one: int, other: int) -> None:
    first, second = (next_check({"cache-control": f"max-age={age}"}, NOW) for age in sorted((one, other)))
    assert first is not None
    assert second is not None
    assert first <= second


@given(st.integers(-14, 14))
def test_the_clocks_zone_does_not_matter(hours: int) -> None:
    now = NOW.astimezone(timezone(timedelta(hours=hours)))
    assert next_check({"expires": "Sat, 21 Nov 2026 13:00:00 GMT"}, now) == timedelta(hours=1)
