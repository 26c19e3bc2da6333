"""A share of what the rules published is looked at by a person afterwards. It stays published meanwhile."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import md5
from typing import Final

from events.enums import Publication
from events.records import Outcome, Recorded
from moderation.enums import ReviewKind
from moderation.models import Review
from moderation.services import rule_settings

#: The part of the priority that keeps a spot check below everything that waits.
PRIORITY: Final = -80
REASON: Final = "published by itself: please look whether it is right"
_LOTS: Final = 10_000


def chosen(recorded: Sequence[Recorded], *, now: datetime) -> list[Recorded]:
    """Those of a batch that a person looks at: the share in force of what was published or changed by itself.

    At most so many a day (UTC) as is set; the lot of an event is drawn from its id and the day (at most two queries).
    """
    let_through = [row for row in recorded if _by_itself(row)]
    if not let_through:
        return []
    settings = rule_settings.in_force()
    share = settings.number("spot_share") * _LOTS
    drawn = [row for row in let_through if _lot(row, now) < share]
    return drawn[: _left(int(settings.number("spot_most")), now)] if drawn else []


def _by_itself(row: Recorded) -> bool:
    if row.publication != Publication.APPROVED or row.proposal_id is not None:
        return False
    return row.outcome is Outcome.NEW or (row.outcome is Outcome.CHANGED and bool(row.judgement.rules))


def _lot(row: Recorded, now: datetime) -> int:
    digest = md5(f"{row.event_id}:{now:%Y-%m-%d}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:4]) % _LOTS


def _left(most: int, now: datetime) -> int:
    """How many more may be filed today."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(
        0,
        most
        - Review.objects.filter(kind=ReviewKind.SPOT, created_at__gte=midnight).exclude(source="").count(),
    )
