"""`scipy.sparse`, imported without what nothing here needs.

scipy copies every name of numpy, also the packages that numpy loads only where they are used: f2py, and with it a guesser of
encodings, testing, masked arrays. They take more than half of the import, a tenth of a second of processor time in each
process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

import numpy as np

#: Packages that numpy loads at their first use.
_UNUSED: Final = ("ctypeslib", "f2py", "ma", "matlib", "polynomial", "testing")


@contextmanager
def _without_unused() -> Iterator[None]:
    """Leave empty modules in place of those that are not loaded yet; who imports one itself gets the true one."""
    empty = {name: ModuleType(name) for name in _UNUSED if name not in vars(np)}
    for name, module in empty.items():
        setattr(np, name, module)
    try:
        yield
    finally:
        for name, module in empty.items():
            if vars(np).get(name) is module:
                delattr(np, name)


with _without_unused():
    from scipy import sparse

__all__ = ["sparse"]
