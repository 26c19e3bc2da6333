"""Simple fields that a description states in a line of their own: "Age limit: 18+"."""

from collections.abc import Collection
from typing import Any, Final

from pipeline import patterns
from pipeline.contract.fields import SIMPLE
from pipeline.text.sanitize import lines

#: A longer line is a sentence of prose; what is beyond is not read.
MAX_LINE: Final = 200
_FIELD_OF: Final = {label: name for name, how in SIMPLE.items() for label in how.labels}
_LABELS: Final = "|".join(patterns.escape(label) for label in sorted(_FIELD_OF, key=len, reverse=True))
#: Most descriptions have no such line, and cost one look. Markup may stand between the label and its colon.
_ANY: Final = patterns.compile(rf"\b(?:{_LABELS})\s?(?:</\w{{1,6}}>)?\s?[:：]", patterns.IGNORECASE)
_LINE: Final = patterns.compile(
    rf"[^\w:]{{0,5}}({_LABELS})\s?[:：]\s?(.+)", patterns.IGNORECASE, longest=MAX_LINE
)


def labelled(description: str, *, but: Collection[str] = ()) -> dict[str, Any]:
    """The values of simple fields `but` those named, by lines "Label: value" of a description (HTML); a field of
    which two lines say different things has none."""
    if not _LABELS or not _ANY.search(description):
        return {}
    found: dict[str, set[Any]] = {}
    for line in lines(description).split("\n"):
        match = _LINE.fullmatch(line[:MAX_LINE].strip())
        name = _FIELD_OF[match[1].casefold()] if match else ""
        value = SIMPLE[name].read(match[2]) if match and name not in but else None
        if value is not None:
            found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}
