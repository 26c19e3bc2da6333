"""Controlled tags from a source's labels, title and description.

The words stand in `pipeline/taxonomy/data/tags.csv`. A label that means a controlled tag adds it ("Musica en
vivo": "live music"). The source's labels are kept as it writes them, behind the controlled tags.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final

from pipeline.siblings import SIBLINGS
from pipeline.taxonomy import TAGS
from pipeline.text.folding import fold
from pipeline.text.words import plain, words, words_once

MOST: Final = 20
#: With so many controlled tags, title and description are not searched.
_ENOUGH: Final = 6
#: A label of more words is a sentence, not the name of a tag. No phrase of the list is longer.
_LONGEST: Final = 4


def controlled_tags(title: str, description: str, labels: Sequence[str] = ()) -> tuple[str, ...]:
    """The controlled tags of an event, in the order of labels, title and beginning of the description."""
    return _controlled_tags(title, description, tuple(labels[:MOST]))


@lru_cache(maxsize=SIBLINGS)
def _controlled_tags(title: str, description: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for label in labels:
        found.update(dict.fromkeys(_named(words(label[:300], 60))))
    for text in (title[:300], plain(description[:900])[:300]):
        for name in _named(words_once(text, 60)):
            if len(found) < _ENOUGH:
                found[name] = None
    return tuple(found)


def tags_of(title: str, description: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The controlled tags, then the source's labels as it writes them.

    At most MOST, each once, whatever its case and accents.
    """
    each: dict[str, str] = {}
    for tag in (*controlled_tags(title, description, labels), *labels):
        each.setdefault(fold(tag), tag)
    return tuple(each.values())[:MOST]


def is_for_children(tag: str) -> bool:
    """Whether a tag says that an event is for children or families."""
    reported = words(tag[:100], _LONGEST + 1)
    return "kids" in _named(reported) or any(word.startswith("famil") for word in reported)


def _named(reported: Sequence[str]) -> Iterator[str]:
    entries, beginnings = _index()
    for position, word in enumerate(reported):
        for length in beginnings.get(word, ()):
            yield from entries.get(tuple(reported[position : position + length]), ())


@cache
def _index() -> tuple[dict[tuple[str, ...], list[str]], dict[str, set[int]]]:
    """Folded words -> tags that they name; first word -> lengths of the entries that begin with it."""
    entries: dict[tuple[str, ...], list[str]] = defaultdict(list)
    beginnings: dict[str, set[int]] = defaultdict(set)
    for tag in TAGS:
        for reported in dict.fromkeys(tuple(words(entry, _LONGEST)) for entry in (tag.name, *tag.words)):
            entries[reported].append(tag.name)
            beginnings[reported[0]].add(len(reported))
    return dict(entries), dict(beginnings)
