"""xCal, iCalendar in XML (RFC 6321): put back into iCalendar's text form, so that the connector `ical` reads
it with all that it knows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from pipeline.connectors.formats.ical import ICal, ICalConfig
from pipeline.connectors.support.xml_text import Tree
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.enums import Coverage
from pipeline.contract.raw import RawPayload

#: The root element of a calendar in XML.
XCAL_ROOT: Final = "icalendar"
#: Components inside components: vcalendar, vevent, valarm, and one to spare.
_MAX_NESTING: Final = 4
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})
#: Many publishers (time.ly) write all categories into one value.
_LISTS: Final = frozenset({"CATEGORIES", "RESOURCES"})
_VERBATIM: Final = frozenset({"uri", "cal-address", "duration", "integer", "float", "boolean", "period"})


def read_xcal(feed: Tree, payload: RawPayload, params: FetchParams) -> Page:
    """What `ical` makes of the calendar; the page keeps the payload as it came. A document that was cut short
    is PARTIAL."""
    text = "\r\n".join(line for child in feed.root for line in _component(child, 0)) + "\r\n"
    calendar = replace(
        payload, content=text.encode("utf-8", "replace"), content_type="text/calendar; charset=utf-8"
    )
    page = ICal(ICalConfig()).read(calendar, params)
    return replace(
        page,
        payload=payload,
        coverage=page.coverage if feed.whole else Coverage.PARTIAL,
        cut=page.cut or not feed.whole,
    )


def _component(element: etree._Element, nesting: int) -> Iterator[str]:
    if not isinstance(element.tag, str) or nesting > _MAX_NESTING:
        return
    name = _name(element)
    yield f"BEGIN:{name}"
    for part in element:
        if _name(part) == "PROPERTIES":
            yield from (line for item in part if (line := _property(item)))
        elif _name(part) == "COMPONENTS":
            for inner in part:
                yield from _component(inner, nesting + 1)
    yield f"END:{name}"


def _property(element: etree._Element) -> str:
    """One content line; '' for a comment."""
    name = _name(element)
    if not name:
        return ""
    parameters, values, kinds = "", [], []
    for child in element:
        if _name(child) == "PARAMETERS":
            parameters = "".join(f";{_name(p)}={_quoted(_words(p))}" for p in child if _name(p))
        elif _name(child):
            kinds.append(_name(child).lower())
            value = _value(child)
            values.append(value.replace("\\,", ",") if name in _LISTS else value)
    if "recur" in kinds:
        return f"{name}{parameters}:{values[0]}"
    if kinds[:2] == ["latitude", "longitude"]:
        return f"{name}:{values[0]};{values[1]}"
    kind = ";VALUE=DATE" if kinds and kinds[0] == "date" else ""
    return f"{name}{parameters}{kind}:{','.join(values)}"


def _value(element: etree._Element) -> str:
    kind, text = _name(element).lower(), "".join(element.itertext())
    if kind == "recur":
        parts: dict[str, list[str]] = {}
        for part in element:
            parts.setdefault(_name(part), []).append(
                _moment(part.text or "") if _name(part) == "UNTIL" else (part.text or "").strip()
            )
        return ";".join(f"{name}={','.join(values)}" for name, values in parts.items() if name)
    if kind in ("date", "date-time", "time", "utc-offset"):
        return text.strip().replace(":", "") if kind == "utc-offset" else _moment(text)
    return text.strip() if kind in _VERBATIM else text.translate(_ESCAPES)


def _moment(text: str) -> str:
    return text.strip().replace("-", "").replace(":", "")


def _words(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _quoted(text: str) -> str:
    clean = text.replace('"', "'")
    return f'"{clean}"' if any(c in clean for c in ",;:") else clean


def _name(element: etree._Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1].upper() if isinstance(element.tag, str) else ""
