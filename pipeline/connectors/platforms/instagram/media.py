"""One medium of Instagram's and its caption, as the record of what the caption announces.

Shapes: IG Media of the Graph API
(https://developers.facebook.com/docs/instagram-platform/reference/instagram-media), and media of the first
API, which ended in 2020 and of which there are recordings.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import (
    at,
    coordinates,
    line,
    lines,
    link,
    number,
    pictures,
    source_of,
    text,
)
from pipeline.contract.connector import FetchParams
from pipeline.contract.enums import ExtractionMethod, OrganizerType
from pipeline.contract.normalized import OrganizerRef, Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.moments import read_moment
from pipeline.prose import Prose, announced
from pipeline.text.decoding import MAX_DESCRIPTION, bounded_id, clip

_HASHTAG: Final = patterns.compile(r"#(\w+)")
_PEOPLE: Final = frozenset({"user", "username", "owner", "comments", "likes", "users_in_photo"})


def is_media(value: Any) -> bool:
    """Whether an object is a medium, of the Graph API or of the first one."""
    if not isinstance(value, Mapping) or not text(value, "id"):
        return False
    graph = isinstance(value.get("caption"), str) and ("permalink" in value or "media_type" in value)
    bare = "permalink" in value and "media_type" in value
    return graph or bare or ("images" in value and "created_time" in value and "caption" in value)


def records(
    media: Mapping[str, Any], *, params: FetchParams, account: OrganizerRef | None = None, venue: str = ""
) -> list[RawRecord | Dropped]:
    """What the caption announces, one record or several; dropped where it names no date to come, several that
    are no list, or no title.

    `account` is the business whose medium it is, `venue` where its events are."""
    notes: list[str] = ["read from a caption"]
    name = bounded_id(text(media, "id"), notes=notes)
    caption = text(media, "caption") or text(media, "caption", "text")
    if not caption:
        return [Dropped(reason="no caption", external_id=name, raw=_raw(media))]
    written = read_moment(media.get("timestamp")) or read_moment(media.get("created_time"))
    published = written if isinstance(written, datetime) and written.tzinfo else None
    about = RawRecord(
        external_id=name,
        description=clip(caption, MAX_DESCRIPTION, what="description", notes=notes),
        venue=_venue(media, venue),
        url=link(media, "permalink") or link(media, "link"),
        images=pictures([_picture(media)]),
        organizer=account,
        tags=lines(_HASHTAG.findall(caption)),
        popularity=counts(likes=_likes(media)),
        method=ExtractionMethod.TEXT,
        metadata={"start_from": "caption"},
        published=published,
        raw=_raw(media),
        notes=tuple(notes),
    )
    prose = Prose(
        text=caption,
        now=params.now,
        published=published,
        language=params.language,
        timezone=params.timezone,
        url=about.url,
        venue=venue,
    )
    return announced(prose, about, params)


def account_of(found: Any) -> OrganizerRef | None:
    """A business account as organizer; only these are named, never the people behind other media."""
    name, user = line(found, "name"), text(found, "username")
    if not (name or user):
        return None
    return OrganizerRef(
        name=name or user,
        url=link(found, "website") or f"https://www.instagram.com/{user}/",
        type=OrganizerType.BUSINESS,
    )


def _raw(media: Mapping[str, Any]) -> str:
    """A medium without the people behind and around it."""
    kept = {key: value for key, value in media.items() if key not in _PEOPLE}
    return source_of({**kept, "caption": text(media, "caption") or text(media, "caption", "text")})


def _venue(media: Mapping[str, Any], named: str) -> Venue:
    lat, lng = coordinates(at(media, "location", "latitude"), at(media, "location", "longitude"))
    own = line(media, "location", "id")
    return Venue(
        name=line(media, "location", "name") or named,
        lat=lat,
        lng=lng,
        external_ids={"instagram": own} if own else {},
    )


def _picture(media: Mapping[str, Any]) -> str:
    if text(media, "media_type").upper() == "VIDEO":
        return link(media, "thumbnail_url")
    return link(media, "media_url") or link(media, "images", "standard_resolution", "url")


def _likes(media: Mapping[str, Any]) -> int | None:
    told = number(media, "like_count")
    return told if told is not None else number(media, "likes", "count")
