"""Follows the outbox: finds the searches with an alert that events came to match, and has that recorded."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.db.models import Min

from events.filters import EventFilter
from outbox.queries import changes_after, cursor, position
from outbox.services import advance
from saved_searches.happened import TYPES, Happened, happened
from saved_searches.models import SavedSearch
from saved_searches.parts import Parts
from saved_searches.percolation import Candidate, candidates, percolate
from saved_searches.services.conditions import renew_keys
from saved_searches.services.recording import Found, Listed, pieces, record_piece

log = structlog.get_logger(__name__)
#: The consumer of the outbox.
CONSUMER: Final = "saved searches"
#: Changes that are compared at once.
BATCH: Final = 500
_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('saved searches', 0))"


def follow(*, batch: int = BATCH) -> int:
    """Record the hits of all changes since the last time. Returns how many are new.

    Each batch is recorded in pieces, each a transaction with its messages; the last one moves the cursor. So a lost process
    loses none: the batch is read again, and what was recorded is known. One process at a time adds hits; the others return.
    """
    renew_keys()
    total = 0
    while True:
        changes, until = _next(batch)
        if until is None:
            return total
        added, is_done = record_hits(happened(changes), until=until)
        total += added
        if not is_done:
            return total


def skip() -> int:
    """Let all changes pass that came since the last time, while alerts are off: nobody is told of them later. Returns 0, for no hits."""
    advance(CONSUMER, position().number)
    return 0


def record_hits(events: Sequence[Happened], *, until: int) -> tuple[int, bool]:
    """Record the hits of these events, tell the owners, and move the cursor to `until`.

    Returns how many are new, and whether all was recorded: not where another process is about it.
    """
    found = candidates({each.event_id: each.at for each in events})
    by_id = {each.event_id: each for each in events}
    what = [by_id[candidate.id] for candidate in found]
    todo: list[list[Found]] = list(pieces(_listed(found, what), what)) or [[]]
    total = 0
    for number, piece in enumerate(todo, 1):
        with transaction.atomic():
            if not _alone():
                return total, False
            total += record_piece(piece, what, until=until) if piece else 0
            if number == len(todo):
                advance(CONSUMER, until)
    return total, True


def _listed(found: Sequence[Candidate], what: Sequence[Happened]) -> list[Listed]:
    """The conditions that events match, without those events that they matched before."""

    states = [each.before() for each in what]

    def ask(part: EventFilter) -> Callable[[int], bool]:
        def matched(number: int) -> bool:
            state = states[number]
            return state is not None and what[number].was_listed(part, state, found[number].text)

        return matched

    earlier = Parts(ask, states)
    published = sum(1 << number for number, each in enumerate(what) if each.published)
    listed = []
    for match in percolate(found):
        before = earlier.among(match.events, match.wanted)
        new = Listed(match.conditions_id, match.events & ~before, before & published)
        if new.events or new.published:
            listed.append(new)
    return listed


def _next(batch: int) -> tuple[list[Any], int | None]:
    """The next changes of events, and the number up to which they are all; None where nothing is new.

    The first calls begin with the oldest alert; after a gap it begins where the outbox does.
    """
    here = position()
    begun = cursor(CONSUMER) or _first_alert(here.number)
    if begun < here.pruned_to:
        log.warning("saved_searches_gap", after=begun, begins=here.pruned_to)
        begun = here.pruned_to
    if begun >= here.number:
        return [], None
    changes = list(changes_after(begun, limit=batch, types=TYPES))
    newest = int(changes[-1].number or 0) if changes else 0
    return changes, newest if len(changes) == batch else max(newest, here.number)


def _first_alert(newest: int) -> int:
    """From where the first call begins; without alerts at the end, which the next call finds again."""
    first = SavedSearch.objects.filter(alert=True).aggregate(first=Min("after"))["first"]
    return newest if first is None else int(first)


def _alone() -> bool:
    with connection.cursor() as asked:
        asked.execute(_LOCK)
        (free,) = asked.fetchone()
    return bool(free)
