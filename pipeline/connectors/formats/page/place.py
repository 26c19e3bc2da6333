"""Where a schema.org event takes place: Place, PostalAddress, GeoCoordinates, VirtualLocation, or plain
text."""

from dataclasses import dataclass
from typing import Any, Final

from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.formats.page.nodes import Graph, Node, types
from pipeline.connectors.support.values import coordinates, pair
from pipeline.contract.enums import Online
from pipeline.contract.normalized import Venue
from pipeline.text.decoding import MAX_LINE

_STREET: Final = ("streetAddress", "extendedAddress", "postOfficeBoxNumber")
_AREA: Final = ("postalCode", "addressRegion")
_MODES: Final = {"online": Online.YES, "mixed": Online.BOTH, "offline": Online.NO}


@dataclass(frozen=True, slots=True)
class Where:
    """The venue in the source's words; `online` is '' where the page does not say."""

    venue: Venue = Venue()
    online: str = ""
    online_url: str = ""


def where(graph: Graph, node: Node, base: str) -> Where:
    """The first real place of an event and its virtual one. `eventAttendanceMode` wins over what the
    locations suggest."""
    venue, online_url, virtual = Venue(), "", False
    for value in graph.values(node, "location"):
        if isinstance(value, dict) and "VirtualLocation" in types(value):
            virtual = True
            online_url = online_url or absolute(base, graph.text(value, "url"))
        elif venue == Venue():
            venue = _venue(graph, value)
    mode = graph.text(node, "eventAttendanceMode").lower()
    online = next((str(word) for name, word in _MODES.items() if name in mode), "")
    if not online and virtual:
        online = str(Online.YES if venue == Venue() else Online.BOTH)
    return Where(venue, online, online_url)


def _venue(graph: Graph, value: Any) -> Venue:
    if not isinstance(value, dict):
        return Venue(name=graph.plain(value)[:MAX_LINE])
    if "PostalAddress" in types(value):
        return _with_address(graph, Venue(), value)
    lat, lng = _geo(graph, value)
    venue = Venue(name=graph.line(value, "name", "legalName")[:MAX_LINE], lat=lat, lng=lng)
    address = graph.first(value, "address")
    if address is None and any(
        name in value for name in (*_STREET, *_AREA, "addressLocality", "addressCountry")
    ):
        address = value
    return _with_address(graph, venue, address)


def _with_address(graph: Graph, venue: Venue, address: Any) -> Venue:
    if not isinstance(address, dict):
        text = graph.plain(address)
        return Venue(name=venue.name, address=text[:MAX_LINE], lat=venue.lat, lng=venue.lng)
    city, country = graph.line(address, "addressLocality"), graph.line(address, "addressCountry")
    street = [", ".join(_unique([graph.plain(v) for v in graph.values(address, name)])) for name in _STREET]
    lines = _unique([*street, city, *(graph.line(address, name) for name in _AREA)])
    own_name = "" if address.get("@type") == ["Place"] else graph.line(address, "name")
    return Venue(
        name=venue.name or own_name[:MAX_LINE],
        address=", ".join(lines)[:MAX_LINE],
        city=city[:MAX_LINE],
        country=country[:MAX_LINE],
        lat=venue.lat,
        lng=venue.lng,
    )


def _geo(graph: Graph, place: Node) -> tuple[float | None, float | None]:
    geo = graph.first(place, "geo")
    if isinstance(geo, str):
        return pair(geo)
    for holder in (geo, place):
        if isinstance(holder, dict):
            found = coordinates(graph.text(holder, "latitude"), graph.text(holder, "longitude"))
            if found[0] is not None:
                return found
    return None, None


def _unique(texts: list[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]
