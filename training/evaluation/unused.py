"""Which expressions of the pipeline, and which of their alternatives, decide nothing on the given files.

Each expression of a module is replaced by a proxy that keeps the texts it matched. Then each alternative is
taken away in turn: one without which every kept text gives the same matches is a candidate to go. What is
taken away together is measured by `evaluate fields` before it goes for good.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline import patterns

#: So many characters of a text are kept, with so many around its first match, and of one expression only so
#: many texts.
MAX_TEXT: Final = 400
AROUND: Final = 60
MAX_KEPT: Final = 150
_FIRST: Final = ("search", "match", "fullmatch")
_EVERY: Final = ("finditer", "findall", "sub", "subn", "split")


@dataclass(slots=True)
class Watched:
    """An expression that keeps, by what it matched, a text and the method that was called."""

    inner: "patterns.Pattern[Any]"
    name: str
    kept: dict[object, tuple[str, Any, list[tuple[int, int]]]] = field(default_factory=dict)

    def __getattr__(self, attribute: str) -> Any:
        method = getattr(self.inner, attribute)
        if attribute not in (*_FIRST, *_EVERY):
            return method

        def called(*args: Any, **kwargs: Any) -> Any:
            text = args[1] if attribute in ("sub", "subn") else args[0]
            if len(self.kept) < MAX_KEPT:
                self._keep(attribute if attribute in _FIRST else "finditer", text)
            return method(*args, **kwargs)

        return called

    def _keep(self, method: str, text: Any) -> None:
        found = self.inner.search(text) if method == "finditer" else getattr(self.inner, method)(text)
        if found is None:
            return
        begin = max(0, found.start() - AROUND) if method in ("finditer", "search") else 0
        part = text[begin : begin + MAX_TEXT]
        if spans := _matched(self.inner, method, part):
            self.kept.setdefault(found.group()[:AROUND], (method, part, spans))


def unused_on(read_all: Callable[[], object], *, package: str = "pipeline.") -> dict[str, Any]:
    """The figures of a run of `read_all`, which reads files by the pipeline.

    `patterns` and `alternatives` are all that there are, `idle` those without which nothing changes, and `where`
    has them by expression: `{"module.NAME": ["alternative", …]}`; `["*"]` where the expression never matched.
    """
    with _watching(package) as watched:
        read_all()
    where: dict[str, list[str]] = {}
    total = idle = 0
    for one in watched:
        spans = list(alternatives(one.inner.pattern)) if isinstance(one.inner.pattern, str) else []
        unneeded = [span for span in spans if not one.kept or not _is_needed(one, span)]
        total, idle = total + len(spans), idle + len(unneeded)
        if not one.kept:
            where[one.name] = ["*"]
        elif unneeded:
            where[one.name] = [one.inner.pattern[start:stop] for start, stop in unneeded]
    return {
        "patterns": len(watched),
        "alternatives": total,
        "idle": idle,
        "where": dict(sorted(where.items())),
    }


def alternatives(expression: str) -> Iterator[tuple[int, int]]:
    """The spans of the alternatives in an expression, those of groups included."""
    opened: list[list[int]] = [[0]]
    at = 0
    while at < len(expression):
        char = expression[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _end_of_class(expression, at)
        elif char == "(":
            opened.append([at + 1 + _prefix(expression[at + 1 :])])
        elif char == "|":
            opened[-1].append(at + 1)
        elif char == ")":
            yield from _level(opened.pop(), at)
        at += 1
    yield from _level(opened.pop(), len(expression))


def without(expression: str, span: tuple[int, int]) -> str:
    """The expression without one of its alternatives, and without the bar beside it."""
    start, stop = span
    return (
        expression[: start - 1] + expression[stop:]
        if expression[start - 1 : start] == "|"
        else expression[:start] + expression[stop + 1 :]
    )


def _level(starts: list[int], stop: int) -> Iterator[tuple[int, int]]:
    if len(starts) > 1:
        yield from zip(starts, [start - 1 for start in starts[1:]] + [stop], strict=True)


def _prefix(rest: str) -> int:
    """The length of `?:`, `?P<name>` and the like behind an opening bracket."""
    if not rest.startswith("?"):
        return 0
    if rest.startswith(("?P<",)):
        return rest.index(">") + 1
    if rest.startswith(("?<=", "?<!")):
        return 3
    if rest[1] in "=!>":
        return 2
    return rest.index(":") + 1 if ":" in rest[:8] else 0


def _end_of_class(expression: str, at: int) -> int:
    at += 2 if expression[at + 1] == "^" else 1
    if expression[at] == "]":
        at += 1
    while expression[at] != "]":
        at += 2 if expression[at] == "\\" else 1
    return at


def _is_needed(one: Watched, span: tuple[int, int]) -> bool:
    """Whether a kept text gives other matches without an alternative."""
    try:
        other = re.compile(without(one.inner.pattern, span), one.inner.flags)
    except re.error:
        return True
    return any(spans != _matched(other, method, text) for method, text, spans in one.kept.values())


def _matched(pattern: "patterns.Pattern[Any]", method: str, text: Any) -> list[tuple[int, int]]:
    if method == "finditer":
        return [found.span() for found in pattern.finditer(text)]
    found = getattr(pattern, method)(text)
    return [found.span()] if found else []


@contextmanager
def _watching(package: str) -> Iterator[list[Watched]]:
    """Proxies in the place of the expressions of all imported modules of a package, put back at the end."""
    known: dict[int, Watched] = {}
    before: list[tuple[Any, str, Any]] = []
    for module in [module for name, module in sorted(sys.modules.items()) if name.startswith(package)]:
        for name, value in list(vars(module).items()):
            made = _proxied(value, f"{module.__name__}.{name}", known)
            if made is not value:
                before.append((module, name, value))
                setattr(module, name, made)
    try:
        yield list(known.values())
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def _proxied(value: Any, name: str, known: dict[int, Watched]) -> Any:
    """An expression as its proxy, also in a tuple or a mapping; any other value as it is."""
    if isinstance(value, patterns.Pattern):
        return known.setdefault(id(value), Watched(inner=value, name=name))
    if type(value) is tuple:
        made = tuple(_proxied(one, name, known) for one in value)
        return value if all(one is two for one, two in zip(made, value, strict=True)) else made
    if isinstance(value, Mapping) and any(isinstance(one, patterns.Pattern) for one in value.values()):
        return {key: _proxied(one, name, known) for key, one in value.items()}
    return value


def read_each(files: Iterable[Any], read: Callable[[Any], Iterable[object]]) -> None:
    """Read all files to their end; one that cannot be read is passed over."""
    for file in files:
        try:
            for _ in read(file):
                pass
        except ValueError:
            continue
