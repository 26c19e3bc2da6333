"""HTML microdata (https://html.spec.whatwg.org/multipage/microdata.html), for schema.org and the older
data-vocabulary.org."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from lxml import html

from pipeline.connectors.formats.page.dom import Document, absolute, tokens
from pipeline.connectors.formats.page.nodes import Graph, Node, is_event, local
from pipeline.connectors.formats.page.pictures import picture_in

#: Nesting of items.
MAX_NESTING: Final = 16
#: Items that are made for any page, and for each that is there.
_LEAST_ITEMS: Final = 1_000
_TIMES_EACH: Final = 4
MAX_PROPERTIES: Final = 1_000
MAX_TEXTS: Final = 50

#: Where a value is an address, by element (5.2.4 of the specification).
ADDRESSES: Final = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src", "img": "src", "source": "src",
    "track": "src", "video": "src", "object": "data",
}  # fmt: skip
_PLAIN: Final = {"data": "value", "meter": "value", "time": "datetime"}
#: Properties that keep their markup, once.
RICH: Final = frozenset({"description", "articleBody"})
_OLD_NAMES: Final = {
    "summary": "name",
    "photo": "image",
    "ticket": "offers",
    "eventType": "genre",
    "dtstart": "startDate",
    "dtend": "endDate",
}


class _MicrodataReader:
    """`left` is how many elements may still be looked at, `items` how many items made: an `itemref` may point
    at the same ones again and again."""

    def __init__(self, document: Document, items: int) -> None:
        self.document = document
        self.items = items
        self.left = document.left
        self.ids = {element.get("id"): element for element in reversed(document.root.xpath("//*[@id]"))}

    def item(self, scope: html.HtmlElement, nesting: int = 0) -> Node:
        """One item with its properties; those nested too deep are left empty."""
        node: Node = {"@type": [local(t) for t in tokens(scope, "itemtype")]}
        self.items -= 1
        if scope.get("itemid"):
            node["@id"] = absolute(self.document.base, scope.get("itemid", "")) or scope.get("itemid")
        if nesting >= MAX_NESTING or self.items < 0:
            return node
        for element in islice(self.properties(scope), MAX_PROPERTIES):
            value = self.item(element, nesting + 1) if "itemscope" in element.attrib else None
            for name in tokens(element, "itemprop"):
                key = local(name)
                values = node.setdefault(_OLD_NAMES.get(key, key), [])
                if value or len(values) < (1 if key in RICH else MAX_TEXTS):
                    values.append(value or property_value(element, key, self.document))
        if (
            not nesting
            and is_event(node)
            and not node.get("image")
            and (url := picture_in(scope, self.document.base))
        ):
            node["image"] = [url]
        return node

    def properties(self, scope: html.HtmlElement) -> Iterator[html.HtmlElement]:
        """The elements with `itemprop` that belong to `scope`, those named by `itemref` included, each
        once."""
        referred = [self.ids[name] for name in tokens(scope, "itemref") if name in self.ids]
        stack = [*reversed(referred), *reversed(scope)]
        seen: set[html.HtmlElement] = {scope}
        while stack and self.left > 0:
            element = stack.pop()
            self.left -= 1
            if element in seen or not isinstance(element.tag, str):
                continue
            seen.add(element)
            if element.get("itemprop"):
                yield element
            if "itemscope" not in element.attrib:
                stack.extend(reversed(element))


def property_value(element: html.HtmlElement, name: str, document: Document) -> Any:
    """What an element says as a property: its `content`, address, machine value, or text (markup for a
    description)."""
    if element.get("content") is not None:
        return element.get("content")
    if element.tag in ADDRESSES:
        address = element.get(ADDRESSES[element.tag])
        return absolute(document.base, address) if address else document.text(element)
    if element.tag in _PLAIN and element.get(_PLAIN[element.tag]):
        return element.get(_PLAIN[element.tag])
    if element.get("datetime"):
        return element.get("datetime")
    return document.inner(element) if name in RICH and len(element) else document.text(element)


def read(document: Document) -> Graph:
    """All items of a page that are no property of another; one that is marked as a property of nothing counts
    too."""
    scopes = document.root.xpath("//*[@itemscope]")
    reader = _MicrodataReader(document, _LEAST_ITEMS + _TIMES_EACH * len(scopes))
    inside: dict[html.HtmlElement | None, bool] = {None: False}
    return Graph(
        [
            reader.item(scope)
            for scope in scopes
            if "itemprop" not in scope.attrib or not _is_inside(scope.getparent(), inside)
        ],
        "microdata",
    )


def _is_inside(element: html.HtmlElement | None, known: dict[html.HtmlElement | None, bool]) -> bool:
    """Whether an element or one around it is an item; what was found is noted in `known`."""
    passed = []
    while element is not None and element not in known and "itemscope" not in element.attrib:
        passed.append(element)
        element = element.getparent()
    found = known.get(element, element is not None)
    known.update(dict.fromkeys([*passed, element], found))
    return found
