"""Python's cycle collector during work on many new objects: a run, or a comparison with saved searches.

By default it walks all objects of the process (models, word lists, caches: millions) whenever enough new ones
exist. That took a fifth of the time and freed next to nothing, since drafts, rows, records and public events hold no
cycles. So meanwhile it looks only at the objects of each batch, and at all objects when the work is over.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def collected_by_batch() -> Iterator[Callable[[], object]]:
    """Collect cycles only when the yielded function is called.

    Each call examines only objects made since the last one. As a decorator it collects when the function has returned.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(1)
    finally:
        if was_on:
            gc.enable()
