"""One shape for all markup: nodes with schema.org's property names, whatever syntax they were written in.

A node is a dict: `@type` (a name or names), `@id`, and properties whose values are text, numbers, nodes, or
lists of these.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.characters import unescape

Node = dict[str, Any]

#: Bounds: nodes that are looked at in a document, and values of one property.
MAX_NODES: Final = 200_000
MAX_VALUES: Final = 400

_NO_EVENTS: Final = frozenset({"DeliveryEvent", "PublicationEvent", "BroadcastEvent", "OnDemandEvent"})
_MORE_EVENTS: Final = frozenset({
    "Festival", "Hackathon", "EventSeries", "CourseInstance", "ScheduledSession", "SessionSeries", "HeadlineEvent", "Vevent", "vevent",
})  # fmt: skip
#: What a node merely points at: events there are other events, told elsewhere.
_NOT_INTO: Final = frozenset(
    {"superEvent", "isPartOf", "itemOffered", "previousEvent", "about", "mentions", "@context", "@reverse"}
)
_PREFIXES: Final = ("", "schema:", "http://schema.org/", "https://schema.org/")


@dataclass(frozen=True, slots=True)
class Found:
    """An event's node, the event that it is a part of (`subEvent`), and the syntax it was written in."""

    node: Node
    parent: Node | None
    syntax: str


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of one document, and by `@id` those that others only name."""

    roots: list[Any]
    syntax: str
    refs: Mapping[str, Node] = field(default_factory=dict)

    def values(self, node: Node | None, *names: str) -> list[Any]:
        """All values of the first of `names` that has any, as a flat list, references followed."""
        for name in names:
            for prefix in _PREFIXES:
                value = node.get(prefix + name) if node else None
                if value not in (None, "", [], {}):
                    return [self._follow(v) for v in _flat(value)]
        return []

    def first(self, node: Node | None, *names: str) -> Any:
        """The first value, or None."""
        values = self.values(node, *names)
        return values[0] if values else None

    def nodes(self, node: Node | None, *names: str) -> list[Node]:
        """Only the values that are nodes."""
        return [v for v in self.values(node, *names) if isinstance(v, dict)]

    def text(self, node: Node | None, *names: str) -> str:
        """The first value as text: a node's `@value`, name or `@id`; numbers as written; '' where there is
        none."""
        for name in names:
            for value in self.values(node, name):
                text = self.as_text(value)
                if text:
                    return text
        return ""

    def texts(self, node: Node | None, *names: str) -> list[str]:
        """All values as text, empty ones left out."""
        return [text for text in map(self.as_text, self.values(node, *names)) if text]

    def as_text(self, value: Any) -> str:
        """One value as text."""
        if isinstance(value, dict):
            for name in ("@value", "name", "text", "url", "@id"):
                inner = self.first(value, name)
                if isinstance(inner, str | int | float) and str(inner).strip():
                    return str(inner).strip()
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value).strip() if isinstance(value, str | int | float) else ""

    def line(self, node: Node | None, *names: str) -> str:
        """As `text`, for what is plain text by nature: entities decoded (JSON-LD often has them left in),
        spaces as one."""
        return " ".join(unescape(self.text(node, *names)).split())

    def plain(self, value: Any) -> str:
        """As `line`, of one value."""
        return " ".join(unescape(self.as_text(value)).split())

    def events(self) -> Iterator[Found]:
        """Every event of the document in its order, each once, parts of an event included."""
        stack: list[tuple[Any, Node | None]] = [(root, None) for root in reversed(self.roots)]
        seen: set[int] = set()
        while stack and len(seen) < MAX_NODES:
            value, parent = stack.pop()
            if isinstance(value, list):
                stack.extend((v, parent) for v in reversed(value))
            elif isinstance(value, dict) and id(value) not in seen:
                seen.add(id(value))
                event = is_event(value)
                if event:
                    yield Found(value, parent, self.syntax)
                stack.extend(self._children(value, event))

    def _children(self, node: Node, event: bool) -> list[tuple[Any, Node | None]]:
        inner = [
            (key, value)
            for key, value in node.items()
            if isinstance(value, dict | list) and local(key) not in _NOT_INTO
        ]
        return [
            (self._follow(v), node if event and local(key) in ("subEvent", "subEvents") else None)
            for key, v in reversed(inner)
        ]

    def _follow(self, value: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1 and "@id" in value:
            return self.refs.get(str(value["@id"]), value)
        return value


def local(name: str) -> str:
    """`MusicEvent` of `http://schema.org/MusicEvent`, `schema:MusicEvent` and `MusicEvent`."""
    return name.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1].rsplit(":", 1)[-1]


def types(node: Node) -> list[str]:
    """The local names of a node's types."""
    value = node.get("@type") or node.get("type") or ()
    return [local(t) for t in (value if isinstance(value, list) else [value]) if isinstance(t, str)]


def is_event(node: Node) -> bool:
    """Whether the node is a schema.org Event or one of its subtypes, those of other vocabularies (OpenActive,
    cal:Vevent) included."""
    if "@type" not in node:
        return False
    return any((t.endswith("Event") and t not in _NO_EVENTS) or t in _MORE_EVENTS for t in types(node))


def _flat(value: Any) -> list[Any]:
    """`value` as a list without lists in it, at most `MAX_VALUES` long; `@list` and `@set` opened."""
    out: list[Any] = []
    stack = [value]
    while stack and len(out) < MAX_VALUES:
        item = stack.pop()
        if isinstance(item, dict) and ("@list" in item or "@set" in item):
            item = item.get("@list", item.get("@set"))
        if isinstance(item, list):
            stack.extend(reversed(item[:MAX_VALUES]))
        elif item not in (None, ""):
            out.append(item)
    return out
