"""JSON-LD in pages: script elements, or a document that is JSON-LD as a whole
(https://www.w3.org/TR/json-ld11/)."""

from typing import Any, Final

from lxml import html

from pipeline import patterns
from pipeline.connectors.formats.page.dom import Document
from pipeline.connectors.formats.page.nodes import MAX_NODES, Graph, Node, is_event
from pipeline.connectors.formats.page.pictures import picture_in, rows_around
from pipeline.connectors.support.json_text import TooDeep, parse_json, parse_pruned

_BEFORE: Final = ("<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */", "<![CDATA[")
_AFTER: Final = (";", "-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", "//")
_TRAILING_COMMA: Final = patterns.compile(r",(\s*[}\]])")
#: What stands for a string while the rest is mended.
_KEPT: Final = patterns.compile(r'"\x00(\d+)"')
_BETWEEN: Final = patterns.compile(r"}\s*{")
#: Also a string that does not end, so that a hostile text is read once and not from every quote in it.
_STRING: Final = patterns.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', patterns.DOTALL)


def read(document: Document) -> Graph:
    """All JSON-LD of a page as one graph. What cannot be parsed is left out."""
    scripts = [one for one in document.root.iter("script") if "ld+json" in (one.get("type") or "").lower()]
    roots = []
    for script, row in zip(scripts, rows_around(scripts), strict=True):
        value = parse_loose("".join(script.itertext()))
        if value is not None:
            roots.append(value if row is None else _pictured(value, row, document.base))
    return graph(roots)


def _pictured(value: Any, row: html.HtmlElement, base: str) -> Any:
    """The only event of a row with the picture that the row shows, where it names none."""
    event = value[0] if isinstance(value, list) and len(value) == 1 else value
    if (
        isinstance(event, dict)
        and is_event(event)
        and not event.get("image")
        and (url := picture_in(row, base))
    ):
        return {**event, "image": url}
    return value


def graph(roots: list[Any]) -> Graph:
    """A graph of parsed JSON-LD, with its `@id`s."""
    return Graph(roots, "json-ld", _references(roots))


def parse_loose(text: str) -> Any:
    """JSON as pages write it: in comments or CDATA, with raw line ends in strings, trailing commas, or
    several objects in a row; else None."""
    clean = _unwrapped(text.strip())
    for attempt in (clean, _outside_strings(clean)):
        try:
            return parse_json(attempt, strict=False)
        except TooDeep:
            return _pruned(attempt)
        except ValueError:
            continue
    return None


def _pruned(text: str) -> Any:
    try:
        return parse_pruned(text, strict=False)
    except ValueError:
        return None


def _unwrapped(text: str) -> str:
    for before in _BEFORE:
        text = text.removeprefix(before).lstrip()
    for after in (*_AFTER, *_AFTER):
        text = text.removesuffix(after).rstrip()
    return text


def _outside_strings(text: str) -> str:
    """Without trailing commas, and with objects in a row as a list; what stands inside strings is left
    alone."""
    strings: list[str] = []

    def keep(found: patterns.Match[str]) -> str:
        strings.append(found.group())
        return f'"\x00{len(strings) - 1}"'

    bare = _TRAILING_COMMA.sub(r"\1", _STRING.sub(keep, text))
    if _BETWEEN.search(bare) and bare.startswith("{"):
        bare = f"[{_BETWEEN.sub('},{', bare)}]"
    return _KEPT.sub(lambda found: strings[int(found.group(1))], bare)


def _references(roots: list[Any]) -> dict[str, Node]:
    """By `@id` every node that says more than its `@id`; the first of several wins."""
    refs: dict[str, Node] = {}
    stack: list[Any] = list(reversed(roots))
    count = 0
    while stack and count < MAX_NODES:
        value = stack.pop()
        count += 1
        if isinstance(value, list):
            stack.extend(reversed(value))
        elif isinstance(value, dict):
            name = value.get("@id")
            if isinstance(name, str) and len(value) > 1:
                refs.setdefault(name, value)
            stack.extend(v for v in value.values() if isinstance(v, dict | list))
    return refs
