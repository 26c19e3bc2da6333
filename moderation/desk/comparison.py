"""A comparison of events, or of venues, side by side: what each says field by field, and what merging would give."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from events.charts.apart import Spot, apart_map, distances
from moderation.desk.reasons import Reason
from moderation.desk.words import marked

#: What stands in a cell without a value.
NOTHING = "–"


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One column: an event or a venue.

    `facts` are short lines under its name (state, sources). `subject` is the one that the review is about;
    `same`: it is ticked as the same; `stays`: the others go into it. `picture` is the address of our own copy.
    """

    id: UUID
    letter: str
    name: str
    link: str
    facts: tuple[str, ...] = ()
    version: int | None = None
    subject: bool = False
    same: bool = True
    stays: bool = False
    chance: str = ""
    reasons: tuple[Reason, ...] = ()
    picture: str = ""
    picture_words: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One field: marked-up values in the order of the sides, and the merged value.

    `differs`: the sides do not all say the same. `pick`: a person may choose whose value is shown.
    """

    name: str
    label: str
    values: tuple[SafeString, ...]
    merged: SafeString = SafeString()
    differs: bool = False
    pick: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """All of it. `refused`: why nobody can merge them; `doubts`: why no machine would."""

    sides: tuple[Side, ...]
    rows: tuple[Row, ...]
    doubts: tuple[str, ...] = ()
    refused: str = ""
    distances: tuple[str, ...] = ()
    map: SafeString = SafeString()
    pictures: str = ""
    left_out: int = 0

    @property
    def differing(self) -> list[Row]:
        """The fields in which the sides differ, which one chooses from."""
        return [row for row in self.rows if row.differs]

    @property
    def equal(self) -> list[Row]:
        """The fields in which all sides say the same."""
        return [row for row in self.rows if not row.differs]

    @property
    def cells(self) -> list[tuple[Row, list[tuple[Side, SafeString]]]]:
        """The differing rows, each with its values beside their sides."""
        return [(row, list(zip(self.sides, row.values, strict=True))) for row in self.differing]


def letters() -> Iterable[str]:
    """A, B, C and so on, by which the columns and the points of the map are named."""
    return iter("ABCDEFGHIJ")


def rows_of(
    said: Mapping[str, tuple[str, Sequence[str]]], merged: Mapping[str, str], *, pick: Iterable[str]
) -> tuple[Row, ...]:
    """A row for each field that a side has a value for.

    `said` has its label and the texts of all sides, '' where unknown; differences are marked against the first
    side. `pick` are the fields whose value may be chosen.
    """
    choosable = set(pick)
    return tuple(
        _row(name, label, texts, merged.get(name, ""), pick=name in choosable)
        for name, (label, texts) in said.items()
        if any(texts)
    )


def mapped(sides: Sequence[Side]) -> dict[str, Any]:
    """The map of the sides that have a point, and the distances in words."""
    spots = [
        Spot(letter=side.letter, name=side.name, lat=side.point[0], lng=side.point[1])
        for side in sides
        if side.point
    ]
    svg = apart_map(spots)
    return {"map": mark_safe(svg), "distances": tuple(distances(spots))}  # noqa: S308 (names are escaped there)


def _row(name: str, label: str, texts: Sequence[str], merged: str, *, pick: bool) -> Row:
    differs = len(set(texts)) > 1
    return Row(
        name=name, label=label, values=_values(texts), merged=conditional_escape(merged or NOTHING), differs=differs,
        pick=pick and differs,
    )  # fmt: skip


def _values(texts: Sequence[str]) -> tuple[SafeString, ...]:
    """The texts as markup, with what differs from the first one marked; of two, both are marked."""
    first, *rest = texts
    if not first:
        return tuple(conditional_escape(text or NOTHING) for text in texts)
    pairs = [marked(first, text) if text else (None, conditional_escape(NOTHING)) for text in rest]
    own = pairs[0][0] if len(pairs) == 1 and pairs[0][0] is not None else conditional_escape(first)
    return (own, *(theirs for _, theirs in pairs))
