"""Texts made from an expression's own structure, to make it backtrack: for each repeat a prefix that leads
there, what its body takes, and an end that spoils the match; and texts that begin a match over and over and
never finish it.

They come from Python's own parse of the expression, so that an expression written tomorrow is attacked as
well.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from re import _compiler, _constants, _parser  # the parser has no public name since Python 3.11
from typing import Any

from tests.hostile.texts import Attack

_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_CHARACTERS = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
_LOOKS = (_constants.ASSERT, _constants.ASSERT_NOT)
#: Characters to choose from, the plain ones first; an expression's own literals are added.
_ALPHABET = "".join(
    dict.fromkeys(
        "a1 A\n&<-.,x0z"
        + "".join(map(chr, range(0x180)))
        + "ſK\u0300\u0660\u0906\u0e01\u2003\u2013\u2019\u2022\u20ac\u4e00\uff10\U0001f3b5"
    )
)
_SAMPLES = 6
_MOST = 360  # attacks on one expression; what goes beyond is thinned out evenly


class _Structure:
    """An expression taken apart: what single characters it tells apart, and the samples of its parts."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        expression = (
            pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        )
        self.flags = pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
        self.flags = self.flags & ~re.DEBUG | (re.ASCII if isinstance(pattern.pattern, bytes) else 0)
        self.tree = _parser.parse(expression, self.flags)
        self.alphabet = "".join(dict.fromkeys(_ALPHABET + "".join(self._literals(self.tree))))
        if isinstance(pattern.pattern, bytes):
            self.alphabet = "".join(c for c in self.alphabet if ord(c) < 256)
        self._taken: dict[str, frozenset[str]] = {}
        for op, av in self._characters(self.tree):
            self._characters_of(op, av)
        self.representatives = self._one_of_each_kind()
        self.foreign = self._in_none()
        self.groups: dict[int, str] = {}

    def _literals(self, items: Iterable[Any]) -> Iterator[str]:
        for op, av in self._characters(items):
            if op in (_constants.LITERAL, _constants.NOT_LITERAL):
                yield from (chr(av), chr(av).swapcase()[:1])
            elif op is _constants.IN:
                for kind, value in av:
                    if kind is _constants.LITERAL:
                        yield chr(value)
                    elif kind is _constants.RANGE:
                        yield from (chr(value[0]), chr(value[1]))

    def _characters(self, items: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        for op, av in items:
            if op in _CHARACTERS:
                yield op, av
            for inner in _inner(op, av):
                yield from self._characters(inner)

    def _characters_of(self, op: Any, av: Any) -> frozenset[str]:
        key = repr((op, av))
        if key not in self._taken:
            one = _compiler.compile(_parser.SubPattern(self.tree.state, [(op, av)]), self.flags)
            self._taken[key] = frozenset(c for c in self.alphabet if one.fullmatch(c))
        return self._taken[key]

    def _one_of_each_kind(self) -> dict[str, None]:
        kinds: dict[tuple[bool, ...], str] = {}
        for c in self.alphabet:
            kinds.setdefault(tuple(c in taken for taken in self._taken.values()), c)
        return dict.fromkeys(kinds.values())

    def _in_none(self) -> str:
        return next(
            (
                c
                for c in "!\x00\x01~\n" + self.alphabet
                if not any(c in taken for taken in self._taken.values())
            ),
            "",
        )

    def samples(self, items: Iterable[Any]) -> list[str]:
        """Texts that a sequence of items takes: of each the plainest, then each other choice of one item with
        the rest plain."""
        parts = [self._samples_of(op, av) for op, av in items]
        plain = [part[0] for part in parts]
        made = ["".join(plain)]
        for choice in range(1, _SAMPLES):
            for place, part in enumerate(parts):
                if choice < len(part):
                    made.append("".join(plain[:place]) + part[choice] + "".join(plain[place + 1 :]))
        return list(dict.fromkeys(made))[: 4 * _SAMPLES]

    def _samples_of(self, op: Any, av: Any) -> list[str]:
        if op in _CHARACTERS:
            taken = self._characters_of(op, av)
            return [c for c in self.representatives if c in taken] or sorted(taken)[:1] or [""]
        if op in _REPEATS:
            least, _, body = av
            some = self.samples(body)
            return [text * least for text in some] if least else ["", *some]
        if op is _constants.SUBPATTERN:
            some = self.samples(av[-1])
            self.groups[av[0]] = some[0]
            return some
        if op is _constants.GROUPREF:
            return [self.groups.get(av, "")]
        if op is _constants.ASSERT and av[0] < 0:
            return self.samples(av[1])
        if op in (_constants.BRANCH, _constants.ATOMIC_GROUP, _constants.GROUPREF_EXISTS):
            choices = [self.samples(inner) for inner in _inner(op, av)]
            return list(
                dict.fromkeys(
                    text for row in itertools.zip_longest(*choices) for text in row if text is not None
                )
            ) or [""]
        return [""]

    def repeats(self, items: Iterable[Any], before: str = "") -> Iterator[tuple[str, list[str]]]:
        """Each repeat: a text that leads to it, and what its body takes. Bounded ones too: many of a bound
        cost as well."""
        for op, av in items:
            if op in _REPEATS and av[1] > 1:
                yield before, [text for text in self.samples(av[2]) if text]
            for inner in _inner(op, av):
                yield from self.repeats(inner, before)
            if op not in _LOOKS or (op is _constants.ASSERT and av[0] < 0):
                before += self._samples_of(op, av)[0]

    def beginnings(self, items: Iterable[Any], before: str = "") -> Iterator[str]:
        """Texts that begin a match: up to each item, and half of it."""
        for op, av in items:
            for inner in _inner(op, av):
                yield from self.beginnings(inner, before)
            for text in self._samples_of(op, av)[:_SAMPLES]:
                yield before + text
            before += self._samples_of(op, av)[0]
            yield before


def _inner(op: Any, av: Any) -> list[Any]:
    """The sequences inside an item."""
    if op in _REPEATS:
        return [av[2]]
    if op is _constants.BRANCH:
        return list(av[1])
    if op is _constants.SUBPATTERN:
        return [av[-1]]
    if op is _constants.ATOMIC_GROUP:
        return [av]
    if op in _LOOKS:
        return [av[1]]
    if op is _constants.GROUPREF_EXISTS:
        return [inner for inner in av[1:] if inner is not None]
    return []


def attacks_on(pattern: re.Pattern[Any]) -> list[Attack]:
    """Attacks on an expression, the most telling kinds first, at most `_MOST`; the same on each call."""
    made = _Structure(pattern)
    ends = dict.fromkeys(("", made.foreign, "\n", "\x00"))
    repeats = list(made.repeats(made.tree))
    pumps = dict.fromkeys(text for _, bodies in repeats for text in bodies)
    found: dict[Attack, None] = {}
    for before, bodies in repeats:
        for pump, end in itertools.product(bodies, ends):
            found[Attack(before, pump, end)] = None
            found[Attack("", before + pump, end)] = None
    # Two repeats that take the same text, whichever of the two the text was a sample of; runs of one, then of
    # the other.
    for (before, _), pump in itertools.product(
        dict(repeats and [(b, None) for b, _ in repeats]).items(), pumps
    ):
        found[Attack(before, pump, made.foreign)] = None
    begun = dict.fromkeys(text for text in made.beginnings(made.tree) if text)
    for text, end in itertools.product(begun, ("", made.foreign)):
        found[Attack("", text, end)] = None
    for one, other in itertools.permutations(list(made.representatives)[:12], 2):
        found[Attack("", one + other, "")] = None
    for c in made.representatives:
        found[Attack("", c, "")] = None
        found[Attack("", c, made.foreign)] = None
    every = list(found)
    if len(every) > _MOST:
        every = [every[place * len(every) // _MOST] for place in range(_MOST)]
    return every
