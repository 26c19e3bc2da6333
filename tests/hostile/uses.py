"""Finds the methods of a compiled expression that its module calls.

One that only matches whole texts need not handle a search.
"""

import ast
import functools
import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

_SCANS = frozenset({"sub", "subn", "split", "findall", "finditer"})


@functools.cache
def _of_module(name: str) -> dict[str, frozenset[str]]:
    """The methods called on each private constant of a module, without public and passed-on constants."""
    tree = ast.parse(Path(importlib.import_module(name).__file__ or "").read_text())
    called: dict[str, set[str]] = {}
    bases = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            called.setdefault(node.value.id, set()).add(node.attr)
            bases.add(node.value)
    handed_on = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in bases
    }
    return {
        constant: frozenset(methods)
        for constant, methods in called.items()
        if constant.startswith("_") and constant not in handed_on
    }


def methods_of(pattern: re.Pattern[Any], module: str) -> frozenset[str]:
    """`match`, `fullmatch`, `search` or scans, as the module calls them; all where unknown."""
    names = [name for name, value in vars(importlib.import_module(module)).items() if value is pattern]
    known = [_of_module(module).get(name) for name in names]
    if not known or None in known:
        return frozenset({"search", "fullmatch", "finditer"})
    methods = frozenset().union(*filter(None, known))
    return (methods - _SCANS | ({"finditer"} if methods & _SCANS else set())) & {
        "match",
        "fullmatch",
        "search",
        "finditer",
    }


def calls_of(pattern: re.Pattern[Any], module: str) -> dict[str, Callable[[Any], object]]:
    """The calls for the test, by name.

    A search is tested by a scan to the end, which costs at least as much.
    """
    methods = methods_of(pattern, module)
    calls: dict[str, Callable[[Any], object]] = {}
    if "finditer" in methods:
        calls["finditer"] = lambda text: sum(1 for _ in pattern.finditer(text))
    elif "search" in methods:
        calls["search"] = pattern.search
    if "fullmatch" in methods:
        calls["fullmatch"] = pattern.fullmatch
    if "match" in methods and "finditer" not in methods:
        calls["match"] = pattern.match
    return calls
