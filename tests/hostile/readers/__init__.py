"""The table of all readers of outside text.

The name, the call with a text, and the longest text that the code admits. One module for each part of the
project, each with its `READERS`. `test_readers.py` gives each of them every text of `texts.generic()`. A
reader of a registered kind (a step, a check, a connector) is named `KIND:NAME`; the test lists missing ones.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """`call` takes a hostile text (its result does not count, and its usual refusals are caught there).

    `longest` is in characters. `every`: only every so many-th text, for a reader that is slow for any text,
    such as a library's model.
    """

    name: str
    call: Callable[[str], object]
    longest: int
    every: int = 1


def refusing(call: Callable[[str], object], *refusals: type[Exception]) -> Callable[[str], object]:
    """The call, with its refusing exceptions caught."""

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
