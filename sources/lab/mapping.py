"""Which field of an event a value of a record is: the mapping that a person makes in the lab."""

from collections.abc import Mapping
from typing import Any, Final

#: By connector the fields that a value may be mapped to. JSON has a map of paths, the scraper a selector for each.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "json_feed": (
        "title", "description", "start", "end", "venue", "address", "city", "country", "lat", "lng", "point", "price", "currency",
        "image", "url", "ticket_url", "organizer", "performers", "categories", "status", "online_url", "id",
    ),
    "scraper": ("title", "date", "end", "location", "description", "image", "link", "price", "category", "id"),
}  # fmt: skip
#: What the scraper calls the fields of `sources.lab.unread.MEANT`.
_SCRAPER: Final = {"start": "date", "address": "location", "url": "link"}


def offered(connector: str, meant: str) -> str:
    """The name of a field by which the connector's configuration knows it; '' where it has no such field."""
    name = _SCRAPER.get(meant, meant) if connector == "scraper" else meant
    return name if name in FIELDS.get(connector, ()) else ""


def mapped(connector: str, config: Mapping[str, Any], *, field: str, path: str) -> dict[str, Any]:
    """The configuration with one more mapping.

    Raises ValueError with one sentence where the connector has no such field, or nothing was chosen.
    """
    if field not in FIELDS.get(connector, ()):
        raise ValueError(
            "Choose a field of the list." if connector in FIELDS else "This connector has no mapping."
        )
    if not path:
        raise ValueError("Choose a value of the record.")
    if connector == "scraper":
        return {**config, field: path}
    return {**config, "fields": {**(config.get("fields") or {}), field: path}}
