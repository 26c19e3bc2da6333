"""Values of microformats: the value class pattern (https://microformats.org/wiki/value-class-pattern) and
what elements say in its absence."""

from typing import Final

from lxml import html

from pipeline import patterns
from pipeline.connectors.formats.page.dom import Document, tokens
from pipeline.dates.clocks import read_clock

_PLAIN: Final = {
    "data": "value",
    "input": "value",
    "time": "datetime",
    "ins": "datetime",
    "del": "datetime",
    "abbr": "title",
    "link": "title",
}
_TITLED: Final = {
    "abbr": "title",
    "link": "title",
    "data": "value",
    "input": "value",
    "img": "alt",
    "area": "alt",
}
#: Characters of a part that may be a day, a time or a zone.
_LONGEST: Final = 100
_DAY: Final = patterns.compile(r"^\d{4}-?\d{2}-?\d{2}$|^\d{4}-\d{3}$", longest=_LONGEST)
#: The pattern's own grammar of times ("1930", "7:30pm", "19:30Z"), which are no clock in words.
_TIME: Final = patterns.compile(
    r"^(\d{1,2}:?\d{0,2}:?\d{0,2}(?:\.\d+)?)\s*([ap]\.?m\.?)?\s*(z|[+-]\d{1,2}:?\d{0,2})?$",
    patterns.IGNORECASE,
    longest=_LONGEST,
)
_ZONE: Final = patterns.compile(r"^(z|[+-]\d{1,2}:?\d{0,2})$", patterns.IGNORECASE, longest=_LONGEST)
_MAX_PARTS: Final = 10


def text_value(element: html.HtmlElement, document: Document) -> str:
    """A `p-` property."""
    parts = _parts(element, _TITLED, document)
    if parts:
        return " ".join(parts)
    attribute = _TITLED.get(element.tag, "")
    return (element.get(attribute) if attribute and element.get(attribute) else document.text(element)) or ""


def date_value(element: html.HtmlElement, document: Document) -> str:
    """A `dt-` property as ISO 8601 where its parts allow: day, time and zone joined, 7pm as 19:00; else the
    text as it stands."""
    parts = _parts(element, _PLAIN, document)
    if parts:
        return _joined(parts)
    attribute = _PLAIN.get(element.tag, "")
    return (element.get(attribute) if attribute and element.get(attribute) else document.text(element)) or ""


def _parts(element: html.HtmlElement, attributes: dict[str, str], document: Document) -> list[str]:
    """The values of `value` and `value-title` elements inside, not those inside one another."""
    parts: list[str] = []
    stack = list(reversed(element))
    while stack and len(parts) < _MAX_PARTS and document.left > 0:
        inner = stack.pop()
        document.left -= 1
        classes = tokens(inner, "class") if isinstance(inner.tag, str) else []
        if "value-title" in classes:
            parts.append((inner.get("title") or "").strip())
        elif "value" in classes:
            attribute = attributes.get(inner.tag, "")
            parts.append(((inner.get(attribute) if attribute else "") or document.text(inner)).strip())
        else:
            stack.extend(reversed(inner))
    return [part for part in parts if part]


def _joined(parts: list[str]) -> str:
    short = [part for part in parts if len(part) <= _LONGEST]
    day = next((p for p in short if _DAY.match(p)), "")
    time = next((_time(p) for p in short if _TIME.match(p) and not _DAY.match(p)), "")
    zone = next((p for p in short if _ZONE.match(p)), "")
    if day and time:
        return f"{day}T{time}{zone if not _ZONE.search(time[-6:]) else ''}"
    return time + zone if time else day or parts[0]


def _time(text: str) -> str:
    clock, half, zone = _TIME.match(text).groups()  # type: ignore[union-attr]
    if half:
        read = read_clock(f"{clock}{half}")
        return f"{read.start:%H:%M}{zone or ''}" if read else text
    return f"{clock}{zone or ''}"
