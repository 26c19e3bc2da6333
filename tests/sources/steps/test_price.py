from decimal import Decimal
from typing import Any

import pytest

from events.enums import PriceType, Status
from events.records import Price, Venue
from sources.steps.price import price, read_price, read_text

from .make import LOOKUPS, context, raw, timed


def told(kind: str, low: str | None, high: str | None, currency: str) -> Price:
    return Price(
        type=PriceType(kind), min=None if low is None else Decimal(low), max=None if high is None else Decimal(high), currency=currency
    )


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("₹499 onwards", told("paid", "499", None, "INR")),
        ("Rs. 1,500", told("paid", "1500", "1500", "INR")),
        ("$10-$20", told("paid", "10", "20", "USD")),
        ("10 €", told("paid", "10", "10", "EUR")),
        ("€12,50", told("paid", "12.50", "12.50", "EUR")),
        ("1.234,50 EUR", told("paid", "1234.50", "1234.50", "EUR")),
        ("12,- €", told("paid", "12", "12", "EUR")),
        ("CHF 20.-", told("paid", "20", "20", "CHF")),
        ("10/15 €", told("paid", "10", "15", "EUR")),
        ("15", told("paid", "15", "15", "USD")),
        ("From $25", told("paid", "25", None, "USD")),
        ("Up to $40", told("paid", None, "40", "USD")),
        ("Tickets: $25 adv / $30 door", told("paid", "25", "30", "USD")),
        ("7:30pm $15", told("paid", "15", "15", "USD")),
        ("Ages 21+ $10", told("paid", "10", "10", "USD")),
        ("Free", told("free", "0", "0", "")),
        ("Free with RSVP", told("free", "0", "0", "")),
        ("Eintritt frei", told("free", "0", "0", "")),
        ("$0", told("free", "0", "0", "USD")),
        ("Free - $20", told("variable", "0", "20", "USD")),
        ("Free for members, $10 others", told("variable", "0", "10", "USD")),
        ("Free for kids", told("variable", "0", None, "")),
        ("Donation", told("donation", None, None, "")),
        ("$5 suggested donation", told("donation", "5", "5", "USD")),
        ("pay what you want", told("donation", None, None, "")),
        ("Varies", told("variable", None, None, "")),
        ("free parking", told("unknown", None, None, "")),
        ("Call the box office at 5550100 between 10 and 18", told("unknown", None, None, "")),
        ("sold out", told("unknown", None, None, "")),
        ("", told("unknown", None, None, "")),
    ],
)
def test_read_text(text: str, price: Price) -> None:
    assert read_text(text, country="US")[0] == price


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        ({"price_min": "10.00", "price_max": "25.5", "price_currency": "usd"}, told("paid", "10", "25.5", "USD")),
        ({"price_min": "25", "price_max": "10"}, told("paid", "10", "25", "INR")),
        ({"price_min": "499", "price_text": "₹499 onwards"}, told("paid", "499", None, "INR")),
        ({"price_max": "12"}, told("paid", None, "12", "INR")),
        ({"price_min": "0", "price_max": "0"}, told("free", "0", "0", "INR")),
        ({"price_min": "0", "price_max": "20"}, told("variable", "0", "20", "INR")),
        ({"price_min": "5", "price_text": "suggested donation"}, told("donation", "5", "5", "INR")),
        ({"price_min": "0", "is_free": False, "price_text": "$5"}, told("paid", "5", "5", "USD")),
        ({"is_free": True}, told("free", "0", "0", "INR")),
        ({"is_free": False}, told("paid", None, None, "")),
        ({"price_min": "call", "price_max": "1e9"}, told("unknown", None, None, "")),
        ({"price_min": "-1"}, told("unknown", None, None, "")),
        ({"price_min": "99999999999"}, told("unknown", None, None, "")),
        ({}, told("unknown", None, None, "")),
    ],
)
def test_read_price(fields: dict[str, Any], price: Price) -> None:
    assert read_price(raw(**fields), country="IN")[0] == price


@pytest.mark.parametrize(
    ("sign", "country", "currency"),
    [
        ("$5", "CA", "CAD"),
        ("$5", "IN", "USD"),
        ("$5", "", "USD"),
        ("5", "DE", "EUR"),
        ("5", "", ""),
        ("A$5", "US", "AUD"),
        ("20 kr", "", "SEK"),
    ],
)
def test_the_currency_by_sign_then_country(sign: str, country: str, currency: str) -> None:
    assert read_text(sign, country=country)[0].currency == currency


def test_the_country_of_the_venue_or_of_the_city_decides() -> None:
    drafts = [timed(price_text="20", venue=Venue(country="India")), timed(price_text="20")]
    german, none = price(drafts, context(), LOOKUPS)
    assert (german.event.price.currency, none.event.price.currency) == ("INR", "")


def test_sold_out_in_the_price_is_a_status() -> None:
    assert price([timed(price_text="Sold Out!")], context(), LOOKUPS)[0].event.status is Status.SOLD_OUT


def test_the_price_s_confidence() -> None:
    assert price([timed()], context(), LOOKUPS)[0].event.confidence["price"] == 0.0
    assert price([timed(price_min="5")], context(), LOOKUPS)[0].event.confidence["price"] == 0.95


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("<p>The talk is free and open to the public.</p>", PriceType.FREE),
        ("<p>No Cover and no reservations!</p>", PriceType.FREE),
        ("<p>Eintritt frei</p>", PriceType.FREE),
        ("<p>Feel free to bring sugar-free cake.</p>", PriceType.UNKNOWN),
        ("<p>Free admission for members.</p>", PriceType.UNKNOWN),
        ("<p>Free entry, dinner $20.</p>", PriceType.UNKNOWN),
    ],
)
def test_a_description_that_says_plainly_that_it_is_free_is_believed(words: str, kind: PriceType) -> None:
    assert price([timed(description=words)], context(), LOOKUPS)[0].event.price.type is kind


def test_a_told_price_goes_before_the_description() -> None:
    assert price([timed(description="No cover!", price_text="Varies")], context(), LOOKUPS)[0].event.price.type is PriceType.VARIABLE
