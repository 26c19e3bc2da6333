"""Hostile HTML as a tree, and the few things that are read from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urljoin

from lxml import etree, html

from pipeline import patterns
from sources.connectors.base import MAX_DESCRIPTION, decode_payload, http_url
from sources.records import RawPayload

#: Elements whose text is read, at most, for one value.
MAX_ELEMENTS: Final = 5_000

_SILENT: Final = frozenset({"script", "style", "template"})
_SPACE: Final = patterns.compile(r"\s+")
#: What follows these belongs to the body all the same (HTML 13.2.6.4.19 and 22); libxml2 would leave it out.
_ENDS: Final = patterns.compile(r"</(?:body|html)\s*>", patterns.IGNORECASE)
_TOO_DEEP: Final = "ERR_RESOURCE_LIMIT"


@dataclass(slots=True)
class Document:
    """A parsed page: its root, the address that its links are relative to, and whether all of it could be read.

    `left` is how many elements may still be looked at for their text: elements inside one another, each a property, would else be read again
    and again. What is asked for after that is empty.
    """

    root: html.HtmlElement
    base: str
    whole: bool = True
    left: int = 3_000_000

    def text(self, element: html.HtmlElement) -> str:
        """The words inside an element, without those of scripts and styles, spaces as one, at most `MAX_DESCRIPTION` characters."""
        parts: list[str] = []
        size = 0
        for inner in self.walk(element):
            texts = (
                inner.text if isinstance(inner.tag, str) and inner.tag not in _SILENT else "",
                inner.tail if inner is not element else "",
            )
            for text in filter(None, texts):
                parts.append(text[: MAX_DESCRIPTION - size])
                size += len(parts[-1])
            if size >= MAX_DESCRIPTION:
                break
        return _SPACE.sub(" ", "".join(parts)).strip()

    def inner(self, element: html.HtmlElement) -> str:
        """The markup inside an element, as it came (sanitized later); only its words where it is too large."""
        if sum(map(_size, self.walk(element))) > 2 * MAX_DESCRIPTION or self.left <= 0:
            return escape(self.text(element), quote=False)
        parts = [escape(element.text or "", quote=False)]
        parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
        return "".join(parts).strip()

    def walk(self, element: html.HtmlElement) -> Iterator[html.HtmlElement]:
        """An element and those inside it, as far as the document's budget and `MAX_ELEMENTS` go."""
        for count, inner in enumerate(element.iter()):
            self.left -= 1
            if self.left < 0 or count >= MAX_ELEMENTS:
                return
            yield inner


def parse(payload: RawPayload, base_url: str = "") -> Document | None:
    """The page as a tree; None where there is no element in it. Never fails: libxml2 recovers, and stops at a depth of 2,048."""
    return parse_text(decode_payload(payload).text, payload.url if http_url(payload.url) else base_url)


def parse_text(text: str, base: str) -> Document | None:
    """As `parse`, from text."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(_ENDS.sub("", text).encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if root is None:
        return None
    whole = not any(_TOO_DEEP in entry.type_name for entry in parser.error_log)
    tag = root.find(".//base[@href]")
    return Document(root, urljoin(base, tag.get("href", "")) if tag is not None and base else base, whole)


def absolute(base: str, url: str) -> str:
    """`url` resolved against `base` where it becomes http or https; '' otherwise."""
    try:
        return http_url(urljoin(base, url.strip())) if url.strip() else ""
    except ValueError:
        return ""


def tokens(element: html.HtmlElement, name: str) -> list[str]:
    """The words of an attribute."""
    return (element.get(name) or "").split()


def _size(element: html.HtmlElement) -> int:
    """About how many characters an element adds to markup."""
    return 20 + len(element.text or "") + len(element.tail or "") + sum(len(name) + len(value) for name, value in element.attrib.items())
