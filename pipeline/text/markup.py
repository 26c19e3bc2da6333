"""HTML to text: the one place where tags go. Everything here takes time in proportion to the length of the text."""

from functools import lru_cache
from html import escape
from typing import Final

from pipeline import patterns
from pipeline.characters import unescape
from pipeline.siblings import SIBLINGS
from pipeline.text.folding import fold_name

#: The beginning and end of a part that is not read, and its longest length.
_HIDDEN: Final = patterns.compile(
    r"<(?P<name>script|style|head|title)\b[^>]{0,500}>|<!--", patterns.IGNORECASE
)
_ENDS: Final = {
    "": (patterns.compile(r"-->"), 20_000),
    **{
        name: (patterns.compile(rf"</{name}\s*+>", patterns.IGNORECASE), 200_000)
        for name in ("script", "style", "head", "title")
    },
}
_BREAK: Final = patterns.compile(
    r"<(?:br|hr)\b[^<>]{0,200}+>|</?(?:p|div|li|tr|h[1-6]|ul|ol|table|section|article|header|blockquote|dd|dt)\b[^<>]{0,2000}+>",
    patterns.IGNORECASE,
)
_PARAGRAPH: Final = patterns.compile(
    r"</(?:p|h[1-6]|ul|ol|table|section|article|blockquote)\s*+>|<hr\b[^<>]{0,200}+>", patterns.IGNORECASE
)
_CELL: Final = patterns.compile(r"</t[dh]\s*>", patterns.IGNORECASE)
_LINK: Final = patterns.compile(r"<a\b[^<>]{0,6000}+>", patterns.IGNORECASE)
_HREF: Final = patterns.compile(
    r"(?<!\w)href\s*+=\s*+[\"']([^\"'<>]{1,2000}+)[\"']", patterns.IGNORECASE, longest=6_003
)
_SPACE: Final = patterns.compile(r"\s+")
_TAG: Final = patterns.compile(r"<[^<>]{0,4000}>")
#: An entity is escaped so many times at most: "&amp;amp;amp;".
_MOST_ESCAPES: Final = 4
#: A lead is found in a text by so many of its first characters.
_LEAD: Final = 60


def without_tags(markup: str, instead: str = " ") -> str:
    """The text with `instead` in place of each tag; a "<" without an end stays, entities stay."""
    return _TAG.sub(instead, markup) if "<" in markup else markup


def decoded(text: str) -> str:
    """The text with its entities decoded, however often they were escaped: "&amp;amp;" is "&"."""
    for _ in range(_MOST_ESCAPES):
        plain = unescape(text)
        if plain == text:
            break
        text = plain
    return text


@lru_cache(maxsize=SIBLINGS)
def line_of(markup: str) -> str:
    """The words of markup on one line."""
    return " ".join(decoded(without_tags(markup)).split())


def with_lead(lead: str, text: str) -> str:
    """A text below its lead; the one alone where the other is empty, and the text alone where it begins with the lead."""
    begun = _words_in(lead)[:_LEAD].strip()
    if not lead or not text or begun in _words_in(text)[: 2 * len(begun) + _LEAD]:
        return text or lead
    return (
        f"{lead}\n\n{text}"
        if "<" not in text
        else f"{lead if '</' in lead else f'<p>{escape(lead)}</p>'}\n{text}"
    )


def _words_in(text: str) -> str:
    return fold_name(line_of(text))


@lru_cache(maxsize=SIBLINGS)
def lines_of(markup: str) -> str:
    """The words of markup, a line for each paragraph, item and broken line; no empty ones."""
    broken = without_tags(_BREAK.sub("\n", _SPACE.sub(" ", markup)), "")
    return "\n".join(filter(None, (" ".join(line.split()) for line in decoded(broken).split("\n"))))


def text_of_html(html: str) -> str:
    """The text of markup or escaped markup as lines; a link's address follows its text, scripts are left out."""
    text = _LINK.sub(_linked, _SPACE.sub(" ", _without_hidden(html)))
    text = _CELL.sub(" | ", _PARAGRAPH.sub("\n\n", text))
    return unescape(without_tags(_BREAK.sub("\n", text), "")).replace("\xa0", " ")


def _linked(tag: patterns.Match[str]) -> str:
    """A link's address in place of its tag.

    A tag without one is returned unchanged, and removed with the others.
    """
    href = _HREF.search(tag.group())
    if href is None:
        return tag.group()
    return f" {unescape(href[1])} " if href[1].lower().startswith("http") else " "


def _without_hidden(html: str) -> str:
    """The markup without scripts, styles, head, and comments.

    Each kind of end is searched once behind each position, however many begin there.
    """
    kept: list[str] = []
    done = 0
    ends: dict[str, tuple[int, int]] = {}
    found = _HIDDEN.search(html)
    while found:
        name = (found["name"] or "").lower()
        end, longest = _ENDS[name]
        if name not in ends or 0 <= ends[name][0] < found.end():
            closed = end.search(html, found.end())
            ends[name] = closed.span() if closed else (-1, -1)
        start, stop = ends[name]
        if start < 0 or start - found.end() > longest:
            stop = found.end()
        else:
            kept += [html[done : found.start()], " "]
            done = stop
        found = _HIDDEN.search(html, stop)
    return "".join([*kept, html[done:]])
