"""Hostile HTML as a tree, and the few things that are read from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from lxml import etree, html

from pipeline import patterns
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import MAX_DESCRIPTION, decode_payload, http_url

#: Elements whose text is read, at most, for one value.
MAX_ELEMENTS: Final = 5_000

#: Characters of text whose reading counts as one element's, and the bounds of such work: for any page, by
#: characters of it, and for the largest.
_TEXT: Final = 16
_LEAST_WORK: Final = 50_000
_TEXT_A_LOOK: Final = 2
_MOST_WORK: Final = 3_000_000
_MOST_KEPT: Final = 200_000
_LONGEST_TAG: Final = 4_000

_INLINE_WORDS: Final = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark meta q s samp small span strong strike sub sup time tt u var wbr
"""
#: Elements that stand in a line of words; all others break it.
INLINE: Final = frozenset(_INLINE_WORDS.split())
_SILENT: Final = frozenset({"script", "style", "template"})
_SPACE: Final = patterns.compile(r"\s+")
#: What follows these belongs to the body all the same (HTML 13.2.6.4.19 and 22); libxml2 would leave it out.
_ENDS: Final = patterns.compile(r"</(?:body|html)\s*>", patterns.IGNORECASE)
_TAG: Final = patterns.compile(r"<(?=[A-Za-z])")
_QUOTED: Final = patterns.compile(r"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_TOO_DEEP: Final = "ERR_RESOURCE_LIMIT"


@dataclass(slots=True)
class Document:
    """A parsed page: its root, the address that its links are relative to, and whether all of it could be
    read.

    `left` is how many elements may still be looked at for their text, or so many times `_TEXT` characters:
    elements inside one another, each a property, would else be read again and again. What is asked for after
    that is empty. `kept` are the page's elements: lxml makes them anew each time that nobody keeps them, and
    looks through all that are around each when it is let go.
    """

    root: html.HtmlElement
    base: str
    whole: bool = True
    left: int = 0
    kept: list[html.HtmlElement] = field(default_factory=list, repr=False)

    def text(self, element: html.HtmlElement) -> str:
        """The words inside an element, without those of scripts and styles, spaces as one, at most
        `MAX_DESCRIPTION` characters."""
        parts: list[str] = []
        size = 0
        walker = etree.iterwalk(element, events=("start", "end"))
        for count, (event, inner) in enumerate(walker):
            self.left -= event == "start"
            if self.left < 0 or count >= 2 * MAX_ELEMENTS or size >= MAX_DESCRIPTION:
                break
            if event == "start" and (not isinstance(inner.tag, str) or inner.tag in _SILENT):
                walker.skip_subtree()
            words = _words_at(event, inner, element)
            parts.append(words[: MAX_DESCRIPTION - size])
            size += len(parts[-1])
        self.left -= size // _TEXT
        return _SPACE.sub(" ", "".join(parts)).strip()

    def inner(self, element: html.HtmlElement) -> str:
        """The markup inside an element, as it came (sanitized later); only its words where it is too
        large."""
        size = sum(map(_size, self.walk(element)))
        if size > 2 * MAX_DESCRIPTION or self.left <= 0:
            return escape(self.text(element), quote=False)
        self.left -= size // _TEXT
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
    """The page as a tree; None where there is no element in it. Never fails: libxml2 recovers, and stops at a
    depth of 2,048."""
    return parse_text(decode_payload(payload).text, payload.url if http_url(payload.url) else base_url)


def parse_text(text: str, base: str) -> Document | None:
    """As `parse`, from text."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(_without_endless_tags(_ENDS.sub("", text)).encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if root is None:
        return None
    whole = not any(_TOO_DEEP in entry.type_name for entry in parser.error_log)
    tag = root.find(".//base[@href]")
    work = min(_LEAST_WORK + len(text) // _TEXT_A_LOOK, _MOST_WORK)
    return Document(
        root,
        urljoin(base, tag.get("href", "")) if tag is not None and base else base,
        whole,
        work,
        list(islice(root.iter(), _MOST_KEPT)),
    )


def _without_endless_tags(text: str) -> str:
    """The page with the sign `<` written out where a tag with more than `_LONGEST_TAG` characters beside its
    quoted values begins: libxml2 compares each attribute of an element with every other."""
    pieces = text.split(">")
    if max(map(len, pieces)) <= _LONGEST_TAG:
        return text
    return ">".join(_mended(piece) if len(piece) > _LONGEST_TAG else piece for piece in pieces)


def _mended(piece: str) -> str:
    begins = [found.start() for found in _TAG.finditer(piece)]
    if not begins or len(_QUOTED.sub("", piece[begins[-1] :])) <= _LONGEST_TAG:
        return piece
    return f"{piece[: begins[-1]]}&lt;{piece[begins[-1] + 1 :]}"


def absolute(base: str, url: str) -> str:
    """`url` resolved against `base` where it becomes http or https; '' otherwise.

    A page that lies in a folder has no base: its "//host/…" is https.
    """
    url = url.strip()
    if url.startswith("//") and not base.startswith("http"):
        return http_url(f"https:{url}")
    try:
        return http_url(urljoin(base, url)) if url else ""
    except ValueError:
        return ""


def tokens(element: html.HtmlElement, name: str) -> list[str]:
    """The words of an attribute."""
    return (element.get(name) or "").split()


def _words_at(event: str, inner: html.HtmlElement, whole: html.HtmlElement) -> str:
    """What stands at the beginning of an element, or behind its end; a block or a line break is a space too."""
    silent = not isinstance(inner.tag, str) or inner.tag in _SILENT
    apart = "" if silent or inner.tag in INLINE else " "
    if event == "start":
        return apart + ("" if silent else inner.text or "")
    return apart + ("" if inner is whole else inner.tail or "")


def _size(element: html.HtmlElement) -> int:
    """About how many characters an element adds to markup."""
    return (
        20
        + len(element.text or "")
        + len(element.tail or "")
        + sum(len(name) + len(value) for name, value in element.attrib.items())
    )
