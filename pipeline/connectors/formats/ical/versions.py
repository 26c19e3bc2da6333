"""Several VEVENTs of one UID: which of them count, and which override belongs to which master."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from pipeline.connectors.formats.ical.dates import DateSet
from pipeline.connectors.formats.ical.entries import Entry, newest
from pipeline.connectors.formats.ical.split import Span
from pipeline.contract.exceptions import DropRecord

_MAX_SEARCHED: Final = 20
#: An entry that does not count, and why.
Superseded = tuple[Entry, str]


def newest_masters(masters: Sequence[Entry]) -> tuple[list[Entry], list[Superseded]]:
    """Of masters with the same start the newest; of those that are left the ones with the highest SEQUENCE.

    Several with one SEQUENCE and different starts all stay: generators that write the same UID for every date
    of a series are more common than versions of one event that differ in nothing but the start, and a kept
    event can be merged while a lost one cannot be found.
    """
    kept, old = _newest_by(masters, lambda entry: entry.key)
    highest = max((entry.version[0] for entry in kept), default=0)
    old += [(entry, "older version") for entry in kept if entry.version[0] != highest]
    return [entry for entry in kept if entry.version[0] == highest], old


def newest_overrides(overrides: Sequence[Entry]) -> tuple[list[Entry], list[Superseded]]:
    """Of overrides for one occurrence the newest."""
    return _newest_by(overrides, lambda entry: entry.original_key)


def with_owners(
    masters: Sequence[Entry], overrides: Sequence[Entry], dates: Callable[[Entry], DateSet]
) -> Iterator[tuple[Entry | None, list[Entry]]]:
    """Each master with its overrides; last those that have none, under None. A lone series owns all, else the
    one that has the date does."""
    owned: dict[Span, list[Entry]] = {master.span: [] for master in masters}
    orphans: list[Entry] = []
    series = next((master for master in masters if master.recurs), None)
    searched = _searched(masters, dates) if overrides and (len(masters) > 1 or not series) else []
    for override in overrides:
        owner = next((master for master, own in searched if _has(own, override)), series)
        (owned[owner.span] if owner else orphans).append(override)
    for master in masters:
        yield master, owned[master.span]
    if orphans:
        yield None, orphans


def _searched(masters: Sequence[Entry], dates: Callable[[Entry], DateSet]) -> list[tuple[Entry, DateSet]]:
    """The first masters with their dates, each read once; one whose rules cannot be followed owns nothing by
    its dates."""
    found = []
    for master in masters[:_MAX_SEARCHED]:
        with contextlib.suppress(DropRecord):
            found.append((master, dates(master)))
    return found


def _has(dates: DateSet, override: Entry) -> bool:
    try:
        return dates.has(dates.place(override.original or override.times.start))
    except DropRecord:
        return False


def _newest_by(entries: Iterable[Entry], key: Callable[[Entry], str]) -> tuple[list[Entry], list[Superseded]]:
    """The newest entry of each key, in order of first appearance, and the others with why they do not
    count."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    kept, old = [], []
    for group in groups.values():
        best = newest(group)
        kept.append(best)
        reasons = (
            (entry, "duplicate in the feed" if entry.version == best.version else "older version")
            for entry in group
        )
        old += [(entry, reason) for entry, reason in reasons if entry is not best]
    return kept, old
