"""The labels of a source as single tags: joined lists divided, and what is no tag left out, by its shape."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from pipeline import patterns

#: A longer label is a sentence.
MAX_LABEL: Final = 60
#: Only so many characters of a label are read.
_MOST: Final = 1_000
_APART: Final = patterns.compile(r"[;|\n•]|\s(?=#)", longest=_MOST)
#: A comma divides, except before digits and in an enumeration that is one name ("Class, Training, or Workshop").
_COMMA: Final = patterns.compile(r",(?!\d)", longest=_MOST)
_ENUMERATED: Final = patterns.compile(
    r".*,[^,]*(?<!\w)(?:or|and|&|und|oder|et|ou|o|e)\s[^,]*", patterns.IGNORECASE, longest=_MOST
)
#: So many small words without a comma are a list of tags ("art club music science"), unless one of them joins them.
_MANY_WORDS: Final = 5
_JOINING: Final = frozenset(
    "and of the for with to in on a an at by from your our y de la el et und der die das für mit".split()  # noqa: SIM905
)
#: What software writes: addresses, `key=value`, types of schema.org ("MusicEvent", "http://schema.org/Event"),
#: constants ("IN_PERSON"), numbers and ids ("evt-0Do0LqHc3XSPgTq", a uuid).
_SOFTWARE: Final = patterns.compile(
    r"\S*://.*|\S*[\w-]+\.[a-z]{2,6}/.*|.*[=@{}<>].*|\w*[a-z](?:Events?|EventSeries)|[A-Z]+(?:_[A-Z]+)+|[\W\d_]+"
    r"|(?=\S*\d)[0-9a-fA-F-]{8,}|(?!\D*(?:19|20)\d\d\D*$)(?=(?:\D*\d){3})\S{10,}",
    longest=_MOST,
)
#: Values of a switch, and the name of everything.
_SWITCHES: Final = frozenset(
    "true false yes no on off public private published draft active confirmed null none undefined n/a default uncategorized event events".split()  # noqa: SIM905
)


def _parts(text: str) -> list[str]:
    return [text] if _ENUMERATED.fullmatch(text) else _COMMA.split(text)


def labels_of(reported: Iterable[str]) -> Iterator[str]:
    """The single labels of a source's categories and tags, those of software left out."""
    for text in reported:
        for part in chain.from_iterable(map(_parts, _APART.split(text[:_MOST]))):
            label = " ".join(part.split()).strip("#,.\"' ")
            words = label.split()
            listed = len(words) >= _MANY_WORDS and label == label.lower() and not _JOINING & set(words)
            for one in words if listed else [label]:
                if (
                    one
                    and len(one) <= MAX_LABEL
                    and not _SOFTWARE.fullmatch(one)
                    and one.lower() not in _SWITCHES
                ):
                    yield one
