"""A question while it is read: what each part of the text was understood as."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pipeline.dates.asked import Token, tokens

_LEADS_TEXT = """
in at near around close to from by @ the im am auf bei nahe dans à a près de du en cerca del nel nella vicino da no na em perto te
bij op with for mit für avec pour con para per voor com
"""
#: Prepositions and articles that belong to the place or thing behind them.
LEADS = frozenset(_LEADS_TEXT.split())
_SPACE = " "
_JOINS = "-\u2010\u2011'\u2019\u02bc.&/,;:!?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Characters `start` to `stop` that set `conditions` of the filter and are shown as `label`."""

    start: int
    stop: int
    label: str
    conditions: dict[str, Any]


@dataclass(slots=True)
class Question:
    """The text, its words, and the claims on them. No two claims overlap; `kept` are characters that stay words, `idle` those that
    need not be searched."""

    text: str
    words: list[Token]
    claims: list[Claim] = field(default_factory=list)
    kept: list[tuple[int, int]] = field(default_factory=list)
    idle: list[tuple[int, int]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, kept: list[tuple[int, int]]) -> "Question":
        return cls(text=text, words=tokens(text), kept=kept)

    def is_free(self, start: int, stop: int) -> bool:
        """Whether nothing has claimed any of these characters, and they need not stay words."""
        taken = [(claim.start, claim.stop) for claim in self.claims] + self.kept
        return all(stop <= begin or end <= start for begin, end in taken)

    def claim(self, start: int, stop: int, label: str, **conditions: Any) -> bool:
        """Claim these characters and the prepositions before them. Returns False where another claim holds them."""
        if not self.is_free(start, stop):
            return False
        for word in reversed([word for word in self.words if word.stop <= start]):
            if word.word not in LEADS or not self.is_free(word.start, word.stop):
                break
            start = word.start
        self.claims.append(Claim(start=start, stop=stop, label=label, conditions=conditions))
        return True

    def left(self) -> list[Token]:
        """The words that no claim holds."""
        return [
            word
            for word in self.words
            if all(word.stop <= claim.start or claim.stop <= word.start for claim in self.claims)
        ]

    def without(self, claim: Claim) -> str:
        """The text as it stands without the words of a claim."""
        return _SPACE.join((self.text[: claim.start] + _SPACE + self.text[claim.stop :]).split())

    def rest(self) -> str:
        """The text without the words of all claims, quotes kept."""
        return self.cut([(claim.start, claim.stop) for claim in self.claims])

    def cut(self, spans: Iterable[tuple[int, int]]) -> str:
        """The text without these characters and what joined them to the next word, so that no hyphen is left before one."""
        text = self.text
        for start, stop in sorted(spans, reverse=True):
            text = text[:start] + _SPACE + text[stop:].lstrip(_JOINS)
        return _SPACE.join(text.split())
