"""Finds the known place of a venue.

By a moderator's correction, by name or alias, or by a similar name where address or distance agree.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz

from pipeline.contract.draft import Draft
from pipeline.contract.enums import PlaceVerdict
from pipeline.contract.frozen import replace
from pipeline.contract.lookups import Correction, PlaceFact, WantedVenue
from pipeline.contract.normalized import Venue
from pipeline.geography.likeness import Look, compare, look
from pipeline.geography.likeness import Venue as Compared
from pipeline.geography.plus_codes import plus_code
from pipeline.geography.rooms import within
from pipeline.geography.wording import speaks_of, wordings
from pipeline.refinement.locations.venue_text import folded_venue_name
from pipeline.text.folding import fold_name

#: A name or alias of a place in the same city is a match, unless street, distance or telephone contradict it
#: more strongly than this.
SAME_NAME_AT: Final = 0.5
#: A misspelling: a name this similar (0 to 100) and this long is a match where nothing contradicts it.
SLIP: Final = 92.0
SHORT_NAME: Final = 6


Corrections = Mapping[str, Sequence[Correction]]
Known = Mapping[WantedVenue, Sequence[PlaceFact]]


def wanted_of(draft: Draft) -> list[WantedVenue]:
    """The lookups for a venue: its name and address together, its whole name, and the name without the room."""
    venue = replace(draft.event.venue, name=draft.event.venue.name or draft.place_name)
    names = dict.fromkeys(name for name in (fold_name(venue.name), folded_venue_name(venue)) if name)
    both = [text for text in wordings(draft.place_name or venue.name, venue.address) if text not in names]
    wanted = [(text, True) for text in both] + [(name, False) for name in names]
    return [
        WantedVenue(name=name, city=draft.city, lat=venue.lat, lng=venue.lng, exact=exact)
        for name, exact in wanted
    ]


def corrected(draft: Draft, known: Corrections) -> Draft | None:
    """The draft at the place that a moderator assigned to its words, with that place's venue.

    None without a correction. A correction applies in the city that it was made in, in the place's own city,
    and where no city is known.
    """
    venue = draft.event.venue
    for words in wordings(venue.name, venue.address):
        for one in known.get(words, ()):
            here = draft.city in ("", one.city, one.place.city)
            if here and speaks_of(
                words, name=venue.name, address=venue.address, place_address=one.place.address
            ):
                return _moved(draft, one.place)
    return None


def _moved(draft: Draft, place: PlaceFact) -> Draft:
    venue = draft.event.venue
    room = within(venue.name).room
    located = replace(
        venue,
        name=f"{room}, {place.name}" if room else place.name,
        address=place.address,
        lat=place.lat,
        lng=place.lng,
        plus_code=plus_code(place.lat, place.lng) if place.lat is not None and place.lng is not None else "",
    )
    sure = {
        **draft.event.confidence,
        "venue": 1.0,
        "city": 1.0 if place.city else draft.event.confidence.get("city", 0.0),
    }
    return replace(
        draft,
        event=replace(draft.event, venue=located, confidence=sure),
        place_id=place.id,
        city=place.city or draft.city,
        area=place.area,
        notes=(*draft.notes, f"a person said that “{venue.name or venue.address}” is {place.name}"[:300]),
    )


def at_known_place(draft: Draft, known: Known) -> Draft:
    """The draft with the place that its venue certainly is. The place fills in facts that the draft lacks."""
    for wanted in wanted_of(draft):
        place = _surest(wanted, draft.event.venue, known.get(wanted, ()))
        if place is not None:
            return _lent(draft, place)
    return draft


def _surest(wanted: WantedVenue, venue: Venue, offered: Iterable[PlaceFact]) -> PlaceFact | None:
    scored = [(score, place) for place in offered if (score := _sameness(wanted, venue, place)) > 0]
    return max(scored, key=lambda pair: (pair[0], pair[1].id))[1] if scored else None


def _sameness(wanted: WantedVenue, venue: Venue, place: PlaceFact) -> float:
    """How surely (0 to 1) the place is the venue; 0 where a moderator would have to confirm it."""
    if place.city and wanted.city and place.city != wanted.city:
        return 0.0
    placed = wanted.lat is not None and place.lat is not None
    if not placed and not (place.city and wanted.city):
        return 0.0
    same_name = wanted.name in place.names
    if wanted.exact:
        return 1.0 if same_name else 0.0
    found = compare(
        _look(wanted.name, venue, wanted.city),
        _look(wanted.name if same_name else place.name, place, place.city),
    )
    if same_name:
        return found.score if found.score >= SAME_NAME_AT else 0.0
    slip = (
        len(wanted.name) >= SHORT_NAME and max(fuzz.ratio(wanted.name, name) for name in place.names) >= SLIP
    )
    speaks_against = any(found.fields.get(field) == 0.0 for field in ("address", "phone")) or _far(
        found.fields.get("distance_m")
    )
    if found.outcome is PlaceVerdict.MERGE or (slip and not speaks_against):
        return max(found.score * 0.99, SAME_NAME_AT)
    return 0.0


def _far(metres: str | float | None) -> bool:
    return isinstance(metres, int | float) and metres > 500


def _look(name: str, said: Venue | PlaceFact, city: str) -> Look:
    return look(Compared(name=name, address=said.address, city=city, lat=said.lat, lng=said.lng))


def _lent(draft: Draft, place: PlaceFact) -> Draft:
    venue = draft.event.venue
    if venue.lat is None and place.lat is not None and place.lng is not None:
        venue = replace(
            venue,
            lat=place.lat,
            lng=place.lng,
            plus_code=plus_code(place.lat, place.lng),
            address=venue.address or place.address,
        )
    event = replace(draft.event, venue=venue)
    return replace(
        draft, event=event, place_id=place.id, city=draft.city or place.city, area=draft.area or place.area
    )
