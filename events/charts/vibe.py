"""A chart of events by hour and category over the next days: a table whose cells have levels from 0 to 5."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Two hours a column, from the morning through the night.
SLOTS: tuple[int, ...] = (6, 8, 10, 12, 14, 16, 18, 20, 22, 0, 2, 4)


@dataclass(frozen=True, kw_only=True, slots=True)
class VibeCell:
    hour: int
    count: int
    level: int

    @property
    def clock(self) -> str:
        """`20`, the hour at which the slot begins."""
        return f"{self.hour:02d}"

    @property
    def is_quarter(self) -> bool:
        """Whether the hour is written out above the column."""
        return self.hour % 6 == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class VibeRow:
    category: str
    name: str
    total: int
    cells: tuple[VibeCell, ...]


def vibe_rows(
    counts: Mapping[tuple[str, int], int], names: Mapping[str, str], *, rows: int = 8
) -> Sequence[VibeRow]:
    """The `rows` categories with most events.

    `counts` is by (category slug, local hour 0 to 23); `names` has the words for a slug.
    """
    slots: dict[tuple[str, int], int] = {}
    for (category, hour), count in counts.items():
        key = (category, hour - hour % 2)
        slots[key] = slots.get(key, 0) + count
    most = max(slots.values(), default=0)
    totals: dict[str, int] = {}
    for (category, _), count in slots.items():
        totals[category] = totals.get(category, 0) + count
    fullest = sorted(totals, key=lambda slug: (-totals[slug], slug))[:rows]
    return [_row(slug, names.get(slug, slug), totals[slug], slots, most) for slug in fullest]


def _row(slug: str, name: str, total: int, slots: Mapping[tuple[str, int], int], most: int) -> VibeRow:
    cells = tuple(
        VibeCell(hour=hour, count=slots.get((slug, hour), 0), level=_level(slots.get((slug, hour), 0), most))
        for hour in SLOTS
    )
    return VibeRow(category=slug, name=name, total=total, cells=cells)


def _level(count: int, most: int) -> int:
    return 0 if not count else max(1, -(-count * 5 // most))
