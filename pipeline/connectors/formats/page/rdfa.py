"""RDFa Lite 1.1 (https://www.w3.org/TR/rdfa-lite/): `vocab`, `typeof`, `property`, `resource`, `prefix`; and
the older `cal:` and `v:` terms."""

from dataclasses import dataclass
from typing import Any, Final

from lxml import etree, html

from pipeline.connectors.formats.page.dom import Document, absolute, tokens
from pipeline.connectors.formats.page.microdata import MAX_TEXTS, RICH, property_value
from pipeline.connectors.formats.page.nodes import Graph, Node, local

_NAMES: Final = {
    "summary": "name", "dtstart": "startDate", "dtend": "endDate", "photo": "image", "eventType": "genre",
    "street-address": "streetAddress", "locality": "addressLocality", "region": "addressRegion", "postal-code": "postalCode",
    "country-name": "addressCountry", "fn": "name", "adr": "address", "lat": "latitude", "long": "longitude", "uid": "identifier",
}  # fmt: skip


@dataclass(slots=True)
class _Open:
    """An element that is being read: itself, and the node that its inside belongs to."""

    element: html.HtmlElement
    node: Node | None


def read(document: Document) -> Graph:
    """All typed nodes of a page; those that are a property of another stand inside it."""
    roots: list[Any] = []
    if not document.root.xpath("boolean(//*[@typeof])"):
        return Graph(roots, "rdfa")
    stack: list[_Open] = []
    for event, element in etree.iterwalk(document.root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            stack.pop()
            continue
        outer = stack[-1].node if stack else None
        stack.append(_Open(element, _enter(element, outer, document, roots)))
    return Graph(roots, "rdfa")


def _enter(
    element: html.HtmlElement, outer: Node | None, document: Document, roots: list[Any]
) -> Node | None:
    """Reads one element into the node around it, and answers with the node for what is inside it."""
    names = [_name(p) for p in tokens(element, "property")] or (
        [_name(p) for p in tokens(element, "rel")] if "typeof" in element.attrib else []
    )
    if "typeof" not in element.attrib:
        if outer is not None:
            for name in names:
                values = outer.setdefault(name, [])
                if len(values) < (1 if name in RICH else MAX_TEXTS):
                    values.append(element.get("resource") or property_value(element, name, document))
        return outer
    node: Node = {"@type": [local(t) for t in tokens(element, "typeof")]}
    about = element.get("resource") or element.get("about")
    if about:
        node["@id"] = about if about.startswith("#") else absolute(document.base, about) or about
    if outer is None or not names:
        roots.append(node)
    for name in names if outer is not None else ():
        outer.setdefault(name, []).append(node)  # type: ignore[union-attr]
    return node


def _name(term: str) -> str:
    return _NAMES.get(local(term), local(term))
