"""First step: turn a source's record into a normalized event.

It assigns our fields; nothing is cleaned, zoned or located yet.
"""

from collections.abc import Collection, Mapping
from typing import Final

from pipeline import patterns
from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import Online, Status, gravest
from pipeline.contract.fields import SIMPLE, read_simple
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import NormalizedEvent, OrganizerRef, Venue
from pipeline.contract.raw import RawRecord
from pipeline.geography.place_parts import MAX_WORDS
from pipeline.refinement import vocabulary as words
from pipeline.refinement.confidence import METHOD_CONFIDENCE
from pipeline.refinement.identity import identity, raw_hash
from pipeline.refinement.line_patterns import filled, learn
from pipeline.refinement.locations.city_names import doubtful_cities
from pipeline.refinement.locations.venue_text import split_venue, town_alone
from pipeline.refinement.lookups import Lookups
from pipeline.text.folding import fold_name
from pipeline.text.markup import line_of

#: A place's name that is longer, and equals the whole description, is a description.
MOST_OF_PLACE: Final = 60

_LINK: Final = patterns.compile(r"https?://[^\s<>\"']+", patterns.IGNORECASE)
#: A town beside the venue, or beside a word for the internet: "San Francisco · Moved to Virtual Event".
_JOINED: Final = patterns.compile(r"\S\s[·•|]\s", longest=MAX_WORDS)
_LABEL: Final = patterns.compile(
    r"^\s*(?:venue|location|where|place|address|in[- ]person|ort|lieu)\s*:\s*", patterns.IGNORECASE
)


def extract(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """RawRecord to NormalizedEvent: identity and hash, status, online, setting, organizer, images."""
    city = lookups.gazetteer().city(context.city) if context.city else None
    own = {fold_name(name) for name in (city.name, *city.aliases)} if city else set[str]()
    doubtful = doubtful_cities(draft.raw.venue for draft in drafts)
    known = context.line_patterns
    learnt = learn(draft.raw for draft in drafts) if known is None else known
    dated = (replace(draft, raw=_dated(draft.raw, context)) for draft in drafts)
    made = [_extracted(draft, filled(_placed(draft.raw, doubtful), learnt), own) for draft in dated]
    if not context.organizer:
        return made
    whose = OrganizerRef(name=context.organizer)
    return [replace(draft, event=replace(draft.event, organizer=whose)) for draft in made]


def _placed(raw: RawRecord, doubtful: Collection[str]) -> RawRecord:
    """The record without a town that the addresses of its source contradict."""
    if raw.venue.city not in doubtful:
        return raw
    note = f"town left out: “{raw.venue.city[:60]}”, which the addresses of this source contradict"
    return replace(raw, venue=replace(raw.venue, city=""), notes=(*raw.notes, note))


def _extracted(draft: Draft, reported: RawRecord, own: Collection[str]) -> Draft:
    """The draft with the event of `told`; its identity and hash are those of the record as it came."""
    raw, event = draft.raw, _event(reported, own)
    if reported is not raw:
        external_id, recurrence_id = identity(raw)
        event = replace(event, external_id=external_id, recurrence_id=recurrence_id, raw_hash=raw_hash(raw))
    return replace(draft, event=event, notes=reported.notes)


def _dated(raw: RawRecord, context: SourceContext) -> RawRecord:
    """A record whose times are words, with the moment at which these are read."""
    in_words = isinstance(raw.start, str) or isinstance(raw.end, str)
    return replace(raw, read_at=raw.read_at or context.read_at or context.now) if in_words else raw


def _event(raw: RawRecord, own: Collection[str]) -> NormalizedEvent:
    external_id, recurrence_id = identity(raw)
    venue, online, online_url = _place(raw)
    venue = town_alone(venue, (raw.timezone, raw.calendar_timezone), own)
    return NormalizedEvent(
        external_id=external_id,
        recurrence_id=recurrence_id,
        title=raw.title,
        raw_title=raw.title,
        description=raw.description,
        recurrence=raw.recurrence,
        venue=venue,
        online=online,
        online_url=online_url,
        setting=words.read_setting(raw.setting),
        tags=(*raw.categories, *raw.tags),
        language=raw.language,
        url=raw.url,
        ticket_url=raw.ticket_url,
        images=raw.images,
        organizer=_organizer(raw.organizer),
        performers=raw.performers,
        offers=raw.offers,
        status=_status(raw),
        capacity=raw.capacity if raw.capacity is not None and 0 < raw.capacity < 10_000_000 else None,
        registration_required=raw.registration_required,
        accessibility=raw.accessibility,
        popularity={
            name: int(count)
            for name, count in raw.popularity.items()
            if isinstance(count, int) and count >= 0
        },
        method=raw.method,
        extraction_metadata=dict(raw.metadata),
        confidence=_confidence(raw),
        raw_hash=raw_hash(raw),
        **{name: read_simple(name, (getattr(raw, name),)) for name in SIMPLE},
    )


def _confidence(raw: RawRecord) -> dict[str, float]:
    """The confidence in each field.

    As its reader states it (an extractor of prose does), for the title by the method.
    """
    reported = raw.metadata.get("believed")
    believed = (
        {name: float(value) for name, value in reported.items() if isinstance(value, int | float)}
        if isinstance(reported, Mapping)
        else {}
    )
    return {
        "title": METHOD_CONFIDENCE[raw.method],
        **{name: min(max(value, 0.0), 1.0) for name, value in believed.items()},
    }


def _status(raw: RawRecord) -> Status:
    moved = (
        Status.RESCHEDULED
        if raw.previous_start is not None and raw.previous_start != raw.start
        else Status.SCHEDULED
    )
    return gravest(
        words.read_status(raw.status), moved, Status.SOLD_OUT if raw.sold_out else Status.SCHEDULED
    )


def _place(raw: RawRecord) -> tuple[Venue, Online, str]:
    """The venue without links and words for the internet, whether the event is online, and its link."""
    reported = (
        len(raw.venue.name) > MOST_OF_PLACE and raw.venue.name.strip() == line_of(raw.description).strip()
    )
    venue, link = _without_links(replace(raw.venue, name="") if reported else raw.venue)
    venue = split_venue(venue) if _JOINED.search(venue.name[:MAX_WORDS]) else venue
    link = raw.online_url or link
    stated = words.read_online(raw.online) if raw.online else None
    street = venue.address.partition(",")[0]
    named = max(
        map(words.place_is_online, (venue.name, venue.address, street)),
        key=[Online.NO, Online.BOTH, Online.YES].index,
    )
    if words.place_is_online(street) is Online.YES:
        venue = replace(venue, address="")
    if words.place_is_online(venue.name) is Online.YES:
        # a place with such a name has a placeholder's coordinates (Meetup's lie in the Pacific), unless it
        # has an address
        venue = replace(venue, name="") if venue.address else Venue(city=venue.city, country=venue.country)
    guess = _guess(raw, venue, named, link)
    # a switch that says no is wrong where the place is one on the internet ("Moved to Virtual Event")
    moved = stated is Online.NO and named is Online.YES and guess is Online.YES
    online = guess if stated is None or moved else stated
    if online is Online.YES:
        # The rest of such a place is the organizer's address or a placeholder.
        return Venue(city=venue.city, country=venue.country), online, link
    return venue, online, link


def _guess(raw: RawRecord, venue: Venue, named: Online, link: str) -> Online:
    somewhere = bool(venue.name or venue.address or venue.lat is not None)
    if not somewhere:
        return Online.YES if named is Online.YES or link or words.title_is_online(raw.title) else Online.NO
    if named is not Online.NO or (link and (raw.online_url or words.is_meeting_link(link))):
        return Online.BOTH
    return Online.NO


def _without_links(venue: Venue) -> tuple[Venue, str]:
    """A place's words without links, and the first link in them that does not lead to a map."""
    venue = replace(venue, name=_LABEL.sub("", venue.name), address=_LABEL.sub("", venue.address))
    link = ""
    for text in (venue.name, venue.address):
        for found in _LINK.findall(text) if "://" in text else ():
            link = link or ("" if words.is_map_link(found) else found.rstrip(".,;)"))
    if not link and "://" not in venue.name + venue.address:
        return venue, ""
    name, address = (_LINK.sub(" ", text).strip(" \t\n-–|:,;()<>") for text in (venue.name, venue.address))
    only_link = not (name or address)
    return replace(venue, name=name, address=address), link if only_link or words.is_meeting_link(
        link
    ) else ""


def _organizer(organizer: OrganizerRef | None) -> OrganizerRef | None:
    """The organizer, if it has a name or a page.

    `check`, which has the key for hashes, removes private contact data.
    """
    return organizer if organizer is not None and (organizer.name or organizer.url) else None
