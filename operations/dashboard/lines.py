"""Lines over time: SVG from the server, without script, with a title and a description. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 600, 120
#: Pairs of seconds since 1970 and a number, in the order of time.
Points = Sequence[Sequence[float]]
#: So many kinds of lines can be told apart (static/desk/metrics.css).
KINDS: Final = 5


def drawn(lines: Sequence[Points], names: Sequence[str], most: float, *, title: str, key: str) -> SafeString:
    """The lines in one picture that the page stretches; `most` is its height. `key` makes the ids unique in the page. A line may be empty."""
    moments = [at for line in lines for at, _ in line]
    first = min(moments, default=0.0)
    span = max(1.0, max(moments, default=0.0) - first)
    shapes = "".join(
        f'<polyline class="plot__line plot__line--{place % KINDS}" points="{_points(line, first, span, most)}"/>'
        for place, line in enumerate(lines)
    )
    words = f"{', '.join(names)}; at most {most:g}"
    return mark_safe(  # noqa: S308 - numbers, and words that are escaped
        f'<svg class="plot" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
        f' aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(words)}</desc>{shapes}</svg>'
    )


def _points(line: Points, first: float, span: float, most: float) -> str:
    return " ".join(
        f"{(at - first) / span * WIDTH:.1f},{HEIGHT - 2 - value / (most or 1) * (HEIGHT - 4):.1f}"
        for at, value in line
    )
