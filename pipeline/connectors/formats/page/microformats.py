"""h-event (microformats2) and hCalendar, with h-card, h-adr and h-geo as places:
https://microformats.org/wiki/h-event, …/hcalendar.

Both become nodes with schema.org's names. In h-event a property's class says its kind (`p-`, `u-`, `dt-`,
`e-`); in hCalendar the name alone does.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from lxml import html

from pipeline.connectors.formats.page.dom import Document, absolute, tokens
from pipeline.connectors.formats.page.microdata import ADDRESSES, MAX_TEXTS
from pipeline.connectors.formats.page.nodes import Graph, Node
from pipeline.connectors.formats.page.value_class import date_value, text_value

#: Properties of one event.
MAX_PROPERTIES: Final = 500

_EVENT: Final = {
    "p-name": "name", "dt-start": "startDate", "dt-end": "endDate", "dt-duration": "duration", "p-description": "description",
    "e-description": "description", "e-content": "description", "p-summary": "abstract", "u-url": "url", "u-uid": "identifier",
    "p-category": "keywords", "p-location": "location", "h-location": "location", "u-photo": "image", "u-featured": "image",
    "p-organizer": "organizer", "p-status": "eventStatus", "p-performer": "performer",
}  # fmt: skip
_OLD_EVENT: Final = {
    "summary": "p-name", "dtstart": "dt-start", "dtend": "dt-end", "duration": "dt-duration", "description": "e-description", "url": "u-url",
    "uid": "u-uid", "category": "p-category", "location": "p-location", "photo": "u-photo", "organizer": "p-organizer", "status": "p-status",
}  # fmt: skip
_CARD: Final = {
    "p-name": "name", "p-org": "legalName", "u-url": "url", "p-street-address": "streetAddress", "p-extended-address": "extendedAddress",
    "p-locality": "addressLocality", "p-region": "addressRegion", "p-postal-code": "postalCode", "p-country-name": "addressCountry",
    "p-latitude": "latitude", "p-longitude": "longitude", "p-adr": "address", "p-geo": "geo", "p-label": "label",
}  # fmt: skip
_OLD_CARD: Final = {
    "fn": "p-name", "org": "p-org", "url": "u-url", "street-address": "p-street-address", "extended-address": "p-extended-address",
    "locality": "p-locality", "region": "p-region", "postal-code": "p-postal-code", "country-name": "p-country-name",
    "latitude": "p-latitude", "longitude": "p-longitude", "adr": "p-adr", "geo": "p-geo", "label": "p-label",
}  # fmt: skip
_ROOTS: Final = frozenset({
    "h-event", "vevent", "h-card", "vcard", "h-adr", "adr", "h-geo", "geo", "h-entry", "hentry", "h-feed", "h-item",
})  # fmt: skip
_CARDS: Final = frozenset({"h-card", "vcard", "h-adr", "adr", "h-geo", "geo"})


def read(document: Document) -> Graph:
    """All events of a page that are marked up with microformats."""
    xpath = "//*[contains(concat(' ',normalize-space(@class),' '),' h-event ') or contains(concat(' ',normalize-space(@class),' '),' vevent ')]"
    reader = _MicroformatsReader(document)
    return Graph([reader.event(root) for root in document.root.xpath(xpath)], "microformats")


class _MicroformatsReader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.left = document.left
        self.ids = {element.get("id"): element for element in reversed(document.root.xpath("//*[@id]"))}

    def event(self, root: html.HtmlElement) -> Node:
        """One event; without any property its text is its name, and a link's address its url (implied
        properties of h-event)."""
        modern = "h-event" in tokens(root, "class")
        node: Node = {"@type": ["Event"]}
        self._fill(root, node, _EVENT, {} if modern else _OLD_EVENT)
        if modern and not any(key in node for key in ("name", "description", "abstract")):
            node["name"] = [
                root.get("title") if root.tag == "abbr" and root.get("title") else self.document.text(root)
            ]
        if modern and "url" not in node and root.tag == "a" and root.get("href"):
            node["url"] = [absolute(self.document.base, root.get("href", ""))]
        if len(node.get("startDate", ())) and len(node.get("endDate", ())):
            node["endDate"] = [_with_day(end, node["startDate"][0]) for end in node["endDate"]]
        if root.get("id"):
            node["@anchor"] = root.get("id")
        return node

    def _fill(self, root: html.HtmlElement, node: Node, names: dict[str, str], old: dict[str, str]) -> None:
        for element in islice(self._properties(root), MAX_PROPERTIES):
            for token in dict.fromkeys(old.get(t, t if not old else "") for t in tokens(element, "class")):
                name = names.get(token)
                if name and len(node.get(name, ())) < (1 if name == "description" else MAX_TEXTS):
                    node.setdefault(name, []).append(self._value(element, token))

    def _properties(self, root: html.HtmlElement) -> Iterator[html.HtmlElement]:
        """Elements with classes inside `root`, not those inside a nested root, but those of `include` and
        `itemref` (once each)."""
        referred = [self.ids[name] for name in tokens(root, "itemref") if name in self.ids]
        stack = [*reversed(referred), *reversed(root)]
        seen: set[html.HtmlElement] = {root}
        while stack and self.left > 0:
            element = stack.pop()
            self.left -= 1
            if element in seen or not isinstance(element.tag, str):
                continue
            seen.add(element)
            classes = tokens(element, "class")
            if classes:
                yield element
            if "include" in classes:
                target = (element.get("href") or element.get("data") or "").lstrip("#")
                stack.extend([self.ids[target]] if target in self.ids else [])
            if not _ROOTS.intersection(classes):
                stack.extend(reversed(element))

    def _value(self, element: html.HtmlElement, token: str) -> Any:
        if _CARDS.intersection(tokens(element, "class")):
            return self._card(element)
        kind = token.split("-", 1)[0]
        if kind == "dt":
            return date_value(element, self.document)
        if kind == "u":
            return self._address(element)
        return self.document.inner(element) if kind == "e" else text_value(element, self.document)

    def _card(self, element: html.HtmlElement) -> Node:
        """A place or a party: an h-card, h-adr or h-geo, one inside another at most."""
        classes = tokens(element, "class")
        old = {} if any(c in ("h-card", "h-adr", "h-geo") for c in classes) else _OLD_CARD
        node: Node = {"@type": ["Place"]}
        self._fill(element, node, _CARD, old)
        if "name" not in node and ("h-card" in classes or not node.keys() - {"@type"}):
            node["name"] = [self.document.text(element)]
        if "geo" in classes and "latitude" not in node:
            node["geo"] = [text_value(element, self.document)]
        return node

    def _address(self, element: html.HtmlElement) -> str:
        attribute = {**ADDRESSES, "video": "src"}.get(element.tag, "")
        return absolute(self.document.base, element.get(attribute) or text_value(element, self.document))


def _with_day(end: str, start: str) -> str:
    """An end that is a time alone gets the day of the start (value class pattern)."""
    return f"{start[:10]}T{end}" if end[:2].isdigit() and ":" in end[:3] and len(start) >= 10 else end
