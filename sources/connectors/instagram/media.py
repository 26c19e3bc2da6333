"""One medium of Instagram's and its caption, as the record of what the caption announces.

Shapes: IG Media of the Graph API (https://developers.facebook.com/docs/instagram-platform/reference/instagram-media), and media of the first API, which
ended in 2020 and of which there are recordings.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from events.enums import ExtractionMethod, OrganizerType
from events.records import OrganizerRef, Venue
from sources.connectors.answers import at, line, lines, link, number, pictures, source_of, text
from sources.connectors.base import MAX_DESCRIPTION, bounded_id, clip
from sources.connectors.moments import read_moment
from sources.connectors.nested import counts
from sources.connectors.page.place import coordinates
from sources.connectors.prose import When, find
from sources.records import Dropped, RawRecord

MAX_HEADING: Final = 120
#: Below this a date is not taken for an announcement.
LEAST: Final = 0.45
_HASHTAG: Final = re.compile(r"#(\w+)")
_NO_WORDS: Final = re.compile(r"#\w+|https?://\S+|[^\w\s.,:;!?&'’()/+–—-]")
_PEOPLE: Final = frozenset({"user", "username", "owner", "comments", "likes", "users_in_photo"})
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s")
_HELD: Final = re.compile(r"\b(?:cancelled|canceled|called off|abgesagt|annulé|cancelado)\b", re.IGNORECASE)


def is_media(value: Any) -> bool:
    """Whether an object is a medium, of the Graph API or of the first one."""
    if not isinstance(value, Mapping) or not text(value, "id"):
        return False
    graph = isinstance(value.get("caption"), str) and ("permalink" in value or "media_type" in value)
    bare = "permalink" in value and "media_type" in value
    return graph or bare or ("images" in value and "created_time" in value and "caption" in value)


def record(
    media: Mapping[str, Any], *, now: datetime, language: str = "", account: OrganizerRef | None = None, venue: str = ""
) -> RawRecord | Dropped:
    """What the caption announces; dropped where it names no date to come, too many, or nothing that could be a title.

    `now` stands for the day of writing where the medium does not tell it; `account` is the business whose medium it is, `venue` where its events are.
    """
    notes: list[str] = ["read from a caption"]
    name = bounded_id(text(media, "id"), notes=notes)
    caption = text(media, "caption") or text(media, "caption", "text")
    written = read_moment(media.get("timestamp")) or read_moment(media.get("created_time"))
    published = written if isinstance(written, datetime) and written.tzinfo else None
    when = _when(caption, (published or now).date(), language)
    title = heading(caption, when)
    reason = "no caption" if not caption else "no date in the caption" if when is None else "" if title else "no title"
    if when is None or reason:
        return Dropped(reason=reason, external_id=name, title=title, raw=_raw(media))
    return RawRecord(
        external_id=name,
        title=title,
        description=clip(caption, MAX_DESCRIPTION, what="description", notes=notes),
        start=when.start,
        end=when.end,
        venue=_venue(media, venue),
        url=link(media, "permalink") or link(media, "link"),
        images=pictures([_picture(media)]),
        organizer=account,
        tags=lines(_HASHTAG.findall(caption)),
        status="cancelled" if _HELD.search(caption) else "",
        popularity=counts(likes=_likes(media)),
        method=ExtractionMethod.TEXT,
        metadata={"start_from": "caption", "start_text": when.text, "start_confidence": when.confidence},
        published=published,
        raw=_raw(media),
        notes=tuple(notes),
    )


def account_of(found: Any) -> OrganizerRef | None:
    """A business account as organizer; only these are named, never the people behind other media."""
    name, user = line(found, "name"), text(found, "username")
    if not (name or user):
        return None
    return OrganizerRef(name=name or user, url=link(found, "website") or f"https://www.instagram.com/{user}/", type=OrganizerType.BUSINESS)


def heading(caption: str, when: When | None) -> str:
    """The first line of a caption that says something besides tags, links and the date; its first sentence where it is long."""
    for row in caption.splitlines():
        bare = " ".join(_NO_WORDS.sub(" ", row).split())
        if not _LETTERS.search(_without(bare, when)):
            continue
        words = bare if len(bare) <= MAX_HEADING else _SENTENCE.split(bare)[0]
        return words.strip(" .,:;!-–—")[:MAX_HEADING].strip()
    return ""


def _without(row: str, when: When | None) -> str:
    """A row without the words of the date, so that "Sat 12 Dec, 8pm" leaves none."""
    for word in when.text.split() if when else ():
        row = row.replace(word.strip(".,;:"), " ")
    return row


def _when(caption: str, around: date, language: str) -> When | None:
    found = find(caption, around=around, language=language)
    return found if found is not None and found.confidence >= LEAST else None


def _raw(media: Mapping[str, Any]) -> str:
    """A medium without the people behind and around it."""
    kept = {key: value for key, value in media.items() if key not in _PEOPLE}
    return source_of({**kept, "caption": text(media, "caption") or text(media, "caption", "text")})


def _venue(media: Mapping[str, Any], named: str) -> Venue:
    lat, lng = coordinates(at(media, "location", "latitude"), at(media, "location", "longitude"))
    own = line(media, "location", "id")
    return Venue(name=line(media, "location", "name") or named, lat=lat, lng=lng, external_ids={"instagram": own} if own else {})


def _picture(media: Mapping[str, Any]) -> str:
    if text(media, "media_type").upper() == "VIDEO":
        return link(media, "thumbnail_url")
    return link(media, "media_url") or link(media, "images", "standard_resolution", "url")


def _likes(media: Mapping[str, Any]) -> int | None:
    told = number(media, "like_count")
    return told if told is not None else number(media, "likes", "count")
