"""Finds the joined entries that no longer match the other listings of their event."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from events import facts as event_facts
from events.records import Entry, Likeness, MatchQuestion
from events.services.plans import ReportedEntry, listing_key, recognised

#: For each question None where the entry matches the others, otherwise how badly it does.
Fits = Callable[[Sequence[MatchQuestion]], Sequence[Likeness | None]]


def find_mismatches(
    grouped: Mapping[UUID, Sequence[Entry]],
    others: Mapping[UUID, Sequence[event_facts.Contribution]],
    reported: Mapping[tuple[str, str], ReportedEntry],
    fits: Fits | None,
    now: datetime,
) -> dict[tuple[str, str], ReportedEntry]:
    """The state of the joined entries whose title, time or place changed: mismatched, or matching again.

    Unchanged entries are not compared, nor those that a person kept with these very words.
    """
    asked = [
        question
        for event_id, group in grouped.items()
        for question in _questions(group, others.get(event_id, ()), reported)
    ]
    if not asked or fits is None:
        return {}
    keys = [listing_key(question.entry) for question in asked]
    return {key: _answered(reported[key], unlike, now) for key, unlike in zip(keys, fits(asked), strict=True)}


def _questions(
    group: Sequence[Entry],
    others: Sequence[event_facts.Contribution],
    reported: Mapping[tuple[str, str], ReportedEntry],
) -> Iterator[MatchQuestion]:
    """The questions about the entries of one event."""
    rest = tuple(
        (word.origin, word.whole or word.facts) for word in others if not word.mismatched and not word.missing
    )
    for entry in group:
        known = reported[listing_key(entry)]
        if rest and known.joined and known.moved and known.kept != recognised(known.facts):
            yield MatchQuestion(entry=entry, others=rest)


def _answered(known: ReportedEntry, unlike: Likeness | None, now: datetime) -> ReportedEntry:
    """The entry after the comparison: newly mismatched, still mismatched, or matching again."""
    again = known.mismatched_since is not None and not unlike
    if unlike is None or known.effective_before is None:
        since, changed_at = None, now if again else known.changed_at
    else:
        since, changed_at = known.mismatched_since or now, known.effective_before.changed_at
    return replace(
        known,
        mismatched_since=since,
        changed_at=changed_at,
        since=known.since or again,
        mismatch=unlike,
        fits_again=again,
    )
