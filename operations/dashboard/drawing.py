"""Numbers by the hour as stacked bars: SVG from the server, without script, with a title and a description. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

#: The size of the drawing, which the page stretches.
HEIGHT: Final = 100
BAR: Final = 4
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of numbers. `name` is its CSS class, `bars__NAME`, `words` what people call it."""

    name: str
    words: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """Rows of numbers over the same hours in UTC. The first begins at `start`."""

    start: datetime
    lines: tuple[Line, ...]

    @property
    def length(self) -> int:
        return len(self.lines[0].values) if self.lines else 0

    @property
    def most(self) -> int:
        """The highest stack."""
        return max((sum(stack) for stack in self.stacks()), default=0)

    def stacks(self) -> Iterable[tuple[int, ...]]:
        """The numbers of each hour, in the order of the lines."""
        return zip(*(line.values for line in self.lines), strict=True)

    def days(self) -> list[tuple[datetime, tuple[int, ...]]]:
        """The sums of each 24 hours, the last ones first."""
        parts = [
            (self.start + first * HOUR, tuple(sum(line.values[first : first + 24]) for line in self.lines))
            for first in range(0, self.length, 24)
        ]
        return parts[::-1]

    def plotted(self) -> dict[str, object]:
        """What static/desk/dashboard.js gives to µPlot: seconds since 1970, and the numbers of each line."""
        first = int(self.start.timestamp())
        return {
            "hours": [first + 3600 * hour for hour in range(self.length)],
            "lines": [{"name": line.name, "words": line.words, "values": line.values} for line in self.lines],
        }


def hours_of(
    start: datetime,
    length: int,
    lines: Sequence[tuple[str, str]],
    counts: Iterable[tuple[datetime, str, int]],
) -> Hours:
    """The hours from `start`: `lines` are pairs of name and words, `counts` name an hour, a line and a number."""
    sums = {name: [0] * length for name, _ in lines}
    for moment, name, count in counts:
        place = (moment - start) // HOUR
        if 0 <= place < length:
            sums[name][place] += count
    return Hours(
        start=start,
        lines=tuple(Line(name=name, words=words, values=tuple(sums[name])) for name, words in lines),
    )


def bars(hours: Hours, *, key: str, title: str) -> SafeString:
    """The bars as SVG, stretched to its box. `key` makes the ids of title and description unique in the page."""
    width = max(1, hours.length * BAR)
    shapes = "".join(_stack(stack, hours, place) for place, stack in enumerate(hours.stacks()))
    words = escape(described(hours))
    return mark_safe(  # noqa: S308 - numbers, and words that are escaped
        f'<svg class="bars" role="img" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{words}</desc>{shapes}</svg>'
    )


def described(hours: Hours) -> str:
    """`412 by people, 1204 by rules; most in one hour: 96`."""
    sums = ", ".join(f"{line.total} {line.words}" for line in hours.lines)
    return f"{sums}; most in one hour: {hours.most}"


def _stack(stack: Sequence[int], hours: Hours, place: int) -> str:
    """One hour's bars, from the foot up."""
    shapes, foot = [], float(HEIGHT)
    for line, value in zip(hours.lines, stack, strict=True):
        if value:
            height = round(value / max(1, hours.most) * HEIGHT, 2)
            foot -= height
            shapes.append(
                f'<rect class="bars__{line.name}" x="{place * BAR}" y="{foot:.2f}" width="{BAR - 1}" height="{height}"/>'
            )
    return "".join(shapes)
