"""Small charts of sources' yields and quality, as inline SVG without script, each with a text alternative.

Pure.
"""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final, Protocol

#: Sizes in pixels.
BAR: Final = 4
GAP: Final = 1
HEIGHT: Final = 24


class DayLike(Protocol):
    """The attributes of `sources.queries.Day`."""

    @property
    def day(self) -> date: ...
    @property
    def runs(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def found(self) -> int: ...
    @property
    def dropped(self) -> int: ...


class QualityDayLike(Protocol):
    """The attributes of `sources.queries.QualityDay`."""

    @property
    def day(self) -> date: ...
    @property
    def events(self) -> int: ...
    @property
    def mean(self) -> float | None: ...


def quality_chart(days: Sequence[QualityDayLike], *, least: float, name: str = "") -> str:
    """SVG with one bar a day: the mean quality score of the refined events.

    A bar below `least` (0 to 1) has another colour, and a line marks `least`. Days without refined events
    stay empty. The SVG is safe for pages; classes `spark-good`, `spark-poor` and `spark-least`.
    """
    width = max(1, len(days) * (BAR + GAP) - GAP)
    words = escape(quality_words(days, least=least, name=name))
    bars = "".join(
        _rect(
            "spark-poor" if day.mean < least else "spark-good",
            index * (BAR + GAP),
            HEIGHT - _scaled(day.mean, 1),
            _scaled(day.mean, 1),
        )
        for index, day in enumerate(days)
        if day.mean is not None
    )
    level = HEIGHT - _scaled(least, 1)
    line = (
        f'<rect class="spark-least" x="0" y="{level}" width="{width}" height="1" fill="currentColor" fill-opacity="0.6"/>'
        if least
        else ""
    )
    return _drawn(bars + line, width, words)


def quality_words(days: Sequence[QualityDayLike], *, least: float, name: str = "") -> str:
    """The text alternative.

    `City calendar, 30 days: quality 0.84 of 1 on average, from 0.71 to 0.90, last 0.88; below 0.70 on 2
    days`.
    """
    lead = f"{name}, {len(days)} days: " if name else f"{len(days)} days: "
    reported = [(day.mean, day.events) for day in days if day.mean is not None]
    if not reported:
        return f"{lead}no quality measured"
    means = [mean for mean, _ in reported]
    average = sum(mean * events for mean, events in reported) / max(1, sum(events for _, events in reported))
    poor = sum(1 for mean in means if mean < least)
    tail = f"; below {least:.2f} on {poor} {'day' if poor == 1 else 'days'}" if poor else ""
    return f"{lead}quality {average:.2f} of 1 on average, from {min(means):.2f} to {max(means):.2f}, last {means[-1]:.2f}{tail}"


def yield_chart(days: Sequence[DayLike], *, name: str = "") -> str:
    """SVG with one bar a day: events found.

    The dropped part is darker at the foot; a thin line marks unchanged answers, a mark below a failed run.
    The SVG is safe for pages. Colours come from the classes `spark-found`, `spark-dropped`, `spark-unchanged`
    and `spark-failed`, with `currentColor` where no style gives one.
    """
    most = max((day.found for day in days), default=0)
    width = max(1, len(days) * (BAR + GAP) - GAP)
    words = escape(yield_words(days, name=name))
    bars = "".join(_bar(day, index * (BAR + GAP), most) for index, day in enumerate(days))
    return _drawn(bars, width, words)


def yield_words(days: Sequence[DayLike], *, name: str = "") -> str:
    """The text alternative.

    `City calendar, 30 days: 12 events on the average day, 30 at most, 4% dropped, unchanged on 20; failures
    on 2 days`.
    """
    asked = [day for day in days if day.runs]
    lead = f"{name}, {len(days)} days: " if name else f"{len(days)} days: "
    if not asked:
        return f"{lead}no runs"
    read = [day for day in asked if day.found]
    parts = [_yield_of(read)] if read else ["nothing found"]
    if still := sum(1 for day in asked if day.unchanged and not day.found):
        parts.append(f"unchanged on {still}")
    broken = sum(1 for day in asked if day.failed)
    return (
        lead
        + ", ".join(parts)
        + (f"; failures on {broken} {'day' if broken == 1 else 'days'}" if broken else "")
    )


def _yield_of(read: Sequence[DayLike]) -> str:
    found, dropped = sum(day.found for day in read), sum(day.dropped for day in read)
    return f"{found / len(read):.0f} events on the average day, {max(day.found for day in read)} at most, {dropped / found:.0%} dropped"


def _drawn(shapes: str, width: int, words: str) -> str:
    """The shapes as one SVG; `words` are escaped already."""
    return (
        f'<svg class="spark" role="img" width="{width}" height="{HEIGHT + 4}" viewBox="0 0 {width} {HEIGHT + 4}" aria-label="{words}">'
        f"<title>{words}</title>{shapes}</svg>"
    )


def _bar(day: DayLike, left: int, most: int) -> str:
    height = _scaled(day.found, most)
    foot = min(height, _scaled(day.dropped, most))
    parts = []
    if height:
        parts.append(_rect("spark-found", left, HEIGHT - height, height, opacity="0.45"))
    if foot:
        parts.append(_rect("spark-dropped", left, HEIGHT - foot, foot))
    if not height and day.unchanged:
        parts.append(_rect("spark-unchanged", left, HEIGHT - 1, 1, opacity="0.45"))
    if day.failed:
        parts.append(_rect("spark-failed", left, HEIGHT + 1, 3))
    return "".join(parts)


def _scaled(value: float, most: float) -> int:
    """The height in pixels, at least one for any positive value."""
    return max(1, round(value / most * HEIGHT)) if value and most else 0


def _rect(kind: str, left: int, top: int, height: int, *, opacity: str = "1") -> str:
    return f'<rect class="{kind}" x="{left}" y="{top}" width="{BAR}" height="{height}" fill="currentColor" fill-opacity="{opacity}"/>'
