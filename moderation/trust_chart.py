"""A small chart of how trust moved, as inline SVG with a text alternative. Pure."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Final

from django.utils.safestring import SafeString, mark_safe

from moderation.posterior import Point, Terms

#: In pixels; and at most so many points are drawn, the last one among them.
WIDTH, HEIGHT = 320, 64
MOST: Final = 160


def trust_chart(points: Sequence[Point], *, terms: Terms, name: str) -> SafeString:
    """The interval after each verdict as a band, the expected share as a line, and the limit of the right; 1 is above."""
    shown = list(points)[:: -max(1, -(-len(points) // MOST))][::-1]
    xs = [round(WIDTH * index / max(1, len(shown) - 1), 1) for index in range(len(shown))]
    upper = [f"{x},{_y(point.high)}" for x, point in zip(xs, shown, strict=True)]
    lower = [f"{x},{_y(point.low)}" for x, point in zip(xs, shown, strict=True)]
    line = " ".join(f"{x},{_y(point.mean)}" for x, point in zip(xs, shown, strict=True))
    level, words = _y(terms.gained), escape(trust_words(points, name=name))
    return mark_safe(  # noqa: S308 (numbers, and escaped words)
        f'<svg class="trust__chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{words}"><title>{words}</title>'
        f'<polygon class="trust__band" points="{" ".join([*upper, *reversed(lower)])}"/><polyline class="trust__line" points="{line}"/>'
        f'<line class="trust__limit" x1="0" x2="{WIDTH}" y1="{level}" y2="{level}"/></svg>'
    )


def trust_words(points: Sequence[Point], *, name: str) -> str:
    """`When: 93 % right (82 to 99 %) after 24 verdicts; lost the right once`."""
    if not points:
        return f"{name}: no verdict yet"
    last = points[-1]
    lost = sum(old.has_right and not new.has_right for old, new in pairwise(points))
    tail = f"; lost the right {lost} time{'' if lost == 1 else 's'}" if lost else ""
    share = f"{last.mean:.0%} right ({last.low:.0%} to {last.high:.0%})".replace("%", " %")
    return f"{name}: {share} after {last.verdicts} verdict{'' if last.verdicts == 1 else 's'}{tail}"


def _y(share: float) -> float:
    return round((HEIGHT - 2) * (1 - share) + 1, 1)
