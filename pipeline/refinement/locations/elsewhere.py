"""The venue and the address that a record tells outside their fields.

A house may be named in the title ("Songs at the Blue Room"), on a labelled line of the description ("Venue: Blue
Room"), or by other records of the source at the same street; an address may stand behind the venue's name in the
description.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from pipeline import patterns
from pipeline.contract.draft import Draft
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.geography.gazetteer import names_venue
from pipeline.geography.likeness.addresses import street_address
from pipeline.geography.place_behind import address_behind
from pipeline.geography.place_parts import is_street
from pipeline.geography.place_text import parse_place
from pipeline.refinement.limits import MAX_NAME
from pipeline.refinement.locations.venue_text import city_of
from pipeline.text import sanitize as text
from pipeline.titles import MAX_TITLE

#: Only so many characters of a description are read.
MAX_TEXT: Final = 6_000
_AT: Final = patterns.compile(r"\s(?:at|@)\s+(?:the\s+)?(?P<house>[A-Z][^,;:|@(]{2,60})$", longest=MAX_TITLE)
_LABELLED: Final = patterns.compile(
    r"^\W{0,3}(?:venue|where|location|place|ort|lieu|lugar|luogo)\s?[:：]\s*(?P<place>\S.{2,160})$",
    patterns.IGNORECASE | patterns.MULTILINE,
    longest=MAX_TEXT,
)


def venues_at(drafts: Sequence[Draft]) -> Mapping[tuple[str, tuple[str, ...]], str]:
    """By house number and street: the only venue that the records of a batch name there."""
    found: dict[tuple[str, tuple[str, ...]], Counter[str]] = defaultdict(Counter)
    for draft in drafts:
        venue = draft.event.venue
        if venue.name and venue.address and (key := _key(venue)):
            found[key][venue.name] += 1
    return {key: next(iter(names)) for key, names in found.items() if len(names) == 1}


def told_elsewhere(draft: Draft, venues: Mapping[tuple[str, tuple[str, ...]], str]) -> Draft:
    """The draft with the venue or the address that is told outside their fields; a told one stays."""
    venue = draft.event.venue
    if venue.name and not venue.address:
        reported = _address_behind(venue, draft)
    elif venue.address and not venue.name and (key := _key(venue)):
        house = _of_title(draft.event.title) or _of_label(draft) or venues.get(key, "")
        reported = replace(venue, name=text.clipped(house, MAX_NAME))
    else:
        return draft
    return draft if reported == venue else replace(draft, event=replace(draft.event, venue=reported))


def _key(venue: Venue) -> tuple[str, tuple[str, ...]] | None:
    address = street_address(venue.address)
    return (address.number, address.street) if address.number and address.reported else None


def _of_title(title: str) -> str:
    found = _AT.search(title[:MAX_TITLE])
    return found["house"].strip() if found and names_venue(found["house"]) else ""


def _of_label(draft: Draft) -> str:
    description = text.lines(draft.event.description[:MAX_TEXT]) if ":" in draft.event.description else ""
    found = _LABELLED.search(description[:MAX_TEXT])
    house = parse_place(found["place"]).house if found else ""
    return "" if is_street(house) else house


def _address_behind(venue: Venue, draft: Draft) -> Venue:
    """The venue with the address that follows its name in the description: "Venue Blue Room 12 Main St, Springfield,
    Illinois 62701"."""
    description = text.plain(draft.event.description[:MAX_TEXT]) if draft.event.description else ""
    reported = address_behind(venue.name, description, venue.country)
    if reported is None:
        return venue
    return replace(
        venue,
        address=reported.whole,
        city=city_of(venue, reported),
        country=venue.country or reported.country,
    )
