"""Parses the name of a venue: unified spellings, and words weighted by their information."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from pipeline import patterns
from pipeline.text.folding import fold

#: Two long enough words count as one from this similarity on (rapidfuzz's ratio, 0 to 100), to allow for
#: typing errors.
SAME_WORD: Final = 84.0
LONG_WORD: Final = 5

_BRACKETS: Final = patterns.compile(r"[(\[][^()\[\]]*[)\]]")
_POSSESSIVE: Final = patterns.compile(r"['’`´]s\b|s['’`´](?=\s|$)")
_APOSTROPHE: Final = patterns.compile(r"['’`´]")
_NOT_WORD: Final = patterns.compile(r"[\W_]+")

#: The weight of a word by the column `tells` of `data/venue_words.csv`. A word of many venues distinguishes
#: "Ritz Café" from "Ritz Dining Room", but alone does not make two venues one; a word for the kind of venue
#: has almost no weight ("Katsu" and "Restaurant Katsu" are one).
_WEIGHTS: Final = {"shared": 0.4, "kind": 0.15, "nothing": 0.0}
_WORDS: Final = Path(__file__).resolve().parents[1] / "data" / "venue_words.csv"


@dataclass(frozen=True, slots=True)
class NameWords:
    """The informative `words`, in order and each once; `whole`: all joined without spaces.

    `inside`: those in brackets.
    """

    words: tuple[str, ...]
    whole: str
    inside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NameLikeness:
    """`equal`: the same words.

    `likeness` 0 to 1: the common weight. `left_over`: the weights that only one has, unordered.
    """

    equal: bool
    likeness: float
    left_over: tuple[float, float]

    @property
    def contained(self) -> bool:
        """Whether one name contains the other: 'Fenix' and 'Fenix at the Argyle'."""
        return min(self.left_over) == 0 and self.likeness > 0

    @property
    def contradicts(self) -> bool:
        """Whether each has words that the other lacks: 'Ritz Café' and 'Ritz Dining Room'."""
        return min(self.left_over) > 0 and max(self.left_over) >= _WEIGHTS["shared"]


@lru_cache(maxsize=1)
def _listed() -> tuple[dict[str, str], dict[str, float]]:
    """Word -> its unified spelling, and word -> its weight, for the listed words."""
    with _WORDS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["word"]: row["spelling"] for row in rows if row["spelling"]}, {
        row["word"]: _WEIGHTS[row["tells"]] for row in rows if row["tells"]
    }


def names_kind(name: str) -> bool:
    """Whether a name has a word that many venues share, or one for a kind of venue: "Town Hall"."""
    spellings, weights = _listed()
    words = (spellings.get(word, word) for word in fold(_NOT_WORD.sub(" ", name)).split())
    return any(0 < weights.get(word, 1.0) < 1 for word in words)


@lru_cache(maxsize=50_000)
def name_words(name: str) -> NameWords:
    """The words of a name. Those in brackets are separate, unless there are no others."""
    bare = _BRACKETS.sub(" ", name)
    inside = frozenset(_words(" ".join(_BRACKETS.findall(name)))) if len(bare) < len(name) else frozenset()
    words = _words(bare) or _words(name)
    return NameWords(words=tuple(dict.fromkeys(words)), whole="".join(words), inside=inside)


def _words(text: str) -> tuple[str, ...]:
    plain = _APOSTROPHE.sub("", _POSSESSIVE.sub("s", fold(text).replace("&", " and ").replace("+", " and ")))
    spellings, _ = _listed()
    all_words = [spellings.get(word, word) for word in _NOT_WORD.sub(" ", plain).split()]
    reported = [word for word in all_words if weight_of(word)]
    return tuple(reported or all_words)


def weight_of(word: str) -> float:
    """The information of a word.

    1 for a distinctive one, less for common ones, 0 for articles and similar words.
    """
    return _listed()[1].get(word, 1.0)


@lru_cache(maxsize=50_000)
def compare_names(one: NameWords, other: NameWords) -> NameLikeness:
    """The similarity of two names, whatever the order of their words."""
    if not one.words or not other.words:
        return NameLikeness(False, 0.0, (0.0, 0.0))
    one, other = sorted((one, other), key=lambda name: name.words)
    if one.whole == other.whole or sorted(one.words) == sorted(other.words):
        return NameLikeness(True, 1.0, (0.0, 0.0))
    rest = list(other.words)
    shared, left = 0.0, 0.0
    whole_name = not (_tells(one) and _tells(other))
    for word in one.words:
        partner = next((second for second in rest if _same_word(word, second)), None)
        if partner is None:
            left += weight_of(word)
        else:
            rest.remove(partner)
            shared += 1.0 if whole_name else max(weight_of(word), weight_of(partner))
    right = sum(weight_of(word) for word in rest)
    left, right = _without_brackets(one, other, left, right)
    if left and right and len(one.whole) >= 2 * LONG_WORD and fuzz.ratio(one.whole, other.whole) >= 93:
        return NameLikeness(False, 0.95, (0.0, 0.0))
    total = shared + left + right
    return NameLikeness(
        left + right <= 2 * _WEIGHTS["kind"] and shared >= 1.0,
        shared / total if total else 0.0,
        (left, right),
    )


def _tells(name: NameWords) -> bool:
    """Whether a name has a distinctive word. 'The Grill' has none, so common words must suffice."""
    return any(weight_of(word) >= 1 for word in name.words)


def _without_brackets(one: NameWords, other: NameWords, left: float, right: float) -> tuple[float, float]:
    """Words of one name that stand in the other's brackets are no contradiction.

    'Ritz, Buckhead' and 'Ritz (Buckhead)'.
    """
    left -= sum(weight_of(word) for word in other.inside & (set(one.words) - set(other.words)))
    right -= sum(weight_of(word) for word in one.inside & (set(other.words) - set(one.words)))
    return max(0.0, left), max(0.0, right)


def _same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    if one.isdigit() or other.isdigit():
        return False
    short, long = sorted((one, other), key=len)
    if len(short) >= 4 and long == f"{short}s":
        return True
    return len(short) >= LONG_WORD and short[0] == long[0] and fuzz.ratio(one, other) >= SAME_WORD
