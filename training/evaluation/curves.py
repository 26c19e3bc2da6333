"""Charts of scores: the precision-recall curve, and the histogram.

SVG without script, with a dark mode.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
import numpy.typing as npt

#: Sizes in pixels: the picture, and the plot within it.
WIDTH: Final = 560
HEIGHT: Final = 380
LEFT, TOP, RIGHT, BOTTOM = 64, 44, 536, 328
BINS: Final = 20

_STYLE: Final = """
svg{background:#faf8ff;font:13px Inter,system-ui,sans-serif}text{fill:#1a1430}.muted{fill:#5b5177}.line{stroke:#d9cff2}
.curve{fill:none;stroke:#6a2be0;stroke-width:2}.chosen,.same{fill:#6a2be0}.mark,.other{fill:#8a5300}.at{stroke:#6a2be0;stroke-dasharray:4 4}
.name{font-size:15px;font-weight:600}
@media (prefers-color-scheme:dark){svg{background:#0e0b16}text{fill:#f3f0fb}.muted{fill:#b3a9cf}.line{stroke:#352c57}
.curve{stroke:#b98cff}.chosen,.same{fill:#b98cff}.mark,.other{fill:#ffc15e}.at{stroke:#b98cff}}
""".replace("\n", "")

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Recall and precision, point by point from the highest threshold to the lowest."""

    recall: Floats
    precision: Floats

    @classmethod
    def of(cls, scores: Floats, truth: Bools, true: int) -> "Curve":
        """One point for each distinct score. `true` also counts pairs without a score."""
        order = np.argsort(-scores, kind="stable")
        right = np.cumsum(truth[order])
        last = np.append(np.diff(scores[order]) != 0, True) if len(order) else np.zeros(0, dtype=bool)
        said = np.arange(1, len(order) + 1)
        return cls((right / max(true, 1))[last], (right / said)[last])


def curve_picture(
    curve: Curve, chosen: tuple[float, float], words: str, marks: Mapping[str, tuple[float, float]]
) -> str:
    """The curve with the chosen point (recall, precision; labelled `words`) and other methods as squares.

    Both axes begin at the tenth below all marks.
    """
    floor = max(0, int(10 * min(min(point) for point in (chosen, *marks.values())) - 0.001)) / 10
    body = [_grid(floor, "recall", "precision")]
    shown = (curve.recall >= floor) & (curve.precision >= floor)
    points = [
        _point(r, p, floor)
        for r, p in zip(curve.recall[shown].tolist(), curve.precision[shown].tolist(), strict=True)
    ]
    if points:
        body.append(
            f'<polyline class="curve" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in dict.fromkeys(points))}"/>'
        )
    for name, mark in marks.items():
        x, y = _point(*mark, floor)
        body.append(
            f'<rect class="mark" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
            + _label(x, y + 20, name)
        )
    x, y = _point(*chosen, floor)
    said = f"{words}: precision {chosen[1]:.3f}, recall {chosen[0]:.3f}"
    body.append(
        f'<circle class="chosen" cx="{x:.1f}" cy="{y:.1f}" r="6"/>' + _label(RIGHT - 8, BOTTOM - 12, said)
    )
    return _svg("Precision and recall of merged pairs", said, "".join(body))


def histogram_picture(scores: Floats, truth: Bools, merge_at: float, *, of: str = "event") -> str:
    """How many pairs have which score, on a logarithmic scale.

    Pairs of the same event (or `of`) stand above the line, others below it.
    """
    edges = np.linspace(0, 1, BINS + 1)
    same, other = (np.histogram(scores[part], edges)[0] for part in (truth, ~truth))
    most = max(int(same.max(initial=0)), int(other.max(initial=0)), 9)
    middle, step = (TOP + BOTTOM) / 2, (RIGHT - LEFT) / BINS
    body = [f'<line class="line" x1="{LEFT}" y1="{middle}" x2="{RIGHT}" y2="{middle}"/>']
    for number, (above, below) in enumerate(zip(same.tolist(), other.tolist(), strict=True)):
        up, down = ((BOTTOM - TOP) / 2 * np.log10(1 + count) / np.log10(1 + most) for count in (above, below))
        x = LEFT + number * step + 1
        body.append(
            f'<rect class="same" x="{x:.1f}" y="{middle - up:.1f}" width="{step - 2:.1f}" height="{up:.1f}"/>'
        )
        body.append(
            f'<rect class="other" x="{x:.1f}" y="{middle:.1f}" width="{step - 2:.1f}" height="{down:.1f}"/>'
        )
    at = LEFT + merge_at * (RIGHT - LEFT)
    body.append(
        f'<line class="at" x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{BOTTOM}"/>'
        + _label(at, TOP + 12, f"merged from {merge_at}")
    )
    body += [
        f'<text class="muted" x="{LEFT + share * (RIGHT - LEFT):.0f}" y="{BOTTOM + 20}" text-anchor="middle">{share}</text>'
        for share in (0, 0.5, 1)
    ]
    body.append(f'<text x="{LEFT + 4}" y="{TOP + 12}">same {of}: {int(truth.sum())}</text>')
    body.append(_label(RIGHT - 4, BOTTOM - 6, f"other {of}: {int((~truth).sum())}"))
    body.append(
        f'<text class="muted" x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">score (bars on a logarithmic scale)</text>'
    )
    return _svg(
        "Scores of compared pairs",
        f"{int(truth.sum())} pairs of one {of}, {int((~truth).sum())} of others",
        "".join(body),
    )


def _point(recall: float, precision: float, floor: float) -> tuple[float, float]:
    across, up = ((value - floor) / (1 - floor) for value in (recall, precision))
    return round(LEFT + across * (RIGHT - LEFT), 1), round(BOTTOM - up * (BOTTOM - TOP), 1)


def _label(x: float, y: float, words: str) -> str:
    """A label at a point, to its left where it would leave the picture."""
    anchor = "end" if x > (LEFT + RIGHT) / 2 else "start"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _grid(floor: float, across: str, up: str) -> str:
    lines = []
    for share in np.linspace(floor, 1, 5).tolist():
        x, y = _point(share, share, floor)
        lines.append(
            f'<line class="line" x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}"/><line class="line" x1="{LEFT}" y1="{y}" x2="{RIGHT}" y2="{y}"/>'
        )
        lines.append(f'<text class="muted" x="{x}" y="{BOTTOM + 18}" text-anchor="middle">{share:.2f}</text>')
        lines.append(f'<text class="muted" x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{share:.2f}</text>')
    lines.append(
        f'<text class="muted" x="{(LEFT + RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">{across}</text>'
    )
    lines.append(
        f'<text class="muted" transform="translate(18 {(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">{up}</text>'
    )
    return "".join(lines)


def _svg(title: str, words: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(words)}</desc><style>{_STYLE}</style>'
        f'<text class="name" x="{LEFT}" y="26">{escape(title)}</text>{body}</svg>\n'
    )
