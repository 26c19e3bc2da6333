"""Feeds as trees: no entity is expanded, no DTD loaded, no network asked; broken XML is read as far as it
goes."""

from dataclasses import dataclass
from html.entities import html5
from typing import Final

from lxml import etree

from pipeline import patterns
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode, decode_payload

XCAL_ROOT: Final = "icalendar"
_FEED_ROOTS: Final = frozenset({"rss", "rdf", "feed", "channel"})
_START: Final = patterns.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_SKIPPED: Final = patterns.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", patterns.DOTALL)
_DECLARATION: Final = patterns.compile(r"^\s*<\?xml[^>]*\?>\s*")
_NAMED: Final = patterns.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OWN: Final = frozenset({"lt", "gt", "amp", "quot", "apos"})
_SNIFFED: Final = 8_192
_CUT: Final = (
    "ERR_TAG_NOT_FINISHED",
    "ERR_DOCUMENT_END",
    "ERR_CDATA_NOT_FINISHED",
    "ERR_RESOURCE_LIMIT",
    "ERR_GT_REQUIRED",
    "ERR_LTSLASH_REQUIRED",
)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's root, and whether its end could be read."""

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


def parse(payload: RawPayload) -> Feed:
    """The feed of a payload. Raises SchemaChanged for what is no XML, declares entities, or is XML of another
    kind (HTML above all)."""
    text = decode_payload(payload).text.lstrip("\ufeff").lstrip()
    name = root_name(text[:200_000])
    if not name:
        raise SchemaChanged("no XML where a feed was expected")
    if name == "html" or text[:50].lower().startswith("<!doctype html"):
        raise SchemaChanged("HTML where a feed was expected")
    prolog = text[: text.find(f"<{name}")] if f"<{name}" in text else text[:_SNIFFED]
    if "<!ENTITY" in prolog or "<!entity" in prolog:
        raise SchemaChanged("XML that declares entities is refused")
    if name not in _FEED_ROOTS and name != XCAL_ROOT:
        raise SchemaChanged(f"XML that is no feed: its root is <{name[:40]}>")
    return _parse(text)


def _parse(text: str) -> Feed:
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
    return Feed(root, not any(any(word in entry.type_name for word in _CUT) for entry in parser.error_log))


def _character(found: patterns.Match[str]) -> str:
    """HTML's named characters, which XML does not know; XML's own five stay."""
    name = found.group(1)
    return found.group() if name in _OWN else html5.get(name + ";", "")
