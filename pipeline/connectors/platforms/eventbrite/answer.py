"""Where in an answer of Eventbrite its events are: the API's lists and single events, and what the public
pages carry for their scripts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.connectors.support.json_text import parse_json
from pipeline.connectors.support.values import at, number, objects, text
from pipeline.contract.exceptions import SchemaChanged

#: Begins the data that a listing page carries for its scripts.
SERVER_DATA: Final = "window.__SERVER_DATA__ = "
_SEARCH: Final = (("search_data", "events"), ("events",), ("event_listing_response", "events"), ())
_LISTS: Final = ("results", "events", "items")


@dataclass(frozen=True, kw_only=True, slots=True)
class EventbriteAnswer:
    """The events of an answer, and what it says of further pages."""

    items: list[Any] = field(default_factory=list)
    continuation: str = ""
    page: int = 1
    pages: int = 1

    @property
    def more(self) -> bool:
        """Whether there are further pages behind this one."""
        return bool(self.continuation) or self.page < self.pages


def is_api_event(value: Any) -> bool:
    """Whether an object is an event of the API: names and times are objects with the same thing in several
    forms."""
    start = at(value, "start")
    timed = isinstance(start, Mapping) and "timezone" in start and ("local" in start or "utc" in start)
    return timed and isinstance(at(value, "name"), Mapping) and ("url" in value or "resource_uri" in value)


def is_listed_event(value: Any) -> bool:
    """Whether an object is an event as the search on the site gives it."""
    named = isinstance(at(value, "name"), str) and bool(text(value, "start_date"))
    return named and (
        text(value, "_type") == "destination_event"
        or "eventbrite_event_id" in value
        or "primary_venue" in value
    )


def opened(value: Any) -> EventbriteAnswer:
    """The events of an answer. Raises SchemaChanged for an error of the API, with its words, and for anything
    else."""
    if is_api_event(value) or is_listed_event(value):
        return EventbriteAnswer(items=[value])
    if isinstance(value, list):
        if value and any(is_listed_event(one) or is_api_event(one) for one in value):
            return EventbriteAnswer(items=value)
        raise SchemaChanged("no event of Eventbrite in this list")
    said = text(value, "error_description") or text(value, "error")
    if said:
        raise SchemaChanged(f"Eventbrite answers with an error: {said[:200]}")
    found = listing(value)
    if found is None:
        raise SchemaChanged("no events of Eventbrite in this answer")
    return found


def listing(value: Any) -> EventbriteAnswer | None:
    """The list of events of an answer of the API or of a page's data; None where there is none. An empty one
    counts beside its page numbers."""
    for path in _SEARCH:
        holder = at(value, *path)
        for name in _LISTS:
            items = holder if isinstance(holder, list) else at(holder, name)
            if not isinstance(items, list):
                continue
            numbers = at(holder, "pagination") or at(value, "pagination")
            counted = isinstance(numbers, Mapping) and "object_count" in numbers
            if any(is_api_event(one) or is_listed_event(one) for one in objects(items)) or (
                not items and counted
            ):
                page, pages = number(numbers, "page_number") or 1, number(numbers, "page_count") or 1
                if at(numbers, "has_more_items") is False:
                    return EventbriteAnswer(items=items, page=page, pages=page)
                return EventbriteAnswer(
                    items=items, continuation=text(numbers, "continuation"), page=page, pages=pages
                )
    return None


def server_data(html: str) -> Mapping[str, Any] | None:
    """What a page carries for its scripts; None where it carries nothing that can be read. More script
    follows behind it."""
    begin = html.find(SERVER_DATA)
    if begin < 0:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(html, begin + len(SERVER_DATA))
        value = parse_json(html[begin + len(SERVER_DATA) : end], strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, Mapping) else None
