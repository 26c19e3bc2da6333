"""The night at a glance: 17:00 to 05:00 from left to right, one slash an event, in the hue of its category."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

NIGHT_MINUTES = 12 * 60
_BIN = 15
_ROWS = 9
_HEIGHT = 104
_STEP = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class NightStart:
    """One start: minutes after 17:00 (0 to 719) and the category's slug."""

    minute: int
    category: str


def night_band(starts: Iterable[NightStart], *, now_minute: int | None = None) -> str:
    """SVG of the night; `now_minute` draws the present as a line. Starts outside it are left out, a bin holds nine slashes at most."""
    filled: Counter[int] = Counter()
    marks = []
    for start in sorted(starts, key=lambda item: (item.minute, item.category)):
        if not 0 <= start.minute < NIGHT_MINUTES:
            continue
        column = start.minute // _BIN
        if filled[column] < _ROWS:
            marks.append(_slash(column, filled[column], start.category))
        filled[column] += 1
    ticks = "".join(f'<path class="tick" d="M{hour * 60} {_HEIGHT}v-4"/>' for hour in range(1, 12))
    now = ""
    if now_minute is not None and 0 <= now_minute < NIGHT_MINUTES:
        now = f'<path class="now" d="M{now_minute} 0V{_HEIGHT}"/>'
    return (
        f'<svg class="night" viewBox="0 0 {NIGHT_MINUTES} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f"{ticks}{''.join(marks)}{now}</svg>"
    )


def _slash(column: int, row: int, category: str) -> str:
    x = column * _BIN + 3
    y = _HEIGHT - 10 - row * (_STEP + 1)
    return f'<path data-cat="{category}" d="M{x} {y}l7-{_STEP}"/>'
