"""Where: a venue as text or object, an address beside it or inside, coordinates in any of their forms, or
online."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.names import NAMES
from pipeline.connectors.formats.json_feed.shape import is_foreign, named, present, squash, unwrapped
from pipeline.connectors.formats.json_feed.view import View, has, opened
from pipeline.connectors.support.values import coordinates, pair
from pipeline.contract.enums import Online
from pipeline.contract.normalized import Venue
from pipeline.geography.regions import region_called
from pipeline.text.decoding import MAX_LINE, http_url

_STREET: Final = (
    "street",
    "streetaddress",
    "address1",
    "addressline1",
    "line1",
    "address",
    "addr",
    "address2",
    "addressline2",
    "extendedaddress",
    "streetlineone",
    "streetlinetwo",
)
_TOWN: Final = ("city", "town", "locality", "addresslocality")
_AREA: Final = (
    "postalcode",
    "zip",
    "zipcode",
    "postcode",
    "region",
    "state",
    "statename",
    "addressregion",
    "province",
)
#: The most characters of a postal code.
_LONGEST_CODE: Final = 10
_REMARK: Final = patterns.compile(r"--em--([^-]{0,500}(?:-[^-]{1,100}){0,5})--em--", longest=2 * MAX_LINE)
#: What the address and the point of a place are made of.
_PARTS: Final = frozenset(
    (*_STREET, *_AREA, *NAMES["address"], *NAMES["city"], *NAMES["country"], *NAMES["lat"], *NAMES["lng"])
)
_YES: Final = frozenset(
    {"true", "1", "yes", "online", "virtual", "remote", "webinar", "onlineeventattendancemode"}
)
_BOTH: Final = frozenset({"hybrid", "both", "mixed", "mixedeventattendancemode"})
_NO: Final = frozenset({"false", "0", "no", "offline", "inperson", "physical", "offlineeventattendancemode"})
#: OpenAgenda's attendanceMode.
_MODE_NUMBERS: Final = {1: Online.NO, 2: Online.YES, 3: Online.BOTH}
_PLACE_IDS: Final = {"placeid": "google_place_id", "googleplaceid": "google_place_id", "googleid": "google"}


def venue(view: View) -> Venue:
    """The venue of an item, in its own words."""
    inside = _inside(view)
    names = [text for v in view.all("venue") if not _is_point(v) and not (text := view.as_text(v)).isdigit()]
    name = next((n for n in names if n), "")
    if inside and (not name or not isinstance(view.get("venue"), str)):
        name = _name(inside) or name
    texts = [t for t in names if t and t != name]
    address = _address(inside, view)
    if isinstance(view.get("venue"), str) and texts and not present(view.values.get("address")):
        address = texts[0]
    lat, lng = _point(inside) if inside else (None, None)
    if lat is None:
        lat, lng = _point(view)
    return Venue(
        name=_line(name),
        address=_line(address or (texts[0] if texts else "")),
        city=_line(_city(inside) or _city(view)),
        country=_line((inside.text("country") if inside else "") or view.text("country")),
        lat=lat,
        lng=lng,
        external_ids=_ids(inside),
    )


def remarks(view: View) -> str:
    """What is said in slanted letters beside the place of a council's meeting, which is no part of it:
    "City Hall\\n--em--Closed session--em--"."""
    reported = (
        found
        for value in view.all("venue")
        if isinstance(value, str)
        for found in _REMARK.findall(value[:MAX_LINE])
    )
    return "\n".join(filter(None, map(str.strip, reported)))


def misplaced(view: View) -> list[tuple[str, str]]:
    """(field, value) of coordinates that are told and are none: "999", "abc". Of two that cannot be used
    together, the one that is wrong, else both."""
    for one in filter(None, (_inside(view), view)):
        reported = [("latitude", one.text("lat"), 90.0), ("longitude", one.text("lng"), 180.0)]
        if all(text for _, text, _ in reported):
            wrong = [(name, text) for name, text, most in reported if not _is_degrees(text, most)]
            return (
                wrong if wrong or _point(one)[0] is not None else [(name, text) for name, text, _ in reported]
            )
    return []


def online(view: View) -> tuple[str, str]:
    """Whether it takes place online ('' where nothing says so), and the address."""
    url = http_url(view.text("online_url"))
    for key, value in view.named("online"):
        if key.endswith("attendancemode") and isinstance(value, str | int) and value in _MODE_NUMBERS:
            return str(_MODE_NUMBERS[value]), url
        word = squash(str(value).rsplit("/", 1)[-1]) if isinstance(value, str | bool | int) else ""
        for words, mode in ((_YES, Online.YES), (_BOTH, Online.BOTH), (_NO, Online.NO)):
            if word in words:
                return str(mode), url
    return "", url


def _inside(view: View) -> View | None:
    """The values of the object that describes the venue, with the parts of its address and its point however deep
    they are in it; None where there is no such object."""
    holder = _holder(view)
    if holder is None:
        return None
    values = opened(holder, view.languages)
    if not has(values, "title"):
        values |= next(
            (own for inner in nested(values) if has(own := opened(inner, view.languages), "title")), {}
        )
    for inner in nested(values):
        reported = named(inner, view.languages)
        values |= {key: value for key, value in reported.items() if key in _PARTS and key not in values}
    return View(values, languages=view.languages)


def _holder(view: View) -> Mapping[str, Any] | None:
    """The object that describes the venue: the first of those that are named as one, else the first that holds an
    address or a point."""
    candidates = [*view.all("venue"), view.values.get("geoaddressinfo"), *view.all("address")]
    for value in candidates:
        one = unwrapped(value[0] if isinstance(value, list) and value else value, view.languages)
        if isinstance(one, Mapping) and any(present(v) for v in one.values()):
            return one
    return next((one for key, one in _objects(view.values) if not is_foreign(key) and _is_placed(one)), None)


def _objects(values: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, value in values.items():
        one = value[0] if isinstance(value, list) and value else value
        if isinstance(one, Mapping):
            yield key, one


def _is_placed(value: Mapping[str, Any]) -> bool:
    """Whether an object tells where something is: a street, two parts of an address, a point."""
    plain = named(value)
    reported = sum(
        any(isinstance(plain.get(key), str) for key in part)
        for part in (_STREET, _TOWN, _AREA, NAMES["country"])
    )
    return reported > 1 or all(any(present(plain.get(key)) for key in NAMES[part]) for part in ("lat", "lng"))


def nested(values: Mapping[str, Any], depth: int = 4) -> Iterator[Mapping[str, Any]]:
    """The objects in an object, the outer ones first."""
    inner = [one for _, one in _objects(values)]
    yield from inner
    if depth:
        for one in inner:
            yield from nested(one, depth - 1)


def _name(inside: View) -> str:
    plain = inside.values
    for key in (
        "name",
        "title",
        "venuename",
        "locationname",
        "displayname",
        "fulladdress",
        "label",
        "placename",
        "building",
    ):
        text = inside.as_text(plain.get(key))
        if text and key != "fulladdress":
            return (
                f"{text}, {plain['room']}"
                if key == "building" and isinstance(plain.get("room"), str)
                else text
            )
    return ""


def _address(inside: View | None, view: View) -> str:
    for one in filter(None, (inside, view)):
        nested = next((value for value in one.all("address") if isinstance(value, Mapping)), None)
        if nested is not None:
            return _joined({squash(str(k)): v for k, v in nested.items()})
        text = _joined(one.values) if one is inside else ""
        if text or (one is inside and one.text("address")):
            return text or one.text("address")
    return view.text("address") if "address" in view.mapped else _with_area(view)


def _with_area(view: View) -> str:
    """The street of an item that has the parts of its address beside it, with town, state and postal code. A key
    such as `state` may tell something else, so that only a known state counts."""
    street, reported = view.text("address"), {}
    for key, value in view.values.items():
        if _own(key) in _AREA and (text := next(iter(_lines(value)), "")):
            reported["code" if any(map(str.isdigit, text)) else "state"] = text
    state = reported.get("state", "")
    area = [state if region_called(state)[0] else "", reported.get("code", "")[:_LONGEST_CODE]]
    if not street or not any(area):
        return street
    rest = [text for text in (view.text("city"), *area) if text and text.casefold() not in street.casefold()]
    return ", ".join([street, *rest])


def _own(key: str) -> str:
    """The name of a place's part without that of the place: `zip` for `venuezip`."""
    return key.removeprefix("venue").removeprefix("location")


def _joined(plain: Mapping[str, Any]) -> str:
    """Street, city and region on one line; a display address that is there already wins."""
    for key in ("localizedaddressdisplay", "fulladdress", "formattedaddress", "displayaddress"):
        if isinstance(plain.get(key), str) and plain[key].strip():
            return str(plain[key])
        if isinstance(plain.get(key), list):
            return ", ".join(str(part) for part in plain[key] if isinstance(part, str))
    plain = {**{_own(key): value for key, value in plain.items()}, **plain}
    street = list(dict.fromkeys(text.strip(" ,") for key in _STREET for text in _lines(plain.get(key))))
    rest = [text for key in (*_TOWN, *_AREA) for text in _lines(plain.get(key))]
    reported = ", ".join(street)
    return (
        ", ".join(
            [reported, *(text for text in dict.fromkeys(rest) if text.casefold() not in reported.casefold())]
        )
        if reported
        else ""
    )


def _lines(value: Any) -> list[str]:
    """The texts of one part of an address; numbers count where they may be a postal code."""
    if isinstance(value, Mapping):
        value = value.get("line1") or value.get("name")
    lines = value if isinstance(value, list) else [value]
    return [
        text
        for line in lines
        if (isinstance(line, str) and (text := line.strip()))
        or (type(line) is int and len(text := str(line)) > 3)
    ]


def _city(view: View | None) -> str:
    return view.text("city") if view else ""


def _point(view: View) -> tuple[float | None, float | None]:
    lat, lng = coordinates(view.text("lat"), view.text("lng"))
    if lat is not None:
        return lat, lng
    for value in [*view.all("point"), *(v for v in view.all("venue") if isinstance(v, Mapping))]:
        found = _pair(value)
        if found[0] is not None:
            return found
    return None, None


def _is_degrees(text: str, most: float) -> bool:
    try:
        return abs(float(text)) <= most
    except ValueError:
        return False


def _pair(value: Any) -> tuple[float | None, float | None]:
    """Of "lat,lng"; `{lat, lng}` and its kin; GeoJSON `[lng, lat]`, alone or in `coordinates`."""
    if isinstance(value, str):
        return pair(value)
    if isinstance(value, list):
        return (
            coordinates(value[1], value[0])
            if len(value) in (2, 3) and not any(isinstance(v, list | dict) for v in value)
            else (None, None)
        )
    if not isinstance(value, Mapping):
        return None, None
    inside = View({squash(str(k)): v for k, v in value.items()})
    found = coordinates(inside.text("lat"), inside.text("lng"))
    return (
        found
        if found[0] is not None
        else _pair(inside.values.get("coordinates") or inside.values.get("geometry") or None)
    )


def _is_point(value: Any) -> bool:
    return isinstance(value, Mapping) and {squash(str(k)) for k in value} <= {
        "lat",
        "lng",
        "lon",
        "long",
        "latitude",
        "longitude",
        "type",
        "coordinates",
    }


def _ids(inside: View | None) -> dict[str, str]:
    plain = inside.values if inside else {}
    return {
        name: str(plain[key])[:200]
        for key, name in _PLACE_IDS.items()
        if isinstance(plain.get(key), str) and plain[key]
    }


def _line(text: str) -> str:
    text = _REMARK.sub("", text[: 2 * MAX_LINE])
    lines = (" ".join(line.split()).strip(" ,") for line in text.splitlines())
    return ", ".join(filter(None, lines))[:MAX_LINE]
