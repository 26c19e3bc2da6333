"""Batches are refined ahead, by forked processes, while this one records those before them: refining asks much of the processor, recording much of the
database, and only the order of recording matters.

Of what the batch before makes (places, say) a batch refined ahead may not know yet; recording finds these by their names. A run of one batch is refined
here, and so are all where there is one processor, or a transaction whose rows no other process sees.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

from django.db import connection, connections

from sources.matching.workers import spread
from sources.records import Draft
from sources.services.staging import Identified, Known
from sources.settlement import Identity


@dataclass(kw_only=True, slots=True)
class Batch:
    """Records that are new or changed, and what is held of them."""

    items: list[Identified] = field(default_factory=list)
    known: dict[Identity, Known] = field(default_factory=dict)


#: The drafts of a batch in its order, and what each step counted.
Refining = tuple[list[Draft], Mapping[str, Any]]


def refined_ahead(batches: Iterable[Batch], refine: Callable[[Batch], Refining]) -> Iterator[tuple[Batch, Refining]]:
    """Each batch with its refinement, in order. The first is refined here, which fills this process's caches for the children to come."""
    stream = iter(batches)
    for first in stream:
        yield first, refine(first)
        break
    second = next(stream, None)
    if second is None:
        return
    waiting: deque[Batch] = deque()
    work = partial(_apart, refine, os.getpid())
    answers = spread(work, _noting(chain([second], stream), waiting), processes=1 if connection.in_atomic_block else None)
    for answer in answers:
        yield waiting.popleft(), answer


def _noting(batches: Iterable[Batch], waiting: deque[Batch]) -> Iterator[Batch]:
    for batch in batches:
        waiting.append(batch)
        yield batch


def _apart(refine: Callable[[Batch], Refining], parent: int, batch: Batch) -> Refining:
    """The work of a child, with connections of its own: the inherited ones are the parent's, so they are dropped without a word to the server."""
    if os.getpid() == parent:
        return refine(batch)
    inherited = [(one, one.connection) for one in connections.all(initialized_only=True)]
    for one, _ in inherited:
        one.connection = None
    try:
        return refine(batch)
    finally:
        connections.close_all()
