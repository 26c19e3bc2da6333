"""Python's cycle collector during work on many new objects: a run, or a comparison with saved searches.

By default it walks all objects of the process (models, word lists, caches: millions) whenever enough new ones
exist. That took a fifth of the time and freed next to nothing, since drafts, rows, records and public events hold no
cycles. So meanwhile it looks only at the objects of each batch, and at all objects when the work is over.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

#: New objects that are not freed after a batch. Most batches leave fewer: to look through a batch took a fiftieth of its time.
_MANY: Final = 100_000


def collect_many() -> int:
    """Collect the cycles among the objects made since the last collection, where these are many. Returns how many it freed."""
    return gc.collect(1) if gc.get_count()[0] > _MANY else 0


@contextmanager
def collected_by_batch() -> Iterator[Callable[[], object]]:
    """Collect cycles only when the yielded function is called, and so many new objects are there.

    Each collection examines only objects made since the last one. As a decorator it collects when the function has returned.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield collect_many
    finally:
        if was_on:
            gc.enable()
