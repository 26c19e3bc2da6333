"""The addresses of pages that list events: of venues, organizers, performers, series and tags.

Rows have their id in the address, so that another name only changes the slug, and the old address leads on. Performers and tags
are names alone: all spellings of one share a page (`pipeline.text.folding.address_part`).
"""

from urllib.parse import quote
from uuid import UUID

from django.utils.text import slugify

from pipeline.text.folding import address_part

#: The ending of a feed's address by the feed's media type.
FEEDS = {"ics": "text/calendar", "rss": "application/rss+xml", "json": "application/json"}


def event_path(event_id: UUID, slug: str) -> str:
    """The canonical address of an event: `/events/{slug}-{32 hex}/`."""
    return f"/events/{slug}-{event_id.hex}/"


def venue_path(place_id: UUID, slug: str) -> str:
    """`/venues/{slug}-{32 hex}/`."""
    return f"/venues/{slug}-{place_id.hex}/"


def organizer_path(organizer_id: UUID, name: str) -> str:
    """`/organizers/{slug}-{32 hex}/`."""
    return f"/organizers/{slugify(name)[:80].strip('-') or 'organizer'}-{organizer_id.hex}/"


def series_path(series_id: UUID, title: str) -> str:
    """`/series/{slug}-{32 hex}/`."""
    return f"/series/{slugify(title)[:80].strip('-') or 'series'}-{series_id.hex}/"


def performer_path(name: str) -> str:
    """`/performers/{name}/`, percent-encoded; '' for a name without letters and digits, which has no page."""
    return _named("performers", name)


def tag_path(tag: str) -> str:
    """`/tags/{tag}/`, percent-encoded; '' for a tag without letters and digits, which has no page."""
    return _named("tags", tag)


def feed_path(path: str, ending: str) -> str:
    """The address of the list at `path` as a feed; a query stays behind it."""
    stem, mark, query = path.partition("?")
    return f"{stem.rstrip('/')}.{ending}{mark}{query}"


def _named(kind: str, name: str) -> str:
    part = address_part(name)
    return f"/{kind}/{quote(part)}/" if part else ""
