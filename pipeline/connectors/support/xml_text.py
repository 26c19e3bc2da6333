"""XML from outside as trees: no entity is expanded, no DTD loaded, no network asked; broken XML is read as far as it
goes."""

from dataclasses import dataclass
from html import escape
from html.entities import html5
from typing import Any, Final

from lxml import etree

from pipeline import patterns
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode

#: Root elements of feeds and of calendars.
FEED_ROOTS: Final = frozenset({"rss", "rdf", "feed", "channel", "icalendar"})
_OTHER_ROOTS: Final = FEED_ROOTS | {"html", "svg", "urlset", "sitemapindex", "opml", "doctype"}
#: Elements of HTML in which descriptions are written.
_MARKUP: Final = frozenset(
    {"p", "br", "div", "span", "b", "i", "em", "strong", "a", "ul", "ol", "h1", "h2", "h3"}
)
#: Elements in elements that are told apart.
_DEEPEST: Final = 40
_START: Final = patterns.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_SKIPPED: Final = patterns.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", patterns.DOTALL)
_DECLARATION: Final = patterns.compile(r"^\s*<\?xml[^>]*\?>\s*")
_NAMED: Final = patterns.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OWN: Final = frozenset({"lt", "gt", "amp", "quot", "apos"})
_SNIFFED: Final = 8_192
_CUT: Final = (
    "ERR_TAG_NOT_FINISHED", "ERR_DOCUMENT_END", "ERR_CDATA_NOT_FINISHED", "ERR_RESOURCE_LIMIT", "ERR_GT_REQUIRED", "ERR_LTSLASH_REQUIRED",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tree:
    """A document's root, and whether its end could be read."""

    root: etree._Element
    whole: bool


def sniff_root(payload: RawPayload) -> str:
    """The local name of the first element, lower-case; '' where the payload does not begin as XML or HTML."""
    text = decode(payload.content[:_SNIFFED], content_type=payload.content_type).text.lstrip("\ufeff")
    return root_name(text)


def root_name(text: str) -> str:
    """The local name of the first element of `text` after declarations, comments and doctype, lower-case; ''
    where there is none."""
    position = 0
    while found := _SKIPPED.match(text, position):
        position = found.end()
    rest = text[position:].lstrip()
    if rest[:2] == "<!":
        rest = rest[rest.find(">") + 1 :].lstrip() if "[" not in rest[: rest.find(">") + 1] else rest
    found = _START.match(rest) if rest[:2] != "<!" else _START.search(rest)
    return found.group(2).lower() if found else ""


def parse_xml(text: str, wanted: str = "XML") -> Tree:
    """The tree of a text. Raises SchemaChanged for what is no XML, declares entities, or is HTML; `wanted` is what
    was expected, in words."""
    text = text.lstrip("\ufeff").lstrip()
    name = root_name(text[:200_000])
    if not name:
        raise SchemaChanged(f"no XML where {wanted} was expected")
    if name == "html" or text[:50].lower().startswith("<!doctype html"):
        raise SchemaChanged(f"HTML where {wanted} was expected")
    prolog = text[: text.find(f"<{name}")] if f"<{name}" in text else text[:_SNIFFED]
    if "<!ENTITY" in prolog or "<!entity" in prolog:
        raise SchemaChanged("XML that declares entities is refused")
    return _parse(text)


def is_records(root: str) -> bool:
    """Whether XML with this root element may hold records: no page, no feed, no map of a site."""
    return bool(root) and root not in _OTHER_ROOTS


def element_value(element: etree._Element, depth: int = 0) -> Any:
    """An element as JSON would tell it: attributes and children by name, several of one name as a list, text alone
    where there is nothing else, and HTML where it is marked up."""
    reported: dict[str, Any] = {_name(name): value for name, value in element.attrib.items()}
    children = [child for child in element if isinstance(child.tag, str)]
    words = (element.text or "").strip()
    if (
        not children
        or depth == _DEEPEST
        or words
        or any(_name(child.tag).lower() in _MARKUP for child in children)
    ):
        words = _inside(element) if children else words
        return ({**reported, "text": words} if words else reported) if reported else words
    for child in children:
        name, value = _name(child.tag), element_value(child, depth + 1)
        if name not in reported:
            reported[name] = value
        elif isinstance(reported[name], list) and child.getprevious() is not None:
            reported[name].append(value)
        else:
            reported[name] = [reported[name], value]
    return reported


def _inside(element: etree._Element) -> str:
    """What is written inside an element, with its tags."""
    parts = [escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return "".join(parts).strip()


def _name(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2]


def _parse(text: str) -> Tree:
    source = _NAMED.sub(_character, _DECLARATION.sub("", text)).encode("utf-8", "replace")
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding="utf-8",
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise SchemaChanged("XML that cannot be read") from error
    if root is None:
        raise SchemaChanged("XML that cannot be read")
    return Tree(root, not any(any(word in entry.type_name for word in _CUT) for entry in parser.error_log))


def _character(found: patterns.Match[str]) -> str:
    """HTML's named characters, which XML does not know; XML's own five stay."""
    name = found.group(1)
    return found.group() if name in _OWN else html5.get(name + ";", "")
