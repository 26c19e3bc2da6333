"""Step: venue fields, coordinates, city, area, and the known place."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import Online
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Venue
from pipeline.dates.zones import UTC_NAMES, same_clock, zone_named
from pipeline.geography.address_zones import country_of_zone
from pipeline.geography.coordinates import point_key, timezone_at
from pipeline.geography.countries import country_code
from pipeline.geography.gazetteer import CityFact, Gazetteer
from pipeline.geography.likeness.names import name_words, weight_of
from pipeline.geography.place_text import called, is_area, parse_place
from pipeline.geography.plus_codes import plus_code
from pipeline.geography.rooms import within
from pipeline.geography.towns import towns_called
from pipeline.geography.wording import wordings
from pipeline.refinement.locations import known as places_known
from pipeline.refinement.locations.elsewhere import told_elsewhere, venues_at
from pipeline.refinement.locations.points import Coordinates, Found, point_of, shared_points
from pipeline.refinement.locations.venue_text import folded_venue_name, split_venue
from pipeline.refinement.lookups import Lookups
from pipeline.refinement.zones import city_in_words
from pipeline.text.folding import fold_name


def locate(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Set the venue's fields, plus code, city, area and known place.

    Corrections and places need one lookup each. A located draft is not changed: the result would count as if
    the source had given it.
    """
    located = iter(_locate([draft for draft in drafts if not _is_located(draft)], context, lookups))
    return [draft if _is_located(draft) else next(located) for draft in drafts]


def _is_located(draft: Draft) -> bool:
    return "city" in draft.event.confidence


def _locate(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    gazetteer = lookups.gazetteer()
    split = [
        draft
        if _stays(draft)
        else replace(draft, event=replace(draft.event, venue=split_venue(draft.event.venue)))
        for draft in drafts
    ]
    venues = venues_at(split)
    split = [draft if _stays(draft) else told_elsewhere(draft, venues) for draft in split]
    found = [
        None
        if _stays(draft)
        else point_of(draft.event.venue, _spoken_of(draft, context, gazetteer), gazetteer)
        for draft in split
    ]
    shared = _shared(
        [
            (point_key(*one.point), draft)
            for one, draft in zip(found, split, strict=True)
            if one and one.point
        ],
        lookups,
    )
    located = [
        _located(draft, _without_shared(one, shared), context, gazetteer, told_at=one.point)
        if one
        else _unplaced(draft, context)
        for one, draft in zip(found, split, strict=True)
    ]
    return _at_known_places(located, lookups, gazetteer)


def _stays(draft: Draft) -> bool:
    return bool(draft.dropped) or draft.event.online is Online.YES


def _unplaced(draft: Draft, context: SourceContext) -> Draft:
    """A dropped draft unchanged; an online-only one with its source's city."""
    return draft if draft.dropped else replace(draft, city=context.city)


def _spoken_of(draft: Draft, context: SourceContext, gazetteer: Gazetteer) -> CityFact | None:
    """The city that the words name, else the source's own.

    A short plus code and swapped coordinates are resolved near it.
    """
    return city_in_words(gazetteer, draft.event.venue) or (
        gazetteer.city(context.city) if context.city else None
    )


def _shared(reported: Sequence[tuple[str, Draft]], lookups: Lookups) -> frozenset[str]:
    """The points that several addresses share, in this batch and in all stored places.

    The stored ones make a single record no exception.
    """
    known = lookups.venues_at({point for point, _ in reported}) if reported else {}
    before = [(point, address) for point, addresses in known.items() for address in addresses]
    return shared_points([*before, *((point, draft.event.venue.address) for point, draft in reported)])


def _without_shared(found: Found, shared: frozenset[str]) -> Found:
    if found.point is None or point_key(*found.point) not in shared:
        return found
    return Found(
        area=found.point,
        notes=(*found.notes, "coordinates dropped: several houses are said to stand at this very point"),
    )


def _located(
    draft: Draft, found: Found, context: SourceContext, gazetteer: Gazetteer, *, told_at: Coordinates | None
) -> Draft:
    event, venue = draft.event, draft.event.venue
    city, confidence = _city(found, venue, event.timezone, context, gazetteer)
    notes = [] if city or found.point else _another_city(venue, context, gazetteer)
    point = found.point
    area = gazetteer.area_at(*point, city=city.slug) if point and city else None
    if area is None and point is None and city:
        area = gazetteer.area_named(
            city.slug, venue.name if "," in venue.name else "", venue.address, venue.city
        )
    sure = {
        **event.confidence,
        "venue": event.confidence.get("title", 0.9) if venue.name or venue.address else 0.0,
        "city": confidence,
    }
    located = replace(event, venue=_placed(venue, found, city, event.timezone), confidence=sure)
    return replace(
        draft,
        event=located,
        city=city.slug if city else "",
        area=area.slug if area else "",
        place_name=_place_name(venue, city, gazetteer),
        told_at=point_key(*told_at) if told_at else "",
        notes=(*draft.notes, *found.notes, *notes),
    )


def _placed(venue: Venue, found: Found, city: CityFact | None, timezone: str) -> Venue:
    point = found.point
    country = country_code(venue.country) or venue.country
    return replace(
        venue,
        lat=point[0] if point else None,
        lng=point[1] if point else None,
        plus_code=plus_code(*point) if point else venue.plus_code,
        city=venue.city or (city.name if city and not venue.address else ""),
        country=country or (city.country if city else _country(venue, point or found.around, timezone)),
        around=None if point else found.around,
    )


def _country(venue: Venue, point: Coordinates | None, timezone: str) -> str:
    """The country of the point, else that of the town or address by the event's clock; '' where that leaves several."""
    if point:
        return country_of_zone(timezone_at(*point))
    zone = zone_named(timezone)
    if zone is None or zone.key in UTC_NAMES or not (venue.city or venue.address):
        return ""
    towns = towns_called(venue.city)
    here = {town.country for town in towns if same_clock(zone, ZoneInfo(town.zone))}
    return here.pop() if len(here) == 1 else "" if towns else country_of_zone(zone.key)


def _place_name(venue: Venue, city: CityFact | None, gazetteer: Gazetteer) -> str:
    """The name of the place to create: 'Messe Wien' for 'Hall 4, Messe Wien'.

    '' where only a town or nothing is named.
    """
    if all(
        _is_town_or_area(part.strip(), city, gazetteer)
        for part in f"{venue.name},{venue.address}".split(",")
        if part.strip()
    ):
        return ""
    name = called(venue.name, venue.address)
    house = within(name).venue
    return name if not house or gazetteer.by_name(fold_name(house)) else house


def _is_town_or_area(name: str, city: CityFact | None, gazetteer: Gazetteer) -> bool:
    return bool(
        is_area(name)
        or gazetteer.by_name(fold_name(name))
        or (city and gazetteer.area_named(city.slug, name))
    )


def _city(
    found: Found, venue: Venue, timezone: str, context: SourceContext, gazetteer: Gazetteer
) -> tuple[CityFact | None, float]:
    """The city and the confidence.

    By coordinates, a geocoder's centre, the words, else the source's city where nothing contradicts it.
    Coordinates outside every known city mean no city, whatever the source's is.
    """
    if found.point:
        return (city, 0.97) if (city := gazetteer.city_at(*found.point)) else (None, 0.9)
    named = city_in_words(gazetteer, venue)
    if named and not _contradicts(named, timezone):
        return named, 0.85
    if named and named.slug != context.city and not (found.centre or found.area):
        return None, 0.0
    if found.centre:
        return found.centre, 0.6
    if found.area:
        return gazetteer.city_at(*found.area), 0.6
    own = gazetteer.city(context.city) if context.city else None
    if own is None or _elsewhere(venue, own, gazetteer):
        return None, 0.0
    return own, 0.7 if venue.name else 0.5


def _contradicts(city: CityFact, timezone: str) -> bool:
    """Whether the event's time zone differs from the city's.

    Birmingham with London's time is not the one in Alabama.
    """
    zone, of_city = zone_named(timezone), zone_named(city.timezone)
    if zone is None or of_city is None or zone.key.startswith(("Etc/", "UTC")):
        return False
    return not same_clock(zone, of_city)


def _elsewhere(venue: Venue, own: CityFact, gazetteer: Gazetteer) -> bool:
    """Whether the venue's fields name another country or city than the source's own."""
    if venue.country and (code := country_code(venue.country)) and code != own.country:
        return True
    reported = parse_place(venue.address, venue.country, alone=True)
    if reported.country and reported.country != own.country:
        return True
    towns = filter(None, (reported.town, venue.city))
    return any(not _is_called(own, town) and gazetteer.area_named(own.slug, town) is None for town in towns)


def _is_called(city: CityFact, name: str) -> bool:
    return fold_name(name) in {fold_name(one) for one in (city.name, *city.aliases)}


def _another_city(venue: Venue, context: SourceContext, gazetteer: Gazetteer) -> list[str]:
    """Why a record is not in its source's city, as a note for people."""
    own = gazetteer.city(context.city) if context.city else None
    reported = venue.city or venue.address or venue.country
    return (
        [f"not in {own.name}, the source's city: the venue names “{reported[:80]}”"]
        if own and reported
        else []
    )


# --- places that are known ---


def _at_known_places(drafts: list[Draft], lookups: Lookups, gazetteer: Gazetteer) -> list[Draft]:
    asking = [
        draft
        for draft in drafts
        if not _stays(draft) and (draft.event.venue.name or draft.event.venue.address)
    ]
    if not asking:
        return drafts
    corrections = lookups.corrections(
        {words for draft in asking for words in wordings(draft.event.venue.name, draft.event.venue.address)}
    )
    known = lookups.places({wanted for draft in asking for wanted in places_known.wanted_of(draft)})
    reported = {id(draft) for draft in asking}
    return [_at_place(draft, corrections, known) if id(draft) in reported else draft for draft in drafts]


def _at_place(draft: Draft, corrections: places_known.Corrections, known: places_known.Known) -> Draft:
    moved = places_known.corrected(draft, corrections)
    if moved is not None:
        return moved
    placed = places_known.at_known_place(draft, known)
    return placed if placed.place_id else _without_organizer(placed)


def _without_organizer(draft: Draft) -> Draft:
    """The draft without a venue that is only the organizer.

    Such a name without an address, a point or a word for a building ('theatre', 'club') is no venue.
    """
    venue, organizer = draft.event.venue, draft.event.organizer
    if organizer is None or not venue.name or fold_name(organizer.name) != folded_venue_name(venue):
        return draft
    if (
        venue.address
        or venue.lat is not None
        or any(weight_of(word) < 1 for word in name_words(venue.name).words)
    ):
        return draft
    event = replace(
        draft.event, venue=replace(venue, name=""), confidence={**draft.event.confidence, "venue": 0.0}
    )
    return replace(
        draft,
        event=event,
        place_name="",
        notes=(*draft.notes, "the venue's name is the organizer's: left out"),
    )
