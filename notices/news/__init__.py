"""What changes of the outbox, and the clock, tell whom."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from notices.news import accounts, changed, found
from notices.records import News
from outbox.models import Change

ENDED: Final = accounts.ENDED
#: The changes that tell somebody something.
TYPES: Final = (*changed.TYPES, *accounts.TYPES, *found.TYPES)


def single(changes: Sequence[Change]) -> Iterator[News]:
    """The news that are a notice each."""
    return accounts.news_of(changes)


def gathered(changes: Sequence[Change], *, now: datetime) -> Iterator[News]:
    """The news of which several make one notice."""
    return chain(changed.news_of(changes, now=now), found.hits(changes), found.of_follows(changes, now=now))
