"""Step: the price: free, paid from and to, a donation, or unknown. UNKNOWN does not mean free."""

from collections.abc import Iterator

from pipeline.contract.draft import Draft, SourceContext
from pipeline.contract.enums import PriceType, Status, gravest
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Price
from pipeline.contract.raw import RawRecord
from pipeline.contract.warnings import warning
from pipeline.geography.address_zones import country_of_zone
from pipeline.geography.countries import country_code
from pipeline.money.currencies import currency_of
from pipeline.money.offers import offers_in
from pipeline.money.prices import FREE, is_free_by_title, price_of_others, read_description
from pipeline.money.words import MAX_PRICE
from pipeline.refinement import vocabulary as words
from pipeline.refinement.limits import MAX_OFFER, MAX_OFFERS
from pipeline.refinement.lookups import Lookups
from pipeline.refinement.prices import read_price
from pipeline.text.markup import lines_of
from pipeline.text.sanitize import clipped, plain


def price(drafts: list[Draft], context: SourceContext, lookups: Lookups) -> list[Draft]:
    """Set the price and its currency, and sold out where the price states it.

    A shared sign ("$") and a bare number are in the currency of the country of the venue, else of the city, else
    of the event's time zone.
    """
    gazetteer = lookups.gazetteer()
    priced = []
    for draft in drafts:
        if draft.dropped:
            priced.append(draft)
            continue
        city = gazetteer.city(draft.city) if draft.city else None
        reported = country_code(draft.event.venue.country) or (city.country if city else "")
        country = reported or country_of_zone(draft.event.timezone)
        priced.append(_priced(draft, country))
    return priced


def _priced(draft: Draft, country: str) -> Draft:
    found, confidence = read_price(draft.raw, country=country)
    if found.type is PriceType.UNKNOWN and not draft.raw.price_text:
        found, confidence = read_description(lines_of(draft.event.description), country=country)
        if found.type is PriceType.UNKNOWN and is_free_by_title(draft.event.raw_title or draft.event.title):
            found, confidence = FREE, 0.6
    elif found.type is PriceType.FREE and not draft.raw.price_min:
        others = price_of_others(lines_of(draft.event.description), country)
        found, confidence = others or (found, confidence)
    sold_out = (
        "sold out" in draft.raw.price_text.lower()
        or words.read_status(draft.raw.price_text[:60]) is Status.SOLD_OUT
    )
    status = gravest(draft.event.status, Status.SOLD_OUT if sold_out else Status.SCHEDULED)
    sure = {**draft.event.confidence, "price": confidence}
    notes = (*draft.notes, *_warnings(draft.raw, found, status))
    return replace(
        draft,
        event=replace(draft.event, price=found, offers=_offers(draft), status=status, confidence=sure),
        notes=notes,
    )


def _offers(draft: Draft) -> tuple[str, ...]:
    """The offers that the source tells apart, else those in the words of the price."""
    reported = draft.event.offers or offers_in(plain(draft.raw.price_text[:MAX_PRICE]))
    return tuple(clipped(one, MAX_OFFER) for one in reported[:MAX_OFFERS])


def _warnings(raw: RawRecord, found: Price, status: Status) -> Iterator[str]:
    """Warnings about values that the source gave as a price but that could not be read."""
    reported = raw.price_text or raw.price_min or raw.price_max
    if reported and found.type is PriceType.UNKNOWN and status is not Status.SOLD_OUT:
        yield warning("price", reported)
    if raw.price_currency and not currency_of(raw.price_currency):
        yield warning("currency", raw.price_currency)
