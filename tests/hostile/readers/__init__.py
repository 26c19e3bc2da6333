"""The table of everything that reads text from outside: who it is, how it is called with a text, and the
longest text that the code gives it.

One module per part of the house, each with its `READERS`. `test_readers.py` gives each of them every text of
`texts.generic()`. A reader that is one of a registered kind (a step, a check, a connector) is named
`KIND:NAME`; the test says which are missing.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """`call` takes a hostile text (its outcome does not count, its own kind of refusal is caught there);
    `longest` is in characters. `every`: each so many-th text only, of a reader that is slow for any text, as
    a library's model is."""

    name: str
    call: Callable[[str], object]
    longest: int
    every: int = 1


def refusing(call: Callable[[str], object], *refusals: type[Exception]) -> Callable[[str], object]:
    """The call, with the exceptions by which it refuses a text as an answer."""

    def answered(text: str) -> object:
        try:
            return call(text)
        except refusals as refusal:
            return refusal

    return answered


def every() -> tuple[Reader, ...]:
    """The readers of all modules of this package."""
    modules = [
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    return tuple(reader for module in modules for reader in module.READERS)
