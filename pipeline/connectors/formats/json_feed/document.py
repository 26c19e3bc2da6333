"""The values of a payload: JSON (a document, JSON lines, JSONP, or as much as there is of a document that was cut
off), or the elements of XML and the rows of a table of text as the same objects and lists."""

from dataclasses import dataclass
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.names import NAMES
from pipeline.connectors.formats.json_feed.shape import name_of
from pipeline.connectors.formats.page.columns import kind_of
from pipeline.connectors.support.csv_text import MAX_ROWS, read_table
from pipeline.connectors.support.json_text import TOKENS, TooDeep, parse_json, parse_pruned
from pipeline.connectors.support.xml_text import element_value, is_records, parse_xml, sniff_root
from pipeline.contract.exceptions import SchemaChanged
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import decode_payload

_PREFIX: Final = patterns.compile(r"^\)\]\}',?\s*")
_CALLBACK: Final = patterns.compile(r"^(?:/\*\*/\s*)?[\w.$]{1,80}\s*\(\s*(?=[\[{])")
_MAX_STACK: Final = 12
#: By kind of a table's column its usual name, and the field of `NAMES` that this is.
_USUAL: Final = {
    "title": ("title", "title"), "body": ("title", "title"), "day": ("date", "start"), "time": ("time", "start_clock"), "place": ("venue", "venue"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """The parsed value, and whether all of the payload could be read."""

    value: Any
    whole: bool = True


def parse(payload: RawPayload) -> Document:
    """The JSON, XML or table of a payload. Raises SchemaChanged for what is none, or nested beyond reason."""
    if is_records(sniff_root(payload)):
        tree = parse_xml(decode_payload(payload).text)
        return Document(element_value(tree.root), whole=tree.whole)
    text = _PREFIX.sub("", decode_payload(payload).text.strip().lstrip("\ufeff"))
    callback = _CALLBACK.match(text)
    if callback:
        text = text[callback.end() :].rstrip().rstrip(";").rstrip().removesuffix(")")
    if not text.startswith(("{", "[")):
        if (table := table_of(text)) is not None:
            return table
        raise SchemaChanged(
            "HTML where JSON was expected" if text[:1] == "<" else "no JSON where JSON was expected"
        )
    try:
        return Document(parse_json(text))
    except TooDeep:
        return _too_deep(text)
    except ValueError:
        pass
    lines = _lines(text)
    return lines if lines else _cut_off(text)


def table_of(text: str, most: int = MAX_ROWS) -> Document | None:
    """The first `most` rows of a table of text as objects, None for any other text.

    A column that only a table calls so ("Committee", "Meeting Location") stands there under the usual name too.
    """
    table = read_table(text, most)
    if table is None:
        return None
    reported = {name_of(name) for name in table.names}
    missing = {kind: usual for kind, (usual, field) in _USUAL.items() if reported.isdisjoint(NAMES[field])}
    also = {missing.pop(kind): name for name in table.names if (kind := kind_of(name)) in missing}
    rows = [row | {usual: row[name] for usual, name in also.items() if name in row} for row in table.rows]
    return Document(rows, whole=table.whole)


def _too_deep(text: str) -> Document:
    """What is nested beyond reason is left out, so that one bad event does not take the rest."""
    try:
        return Document(parse_pruned(text))
    except ValueError as error:
        raise SchemaChanged("JSON nested too deep") from error


def _lines(text: str) -> Document | None:
    """JSON lines (one object each); None where the text is something else. A last line that was cut off is
    left out."""
    values: list[Any] = []
    broken = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        if not line.startswith("{"):
            return None
        try:
            values.append(parse_json(line.rstrip(",")))
        except ValueError:
            broken += 1
            if broken > len(values):
                return None
    return Document(values, whole=not broken) if values else None


def _cut_off(text: str) -> Document:
    """A document without its end: up to the last whole object of the outermost list that was reached."""
    stack: list[str] = []
    ends: dict[int, tuple[int, tuple[str, ...]]] = {}
    for token in TOKENS.finditer(text):
        sign = token.group()
        if sign in "{[":
            stack.append(sign)
        elif sign in "}]":
            if not stack:
                break
            stack.pop()
            if sign == "}" and stack and stack[-1] == "[" and len(stack) <= _MAX_STACK:
                ends[len(stack)] = (token.end(), tuple(stack))
    if stack and ends:
        end, unclosed = ends[min(ends)]
        closed = text[:end] + "".join("]" if sign == "[" else "}" for sign in reversed(unclosed))
        try:
            return Document(parse_json(closed), whole=False)
        except ValueError:
            pass
    raise SchemaChanged("JSON that cannot be read")
