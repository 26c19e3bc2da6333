"""What a question in words matches: read once, then asked of the database or of terms in memory.

The question is split like a text (`pipeline.text.terms`). Each of its words must be in the event: as it stands, as the
beginning of a word (from three letters on), in its common spelling, or by its stem in a language of the site.
"two words in quotes" stand beside each other and are not stemmed (an event's English stems are found), `-word` and
`-"a phrase"` must not occur, and small words (a, the, in) count only where there are no others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from pipeline import patterns
from pipeline.text.small_words import is_small
from pipeline.text.spellings import spelling
from pipeline.text.stems import stems_of
from pipeline.text.terms import Part, Piece, Terms, pairs, pieces

#: More words of a question are not read.
MOST_WORDS = 12
#: A shorter word, such as "DJ" or "5k", is not taken for the beginning of one.
SHORTEST_BEGINNING = 3
_LONGEST = 500
_CHUNK = patterns.compile(r'(?<!\S)(-?)"([^"]*)"?|(\S+)', longest=_LONGEST)
_QUOTES = str.maketrans("“”„«»", '"' * 5)


@dataclass(frozen=True, slots=True)
class Word:
    """Any of `terms`, or a term that begins with `beginning` (unless that is '')."""

    terms: tuple[str, ...]
    beginning: str = ""

    def tsquery(self, weights: str = "", place: str = "") -> str:
        """As a tsquery that a position of one of `weights` ("A", "AB"; '' for any) fulfils.

        With `place` it asks for the terms of that place (`events.models.search`), which have no positions.
        """
        begun = [f"'{place}{self.beginning}':*{weights}"] if self.beginning else []
        bound = f":{weights}" if weights else ""
        if place and self.beginning:  # what begins so is found with the beginning
            others = [term for term in self.terms if not term.startswith(self.beginning)]
        else:
            others = [term for term in self.terms if term != self.beginning]
        found = [*begun, *(f"'{place}{term}'{bound}" for term in others)]
        return found[0] if len(found) == 1 else f"({' | '.join(found)})"

    def matches(self, terms: Terms) -> bool:
        return not terms.positions.keys().isdisjoint(self.terms) or (
            self.beginning != "" and terms.begins(self.beginning)
        )

    def places(self, terms: Terms) -> set[int]:
        """The positions at which it stands. A beginning counts as in `matches`."""
        found = {at for term in self.terms for at in terms.positions.get(term, ())}
        if self.beginning:
            found.update(at for places in terms.beginning(self.beginning) for at in places)
        return found


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow each other, each so many positions behind the first."""

    words: tuple[tuple[int, Word], ...]

    def tsquery(self, weights: str = "", place: str = "") -> str:
        """The same; with `place` its words may stand anywhere."""
        if place:
            return f"({' & '.join(word.tsquery(place=place) for _, word in self.words)})"
        text, before = "", 0
        for at, word in self.words:
            asked = word.tsquery(weights)
            text = f"{text} <{at - before}> {asked}" if text else asked
            before = at
        return f"({text})"

    def matches(self, terms: Terms) -> bool:
        (first, word), *others = self.words
        begun = word.places(terms)
        for at, other in others:
            if not begun:
                return False
            begun &= {place - (at - first) for place in other.places(terms)}
        return bool(begun)


@dataclass(frozen=True, slots=True)
class Either:
    """One word written in two ways: "k-pop" as a phrase of two words, or `kpop`."""

    ways: "tuple[Asked, ...]"

    def tsquery(self, weights: str = "", place: str = "") -> str:
        """The same for each way."""
        return f"({' | '.join(way.tsquery(weights, place) for way in self.ways)})"

    def matches(self, terms: Terms) -> bool:
        return any(way.matches(terms) for way in self.ways)


Asked = Word | Phrase | Either


@dataclass(frozen=True, slots=True)
class WordQuery:
    """What a question asks for. False where it asks for nothing: then every event matches.

    `small` are the words that are asked for but need not occur (a ranking may prefer events that have them).
    """

    wanted: tuple[Asked, ...] = ()
    unwanted: tuple[Asked, ...] = ()
    small: tuple[Asked, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    def whole(self) -> "WordQuery":
        """The same without beginnings of words."""
        return replace(self, wanted=tuple(map(whole, self.wanted)))

    @property
    def needs_positions(self) -> bool:
        """Whether terms without positions find more than is asked for: a phrase, or what must not occur."""
        return bool(self.unwanted) or any(map(_has_phrase, self.wanted))

    def tsquery(self, place: str = "") -> str:
        """The question as the text of a tsquery (cast it, no configuration may read it); '' where it asks for nothing.

        With `place` it asks for the terms of that place: then what must not occur is not asked.
        """
        wanted = [asked.tsquery(place=place) for asked in self.wanted]
        return " & ".join(wanted if place else [*wanted, *(f"!{asked.tsquery()}" for asked in self.unwanted)])

    def matches(self, terms: Terms) -> bool:
        """Whether the terms of an event (`EventSearch.document`) fulfil the question, as in the database."""
        for asked in self.wanted:
            if not asked.matches(terms):
                return False
        return not any(asked.matches(terms) for asked in self.unwanted)


def whole(asked: Asked) -> Asked:
    """The same without beginnings of words."""
    if isinstance(asked, Word):
        return replace(asked, beginning="") if asked.terms else asked
    if isinstance(asked, Phrase):
        return Phrase(tuple((at, replace(word, beginning="")) for at, word in asked.words))
    return Either(tuple(whole(way) for way in asked.ways))


def _has_phrase(asked: Asked) -> bool:
    return isinstance(asked, Phrase) or (isinstance(asked, Either) and any(map(_has_phrase, asked.ways)))


def parse(text: str) -> WordQuery:
    """The question in any text. Only its letters and digits, quotes and leading hyphens count."""
    return _parse(text[:_LONGEST])


@lru_cache(maxsize=4_096)
def _parse(text: str) -> WordQuery:
    wanted: list[tuple[Asked, bool]] = []
    unwanted: list[Asked] = []
    for found in _CHUNK.finditer(text.translate(_QUOTES)):
        if found[3] is None:
            phrase = _literal(found[2])
            if phrase is not None:
                unwanted.append(phrase) if found[1] else wanted.append((phrase, False))
        elif found[3].startswith("-"):
            unwanted += [_asked(piece, begins=False) for piece in pieces(found[3])]
        else:
            wanted += [(_asked(piece), _is_small(piece)) for piece in pieces(found[3])]
    wanted = _joined(wanted)
    del wanted[MOST_WORDS:], unwanted[MOST_WORDS:]
    large = tuple(asked for asked, small in wanted if not small)
    if not large and not unwanted:
        return WordQuery(wanted=tuple(asked for asked, _ in wanted))
    return WordQuery(large, tuple(unwanted), tuple(asked for asked, small in wanted if small))


def _joined(wanted: list[tuple[Asked, bool]]) -> list[tuple[Asked, bool]]:
    """The same, where two words that follow each other may also stand as one: "story time" as "storytime"."""
    also: dict[int, tuple[str, ...]] = {}
    for at, ((one, _), (other, _)) in enumerate(pairwise(wanted)):
        if (
            isinstance(one, Word)
            and isinstance(other, Word)
            and not (wanted[at][1] or wanted[at + 1][1])
            and min(len(one.beginning), len(other.beginning)) >= SHORTEST_BEGINNING
        ):
            whole = one.terms[0] + other.terms[0]
            for place in (at, at + 1):
                also[place] = (*also.get(place, ()), whole, spelling(whole))
    return [
        (replace(one, terms=tuple(dict.fromkeys((*one.terms, *also[at])))), small)
        if at in also and isinstance(one, Word)
        else (one, small)
        for at, (one, small) in enumerate(wanted)
    ]


def _is_small(piece: Piece) -> bool:
    return not piece.joined and all(is_small(part.text) for part in piece.parts)


def _asked(piece: Piece, *, begins: bool = True) -> Asked:
    """One piece of the question; where it has several parts, they follow each other or are one word."""
    phrase = _phrase(_stood(piece.parts), begins=begins)
    if not piece.joined:
        return phrase
    return Either((_word(piece.joined, begins=begins), phrase))


def _literal(text: str) -> Asked | None:
    """What stands in quotes: the words as they are. A small word may be any word, unless all are small."""
    parts = [part for piece in pieces(text) for part in piece.parts]
    stood = _stood(parts[:MOST_WORDS])
    large = [(at, part) for at, part in stood if not is_small(part.text)]
    return _phrase(large or stood, stems=False, begins=False) if stood else None


def _stood(parts: Iterable[Part]) -> list[tuple[int, Part]]:
    """The parts with their positions from 0. Unspaced letters take a position each."""
    stood, at = [], 0
    for part in parts:
        stood.append((at, part))
        at += len(part.text) if part.is_unspaced else 1
    return stood


def _phrase(stood: Iterable[tuple[int, Part]], *, stems: bool = True, begins: bool = True) -> Asked:
    words: list[tuple[int, Word]] = []
    for at, part in stood:
        if part.is_unspaced:
            words += [(at + number, _pair(pair)) for number, pair in enumerate(pairs(part.text))]
        else:
            words.append((at, _word(part.text, stems=stems, begins=begins)))
    return words[0][1] if len(words) == 1 else Phrase(tuple(words[:MOST_WORDS]))


def _pair(letters: str) -> Word:
    return Word((letters,), letters if len(letters) == 1 else "")


def _word(text: str, *, stems: bool = True, begins: bool = True) -> Word:
    common = spelling(text)
    ways = (text, common, *(stems_of(common) if stems else ()))
    begun = begins and len(text) >= SHORTEST_BEGINNING and not text.isdigit()
    return Word(tuple(dict.fromkeys(ways)), text if begun else "")
