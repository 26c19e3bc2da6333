"""What one VEVENT says: its texts, place, links and people, each bounded, as a RawRecord that still lacks its
times."""

from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.ical.entries import HEAD
from pipeline.connectors.formats.ical.lines import Line, Properties, split_list, text_of, unescape
from pipeline.contract.enums import Online, OrganizerType
from pipeline.contract.normalized import Image, OrganizerRef, Venue
from pipeline.contract.raw import RawRecord
from pipeline.dates.ical_values import parse_geo
from pipeline.text.decoding import (
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_LINE,
    MAX_RAW,
    clip,
    http_url,
    strip_controls,
)
from pipeline.text.markup import without_tags
from pipeline.titles import kept

WANTED: Final = HEAD | frozenset(
    b"SUMMARY DESCRIPTION X-ALT-DESC STYLED-DESCRIPTION LOCATION X-APPLE-STRUCTURED-LOCATION GEO URL ATTACH IMAGE CONFERENCE"
    b" X-GOOGLE-CONFERENCE X-GOOGLE-HANGOUT X-MICROSOFT-SKYPETEAMSMEETINGURL CATEGORIES ORGANIZER X-COST X-COST-TYPE X-TICKETS-URL"
    b" X-WP-IMAGES-URL".split()
)
_MEETING_LINES: Final = (
    "CONFERENCE",
    "X-GOOGLE-CONFERENCE",
    "X-GOOGLE-HANGOUT",
    "X-MICROSOFT-SKYPETEAMSMEETINGURL",
)
_MEETING_HOST: Final = patterns.compile(
    r"https?://(?:[\w-]+\.)*(?:zoom\.us|meet\.google\.com|teams\.microsoft\.com|teams\.live\.com|webex\.com|jit\.si|whereby\.com|gotomeeting\.com)/\S+",
    patterns.IGNORECASE,
)
_URL: Final = patterns.compile(r"https?://[^\s\\;,\"'<>]+", patterns.IGNORECASE)
_IMAGE_FILE: Final = patterns.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:\?.*)?$", patterns.IGNORECASE)
_SPACE: Final = patterns.compile(r"\s+")
#: Lines that say nothing of the event (when the copy was made) or tell of private people; with what is folded
#: into them gone already.
_NOT_KEPT: Final = patterns.compile(
    r"^(?:DTSTAMP|ATTENDEE|ORGANIZER|CONTACT)[;:].*\n?", patterns.MULTILINE | patterns.IGNORECASE
)


def describe(lines: Properties, *, notes: list[str]) -> RawRecord:
    """The record of a VEVENT without id, times and recurrence. What is cut or left out is told in `notes`."""
    location = _first_text(lines, "LOCATION")
    meeting, online = _meeting(lines, location)
    description, is_html = _description(lines)
    return RawRecord(
        external_id="",
        title=kept(_first_text(lines, "SUMMARY"), notes),
        description=clip(description, MAX_DESCRIPTION, what="description", notes=notes),
        venue=_venue(lines, location, notes),
        online=online,
        online_url=meeting,
        categories=_categories(lines, notes),
        language=_language(lines),
        price_text=_first_text(lines, "X-COST")[:MAX_LINE],
        is_free=True if _first_text(lines, "X-COST-TYPE").lower() == "free" else None,
        url=_first_url(lines, "URL"),
        ticket_url=_first_url(lines, "X-TICKETS-URL"),
        images=_images(lines),
        organizer=_organizer(lines, notes),
        status=_status(lines),
        metadata={"description_html": True} if is_html else {},
    )


def raw_text(body: bytes, start: int, end: int, notes: list[str]) -> str:
    """The lines of a component as they came (unfolded), at most `MAX_RAW` characters, without people's
    addresses and DTSTAMP."""
    text = body[start : min(end, start + 4 * MAX_RAW)].decode("utf-8", "ignore")
    clean = strip_controls(text)
    if len(clean) != len(text):
        notes.append("control characters removed")
    return _NOT_KEPT.sub("", clean).strip()[:MAX_RAW]


def title_of(lines: Properties) -> str:
    """The title alone, short, for a record that is dropped."""
    return _SPACE.sub(" ", _first_text(lines, "SUMMARY"))[:200]


def _first_text(lines: Properties, name: str) -> str:
    return next((text for text in map(text_of, lines.get(name, ())) if text), "")


def _first_url(lines: Properties, name: str) -> str:
    return next((url for url in (http_url(unescape(line.value)) for line in lines.get(name, ())) if url), "")


def _description(lines: Properties) -> tuple[str, bool]:
    """The description, and whether it is HTML: the HTML one where it says about as much as the plain one."""
    plain = _first_text(lines, "DESCRIPTION")
    styled = [line for name in ("STYLED-DESCRIPTION", "X-ALT-DESC") for line in lines.get(name, ())]
    html = next(
        (
            # some generators escape the line breaks of their markup twice
            text_of(line).replace("\\n", "\n")
            for line in styled
            if line.param("FMTTYPE").lower() == "text/html" and not http_url(line.value)
        ),
        "",
    )
    said = len(without_tags(html[:MAX_DESCRIPTION], "").strip())
    if said and said >= 0.8 * len(plain):
        return html, True
    return plain, False


def _venue(lines: Properties, location: str, notes: list[str]) -> Venue:
    """Name and address where lines part them, else all in the name; GEO, or Apple's place, says where on
    earth."""
    apple = next(iter(lines.get("X-APPLE-STRUCTURED-LOCATION", ())), None)
    rows = [_SPACE.sub(" ", row).strip() for row in location.split("\n")]
    rows = [row for row in rows if row and not http_url(row)]
    if not rows and apple:
        rows = [
            row
            for row in (apple.param("X-TITLE"), *unescape(apple.param("X-ADDRESS")).split("\n"))
            if row.strip()
        ]
    geo = next((place for place in (parse_geo(line.value) for line in lines.get("GEO", ())) if place), None)
    if geo is None and apple and apple.value.lower().startswith("geo:"):
        geo = parse_geo(apple.value[4:].partition(";")[0])
    return Venue(
        name=clip(rows[0] if rows else "", MAX_LINE, what="location", notes=notes),
        address=clip(", ".join(rows[1:]), MAX_LINE, what="address", notes=notes),
        lat=geo[0] if geo else None,
        lng=geo[1] if geo else None,
    )


def _meeting(lines: Properties, location: str) -> tuple[str, str]:
    """Where to take part from afar, and whether only so: a link to a meeting, or a LOCATION that is nothing
    but a link."""
    stated = next((url for url in (_first_url(lines, name) for name in _MEETING_LINES) if url), "")
    if http_url(location):
        return stated or http_url(location), Online.YES
    inside = _MEETING_HOST.search(location)
    url = stated or (http_url(inside.group().rstrip(".)")) if inside else "")
    if not url:
        return "", ""
    place = location.replace(inside.group(), "").strip(" :-–,\n") if inside else location
    return url, Online.BOTH if place else Online.YES


def _categories(lines: Properties, notes: list[str]) -> tuple[str, ...]:
    found = [
        _SPACE.sub(" ", text)[:MAX_LINE]
        for line in lines.get("CATEGORIES", ())
        for text in split_list(line.value[: MAX_ITEMS * MAX_LINE])
    ]
    distinct = tuple(dict.fromkeys(found))
    if len(distinct) > MAX_ITEMS:
        notes.append(f"only {MAX_ITEMS} of {len(distinct)} categories")
    return distinct[:MAX_ITEMS]


def _language(lines: Properties) -> str:
    """The primary subtag of LANGUAGE (RFC 5646): `en` of `en-US`."""
    stated = (line.param("LANGUAGE") for name in ("SUMMARY", "DESCRIPTION") for line in lines.get(name, ()))
    tags = (tag.partition("-")[0].lower() for tag in stated)
    return next((tag for tag in tags if tag.isascii() and tag.isalpha() and len(tag) in (2, 3)), "")


def _images(lines: Properties) -> tuple[Image, ...]:
    """IMAGE (RFC 7986), ATTACH that is an image, and the sizes that WordPress lists."""
    urls = [http_url(unescape(line.value)) for line in lines.get("IMAGE", ())]
    urls += [http_url(unescape(line.value)) for line in lines.get("ATTACH", ()) if _is_image(line)]
    urls += [
        http_url(url) for line in lines.get("X-WP-IMAGES-URL", ()) for url in _URL.findall(line.value)[-1:]
    ]
    distinct = list(dict.fromkeys(url for url in urls if url))[:MAX_ITEMS]
    return tuple(Image(url=url, is_primary=place == 0) for place, url in enumerate(distinct))


def _is_image(line: Line) -> bool:
    kind = line.param("FMTTYPE").lower()
    return kind.startswith("image/") or (not kind and bool(_IMAGE_FILE.search(line.value[:3000])))


def _organizer(lines: Properties, notes: list[str]) -> OrganizerRef | None:
    """The common name, link and address of ORGANIZER. An address is never a name, and leaves the pipeline as
    a keyed hash unless it is an office's."""
    for line in lines.get("ORGANIZER", ()):
        name = _SPACE.sub(" ", unescape(line.param("CN"))).strip()
        name = "" if "@" in name or name.lower().startswith("mailto:") else name
        url = http_url(line.value)
        if name or url:
            return OrganizerRef(
                name=clip(name, MAX_LINE, what="organizer", notes=notes),
                type=OrganizerType.UNKNOWN,
                url=url,
                contact=_address(line.value),
            )
    return None


def _address(value: str) -> str:
    """The address of `mailto:…`, else ''."""
    return (
        value[7:].partition("?")[0].strip()[:MAX_LINE]
        if value.lower().startswith("mailto:") and "@" in value
        else ""
    )


def _status(lines: Properties) -> str:
    """`cancelled`, `postponed`, `tentative`, else ''."""
    word = _first_text(lines, "STATUS").lower()
    return {
        "cancelled": "cancelled",
        "canceled": "cancelled",
        "postponed": "postponed",
        "tentative": "tentative",
    }.get(word, "")
