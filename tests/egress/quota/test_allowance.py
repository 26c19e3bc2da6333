"""Platforms' statements about what is left, in all their forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egress.quota.allowance import Allowance, allowances, matched
from pipeline.contract.http import Quota

HOUR, DAY = Quota(requests=1000, seconds=3600), Quota(requests=5000, seconds=86_400)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"ratelimit": '"hour";r=12;t=900'}, [Allowance(remaining=12, reset=900)]),
        (
            {
                "ratelimit": '"day";r=40, "hour";r=0;t=30',
                "ratelimit-policy": '"hour";q=1000;w=3600;qu="requests",day;q=5000;w=86400',
            },
            [
                Allowance(remaining=40, limit=5000, window=86_400),
                Allowance(remaining=0, reset=30, limit=1000, window=3600),
            ],
        ),
        (
            {"ratelimit-limit": "100, 100;w=60", "ratelimit-remaining": "7", "ratelimit-reset": "50"},
            [Allowance(remaining=7, limit=100, reset=50)],
        ),
        (
            {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "56", "x-ratelimit-reset": "1606678044"},
            [Allowance(remaining=56, limit=60)],
        ),
        (
            {"x-rate-limit": "token:ABC 7/1000 reset=3412s, key:DEF 900/48000 reset=80000s"},
            [
                Allowance(remaining=993, limit=1000, reset=3412),
                Allowance(remaining=47100, limit=48000, reset=80000),
            ],
        ),
        ({"rate-limit": "5000", "rate-limit-available": "4723"}, [Allowance(remaining=4723, limit=5000)]),
        (
            {
                "ratelimit-dailylimit": "5000",
                "ratelimit-remaining": "4999.0",
                "ratelimit-resettime": "2026-11-22T00:00:00+00:00",
            },
            [Allowance(remaining=4999, limit=5000)],
        ),
        (
            {"x-app-usage": '{"call_count":28,"total_time":25,"total_cputime":31}'},
            [Allowance(remaining=69, window=3600, percent=True)],
        ),
        ({"x-app-usage": '{"call_count":150}'}, [Allowance(remaining=0, window=3600, percent=True)]),
        ({"x-app-usage": '{"call_count":"many"}'}, []),
        ({"x-ratelimit-remaining": "many"}, []),
        ({"x-ratelimit-remaining": "-1"}, []),
        ({"ratelimit": "hour;t=5"}, []),
        ({"ratelimit": ";;;,,=", "x-rate-limit": "/"}, []),
        ({}, []),
    ],
)
def test_spellings(headers: dict[str, str], said: list[Allowance]) -> None:
    assert allowances(headers) == said


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (Allowance(remaining=3, limit=1000), [(HOUR, 3)]),
        (Allowance(remaining=3, limit=5000), [(DAY, 3)]),
        (Allowance(remaining=3, limit=2000), [(HOUR, 3)]),
        (Allowance(remaining=3, limit=2500, window=86_400), [(DAY, 3)]),
        (Allowance(remaining=3), [(HOUR, 3)]),
        (Allowance(remaining=3, reset=4000), [(DAY, 3)]),
        (Allowance(remaining=69, window=3600, percent=True), [(HOUR, 690)]),
        (Allowance(remaining=0, limit=5, reset=1), []),
        (Allowance(remaining=0, window=1), []),
        (Allowance(remaining=0, limit=1_000_000), []),
    ],
)
def test_an_allowance_speaks_of_the_quota_that_it_fits(
    said: Allowance, wanted: list[tuple[Quota, int]]
) -> None:
    assert matched([DAY, HOUR], [said]) == wanted


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "ratelimit",
                "ratelimit-policy",
                "x-rate-limit",
                "x-app-usage",
                "ratelimit-remaining",
                "ratelimit-limit",
                "x-ratelimit-reset",
            ]
        ),
        st.one_of(
            st.text(max_size=60),
            st.from_regex(
                r'"?[a-z]{1,3}"?(;[rtqw]=[0-9]{1,4}){0,3}(, ?[a-z]{1,3};r=[0-9]{1,3})?', fullmatch=True
            ),
        ),
    )
)
def test_no_header_makes_it_fail_or_gives_a_negative_count(headers: dict[str, str]) -> None:
    assert all(each.remaining >= 0 for each in allowances(headers))


def test_a_long_hostile_header_is_read_quickly() -> None:
    assert isinstance(
        allowances(
            {
                "ratelimit": '"a";' * 100_000,
                "ratelimit-policy": "a;" * 100_000,
                "x-rate-limit": "1/" * 100_000,
            }
        ),
        list,
    )
