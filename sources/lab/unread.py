"""What a record seems to hold and no field of its event says: its values, by their shape.

Pure. A value is a leaf of the record: of JSON with its path, of XML and HTML with its element, of iCalendar
with its property.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from pipeline import patterns
from pipeline.contract.draft import Draft
from pipeline.dates.moments import read_moment
from pipeline.dates.time_text import TimeReader, read_when
from pipeline.geography.place_parts import is_street
from pipeline.money.currencies import currency_of
from pipeline.selectors import SelectorInvalid, elements, is_xpath
from pipeline.text.folding import fold_name
from pipeline.text.markup import line_of

#: How many values of a record are looked at, how long each, and how many lines are told.
MOST_LEAVES: Final = 200
LONGEST: Final = 300
MOST_TOLD: Final = 20
#: Fewer letters are no evidence that a value stands in a field, nor that it is missing there.
_LEAST: Final = 3
#: Among more siblings an element is told by its place alone.
_MOST_SIBLINGS: Final = 50
_INDEX: Final = patterns.compile(r"\[\d+\]", longest=LONGEST)
_LINK: Final = patterns.compile(r"https?://\S+", patterns.IGNORECASE, longest=LONGEST)
_PICTURE: Final = patterns.compile(
    r"https?://[^\s?#]+\.(?:jpe?g|png|webp|gif|avif)(?:[?#]\S*)?", patterns.IGNORECASE, longest=LONGEST
)
_SUM: Final = patterns.compile(
    r"(?P<before>[^\W\d_]{3}|[$€£¥₹])? ?\d{1,6}(?:[.,]\d{1,2})? ?(?P<after>[^\W\d_]{3}\b|[$€£¥₹])?",
    longest=LONGEST,
)
_POINT: Final = patterns.compile(r"-?\d{1,3}\.\d{3,}(?:\s*[,;]\s*-?\d{1,3}\.\d{3,})?", longest=LONGEST)
_NAME: Final = patterns.compile(r"[^\W\d_a-z][\w'’.&-]*(?: [^\W\d_a-z][\w'’.&-]*){1,3}", longest=LONGEST)
_LINE: Final = patterns.compile(r"([A-Za-z-]{2,40})(?:;[^:]{0,200})?:(.{1,300})", longest=600)
#: The field that a value of a shape is most likely meant for.
MEANT: Final = {
    "street": "address", "date": "start", "price": "price", "picture": "image", "link": "url", "point": "point", "name": "performers",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """One value of a record: where it stands, its shape ('' for none), and whether a field of the event says it."""

    path: str
    value: str
    shape: str = ""
    read: bool = False


def leaves(raw: str, *, exact: bool = False) -> Iterator[tuple[str, str]]:
    """The values of a record's own text, each with its path. Nothing for a text that was cut within.

    With `exact`, the first match of an element's selector in the record is that element; else records have the same
    selectors for the same elements.
    """
    if raw.lstrip()[:1] in ("{", "["):
        try:
            yield from islice(_of_json(json.loads(raw), ""), MOST_LEAVES)
        except ValueError:
            return
    elif raw.lstrip()[:1] == "<":
        root = _markup(raw)
        if root is not None:
            yield from islice(_of_markup(root, exact=exact), MOST_LEAVES)
    else:
        unfolded = raw.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
        found = (_LINE.match(line[:600]) for line in unfolded.split("\n")[:MOST_LEAVES])
        yield from ((line[1], line[2]) for line in found if line and line[1] not in ("BEGIN", "END"))


def shape_of(value: str, *, today: date) -> str:
    """What a value looks like: street, date, price, picture, link, point or name; '' for anything else."""
    if _PICTURE.fullmatch(value):
        return "picture"
    if _LINK.fullmatch(value):
        return "link"
    if _POINT.fullmatch(value):
        return "point"
    if _is_sum(value):
        return "price"
    if is_street(value):
        return "street"
    if _is_date(value, today):
        return "date"
    return "name" if _NAME.fullmatch(value) else ""


def container_of(raw: str) -> str:
    """A selector of the element that a record of markup is; '' for any other record."""
    root = _markup(raw) if raw.lstrip()[:1] == "<" else None
    return _selector(root[0]) if root is not None and len(root) == 1 and _is_plain(str(root[0].tag)) else ""


def read_of(draft: Draft, *, exact: bool = False) -> list[Leaf]:
    """The values of a draft's record. What stands in any field, in full or in part, counts as read."""
    reported = _reported(draft)
    today = draft.raw.published.date() if draft.raw.published else date(2000, 1, 1)
    found = []
    for path, value in leaves(draft.raw.raw, exact=exact):
        text = " ".join(line_of(value).split())[:LONGEST]
        if text:
            found.append(
                Leaf(path=path, value=text, shape=shape_of(text, today=today), read=_is_told(text, reported))
            )
    return found


def unread(drafts: Sequence[Draft]) -> tuple[list[dict[str, Any]], Draft | None]:
    """What the records hold unread, the most frequent first, and the record that holds most, as the sample.

    A line is {"what": its shape, "path", "count": in how many records, "example"}.
    """
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    sample: tuple[int, Draft | None] = (-1, None)
    for draft in drafts:
        found = read_of(draft)
        lines = {(leaf.shape, _INDEX.sub("[*]", leaf.path)): leaf.value for leaf in _missed(found)}
        counts.update(lines.keys())
        examples = {**lines, **examples}
        sample = max(sample, (len(list(_missed(found))), draft), key=lambda one: one[0])
    reported = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_TOLD]
    lines_told = [
        {"what": what, "path": path, "count": count, "example": examples[what, path]}
        for (what, path), count in reported
    ]
    return lines_told, sample[1]


def _missed(found: Iterable[Leaf]) -> Iterator[Leaf]:
    return (leaf for leaf in found if leaf.shape and not leaf.read)


def _reported(draft: Draft) -> str:
    """All that the event says, folded, as one text."""
    event = draft.event.to_json()
    return f" {fold_name(' '.join(islice(_texts(event), 2_000))[:60_000])} "


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif value not in (None, "", True, False):
        yield line_of(str(value))


def _is_told(text: str, reported: str) -> bool:
    """Whether the event says it: in full, or as the same moment or number in another form."""
    folded = fold_name(text)
    if len(folded) < _LEAST or f" {folded} " in reported:
        return True
    moment = read_moment(text) if text[:1].isdigit() else None
    if moment is not None and f" {fold_name(moment.isoformat()[:10])} " in reported.replace("t", " "):
        return True
    numbers = [part for part in folded.split() if part.isdigit()]
    if _is_sum(text) and numbers:
        return f" {numbers[0]} " in reported
    return not _LINK.match(text) and all(f" {word} " in reported for word in folded.split())


def _is_sum(value: str) -> bool:
    found = _SUM.fullmatch(value)
    return bool(found and any(currency_of(sign) for sign in (found["before"] or "", found["after"] or "")))


def _is_date(value: str, today: date) -> bool:
    if not any(char.isdigit() for char in value) or value.isdigit() or len(value) > 60:
        return False
    return read_moment(value) is not None or read_when(value, TimeReader(around=today)) is not None


def _of_json(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _of_json(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _of_json(one, f"{path}[{place}]")
    elif value is not None and not isinstance(value, bool):
        yield path, str(value)


def _markup(raw: str) -> Any:
    """The record as the content of an element; None for a text that is no markup. Nothing of it is run or fetched."""
    try:
        return lxml_html.fragment_fromstring(raw, create_parent="div")
    except (etree.LxmlError, ValueError):
        return None


def _of_markup(root: Any, *, exact: bool) -> Iterator[tuple[str, str]]:
    record = root[0] if len(root) == 1 else root
    path_of = partial(_exact, record=record) if exact else _selector
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in ("script", "style"):
            yield from _own_values(element, path_of)
        if element.tail and element.tail.strip() and element.getparent() is not None:
            yield path_of(element.getparent()), element.tail.strip()


def _own_values(element: Any, path_of: Callable[[Any], str]) -> Iterator[tuple[str, str]]:
    if element.text and element.text.strip():
        yield path_of(element), element.text.strip()
    for name in ("href", "src", "content", "datetime"):
        if element.get(name):
            path = path_of(element)
            yield f"{path}/@{name}" if is_xpath(path) else f"{path}::attr({name})", element.get(name)


def _selector(element: Any) -> str:
    """A selector of the element within its record: its tag, with its first class or its itemprop."""
    classes = [one for one in (element.get("class") or "").split() if _is_plain(one)]
    if classes:
        return f"{element.tag}.{classes[0]}"
    prop = element.get("itemprop") or ""
    return f'{element.tag}[itemprop="{prop}"]' if _is_plain(prop) else str(element.tag)


def _exact(element: Any, *, record: Any) -> str:
    """The shortest of a few selectors whose first match is the element; at last its place in the record."""
    above = element.getparent()
    if above is None or element is record:
        return _selector(element)
    if len(above) > _MOST_SIBLINGS:  # nth-of-type compares each sibling with each
        return _place(element, record)
    own = (
        f"{element.tag}:nth-of-type({1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))})"
    )
    steps = [_selector(element), own, f"{_selector(above)} > {own}"]
    return next((one for one in steps if _leads_to(element, record, one)), _place(element, record))


def _place(element: Any, record: Any) -> str:
    """The element's place in the record, as XPath."""
    steps: list[str] = []
    while element is not record and element.getparent() is not None:
        steps.append(
            f"*[{1 + sum(isinstance(one.tag, str) for one in element.itersiblings(preceding=True))}]"
        )
        element = element.getparent()
    return "./" + "/".join(reversed(steps))


def _leads_to(element: Any, record: Any, selector: str) -> bool:
    try:
        return next(iter(elements(record, selector)), None) is element
    except SelectorInvalid:
        return False


def _is_plain(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum() and name.isascii() and not name[:1].isdigit()
