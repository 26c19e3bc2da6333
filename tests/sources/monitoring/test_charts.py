"""Small charts: correct, and with text alternatives."""

from datetime import date, timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from sources.monitoring.charts import BAR, GAP, HEIGHT, quality_chart, quality_words, yield_chart, yield_words
from sources.queries import Day, QualityDay

DAY = date(2026, 11, 1)


def days(*found: int) -> list[Day]:
    return [Day(day=DAY + timedelta(days=index), runs=1, found=count) for index, count in enumerate(found)]


def bars(svg: str, kind: str) -> list[dict[str, str]]:
    return [node.attrib for node in ElementTree.fromstring(svg) if node.get("class") == kind]  # noqa: S314 - our own text


def test_the_tallest_day_fills_the_chart_and_anything_shows() -> None:
    found = bars(yield_chart(days(0, 1, 500, 1000)), "spark-found")
    assert [int(bar["height"]) for bar in found] == [1, 12, HEIGHT]
    assert [int(bar["x"]) for bar in found] == [number * (BAR + GAP) for number in (1, 2, 3)]


def test_failures_drops_and_unchanged_days_have_marks_of_their_own() -> None:
    rows = [
        Day(day=DAY, runs=2, found=10, dropped=5),
        Day(day=DAY + timedelta(days=1), runs=3, failed=1),
        Day(day=DAY + timedelta(days=2), runs=3, unchanged=3),
    ]
    svg = yield_chart(rows)
    assert [int(bar["height"]) for bar in bars(svg, "spark-dropped")] == [HEIGHT // 2]
    assert [int(bar["x"]) for bar in bars(svg, "spark-failed")] == [BAR + GAP]
    assert [int(bar["x"]) for bar in bars(svg, "spark-unchanged")] == [2 * (BAR + GAP)]


def test_it_is_said_in_words() -> None:
    rows = [
        Day(day=DAY, runs=1, found=10, dropped=1),
        Day(day=DAY, runs=1, found=30, dropped=3),
        Day(day=DAY, runs=1, unchanged=1),
        Day(day=DAY),
    ]
    rows.append(Day(day=DAY, runs=2, failed=2))
    assert (
        yield_words(rows, name="Club")
        == "Club, 5 days: 20 events on the average day, 30 at most, 10% dropped, unchanged on 1; failures on 1 day"
    )
    assert yield_words([Day(day=DAY)]) == "1 days: no runs"
    assert yield_words(days(0, 0)) == "2 days: nothing found"


def test_a_hostile_name_stays_text() -> None:
    svg = yield_chart(days(1), name='"><script>alert(1)</script>')
    root = ElementTree.fromstring(svg)  # noqa: S314 - that it is well-formed is what is tested
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert root.get("role") == "img"
    assert root.get("aria-label") == root[0].text


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 3)), max_size=40))
def test_no_bar_leaves_the_chart(rows: list[tuple[int, int, int]]) -> None:
    svg = yield_chart(
        [Day(day=DAY, runs=1, found=found, dropped=dropped, failed=failed) for found, dropped, failed in rows]
    )
    root = ElementTree.fromstring(svg)  # noqa: S314
    for node in list(root)[1:]:
        assert int(node.attrib["y"]) >= 0
        assert int(node.attrib["y"]) + int(node.attrib["height"]) <= HEIGHT + 4
        assert int(node.attrib["x"]) + BAR <= int(root.attrib["width"])


def scores(*means: float | None) -> list[QualityDay]:
    return [
        QualityDay(day=DAY + timedelta(days=index), events=10 if mean is not None else 0, mean=mean)
        for index, mean in enumerate(means)
    ]


def test_quality_is_drawn_from_zero_to_one_with_its_threshold() -> None:
    svg = quality_chart(scores(None, 1.0, 0.5), least=0.7, name="<i>")
    assert [(int(bar["x"]), int(bar["height"])) for bar in bars(svg, "spark-good")] == [(BAR + GAP, HEIGHT)]
    assert [int(bar["height"]) for bar in bars(svg, "spark-poor")] == [HEIGHT // 2]
    assert [int(bar["y"]) for bar in bars(svg, "spark-least")] == [HEIGHT - round(0.7 * HEIGHT)]
    assert bars(quality_chart(scores(0.5), least=0.0), "spark-least") == []


def test_quality_is_said_in_words() -> None:
    assert quality_words(scores(0.9, None, 0.6), least=0.7, name="Calendar") == (
        "Calendar, 3 days: quality 0.75 of 1 on average, from 0.60 to 0.90, last 0.60; below 0.70 on 1 day"
    )
    assert quality_words(scores(None), least=0.7) == "1 days: no quality measured"
