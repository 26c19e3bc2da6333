"""What a source cannot tell, by its kind: an event of a plain calendar is complete without a picture.

A kind is a connector or a platform's host. An operator sets it for each source; the lab suggests it from what it read.
"""

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

from pipeline.contract.quality import UNTOLD
from sources.models import Source

#: What the format or the API has no place for, or hardly anyone fills in.
_BY_CONNECTOR: Final = {
    "ical": {"description", "image", "price", "organizer", "link", "category"},
    "rss": {"end", "image", "price", "organizer"},
    "activitypub": {"price"},
    "mobilizon": {"price"},
}
#: Hosts of platforms that are read by a general connector, with all below them.
_BY_HOST: Final = {
    "legistar.com": {"description", "end", "image", "price", "organizer", "category"},
    "granicus.com": {"description", "end", "image", "price", "organizer", "category"},
}
#: A sample of fewer events does not show what a source never tells.
ENOUGH: Final = 10
#: The facts of a lab's table of coverage by name, where they differ.
_COVERED: Final = {"category": "category other than 'other'"}

#: How a value of a fact looks in a record (sources/lab/unread.py).
_SHAPES: Final = {"image": "picture", "price": "price", "link": "link", "end": "date"}


def of(source: Source) -> frozenset[str]:
    """What the source cannot tell: as it is set, else what its kind cannot."""
    if source.untold is not None:
        return frozenset(source.untold).intersection(UNTOLD)
    return of_kind(source.connector, str(source.config.get("url") or source.url))


def of_kind(connector: str, url: str) -> frozenset[str]:
    """What sources of a connector, or at a platform's address, cannot tell."""
    host = (urlsplit(url).hostname or "") if "://" in url else ""
    found = set(_BY_CONNECTOR.get(connector, ()))
    for name, lacking in _BY_HOST.items():
        if host == name or host.endswith(f".{name}"):
            found |= lacking
    return frozenset(found)


def suggested(
    connector: str, url: str, coverage: Mapping[str, float], events: int, *, held: Collection[str] = ()
) -> list[str]:
    """What a source seems unable to tell: by its kind, and what none of enough events had (`coverage`, 0 to 1).

    `held` are the shapes of values that its records hold unread: what is there can be told.
    """
    never = {
        name
        for name in UNTOLD
        if events >= ENOUGH
        and coverage.get(_COVERED.get(name, name), 1.0) == 0.0
        and _SHAPES.get(name) not in held
    }
    return [name for name in UNTOLD if name in never | of_kind(connector, url)]


def to_keep(connector: str, url: str, chosen: Collection[str] | None) -> list[str] | None:
    """The list to store for a source: None, which follows its kind, where nothing else was chosen."""
    if chosen is None or set(chosen) == of_kind(connector, url):
        return None
    return [name for name in UNTOLD if name in chosen]
