"""Python's cycle collector during a run.

By default it walks all objects of the process (models, word lists, caches: millions) whenever enough new ones
exist. That took a fifth of a run's time and freed next to nothing, since drafts, rows and records hold no
cycles. So in a run it looks only at the objects of each batch, and at all objects when the run is over.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def collected_by_batch() -> Iterator[Callable[[], object]]:
    """Collect cycles only when the yielded function is called.

    Each call examines only objects made since the last one.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(1)
    finally:
        if was_on:
            gc.enable()
