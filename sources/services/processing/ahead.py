"""Batches are refined ahead, by forked processes, while this one records those before them: refining asks much of the processor, recording much of the
database, and only the order of recording matters.

Of what the batch before makes (places, say) a batch refined ahead may not know yet; recording finds these by their names. A run of one batch is refined
here, and so are all where there is one processor, or a transaction whose rows no other process sees.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db import connection, connections

from sources.matching.workers import usable
from sources.queries import Ahead
from sources.records import Draft
from sources.services.processing.crew import Crew
from sources.services.staging import Identified, Known
from sources.settlement import Identity


@dataclass(kw_only=True, slots=True)
class Batch:
    """Records that are new or changed, and what is held of them."""

    items: list[Identified] = field(default_factory=list)
    known: dict[Identity, Known] = field(default_factory=dict)


#: The drafts of a batch in its order, what each step counted, and what a child found besides.
Refining = tuple[list[Draft], Mapping[str, Any], Ahead | None]


def refined_ahead(
    batches: Iterable[Batch], refine: Callable[[Batch], Refining], beside: Callable[[Batch], Refining]
) -> Iterator[tuple[Batch, Refining]]:
    """Each batch with its refinement, in order. The first is refined here, while the others are begun by children, which refine `beside`."""
    stream = iter(batches)
    processes = 1 if connection.in_atomic_block else usable()
    first, second = next(stream, None), next(stream, None) if processes > 1 else None
    if first is None:
        return
    if second is None:
        for batch in chain([first], stream):
            yield batch, refine(batch)
        return
    waiting: deque[Batch] = deque()
    rest = _noting(chain([second], stream), waiting)
    with Crew(beside, processes=processes, begin=_leave_connections, finish=connections.close_all) as crew:
        crew.feed(rest)
        yield first, refine(first)
        for answer in crew.answers(rest):
            yield waiting.popleft(), answer


def _noting(batches: Iterable[Batch], waiting: deque[Batch]) -> Iterator[Batch]:
    for batch in batches:
        waiting.append(batch)
        yield batch


def _leave_connections() -> None:
    """In a child: the inherited connections are the parent's, so they are forgotten without a word to the server; the child opens its own."""
    for one in connections.all(initialized_only=True):
        _kept.append(one.connection)  # never closed: what closes when it is collected would speak to the server
        one.connection = None


_kept: list[Any] = []
