"""A chart of the night from 17:00 to 05:00: one stroke for each event, in the hue of its category."""

from collections.abc import Iterable
from dataclasses import dataclass

NIGHT_MINUTES = 12 * 60
_BIN = 15
_HEIGHT = 104
#: The height of a stroke; it is thinner where a stack is taller. Below the least height a stack is cut.
_TALLEST, _LEAST = 15.0, 4.0
_FLOOR = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class NightStart:
    """One start: minutes after 17:00 (0 to 719) and the category's slug."""

    minute: int
    category: str


def night_band(starts: Iterable[NightStart], *, now_minute: int | None = None) -> str:
    """SVG of the night; `now_minute` draws the present as a line. Starts outside the night are left out."""
    columns: dict[int, list[str]] = {}
    for start in sorted(starts, key=lambda item: (item.minute, item.category)):
        if 0 <= start.minute < NIGHT_MINUTES:
            columns.setdefault(start.minute // _BIN, []).append(start.category)
    room = _HEIGHT - _FLOOR
    tallest = max((len(stack) for stack in columns.values()), default=1)
    step = min(_TALLEST, max(room / tallest, _LEAST))
    most = int(room // step)
    marks = [
        _slash(column, row, step, slug)
        for column, stack in columns.items()
        for row, slug in enumerate(stack[:most])
    ]
    ticks = "".join(f'<path class="tick" d="M{hour * 60} {_HEIGHT}v-4"/>' for hour in range(1, 12))
    now = ""
    if now_minute is not None and 0 <= now_minute < NIGHT_MINUTES:
        now = f'<path class="now" d="M{now_minute} 0V{_HEIGHT}"/>'
    return (
        f'<svg class="night" viewBox="0 0 {NIGHT_MINUTES} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{ticks}{''.join(marks)}{now}</svg>"
    )


def _slash(column: int, row: int, step: float, category: str) -> str:
    x = column * _BIN + 4
    y = _HEIGHT - _FLOOR + 2 - row * step
    return f'<path data-cat="{category}" d="M{x} {y:.1f}l{step * 0.3:.1f}-{step * 0.74:.1f}"/>'
