"""Meetup's public pages: the state that the site's own program starts from, a cache of objects that point to
one another.

Apollo's normalized cache (https://www.apollographql.com/docs/react/caching/overview): `{"Event:1": {…,
"venue": {"__ref": "Venue:2"}}}`.
"""

from typing import Any, Final

from pipeline.connectors.formats.public_page import is_html, next_state
from pipeline.connectors.platforms.meetup.answer import looks_like_event
from pipeline.connectors.support.values import at
from pipeline.contract.raw import RawPayload

_MAX_DEPTH: Final = 4


def is_page(payload: RawPayload) -> bool:
    """Whether this is HTML of Meetup's with such a state."""
    return b"__APOLLO_STATE__" in payload.content and b"meetup" in payload.content and is_html(payload)


def page_events(payload: RawPayload) -> list[dict[str, Any]]:
    """The events of the state, what they point to put in its place; [] where the page has none."""
    state = at(next_state(payload), "props", "pageProps", "__APOLLO_STATE__")
    if not isinstance(state, dict):
        return []
    return [
        _whole(value, state, 0)
        for key, value in state.items()
        if key.startswith("Event:") and looks_like_event(value)
    ]


def _whole(value: Any, state: dict[str, Any], depth: int) -> Any:
    """`value` with its references followed; fields with arguments (`rsvps({"first":1})`) under their bare
    name."""
    if isinstance(value, list):
        return [_whole(inner, state, depth) for inner in value]
    if not isinstance(value, dict):
        return value
    if "__ref" in value:
        return _whole(state.get(str(value["__ref"])), state, depth + 1) if depth < _MAX_DEPTH else None
    return {
        key.partition("(")[0].partition(":")[0]: _whole(inner, state, depth) for key, inner in value.items()
    }
