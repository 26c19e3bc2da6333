"""A page as people see it: pieces of text, each a line or a cell, in their order, with what stands around
them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree, html

from pipeline import patterns
from pipeline.connectors.formats.page.dom import INLINE, Document

#: Pieces of one page, and characters of one, that are looked at.
MAX_CHUNKS: Final = 20_000
MAX_LENGTH: Final = 400

_SKIPPED: Final = frozenset({
    "script", "style", "template", "noscript", "svg", "select", "option", "nav", "footer", "iframe", "object", "head",
})  # fmt: skip
_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_TIGHT: Final = frozenset({"sup", "sub", "wbr"})
_SPACE: Final = patterns.compile(r"\s+")
_MOMENT: Final = patterns.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?$")
_STAMP: Final = patterns.compile(
    r"\b(?:publish\w*|updated|modified|dateModified|posted|entry-date|post-date|byline|vcard)\b"
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece: its words, the innermost element around its first ones, and where it stands.

    `at` counts the pieces of the page; `heading` is 1 to 6, 0 for none; `href` and `strong` are those of a
    link or a bold face around its first words; `moment` is what a `<time>` element in it says to machines,
    `told` the moments in `content` attributes (GrowthZone's calendars of chambers of commerce: a start and an
    end beside the day that people see); `stamp` that it tells when the page itself was written.
    """

    text: str
    element: html.HtmlElement
    at: int
    heading: int = 0
    href: str = ""
    strong: bool = False
    moment: str = ""
    stamp: bool = False
    reported: tuple[str, ...] = ()


def chunks(document: Document) -> Iterator[Chunk]:
    """The pieces of the page's body, at most `MAX_CHUNKS`; scripts, menus, footers and form fields left
    out."""
    reader = _ChunkBuilder()
    walker = etree.iterwalk(document.root, events=("start", "end"))
    for count, (event, element) in enumerate(walker):
        if count > 40 * MAX_CHUNKS or reader.count >= MAX_CHUNKS:
            return
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and (not tag or tag in _SKIPPED):
            walker.skip_subtree()
        block = tag not in INLINE
        if block and tag:
            yield from reader.flush()
        if event == "start" and tag and tag not in _SKIPPED:
            reader.open(element, tag)
        elif event == "end":
            reader.close(element, tag)
    yield from reader.flush()


class _ChunkBuilder:
    def __init__(self) -> None:
        self.count = 0
        self._parts: list[str] = []
        self._first: html.HtmlElement | None = None
        self._moment = ""
        self._stamp = False
        self._reported: list[str] = []

    def open(self, element: html.HtmlElement, tag: str) -> None:
        self._stamp = self._stamp or bool(
            _STAMP.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}")
        )
        if tag == "time" and not self._moment:
            self._moment = (element.get("datetime") or "")[:80]
        if _MOMENT.match(reported := element.get("content") or ""):
            self._reported.append(reported)
        self._add(element.text, element, tight=tag in _TIGHT)

    def close(self, element: html.HtmlElement, tag: str) -> None:
        parent = element.getparent()
        if parent is not None:
            self._add(element.tail, parent, tight=tag in _TIGHT)

    def flush(self) -> Iterator[Chunk]:
        text = _SPACE.sub(" ", "".join(self._parts)).strip()
        first, moment, stamp, reported = self._first, self._moment, self._stamp, tuple(self._reported)
        self._parts, self._first, self._moment, self._stamp, self._reported = [], None, "", False, []
        if not text or first is None:
            return
        self.count += 1
        around = [first, *_few_ancestors(first)]
        tags = [element.tag for element in around]
        heading = next((_HEADINGS[tag] for tag in tags if tag in _HEADINGS), 0)
        link = next((element for element in around if element.tag == "a"), None)
        href = (link.get("href") or "") if link is not None else ""
        yield Chunk(
            text[:MAX_LENGTH],
            first,
            self.count - 1,
            heading,
            href,
            "strong" in tags or "b" in tags,
            moment,
            stamp,
            reported,
        )

    def _add(self, text: str | None, element: html.HtmlElement, *, tight: bool) -> None:
        if self._parts and not tight:
            self._parts.append(" ")
        if text and text.strip():
            self._parts.append(text[: 4 * MAX_LENGTH])
            self._first = element if self._first is None else self._first


def _few_ancestors(element: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The inline elements around an element, and the block that they are in."""
    for count, above in enumerate(element.iterancestors()):
        yield above
        if count > 8 or (above.tag not in INLINE and above.tag not in ("div", "p")):
            return
        if above.tag in ("div", "p"):
            outer = above.getparent()
            if outer is not None and outer.tag in ("a", *_HEADINGS):
                yield outer
            return
