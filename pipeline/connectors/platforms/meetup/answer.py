"""GraphQL answers of Meetup: where the events are, whether there are more, and what an error says."""

from dataclasses import dataclass
from typing import Any, Final

from pipeline.connectors.support.nested import every_object
from pipeline.connectors.support.values import at, objects, text
from pipeline.contract.exceptions import CredentialsMissing, SchemaChanged

#: Names of connections of events; one that is empty is told from one of groups by its name.
_EVENTS: Final = frozenset(
    {
        "events",
        "upcomingEvents",
        "pastEvents",
        "unifiedEvents",
        "eventsSearch",
        "eventSearch",
        "recommendedEvents",
        "memberEvents",
        "similarEvents",
    }
)
#: What a query of Meetup's has at its root.
_ROOTS: Final = frozenset(
    {
        "groupByUrlname",
        "proNetwork",
        "proNetworkByUrlname",
        "groupSearch",
        "suggestTopics",
        "eventSearch",
        "recommendedEvents",
        "keywordSearch",
    }
)
#: What kinds of GraphQL errors say that the token is not good.
_UNAUTHORIZED: Final = ("unauthenticated", "unauthorized", "authenticat", "access token", "not authorized")


@dataclass(frozen=True, slots=True)
class Connection:
    """One page of a list of events: its nodes, the cursor of the next page ('' where there is none), and the
    name of the group or network."""

    nodes: list[Any]
    cursor: str = ""
    name: str = ""


def is_answer(value: Any) -> bool:
    """Whether parsed JSON is an answer of Meetup's API, with events or without."""
    data = at(value, "data")
    if not isinstance(data, dict):
        return False
    return (
        bool(_ROOTS & data.keys())
        or "isProOrganizer" in (at(data, "self") or {})
        or any(map(looks_like_event, data.values()))
    )


def looks_like_event(node: Any) -> bool:
    """Whether an object has what all recorded events have."""
    return isinstance(node, dict) and "title" in node and "dateTime" in node


def lacks_a_field(value: Any) -> bool:
    """Whether an answer is the error that a field of the query is not in the schema."""
    told = " ".join(text(error, "message") for error in objects(value, "errors"))
    return any(words in told for words in ("FieldUndefined", "Cannot query field", "is undefined"))


def connection(value: Any) -> Connection:
    """All events of an answer, and the cursor of the first list that goes on.

    Raises SchemaChanged where it has none (in its own words where it is an error), CredentialsMissing for a
    bad token.
    """
    data = at(value, "data")
    listed = False
    nodes: list[Any] = []
    cursors: list[str] = []
    for key, found in every_object(data) if isinstance(data, dict) else ():
        edges = found.get("edges")
        if isinstance(edges, list) and _is_of_events(key, edges):
            listed = True
            nodes += map(_node, edges)
            cursors.append(_next(found))
        elif looks_like_event(found):
            nodes.append(found)
    if listed or nodes:
        return Connection(
            _each_once(nodes), next(filter(None, cursors), ""), text(data, "groupByUrlname", "name")
        )
    _raise_errors(value)
    roots = ", ".join(list(data)[:3]) if isinstance(data, dict) else ""
    if isinstance(data, dict) and data and all(v is None for v in data.values()):
        raise SchemaChanged(
            f"Meetup knows nothing of that name: {roots} is null. Check the group's or network's name in its address."
        )
    raise SchemaChanged(
        f"an answer of Meetup without events ({roots})" if roots else "no answer of Meetup's API"
    )


def _each_once(nodes: list[Any]) -> list[Any]:
    """An event stands in its list and is found on its own again."""
    seen: set[int] = set()
    kept = []
    for node in nodes:
        if not isinstance(node, dict) or id(node) not in seen:
            kept.append(node)
            seen.add(id(node))
    return kept


def _is_of_events(key: str, edges: list[Any]) -> bool:
    return any(looks_like_event(_node(edge)) for edge in edges[:5]) or key in _EVENTS


def _node(edge: Any) -> Any:
    node = at(edge, "node")
    return at(node, "result") if isinstance(at(node, "result"), dict) else node


def _next(found: dict[str, Any]) -> str:
    return text(found, "pageInfo", "endCursor") if at(found, "pageInfo", "hasNextPage") is True else ""


def _raise_errors(value: Any) -> None:
    told = "; ".join(text(error, "message") for error in objects(value, "errors")[:3])
    if not told:
        return
    codes = " ".join(
        text(error, "extensions", key)
        for error in objects(value, "errors")
        for key in ("code", "classification")
    )
    if any(word in f"{told} {codes}".lower() for word in _UNAUTHORIZED):
        raise CredentialsMissing(
            f"Meetup refused the token ({told[:200]}): renew MEETUP_API_KEY or the source's credential."
        )
    raise SchemaChanged(f"Meetup answered with an error: {told[:300]}")
