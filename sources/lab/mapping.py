"""Which field of an event a value of a record is: the mapping that a person makes in the lab."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.text.folding import fold_name
from sources.lab.unread import Leaf

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


def basis(
    connector: str, config: Mapping[str, Any], *, url: str, sample: Sequence[Leaf], container: str, title: str
) -> dict[str, Any]:
    """The connector and configuration to which a mapping is added, {"connector", "config", "words"}.

    A page whose records are its own elements is read by the scraper from then on: `container` selects one, `title` is
    what it is called. Without a place for a mapping, the connector is '' and `words` say so.
    """
    if connector in FIELDS:
        return {"connector": connector, "config": dict(config), "words": "The file is read again with it."}
    if connector == "page" and container and (found := _selectors(sample, title)):
        words = "The page is read by selectors from then on (connector scraper), beginning with those of title and day."
        return {
            "connector": "scraper",
            "config": {"url": url, "container": container, **found},
            "words": words,
        }
    words = (
        f"Nothing to choose here: the configuration of the connector {connector} has no place for a mapping."
    )
    more = " The connector scraper, chosen above, reads a page by selectors." if connector == "page" else ""
    return {"connector": "", "config": {}, "words": words + more}


def _selectors(sample: Sequence[Leaf], title: str) -> dict[str, str]:
    """The selectors of title and day, and where it has one of the link; {} where title or day is no value of its own."""
    wanted = fold_name(title)
    called = next((leaf.path for leaf in sample if fold_name(leaf.value) == wanted), "")
    day = next((leaf.path for leaf in sample if leaf.shape == "date"), "")
    link = next((leaf.path for leaf in sample if leaf.path.endswith("::attr(href)")), "")
    return {"title": called, "date": day, **({"link": link} if link else {})} if called and day else {}


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
