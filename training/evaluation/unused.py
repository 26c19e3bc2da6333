"""Which expressions of the pipeline, and which of their alternatives, decide nothing on the given files.

Each expression of a module is replaced by a proxy that searches every text a second time, with each
alternative in a group of its own: a group that takes part in a match has decided it. What never did is a
candidate to go; what is taken away together is measured by `evaluate fields` before it goes for good.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline import patterns

_METHODS: Final = {
    "search": "search", "match": "match", "fullmatch": "fullmatch", "finditer": "finditer",
    "findall": "finditer", "sub": "finditer", "subn": "finditer", "split": "finditer",
}  # fmt: skip
_EXPRESSIONS: Final = (patterns.Pattern, patterns.Deferred)
#: A group that is meant by its number: groups before it would shift it.
_NUMBERED: Final = re.compile(r"\\[1-9]")


@dataclass(slots=True)
class Watched:
    """An expression that notes which of its alternatives took part in a match."""

    inner: "patterns.Pattern[Any] | patterns.Deferred"
    name: str
    spans: list[tuple[int, int]] = field(default_factory=list)
    marked: "patterns.Pattern[Any] | None" = None
    matched: bool = False
    idle: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if isinstance(self.inner.pattern, str) and not _NUMBERED.search(self.inner.pattern):
            self.spans = list(alternatives(self.inner.pattern))
            self.marked = re.compile(_marked(self.inner.pattern, self.spans), self.inner.flags)
            self.idle = {f"_{number}" for number in range(len(self.spans))}

    def __getattr__(self, attribute: str) -> Any:
        method = getattr(self.inner, attribute)
        if attribute not in _METHODS or (self.matched and not self.idle):
            return method

        def called(*args: Any, **kwargs: Any) -> Any:
            with suppress(SystemError):  # a fault of `re` in Python 3.11 with groups that repeat
                self._note(_METHODS[attribute], args[1:2] if attribute in ("sub", "subn") else args)
            return method(*args, **kwargs)

        return called

    def _note(self, method: str, args: tuple[Any, ...]) -> None:
        found = getattr(self.marked or self.inner, method)(*args)
        for one in found if method == "finditer" else [found] if found else []:
            self.matched = True
            self.idle -= {name for name, value in one.groupdict().items() if value is not None}


def unused_on(read_all: Callable[[], object], *, package: str = "pipeline.") -> dict[str, Any]:
    """The figures of a run of `read_all`, which reads files by the pipeline.

    `patterns` and `alternatives` are all that there are, `idle` those that took part in no match, and `where`
    has them by expression: `{"module.NAME": ["alternative", …]}`; `["*"]` where the expression never matched.
    """
    with _watching(package) as watched:
        read_all()
    where = {
        one.name: [one.inner.pattern[start:stop] for start, stop in _idle(one)] if one.matched else ["*"]
        for one in watched
        if not one.matched or one.idle
    }
    return {
        "patterns": len(watched),
        "alternatives": sum(len(one.spans) for one in watched),
        "idle": sum(len(one.idle) for one in watched),
        "where": dict(sorted(where.items())),
    }


def alternatives(expression: str) -> Iterator[tuple[int, int]]:
    """The spans of the alternatives in an expression, also of those in groups.

    Those of what must not follow or come before are left out: no match shows them.
    """
    opened: list[list[int]] = [[0]]
    hidden: list[bool] = []
    at = 0
    while at < len(expression):
        char = expression[at]
        if char == "\\":
            at += 1
        elif char == "[":
            at = _end_of_class(expression, at)
        elif char == "(":
            opened.append([at + 1 + _prefix(expression[at + 1 :])])
            hidden.append(expression.startswith(("(?!", "(?<!"), at))
        elif char == "|":
            opened[-1].append(at + 1)
        elif char == ")":
            found = _level(opened.pop(), at)
            yield from () if any(hidden) else found
            hidden.pop()
        at += 1
    yield from _level(opened.pop(), len(expression))


def _idle(one: Watched) -> list[tuple[int, int]]:
    return [span for number, span in enumerate(one.spans) if f"_{number}" in one.idle]


def _marked(expression: str, spans: list[tuple[int, int]]) -> str:
    """The expression with each alternative in a group of its own, named by its number."""
    starts = [(start, False, f"(?P<_{number}>") for number, (start, _) in enumerate(spans)]
    stops = [(stop, True, ")") for _, stop in spans]
    for at, _, text in sorted(starts + stops, reverse=True):
        expression = expression[:at] + text + expression[at:]
    return expression


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
    if isinstance(value, _EXPRESSIONS):
        return known.setdefault(id(value), Watched(inner=value, name=name))
    if type(value) is tuple:
        made = tuple(_proxied(one, name, known) for one in value)
        return value if all(one is two for one, two in zip(made, value, strict=True)) else made
    if isinstance(value, Mapping) and any(isinstance(one, _EXPRESSIONS) for one in value.values()):
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
