"""Other readings of a question's words: half-typed, mistyped, written together or apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from events.filters import EventFilter
from events.queries.vocabulary import borne, completions, known, nearest
from pipeline import patterns
from pipeline.text.folding import fold_name
from pipeline.text.small_words import is_small
from pipeline.text.terms import pieces

#: At most so many readings of one question.
MOST_READINGS = 6
#: A last word of fewer letters may be half typed (longer ones are beginnings anyway).
_HALF_TYPED = 3
#: A word is taken apart into words of so many letters or more.
_SHORTEST_PART = 3
#: What stands between quotes, hyphens and the like is one word of the question.
_WORD = patterns.compile(r"[^\s\"“”„«»]+", longest=500)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with its words read otherwise. `corrects` says that it holds known words for unknown ones."""

    filter: EventFilter
    corrects: bool = False


def readings(wanted: EventFilter) -> list[Reading]:
    """`wanted` with its words read otherwise, the likeliest first.

    Four queries at most. Words that must not occur stay as they are, and words in quotes are corrected in their place.
    """
    texts: dict[str, bool] = {}
    for text, corrects in islice(_readings(wanted.q), MOST_READINGS):
        texts.setdefault(text, corrects)
    return [Reading(replace(wanted, q=text), told) for text, told in texts.items() if text != wanted.q]


def _readings(text: str) -> Iterator[tuple[str, bool]]:
    spans = {(found.start(), found.end()): found[0] for found in _WORD.finditer(text)}
    words = {span: _word(token) for span, token in spans.items() if not token.startswith("-")}
    asked = {span: word for span, word in words.items() if word and not is_small(word)}
    if not asked:
        return
    yield from ((other, False) for other in _completed(text))
    apart = {word: _apart(word) for word in asked.values()}
    held = known(
        [*asked.values(), *(part for splits in apart.values() for parts in splits for part in parts)]
    )
    unknown = {span: word for span, word in asked.items() if word not in held}
    meant = nearest(list(asked.values()))
    mistyped = {span: meant[word] for span, word in unknown.items() if word in meant}
    yield from ((other, True) for other in _corrected(text, mistyped))
    for span, word in asked.items():
        for parts in apart[word]:
            if all(part in held for part in parts):
                yield _put(text, {span: f'"{" ".join(parts)}"'}), False
    # a known word is read as another one only where the whole is a name
    others = {
        fold_name(_put(text, {span: other})): _put(text, {span: other})
        for span, word in asked.items()
        for other in meant.get(word, ())
    }
    if len(asked) > 1 and others:
        names = borne(list(others))
        yield from ((other, False) for folded, other in others.items() if folded in names)


def _completed(text: str) -> Iterator[str]:
    """The last word, of one or two letters, as the word of a name that begins so and follows the others."""
    *before, last = fold_name(text).split() or [""]
    if before and 0 < len(last) < _HALF_TYPED and text[-1:].isalnum():
        for word in completions(before, last):
            yield f"{text[: -len(last)]}{word}"


def _corrected(text: str, meant: Mapping[tuple[int, int], Sequence[str]]) -> Iterator[str]:
    """The likeliest word for each mistyped one, then the less likely ones."""
    ways = product(*(list(enumerate(words)) for words in meant.values()))
    likeliest = sorted(islice(ways, 100), key=lambda way: sum(place for place, _ in way))
    for way in likeliest if meant else ():
        yield _put(text, {span: word for span, (_, word) in zip(meant, way, strict=True)})


def _put(text: str, words: Mapping[tuple[int, int], str]) -> str:
    for (start, stop), word in sorted(words.items(), reverse=True):
        text = text[:start] + word + text[stop:]
    return text


def _apart(word: str) -> list[tuple[str, str]]:
    """A word as two."""
    return [(word[:at], word[at:]) for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)]


def _word(token: str) -> str:
    """The folded word of a token; of a chain such as "hip-hop" the whole as one word; '' where it is none."""
    found = list(pieces(token))
    if len(found) != 1:
        return ""
    return found[0].joined or (found[0].parts[0].text if len(found[0].parts) == 1 else "")
