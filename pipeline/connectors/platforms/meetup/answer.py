"""What Meetup tells of events, in answers of GraphQL and in the state of its pages, as records."""

from collections.abc import Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.public_page import next_state
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.nested import counts, every_object
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.dates.moments import raw_time, read_duration, read_moment
from pipeline.text.decoding import bounded_id

SITE: Final = "https://www.meetup.com"
EVENT_ID: Final = patterns.compile(
    r"meetup\.com/(?:[a-z]{2}-[A-Z]{2}/)?[^/?#]+/events/(?!(?:ical|rss|past|calendar)(?:[/?#]|$))([A-Za-z0-9]+)(?:[/?#]|$)"
)
#: What a query of Meetup's has at its root.
ROOTS: Final = (
    "groupByUrlname", "proNetwork", "proNetworkByUrlname", "groupSearch", "suggestTopics", "eventSearch", "recommendedEvents", "keywordSearch",
)  # fmt: skip
#: Names of lists of events; one that is empty is told from one of groups by its name.
_LISTS: Final = (
    "events", "upcomingEvents", "pastEvents", "unifiedEvents", "eventsSearch", "eventSearch", "recommendedEvents", "memberEvents", "similarEvents",
)  # fmt: skip
#: What kinds of GraphQL errors say that the token is not good, and that a field is not in the schema.
_UNAUTHORIZED: Final = ("unauthenticated", "unauthorized", "authenticat", "access token", "not authorized")
_UNKNOWN_FIELD: Final = ("FieldUndefined", "Cannot query field", "is undefined")
#: Statuses of events that nobody but their organizers should see.
_HIDDEN: Final = ("DRAFT", "TEMPLATE", "PROPOSED", "PENDING", "BLOCKED", "AUTOSCHED")
_CANCELLED: Final = ("CANCELLED", "CANCELLED_PERM", "AUTOSCHED_CANCELLED")
_ONLINE: Final = {"ONLINE": sdk.Online.YES, "HYBRID": sdk.Online.BOTH, "PHYSICAL": sdk.Online.NO}
RENEW: Final = "renew MEETUP_API_KEY or the source's credential."
#: How far references of a page's state are followed.
_MAX_DEPTH: Final = 4


def record(node: Any) -> sdk.RawRecord | sdk.Dropped:
    """The record of one event; dropped where it is no event, is hidden, or has no title or start."""
    if not isinstance(node, Mapping):
        return sdk.Dropped(reason="no event", raw=values.source_of(node))
    url, state, group = link(node, "eventUrl"), text(node, "status").upper(), line(node, "group", "urlname")
    named, title = EVENT_ID.search(url), line(node, "title")
    notes: list[str] = []
    name = bounded_id(text(node, "id") or (named.group(1) if named else ""), notes=notes)
    fee, series = text(node, "feeSettings", "amount"), line(node, "series", "id")
    published = read_moment(at(node, "createdTime"))
    return values.event(
        node,
        name=name,
        title=title,
        left_out="hidden by its organizer" if state in _HIDDEN else "" if title else "no title",
        description=text(node, "description"),
        start=raw_time(at(node, "dateTime")),
        end=raw_time(at(node, "endTime")),
        duration_seconds=read_duration(at(node, "duration")),
        timezone=line(node, "group", "timezone") or line(node, "timezone"),
        url=url or (f"{SITE}/{group}/events/{name}/" if group and name else ""),
        images=values.pictures([_photo(node)]),
        organizer=values.organizer(line(node, "group", "name"), f"{SITE}/{group}/" if group else "", sdk.OrganizerType.COMMUNITY),
        categories=values.lines(line(edge, "node", "name") for edge in objects(node, "topics", "edges")),
        status=str(sdk.Status.CANCELLED) if state in _CANCELLED else "",
        capacity=number(node, "maxTickets") or None,
        popularity=counts(attending=_going(node)),
        recurrence=sdk.Recurrence(series_id=series) if series else None,
        published=published if getattr(published, "tzinfo", None) else None,
        # None is not "free": organizers write of prices in the text
        price_min=fee,
        price_max=fee,
        price_currency=line(node, "feeSettings", "currency") if fee else "",
        notes=notes,
        **_place(node),
    )  # fmt: skip


def _is_event(node: Any) -> bool:
    """Whether an object has what all recorded events have."""
    return values.has_all(node, ("title", "dateTime"))


def is_answer(value: Any) -> bool:
    """Whether parsed JSON is an answer of Meetup's API, with events or without."""
    data = at(value, "data")
    if not isinstance(data, dict):
        return False
    asked_who = values.has_all(data.get("self"), ["isProOrganizer"])
    return asked_who or not data.keys().isdisjoint(ROOTS) or any(map(_is_event, data.values()))


def lacks_a_field(value: Any) -> bool:
    """Whether an answer is the error that a field of the query is not in the schema."""
    reported = " ".join(text(error, "message") for error in objects(value, "errors"))
    return any(words in reported for words in _UNKNOWN_FIELD)


def listed(value: Any) -> tuple[list[Any], str]:
    """All events of an answer, and the cursor of the first list that goes on ('' where none does).

    Raises SchemaChanged where it has none (in its own words where it is an error), CredentialsMissing for a
    bad token.
    """
    data = at(value, "data")
    lists: list[dict[str, Any]] = []
    nodes: list[Any] = []
    seen = set[int]()
    for key, found in every_object(data) if isinstance(data, dict) else ():
        edges = found.get("edges")
        held = [_node(edge) for edge in edges] if isinstance(edges, list) else []
        if isinstance(edges, list) and (key in _LISTS or any(map(_is_event, held[:5]))):
            lists.append(found)
            nodes += held
            seen.update(map(id, held))
        elif _is_event(found) and id(found) not in seen:
            nodes.append(found)
    if not lists and not nodes:
        _refuse(value, data)
    further = (
        text(one, "pageInfo", "endCursor") for one in lists if at(one, "pageInfo", "hasNextPage") is True
    )
    return nodes, next(filter(None, further), "")


def _node(edge: Any) -> Any:
    node = at(edge, "node")
    return at(node, "result") if isinstance(at(node, "result"), dict) else node


def _refuse(value: Any, data: Any) -> None:
    """Raises what an answer without events says."""
    errors = objects(value, "errors")
    reported = "; ".join(text(error, "message") for error in errors[:3])
    kinds = " ".join(text(error, "extensions", key) for error in errors for key in ("code", "classification"))
    if reported and any(word in f"{reported} {kinds}".lower() for word in _UNAUTHORIZED):
        raise sdk.CredentialsMissing(f"Meetup refused the token ({reported[:200]}): {RENEW}")
    if reported:
        raise sdk.SchemaChanged(f"Meetup answered with an error: {reported[:300]}")
    roots = ", ".join(list(data)[:3]) if isinstance(data, dict) else ""
    if isinstance(data, dict) and data and all(root is None for root in data.values()):
        raise sdk.SchemaChanged(
            f"Meetup knows nothing of that name: {roots} is null. Check the group's or network's name in its address."
        )
    raise sdk.SchemaChanged(
        f"an answer of Meetup without events ({roots})" if roots else "no answer of Meetup's API"
    )


def page_events(payload: sdk.RawPayload) -> list[dict[str, Any]]:
    """The events of a page's state, a cache of objects that point to one another: `{"Event:1": {…, "venue":
    {"__ref": "Venue:2"}}}` (https://www.apollographql.com/docs/react/caching/overview). [] where it has none."""
    state = at(next_state(payload), "props", "pageProps", "__APOLLO_STATE__")
    reported = state.items() if isinstance(state, dict) else ()
    return [_whole(one, state, 0) for key, one in reported if key.startswith("Event:") and _is_event(one)]


def _whole(value: Any, state: dict[str, Any], depth: int) -> Any:
    """`value` with its references followed; fields with arguments (`rsvps({"first":1})`) under their bare
    name."""
    if isinstance(value, list):
        return [_whole(inner, state, depth) for inner in value]
    if not isinstance(value, dict):
        return value
    if "__ref" in value:
        return _whole(state.get(str(value["__ref"])), state, depth + 1) if depth < _MAX_DEPTH else None
    bare = {key.partition("(")[0].partition(":")[0]: inner for key, inner in value.items()}
    return {key: _whole(inner, state, depth) for key, inner in bare.items()}


def _place(node: Mapping[str, Any]) -> dict[str, Any]:
    """The first room among the venues, and whether one is online; Meetup's online venue lies on an island of
    Tuvalu."""
    venues = objects(node, "venues") or objects(node, "venue")
    rooms = [
        one
        for one in venues
        if text(one, "venueType").lower() != "online" and text(one, "name") != "Online event"
    ]
    mode = _ONLINE.get(text(node, "eventType").upper())
    if mode is None and (len(rooms) < len(venues) or at(node, "isOnline") is True):
        mode = sdk.Online.BOTH if rooms else sdk.Online.YES
    return {"online": str(mode or ""), "venue": _venue(rooms[0]) if rooms else sdk.Venue()}


def _venue(found: Mapping[str, Any]) -> sdk.Venue:
    country = line(found, "country")
    return values.venue(
        name=line(found, "name").rstrip(" ,"),
        street=line(found, "address").rstrip(" ,"),
        area=[line(found, key).rstrip(" ,") for key in ("city", "state", "postalCode")],
        city=line(found, "city"),
        country=country.upper() if len(country) == 2 else country,
        point=(found.get("lat"), found.get("lon", found.get("lng"))),
        meetup=line(found, "id"),
    )


def _photo(node: Mapping[str, Any]) -> str:
    first = next(iter(objects(node, "images")), None)
    photo = at(node, "featuredEventPhoto") or at(node, "displayPhoto") or first
    base, name = text(photo, "baseUrl"), text(photo, "id")
    composed = f"{base}{name}/676x380.webp" if base and name else ""
    return text(photo, "highResUrl") or text(photo, "source") or composed


def _going(node: Mapping[str, Any]) -> int | None:
    places = (("rsvps", "totalCount"), ("going", "totalCount"), ("going",))
    return next((count for path in places if (count := number(node, *path)) is not None), None)
