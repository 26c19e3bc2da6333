"""Charts of category accuracy: a confusion matrix and a reliability diagram.

Plain SVG without script, for light and dark mode, each with a text alternative.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from pipeline.taxonomy import OTHER, SLUGS

#: Ten bins of confidence, as in the usual expected calibration error (Guo et al. 2017).
BINS: Final = 10
#: Sizes in pixels: a cell of the matrix, room for names, the reliability diagram's side and its margins.
_CELL, _NAMES, _SIDE, _LEFT, _TOP = 26, 92, 320, 56, 44
#: Smaller shares are not written into their cell.
_LEAST_WRITTEN: Final = 0.05
#: The product's colours of surfaces and lines, for light and dark mode.
_STYLE: Final = (
    "<style>"
    ".bg{fill:#fff}text{fill:#1a1430;font:12px Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums}"
    ".muted{fill:#5b5177}.small{font-size:10px}.title{font-size:15px;font-weight:600}.line{stroke:#d9cff2;fill:none}"
    ".right{fill:#6a2be0}.wrong{fill:#b3203a}.diagonal{stroke:#5b5177;stroke-dasharray:4 4}.on{fill:#fff}"
    "@media(prefers-color-scheme:dark){"
    ".bg{fill:#171327}text{fill:#f3f0fb}.muted{fill:#b3a9cf}.line{stroke:#352c57}.right{fill:#b98cff}.wrong{fill:#ff7a8a}"
    ".diagonal{stroke:#b3a9cf}.on{fill:#0e0b16}}"
    "</style>"
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One event: the acceptable categories, the answered one, and its confidence."""

    acceptable: frozenset[str]
    category: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The events in one tenth of confidence.

    Their number, the share of correct ones, and their mean confidence.
    """

    events: int
    right: float
    confidence: float


def draw(folder: Path, answered: Sequence[Answered], *, about: str) -> list[Path]:
    """Write `confusion.svg` and `reliability.svg` into `folder`, which is created.

    Raises OSError. `about` describes the measurement in a few words.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {
        "confusion.svg": confusion_picture(answered, about=about),
        "reliability.svg": reliability_picture(answered, about=about),
    }
    for name, content in pictures.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in pictures]


def confusion(answered: Sequence[Answered]) -> dict[str, dict[str, float]]:
    """True category -> answered category -> events.

    An event with several acceptable categories counts for the answered one if it is among them, else for each
    of them in equal parts.
    """
    counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one in answered:
        truth = [one.category] if one.category in one.acceptable else sorted(one.acceptable)
        for slug in truth:
            counts[slug][one.category] += 1 / len(truth)
    return {slug: dict(reported) for slug, reported in counts.items()}


def reliability(answered: Sequence[Answered]) -> dict[int, Bin]:
    """The tenths of confidence with events, by number."""
    held: dict[int, list[Answered]] = defaultdict(list)
    for one in answered:
        held[min(BINS - 1, int(one.confidence * BINS))].append(one)
    return {
        number: Bin(
            events=len(found),
            right=sum(one.category in one.acceptable for one in found) / len(found),
            confidence=sum(one.confidence for one in found) / len(found),
        )
        for number, found in sorted(held.items())
    }


def confusion_picture(answered: Sequence[Answered], *, about: str) -> str:
    """The matrix as SVG: a row for each true category, with the shares of the answers."""
    counts = confusion(answered)
    slugs = [slug for slug in SLUGS if slug != OTHER or slug in counts]
    side = _CELL * len(slugs)
    parts = [_text(12, 24, f"What was told, by what it is: {about}", "title")]
    for row, truth in enumerate(slugs):
        reported = counts.get(truth, {})
        total = sum(reported.values())
        top = _TOP + _NAMES + row * _CELL
        parts.append(_text(_NAMES - 6, top + 17, truth, "", anchor="end"))
        parts.append(_text(_NAMES + row * _CELL + 17, _TOP + _NAMES - 6, truth, "", turn=True))
        parts.append(_text(_NAMES + side + 8, top + 17, f"{total:.0f}", "muted small"))
        parts += [
            _cell(_NAMES + column * _CELL, top, reported[guess] / total, right=guess == truth)
            for column, guess in enumerate(slugs)
            if reported.get(guess)
        ]
    parts += [
        f'<path class="line" d="M{_NAMES} {_TOP + _NAMES + at * _CELL}h{side}"/>'
        for at in range(len(slugs) + 1)
    ]
    hits = sum(one.category in one.acceptable for one in answered)
    words = f"Confusion matrix, {about}: {hits} of {len(answered)} events within their acceptable categories"
    return _svg(_NAMES + side + 56, _TOP + _NAMES + side + 12, words, parts)


def reliability_picture(answered: Sequence[Answered], *, about: str) -> str:
    """The diagram as SVG: for each tenth of confidence the share of correct answers, beside the expected one."""
    bins = reliability(answered)
    bottom = _TOP + _SIDE
    parts = [_text(12, 24, f"Promised and kept: {about}", "title")]
    parts += [f'<path class="line" d="M{_LEFT} {bottom - at * _SIDE / 5:g}h{_SIDE}"/>' for at in range(6)]
    parts += [
        _text(_LEFT - 8, bottom - at * _SIDE / 5 + 4, f"{at * 20}%", "muted small", anchor="end")
        for at in range(6)
    ]
    parts += [
        _text(_LEFT + at * _SIDE / 5, bottom + 16, f"{at * 20}%", "muted small", anchor="middle")
        for at in range(6)
    ]
    width = _SIDE / BINS
    for number, one in bins.items():
        left, height = _LEFT + number * width, one.right * _SIDE
        parts.append(
            f'<rect class="right" opacity=".8" x="{left + 3:.1f}" y="{bottom - height:.1f}" width="{width - 6:.1f}" height="{height:.1f}"/>'
        )
        parts.append(_text(left + width / 2, bottom + 30, f"{one.events}", "muted small", anchor="middle"))
    parts.append(f'<path class="diagonal" d="M{_LEFT} {bottom}L{_LEFT + _SIDE} {_TOP}"/>')
    parts.append(
        _text(
            _LEFT + _SIDE / 2,
            bottom + 48,
            "confidence, and events with it; bars: the part that is right",
            "muted",
            anchor="middle",
        )
    )
    error = sum(one.events * abs(one.right - one.confidence) for one in bins.values()) / max(1, len(answered))
    words = f"Reliability, {about}: expected calibration error {error:.3f} over {len(answered)} events"
    return _svg(_LEFT + _SIDE + 32, bottom + 60, words, parts)


def _cell(left: float, top: float, share: float, *, right: bool) -> str:
    kind = "right" if right else "wrong"
    cell = f'<rect class="{kind}" opacity="{max(0.04, share):.2f}" x="{left}" y="{top}" width="{_CELL}" height="{_CELL}"/>'
    if share < _LEAST_WRITTEN:
        return cell
    return cell + _text(
        left + _CELL / 2,
        top + 17,
        f"{share * 100:.0f}",
        "small on" if share > 0.5 else "small",
        anchor="middle",
    )


def _text(x: float, y: float, words: str, kind: str, *, anchor: str = "start", turn: bool = False) -> str:
    turned = f' transform="rotate(-60 {x:g} {y:g})"' if turn else ""
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}"{turned}>{escape(words)}</text>'


def _svg(width: float, height: float, words: str, parts: Sequence[str]) -> str:
    reported = escape(words)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" aria-label="{reported}">'
        f'<title>{reported}</title>{_STYLE}<rect class="bg" width="{width:g}" height="{height:g}" rx="6"/>{"".join(parts)}</svg>\n'
    )
