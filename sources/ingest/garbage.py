"""Python's collector of cycles in a run.

It walks all objects of the process (models, word lists, caches: millions) whenever enough new ones are there,
which took a fifth of a run's time and freed next to nothing: drafts, rows and records hold no cycles. In a
run it therefore looks at what each batch left, and at the whole again when the run is over.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def collected_by_batch() -> Iterator[Callable[[], object]]:
    """While the block runs, cycles are collected only when the given function is called, and only among
    objects that came since its last call."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(1)
    finally:
        if was_on:
            gc.enable()
