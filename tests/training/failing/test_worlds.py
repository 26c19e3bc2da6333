"""Simulated sources fail as their settings say."""

from dataclasses import replace

from training.failing.worlds import DEVELOPMENT, make_sources

_SMALL = replace(DEVELOPMENT["usual"], sources=30)


def _share(setting, seed=7):
    days = [day for source in make_sources(setting, seed) for day in source.days if day is not None]
    return sum(days) / len(days)


def test_the_same_seed_gives_the_same_days():
    assert make_sources(_SMALL, 7) == make_sources(_SMALL, 7) != make_sources(_SMALL, 8)


def test_sources_fail_more_where_failing_is_likelier_or_lasts_longer():
    assert _share(_SMALL) < _share(replace(_SMALL, fails=0.2))
    assert _share(_SMALL) < _share(replace(_SMALL, breaks=0.05))
    assert _share(replace(_SMALL, mends=0.9)) < _share(_SMALL)


def test_all_alike_fail_alike():
    shares = [
        sum(day or False for day in source.days) / len(source.days)
        for source in make_sources(replace(DEVELOPMENT["all alike"], sources=40), 7)
    ]
    assert max(shares) < 0.2
