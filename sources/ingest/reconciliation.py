"""Reconcile a run with earlier listings: which moved, which are lost, and whether the result is suspicious.

Pure. Before anything counts as missing, missing and new rows of one run are paired: an id that changed by
itself is a move, not a loss (field-notes.md, complaint 1).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

Identity = tuple[str, str]

#: A run that would lose more than this many upcoming events, and more than this share of them, waits for a
#: moderator (linkedevents' rule).
LOSS_COUNT = 5
LOSS_SHARE = 0.2
#: An event is gone after so many runs in a row cover it and leave it out: a single one may be an accident of
#: its source.
MISSES_UNTIL_GONE = 2
#: The same for events that get another title: a sign of a hijacked or mixed-up feed.
RETITLED_COUNT = 5
RETITLED_SHARE = 0.5
#: A single event that moves further than this is more likely another one with the same name.
FAR = timedelta(days=120)


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """One listed occurrence.

    Identity, folded title and venue, start (aware, or None where it could not be read), address, and series.
    """

    identity: Identity
    title: str
    start: datetime | None = None
    venue: str = ""
    url: str = ""
    series: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    old: Identity
    new: Identity


def pair_moves(gone: Sequence[Occurrence], new: Sequence[Occurrence]) -> list[Move]:
    """Pairs of vanished and new occurrences that are the same, each used once; the surest kind of pair first.

    1. the same title and start;
    2. an address of its own, with a similar title;
    3. the same title at the same venue, nearest in time;
    4. a title that is unique on both sides, within 120 days;
    5. the same start and venue with a similar title.
    """
    pairing = _Pairing(gone, new)
    pairing.take(lambda held: (held.title, held.start) if held.title and held.start else None)
    pairing.take(lambda held: held.url or None, unique=True, agree=_alike)
    pairing.take(lambda held: (held.title, held.venue) if held.title and held.venue else None, agree=_near)
    pairing.take(lambda held: held.title or None, unique=True, agree=_near)
    pairing.take(
        lambda held: (held.start, held.venue) if held.start and held.venue else None,
        unique=True,
        agree=_alike,
    )
    return pairing.moves


def loss_refused(*, upcoming: int, lost: int) -> str:
    """Why a run that would lose `lost` of `upcoming` events must wait for a moderator, or ''."""
    if upcoming and lost == upcoming and lost > 1:
        return f"all {lost} upcoming events would vanish"
    if lost > LOSS_COUNT and lost > LOSS_SHARE * upcoming:
        return f"{lost} of {upcoming} upcoming events would vanish"
    return ""


def emptied_refused(*, upcoming: int, records: int) -> str:
    """Why a run without readable records of a source with `upcoming` events must wait for a moderator, or ''.

    A source of one event counts too.
    """
    if upcoming and not records:
        return f"nothing was found where {upcoming} upcoming {'event was' if upcoming == 1 else 'events were'} listed"
    return ""


def retitling_refused(*, known: int, retitled: int) -> str:
    """Why a run that changes the title of `retitled` of `known` events must wait for a moderator, or ''."""
    if retitled > RETITLED_COUNT and retitled > RETITLED_SHARE * known:
        return f"{retitled} of {known} known events would get another title"
    return ""


def is_another_title(before: str, after: str) -> bool:
    """Whether two folded titles name different things."""
    return bool(before and after) and before != after and fuzz.token_set_ratio(before, after) < 55


def _alike(old: Occurrence, new: Occurrence) -> bool:
    return fuzz.token_set_ratio(old.title, new.title) >= 60


def _near(old: Occurrence, new: Occurrence) -> bool:
    return old.start is None or new.start is None or abs(old.start - new.start) <= FAR


class _Pairing:
    """The rows that are still unpaired, and the moves found so far."""

    def __init__(self, gone: Sequence[Occurrence], new: Sequence[Occurrence]) -> None:
        self.gone = {held.identity: held for held in gone}
        self.new = {held.identity: held for held in new}
        self.moves: list[Move] = []

    def take(
        self,
        key: Callable[[Occurrence], Hashable],
        *,
        unique: bool = False,
        agree: Callable[[Occurrence, Occurrence], bool] = lambda _old, _new: True,
    ) -> None:
        """Pair rows with equal `key` where `agree` is true, nearest in time first.

        With `unique`, only where one row on each side has the key.
        """
        old_groups, new_groups = _grouped(self.gone.values(), key), _grouped(self.new.values(), key)
        for value, olds in old_groups.items():
            news = new_groups.get(value, [])
            if not news or (unique and (len(olds) > 1 or len(news) > 1)):
                continue
            self._pair_nearest(olds, news, agree)

    def _pair_nearest(
        self, olds: list[Occurrence], news: list[Occurrence], agree: Callable[[Occurrence, Occurrence], bool]
    ) -> None:
        candidates = sorted(
            (
                (_distance(old, new), old.identity, new.identity)
                for old in olds
                for new in news
                if agree(old, new)
            ),
            key=lambda row: row,
        )
        for _, old, new in candidates:
            if old in self.gone and new in self.new:
                self.moves.append(Move(old=old, new=new))
                del self.gone[old], self.new[new]


def _grouped(
    rows: Iterable[Occurrence], key: Callable[[Occurrence], Hashable]
) -> dict[Hashable, list[Occurrence]]:
    groups: dict[Hashable, list[Occurrence]] = defaultdict(list)
    for held in rows:
        value = key(held)
        if value is not None:
            groups[value].append(held)
    return groups


def _distance(old: Occurrence, new: Occurrence) -> float:
    return abs((old.start - new.start).total_seconds()) if old.start and new.start else float("inf")
