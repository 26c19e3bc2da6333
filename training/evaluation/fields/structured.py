"""Reads the structured values of files with small parsers of its own.

They share no code with the pipeline, so that its errors are not repeated here: iCalendar (RFC 5545) without
recurrences, JSON-LD of schema.org/Event, and RSS 2.0. Only plain cases are read: doubtful ones are left out,
since a label must be right.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from statistics import median_low
from typing import Any, Final
from zoneinfo import ZoneInfo

from lxml import etree
from lxml import html as lxml_html

from training.evaluation.fields.labels import FIELDS, Label, LabelFile, data_files

#: A file counts as fetched so long before the middle start.
_BEFORE: Final = timedelta(days=120)
#: How many events of one file are read: the first ones.
_MOST: Final = 200
#: Later years are misread ones.
_FAR: Final = 2100

#: The kinds of files by suffix.
_KINDS: Final = {".ics": "ics", ".html": "html", ".htm": "html", ".rss": "rss", ".xml": "rss"}

#: Titles that tell a day or a status too, which the product shows elsewhere.
_MORE_THAN_TITLE: Final = re.compile(
    r"\b20\d\d\b|cancel|sold out|postponed|fällt aus|abgesagt", re.IGNORECASE
)

StatedFields = dict[str, Any]


def structured_files(data: Path, *, held_out: bool) -> Iterator[LabelFile]:
    """Yield the files of `data` with structured values, of held-out origins or of all others."""
    for origin, path in data_files(data, held_out=held_out):
        found = structured_file(path, data) if path.suffix.lower() in _KINDS else None
        if found is not None:
            yield replace(found, origin=origin)


def structured_file(path: Path, root: Path) -> LabelFile | None:
    """The structured values of one file, None without any."""
    kind = _KINDS[path.suffix.lower()]
    try:
        reported = list(_READERS[kind](path.read_bytes()))[:_MOST]
    except (ValueError, KeyError, etree.LxmlError):
        return None
    if not reported:
        return None
    middle = median_low(_day(one["start"]) for one in reported)
    now = datetime(middle.year, middle.month, middle.day, tzinfo=UTC) - _BEFORE
    return LabelFile(
        file=str(path.relative_to(root)),
        origin="",
        kind=kind,
        now=now,
        base_url="https://example.org/",
        events=tuple(_label(one) for one in reported if abs((_day(one["start"]) - middle).days) < 100),
        path=path,
    )


def _label(reported: StatedFields) -> Label:
    """The label of a parsed event. Fields without a value are unknown."""
    fields = {name: reported.get(name) for name in FIELDS}
    unknown = frozenset(
        name for name in FIELDS if fields[name] is None or name in reported.get("doubtful", ())
    )
    return Label(id=reported["id"], reported=fields, also={}, unknown=unknown)


def _day(start: str) -> date:
    return date.fromisoformat(start[:10])


# iCalendar


def _calendar(content: bytes) -> Iterator[StatedFields]:
    """Yield events with UID, SUMMARY and DTSTART, without RRULE, RDATE and RECURRENCE-ID, that are not private."""
    text = content.decode("utf-8").replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    zones = set(re.findall(r"^DTSTART;TZID=([^:;\n]+):", text, re.MULTILINE))
    if any("/" not in name for name in zones):
        return  # zones that the file defines itself
    names = Counter(re.findall(r"^UID:(.*)$", text, re.MULTILINE))
    for block in re.findall(r"^BEGIN:VEVENT$(.*?)^END:VEVENT$", text, re.MULTILINE | re.DOTALL):
        if "\nBEGIN:" in block or re.search(r"^(RRULE|RDATE|RECURRENCE-ID|DURATION)", block, re.MULTILINE):
            continue
        lines = dict(_property(line) for line in block.strip().split("\n") if ":" in line)
        if lines.get("CLASS", ("", "PUBLIC"))[1].strip() in ("PRIVATE", "CONFIDENTIAL"):
            continue
        if not {"UID", "SUMMARY", "DTSTART"} <= lines.keys() or names[lines["UID"][1]] > 1:
            continue
        if lines["SUMMARY"][1].strip() and int(lines["DTSTART"][1][:4]) < _FAR:
            yield _calendar_event(lines)


def _property(line: str) -> tuple[str, tuple[str, str]]:
    head, _, value = line.partition(":")
    name, _, parameters = head.partition(";")
    return name.upper(), (parameters, value)


def _calendar_event(lines: Mapping[str, tuple[str, str]]) -> StatedFields:
    parameters, start = lines["DTSTART"]
    reported: StatedFields = {
        "id": lines["UID"][1].strip(),
        "title": _unescaped(lines["SUMMARY"][1]),
        "start": _calendar_moment(start, parameters),
    }
    if _MORE_THAN_TITLE.search(reported["title"]):
        reported["doubtful"] = ("title",)
    if "DTEND" in lines:
        end = _calendar_moment(lines["DTEND"][1], lines["DTEND"][0], end=True)
        reported["end"] = end if _is_plain_end(end, reported["start"]) else None
    if "GEO" in lines:
        latitude, _, longitude = lines["GEO"][1].partition(";")
        reported["point"] = (float(latitude), float(longitude))
    if lines.get("URL", ("", ""))[1].startswith("http"):
        reported["url"] = lines["URL"][1].strip()
    if "STATUS" in lines and lines["STATUS"][1].strip() == "CANCELLED":
        reported["status"] = "cancelled"
    return reported


def _calendar_moment(value: str, parameters: str, *, end: bool = False) -> str:
    """The moment of a DATE or DATE-TIME; an exclusive DTEND of days becomes the last day."""
    value = value.strip()
    if len(value) == 8:
        day = datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a date
        return (day - timedelta(days=1 if end else 0)).isoformat()
    moment = datetime.strptime(value.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a local time
    zone = re.search(r"TZID=\"?([^;\"]+)", parameters)
    if value.endswith("Z"):
        return moment.replace(tzinfo=UTC).isoformat()
    return (moment.replace(tzinfo=ZoneInfo(zone.group(1))) if zone else moment).isoformat()


def _is_plain_end(end: str, start: str) -> bool:
    """Whether an end is one: of the kind of the start, not before it, and no stand-in.

    The last second of an hour, and the start itself as the end of a time, stand for an unknown end.
    """
    if len(end) != len(start):
        return False
    return end >= start if len(end) == 10 else end > start and ":59:59" not in end


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found.group(1) in "nN" else found.group(1), text).strip()


# JSON-LD


def _page(content: bytes) -> Iterator[StatedFields]:
    """Yield the events of a page's JSON-LD that have a name and a start."""
    root = lxml_html.fromstring(content.decode("utf-8", "replace"))
    for script in root.iterfind(".//script[@type='application/ld+json']"):
        for found in _objects(json.loads(script.text or "null")):
            kinds = found.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            is_event = any(isinstance(one, str) and one.endswith(("Event", "Festival")) for one in names)
            if is_event and isinstance(found.get("name"), str) and isinstance(found.get("startDate"), str):
                yield _page_event(found)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(one)


def _page_event(found: Mapping[str, Any]) -> StatedFields:
    place = _first(found.get("location"))
    address = _first(place.get("address"))
    offers = _first(found.get("offers"))
    image = _one(found.get("image"))
    address_of_image = image.get("url") if isinstance(image, dict) else image
    reported: StatedFields = {
        "id": str(found.get("url") or found.get("@id") or ""),
        "title": unescape(found["name"]).strip(),
        "start": datetime.fromisoformat(found["startDate"]).isoformat()
        if len(found["startDate"]) > 10
        else found["startDate"],
        "venue": unescape(place.get("name") or "") or None,
        "address": address.get("streetAddress") or None,
        "town": address.get("addressLocality") or None,
        "url": found.get("url") or None,
        # with a query it is one of several sizes
        "image": None if "?" in str(address_of_image) else address_of_image,
        "organizer": _first(found.get("organizer")).get("name") or None,
    }
    # a page tells the time of a day in its other parts
    doubtful = [
        ("start", len(found["startDate"]) == 10),
        ("title", bool(_MORE_THAN_TITLE.search(reported["title"]))),
    ]
    reported["doubtful"] = tuple(name for name, doubted in doubtful if doubted)
    if offers.get("price") not in (None, "") and not isinstance(found.get("offers"), list):
        price, free = str(offers["price"]), float(offers["price"]) == 0
        reported["price"] = {"free": free, "min": None if free else price, "max": None if free else price,
                         "currency": offers.get("priceCurrency")}  # fmt: skip
    return reported


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _first(value: Any) -> Mapping[str, Any]:
    found = _one(value)
    return found if isinstance(found, dict) else {}


# RSS


def _feed(content: bytes) -> Iterator[StatedFields]:
    """Yield the items of an RSS 2.0 feed with the event module's startdate (purl.org/rss/1.0/modules/event)."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    names = {"ev": "http://purl.org/rss/1.0/modules/event/"}
    for item in root.iterfind(".//item"):
        start, title = item.findtext("ev:startdate", namespaces=names), item.findtext("title")
        if start and title:
            link = item.findtext("link") or None
            yield {"id": item.findtext("guid") or link or "", "title": unescape(title).strip(), "url": link,
                   "start": datetime.fromisoformat(start).isoformat()}  # fmt: skip


_READERS: Final = {"ics": _calendar, "html": _page, "rss": _feed}
