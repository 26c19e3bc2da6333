"""Whether the answer to a reader is made from the replica: only what has replayed all that this process, and the reader, know of.

The rule is one comparison. Each look at the outbox (`changed.py`) notes where the primary's log ended. A replica that has replayed it shows
every change and every edition that the look saw, so what is made from it may be kept under the look's number; and nobody gets anything older than
a look, which is a quarter of a second. Who has just written needs the position after that besides.
"""

from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest
from psycopg import errors

from outbox import replica
from outbox.renderings.changed import CHANGED, Reached, held_at
from outbox.renderings.shown import Shown, collected

log = structlog.get_logger(__name__)
Made = TypeVar("Made")

#: The header by which a page says which change it got last.
_MARK: Final = "Live-After"
#: Errors of a query that was ended, by its limit or because the replica's replay had to go on; the replica itself is well.
_OVERDUE: Final = errors.QueryCanceled
_CONFLICT: Final = errors.SerializationFailure


def for_reader(request: HttpRequest, make: Callable[[], Made], *, begun: Reached | None = None) -> Made:
    """What `make` returns, with the replica's rows where that may be.

    `begun` is what the result will be kept under; None where it is not kept. `make` only reads, and is called again at the primary where the
    replica fails in between. The attribute `read_from` of the request says where it was read, and why (`operations.middleware` counts it).
    """
    if not replica.is_configured() or request.method not in ("GET", "HEAD"):
        return make()
    why, reached = _why_not(request, begun)
    if not why:
        try:
            with replica.reading_there(), held_at(reached):
                made = make()
        except (OperationalError, InterfaceError) as error:
            if isinstance(error.__cause__, _OVERDUE):
                raise
            if not isinstance(error.__cause__, _CONFLICT):
                replica.leave()
            why = "failed"
            log.warning("replica_failed", error=str(error)[:200])
        else:
            request.read_from = "replica"  # type: ignore[attr-defined]
            return made
    request.read_from = f"primary:{why}"  # type: ignore[attr-defined]
    return make()


def shown_to_reader(request: HttpRequest, make: Callable[[], Made], *, begun: Reached) -> tuple[Made, Shown]:
    """As `for_reader`, of what is kept under `begun`; besides, which topics it shows."""

    def noted() -> tuple[Made, Shown]:
        with collected() as shown:
            return make(), shown

    return for_reader(request, noted, begun=begun)


def _why_not(request: HttpRequest, begun: Reached | None) -> tuple[str, Reached]:
    """Why the replica is not read, '' where it is; and what this process knows of."""
    if begun is None:
        CHANGED.look()
    reached = begun or CHANGED.reached()
    if begun is None and _MARK in request.headers:
        return "wrote", reached
    asked: Callable[[], int | None] | None = getattr(request, "reads_after", None)
    after = asked() if asked is not None else 0
    if after is None:
        return "wrote", reached
    if not reached.wal:
        return "unknown", reached
    if not replica.REST.is_over():
        return "away", reached
    try:
        there = replica.replayed()
    except DatabaseError as error:
        log.warning("replica_away", error=str(error)[:200])
        return "away", reached
    if not there.is_replica or there.epoch != reached.epoch:
        return "other", reached
    if there.position < max(reached.wal, after):
        return "wrote" if there.position >= reached.wal else "behind", reached
    return "", reached
