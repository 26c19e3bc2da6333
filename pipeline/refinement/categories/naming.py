"""Finds the entries of a controlled list in a text.

Whole words, phrases and `stem*`, compared with its folded words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.text.words import words, words_once


@dataclass(frozen=True, slots=True)
class Naming:
    """The words that stand for one thing."""

    whole: frozenset[str]
    phrases: tuple[str, ...]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, entries: Iterable[str]) -> "Naming":
        """Build it from the entries of a list: `jazz`, `open mic`, `orchest*`."""
        plain = [" ".join(words(entry, 4)) for entry in entries if not entry.endswith("*")]
        return cls(
            whole=frozenset(entry for entry in plain if entry and " " not in entry),
            phrases=tuple(f" {entry} " for entry in plain if " " in entry),
            stems=tuple("".join(words(entry, 1)) for entry in entries if entry.endswith("*")),
        )

    @classmethod
    def any(cls, namings: Iterable["Naming"]) -> "Naming":
        """The union of `namings`."""
        every = list(namings)
        return cls(
            whole=frozenset(word for naming in every for word in naming.whole),
            phrases=tuple(phrase for naming in every for phrase in naming.phrases),
            stems=tuple(stem for naming in every for stem in naming.stems),
        )


class PreparedText:
    """The words of a text, prepared for many lookups."""

    def __init__(self, text: str, most: int) -> None:
        read = words_once(text, most)
        self._words = frozenset(read)
        self._line = f" {' '.join(read)} "

    def names(self, naming: Naming) -> bool:
        """Is one of the words, phrases or stems in the text?"""
        if not self._words.isdisjoint(naming.whole) or any(phrase in self._line for phrase in naming.phrases):
            return True
        return bool(naming.stems) and any(word.startswith(naming.stems) for word in self._words)
