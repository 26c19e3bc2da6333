"""Simple fields that a description states in a line of their own: "Age limit: 18+"."""

from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Any, Final

from pipeline import patterns
from pipeline.contract.fields import SIMPLE
from pipeline.siblings import SIBLINGS
from pipeline.text.sanitize import lines

#: Only so many characters before a colon are searched for a label.
_BEFORE: Final = 60
#: A longer line is prose; only so many characters of it are read.
MAX_LINE: Final = 200
_FIELD_OF: Final = {label: name for name, how in SIMPLE.items() for label in how.labels}
_LABELS: Final = "|".join(patterns.escape(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
_ENDS: Final = tuple(_FIELD_OF)
_LINE: Final = patterns.compile(
    rf"[^\w:]{{0,5}}({_LABELS})\s?[:：]\s?(.+)", patterns.IGNORECASE, longest=MAX_LINE
)


def labelled(description: str, *, but: Set[str] = frozenset()) -> dict[str, Any]:
    """The values of simple fields, except `but`, from lines "Label: value" of a description (HTML).

    A field with two contradicting lines has none.
    """
    return dict(_labelled(description, frozenset(but)))


@lru_cache(maxsize=SIBLINGS)
def _labelled(description: str, but: frozenset[str]) -> Mapping[str, Any]:
    *before_colons, _ = description.replace("：", ":").split(":")
    if not any(_ends_in_label(text[-_BEFORE:]) for text in before_colons):
        return {}
    found: dict[str, set[Any]] = {}
    for line in lines(description).split("\n"):
        match = _LINE.fullmatch(line[:MAX_LINE].strip())
        if match is None:
            continue
        name = _FIELD_OF.get(match[1].casefold(), "")  # "İ" matches "i", and is another letter
        if name in SIMPLE.keys() - but and (value := SIMPLE[name].read(match[2])) is not None:
            found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def _ends_in_label(text: str) -> bool:
    """Whether the text before a colon ends in a label, with or without markup.

    Most descriptions have none; the test costs one search for each colon.
    """
    text = text.rstrip()
    if text.endswith(">"):
        text = text[: text.rfind("<")].rstrip()
    return text.casefold().endswith(_ENDS)
