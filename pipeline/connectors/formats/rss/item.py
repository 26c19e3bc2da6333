"""One item of RSS 0.9 to 2.0 or entry of Atom: its elements by plain name, whatever namespace a publisher
chose."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Final

from lxml import etree

from pipeline import patterns

#: Elements inside one item that are looked at.
MAX_ELEMENTS: Final = 500

#: Namespaces whose `start`, `date` and so on mean something else than the event's.
_NOT_EVENTS: Final = patterns.compile(
    r"^$|purl\.org/(?:dc/|atom|rss/1\.0/$|rss/1\.0/modules/(?:content|syndication|slash|wiki)|rss/$)|netscape\.com/rdf|backend\.userland"
    r"|itunes|w3\.org/2005/atom|w3\.org/1999/xhtml|wellformedweb|creativecommons",
    patterns.IGNORECASE,
)
_XHTML: Final = "http://www.w3.org/1999/xhtml"
#: The prefix of an element's name, and declarations of prefixes.
_PREFIX: Final = patterns.compile(r"(</?)[\w.-]++:(?=[A-Za-z])")
_DECLARED: Final = patterns.compile(r'\sxmlns(:[\w.-]++)?="[^"]*+"')
_SQUASHED: Final = patterns.compile(r"[^a-z0-9]")


@dataclass(slots=True)
class Item:
    """An item's elements: `core` those of the feed formats and Dublin Core, `extra` all others (event
    extensions), nested ones included."""

    element: etree._Element
    core: dict[str, list[etree._Element]] = field(default_factory=dict)
    extra: dict[str, list[etree._Element]] = field(default_factory=dict)

    @classmethod
    def of(cls, element: etree._Element) -> "Item":
        """The item of an element."""
        item = cls(element)
        for child in _bounded(element):
            name, namespace = plain(child)
            (item.core if _is_core(namespace) else item.extra).setdefault(name, []).append(child)
        return item

    def text(self, *names: str) -> str:
        """The text of the first core element that has any, in the order of `names`."""
        return next((text for name in names for e in self.core.get(name, ()) if (text := words(e))), "")

    def html(self, *names: str) -> str:
        """The markup of the first core element that has any."""
        return next((text for name in names for e in self.core.get(name, ()) if (text := markup(e))), "")

    def extras(self, *names: str) -> Iterator[str]:
        """The texts of event extensions, in the order of `names`; elements without a namespace count as
        such."""
        for name in names:
            for element in (
                *self.extra.get(name, ()),
                *(e for e in self.core.get(name, ()) if not plain(e)[1]),
            ):
                text = words(element)
                if text:
                    yield text

    def attribute(self, element: str, name: str) -> str:
        """An attribute of the first extension element of that name: `gd:when` has its times there."""
        for found in self.extra.get(element, ()):
            for key, value in found.attrib.items():
                if _SQUASHED.sub("", _local(str(key)).lower()) == name and value.strip():
                    return str(value).strip()
        return ""


def items(root: etree._Element) -> list[etree._Element]:
    """The items of a feed in their order, none inside another."""
    found = [e for e in root.iter() if isinstance(e.tag, str) and _local(e.tag).lower() in ("item", "entry")]
    inside = {
        id(inner)
        for e in found
        for inner in e.iterdescendants()
        if isinstance(inner.tag, str) and _local(inner.tag).lower() in ("item", "entry")
    }
    return [e for e in found if id(e) not in inside]


def plain(element: etree._Element) -> tuple[str, str]:
    """An element's name in small letters and digits, and its namespace ('' where it has none, the bare prefix
    where that is not declared)."""
    return _plain(str(element.tag))


def words(element: etree._Element) -> str:
    """All text inside an element, spaces as one."""
    return " ".join("".join(element.itertext()).split())


def markup(element: etree._Element) -> str:
    """An element's content as HTML: as it is where it is text, escaped where Atom says plain text, serialized
    where it is XHTML."""
    if len(element):
        return escape(element.text or "", quote=False) + "".join(_serialized(child) for child in element)
    text = (element.text or "").strip()
    atom_text = "w3.org/2005/Atom" in str(element.tag) and element.get("type", "text") in (
        "text",
        "text/plain",
    )
    return escape(text, quote=False) if atom_text else text


def _serialized(element: etree._Element) -> str:
    text = etree.tostring(element, encoding="unicode")
    return _PREFIX.sub(r"\1", _DECLARED.sub("", text)) if _XHTML in text else text


def _bounded(element: etree._Element) -> Iterator[etree._Element]:
    """The elements inside an item, down to the third level, those of a text's markup left out."""
    stack = [(child, 1) for child in reversed(element)]
    seen = 0
    while stack and seen < MAX_ELEMENTS:
        child, depth = stack.pop()
        if not isinstance(child.tag, str):
            continue
        seen += 1
        yield child
        if (
            depth < 3
            and _XHTML not in child.tag
            and plain(child)[0]
            not in ("description", "content", "encoded", "summary", "title", "source", "author")
        ):
            stack.extend((inner, depth + 1) for inner in reversed(child))


@lru_cache(maxsize=1_024)
def _is_core(namespace: str) -> bool:
    return _NOT_EVENTS.search(namespace) is not None


@lru_cache(maxsize=4_096)
def _plain(tag: str) -> tuple[str, str]:
    if tag.startswith("{"):
        namespace, name = tag[1:].split("}", 1)
    else:
        namespace, _, name = tag.rpartition(":")
    return _SQUASHED.sub("", name.lower()), namespace


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1]
