from decimal import Decimal
from typing import Any

import pytest

from pipeline.contract.enums import PriceType, Status
from pipeline.contract.frozen import replace
from pipeline.contract.normalized import Price, Venue
from pipeline.money.prices import read_description, read_text
from pipeline.refinement.prices import read_price
from pipeline.refinement.steps.price import price
from pipeline.text.markup import lines_of
from pipeline.text.sanitize import rich
from tests.pipeline.refinement.steps.make import LOOKUPS, cleaned, context, raw, timed


def reported(kind: str, low: str | None, high: str | None, currency: str) -> Price:
    return Price(
        type=PriceType(kind),
        min=None if low is None else Decimal(low),
        max=None if high is None else Decimal(high),
        currency=currency,
    )


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("₹499 onwards", reported("paid", "499", None, "INR")),
        ("Rs. 1,500", reported("paid", "1500", "1500", "INR")),
        ("$10-$20", reported("paid", "10", "20", "USD")),
        ("10 €", reported("paid", "10", "10", "EUR")),
        ("€12,50", reported("paid", "12.50", "12.50", "EUR")),
        ("1.234,50 EUR", reported("paid", "1234.50", "1234.50", "EUR")),
        ("12,- €", reported("paid", "12", "12", "EUR")),
        ("CHF 20.-", reported("paid", "20", "20", "CHF")),
        ("10/15 €", reported("paid", "10", "15", "EUR")),
        ("15", reported("paid", "15", "15", "USD")),
        ("From $25", reported("paid", "25", None, "USD")),
        ("Up to $40", reported("paid", None, "40", "USD")),
        ("Tickets: $25 adv / $30 door", reported("paid", "25", "30", "USD")),
        ("7:30pm $15", reported("paid", "15", "15", "USD")),
        ("Ages 21+ $10", reported("paid", "10", "10", "USD")),
        ("Free", reported("free", "0", "0", "")),
        ("Free with RSVP", reported("free", "0", "0", "")),
        ("Eintritt frei", reported("free", "0", "0", "")),
        ("$0", reported("free", "0", "0", "USD")),
        ("Free - $20", reported("variable", "0", "20", "USD")),
        ("Free for members, $10 others", reported("variable", "0", "10", "USD")),
        ("Free for kids", reported("variable", "0", None, "")),
        ("Free (2,000 seats)", reported("free", "0", "0", "")),
        ("Free (invite-only, 30 people)", reported("free", "0", "0", "")),
        ("Free (₹75 for co-working)", reported("free", "0", "0", "")),
        ("Free ($10 for others)", reported("variable", "0", "10", "USD")),
        ("By application (30 seats)", reported("unknown", None, None, "")),
        ("Paid, see site", reported("paid", None, None, "")),
        ("$149 (students $49)", reported("paid", "49", "149", "USD")),
        ("$149 / ₹13,400 (Academic $49)", reported("paid", "49", "149", "USD")),
        ("₹11,500 (Academic ₹2,300)", reported("paid", "2300", "11500", "INR")),
        ("90 minutes, $20", reported("paid", "20", "20", "USD")),
        ("Donation", reported("donation", None, None, "")),
        ("$5 suggested donation", reported("donation", "5", "5", "USD")),
        ("pay what you want", reported("donation", None, None, "")),
        ("Varies", reported("variable", None, None, "")),
        ("free parking", reported("unknown", None, None, "")),
        ("Call the box office at 5550100 between 10 and 18", reported("unknown", None, None, "")),
        ("sold out", reported("unknown", None, None, "")),
        ("", reported("unknown", None, None, "")),
    ],
)
def test_read_text(text: str, price: Price) -> None:
    assert read_text(text, country="US")[0] == price


@pytest.mark.parametrize(
    ("fields", "price"),
    [
        (
            {"price_min": "10.00", "price_max": "25.5", "price_currency": "usd"},
            reported("paid", "10", "25.5", "USD"),
        ),
        ({"price_min": "25", "price_max": "10"}, reported("paid", "10", "25", "INR")),
        ({"price_min": "499", "price_text": "₹499 onwards"}, reported("paid", "499", None, "INR")),
        ({"price_max": "12"}, reported("paid", None, "12", "INR")),
        ({"price_min": "0", "price_max": "0"}, reported("free", "0", "0", "INR")),
        ({"price_min": "0", "price_max": "20"}, reported("variable", "0", "20", "INR")),
        ({"price_min": "5", "price_text": "suggested donation"}, reported("donation", "5", "5", "INR")),
        ({"price_min": "0", "is_free": False, "price_text": "$5"}, reported("paid", "5", "5", "USD")),
        ({"is_free": True}, reported("free", "0", "0", "INR")),
        ({"is_free": False}, reported("paid", None, None, "")),
        ({"price_min": "call", "price_max": "1e9"}, reported("unknown", None, None, "")),
        ({"price_min": "-1"}, reported("unknown", None, None, "")),
        ({"price_min": "99999999999"}, reported("unknown", None, None, "")),
        ({}, reported("unknown", None, None, "")),
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
        ("20 kr", "DK", "DKK"),
        ("250 kr", "NO", "NOK"),
        ("kr. 250", "NO", "NOK"),
        ("250 kr.", "NO", "NOK"),
        ("kr 200,-", "SE", "SEK"),
        ("2.500 kr", "IS", "ISK"),
        ("20 kr", "DE", "SEK"),
        ("¥80", "CN", "CNY"),
        ("¥3000", "JP", "JPY"),
        ("¥3000", "", "JPY"),
        ("80 CNY", "JP", "CNY"),
        ("Rs 500", "PK", "PKR"),
        ("Rs. 500", "IN", "INR"),
        ("Rs 500", "US", "INR"),
        ("300/- INR", "", "INR"),
        ("300/-INR", "US", "INR"),
        ("300 /- Rs", "US", "INR"),
        ("Rs. 300/-", "US", "INR"),
    ],
)
def test_the_currency_by_sign_then_country(sign: str, country: str, currency: str) -> None:
    assert read_text(sign, country=country)[0].currency == currency


def test_the_dash_after_a_sum_is_no_part_of_it() -> None:
    reported, _ = read_text("Entry 300/- INR, students 150/- INR")
    assert (reported.min, reported.max, reported.currency) == (Decimal(150), Decimal(300), "INR")
    assert read_price(raw(price_min="250", price_currency="kr"), country="NO")[0].currency == "NOK"


@pytest.mark.parametrize(
    ("zone", "currency"),
    [("America/Toronto", "CAD"), ("America/Mexico_City", "MXN"), ("Australia/Sydney", "AUD"), ("UTC", "USD")],
)
def test_a_dollar_is_that_of_the_event_s_zone_where_no_country_is_told(zone: str, currency: str) -> None:
    draft = timed(price_text="$20")
    (priced,) = price([replace(draft, event=replace(draft.event, timezone=zone))], context(), LOOKUPS)
    assert priced.event.price.currency == currency


def test_the_country_of_the_venue_goes_before_that_of_the_zone() -> None:
    drafts = [timed(price_text="20", venue=Venue(country="India")), timed(price_text="20")]
    indian, american = price(drafts, context(), LOOKUPS)
    assert (indian.event.price.currency, american.event.price.currency) == ("INR", "USD")


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
    assert (
        price([timed(description="No cover!", price_text="Varies")], context(), LOOKUPS)[0].event.price.type
        is PriceType.VARIABLE
    )


@pytest.mark.parametrize(
    ("text", "kind", "low", "high", "currency"),
    [
        ("Rs.1,00,000", "paid", 100_000, 100_000, "INR"),
        ("Pay-what-you-wish", "donation", None, None, ""),
        ("NOTAFLOF $10-20", "donation", 10, 20, "USD"),
        ("Suggested donation: $5-$20", "donation", 5, 20, "USD"),
        ("sliding scale $15-$45", "variable", 15, 45, "USD"),
        ("kids free", "variable", 0, None, ""),
        ("free entry for ladies", "variable", 0, None, ""),
        ("$10 adults, $5 kids, under 3 free", "variable", 0, 10, "USD"),
        ("free with RSVP", "free", 0, 0, ""),
        ("No cover, 2 drink minimum", "free", 0, 0, ""),
        ("Buy one get one free, $20", "paid", 20, 20, "USD"),
        ("Free drinks with $20 ticket", "paid", 20, 20, "USD"),
        ("2 for $30", "paid", 30, 30, "USD"),
        ("$99 for 4 classes", "paid", 99, 99, "USD"),
        ("Eintritt: 12 Euro, ermäßigt 8", "paid", 8, 12, "EUR"),
        ("20/15 €", "paid", 15, 20, "EUR"),
        ("$1.5k", "paid", 1500, 1500, "USD"),
        ("MX$450", "paid", 450, 450, "MXN"),
        ("up to 20% off, $40", "paid", 40, 40, "USD"),
        ("Call 555-1234 for prices", "unknown", None, None, ""),
        ("Free parking", "unknown", None, None, ""),
    ],
)
def test_what_people_write(text: str, kind: str, low: int | None, high: int | None, currency: str) -> None:
    price, _ = read_text(text, country="US")
    assert (price.type, price.min, price.max, price.currency) == (kind, low, high, currency)


@pytest.mark.parametrize(
    ("description", "kind", "low", "high"),
    [
        ("<p>Admission: $10 – General, $20 – Glow Car participants</p>", "paid", 10, 20),
        ("Tickets: $155 (V.I.P.)/$55/$45/$35 After Party Add-On: $40", "paid", 35, 155),
        ("Trivia. Tickets: $100 team (up to 6) / $20 individual", "paid", 20, 100),
        ("$10 cover at nine.", "paid", 10, 10),
        ("This event is FREE and fun.", "free", 0, 0),
        ("Yoga by the lake, suggested donation.", "donation", None, None),
        ("A techno-free event with originals (no cover versions).", "unknown", None, None),
        ("Paintings of three centuries. Entry free.", "free", 0, 0),
        ("Admission: free", "free", 0, 0),
        ("Entry free for members.", "unknown", None, None),
        ("There is no entry fee.", "free", 0, 0),
        ("<p>Poems at nine.</p><p>Free.</p>", "free", 0, 0),
        ("Free. Bring a friend.", "free", 0, 0),
        ("Poems. Free. The raffle is $5.", "unknown", None, None),
        ("Sugar and gluten free.", "unknown", None, None),
        ("Poems. Free drinks for all.", "unknown", None, None),
        ("Tickets Rs 499 / 799 at the gate.", "paid", 499, 799),
        ("Entry ₹499/799.", "paid", 499, 799),
        ("Cover $10-15, doors at 8.", "paid", 10, 15),
        ("Cover $10 - 8 pm to late.", "paid", 10, 10),
        ("Entrada gratuita.", "free", 0, 0),
        ("$25 per head with dinner.", "paid", 25, 25),
        ("Cost: USD 15 with tea.", "paid", 15, 15),
        ("Free entry for the first 100 people.", "unknown", None, None),
        ("Win $500 at our raffle, and a $20 gift.", "unknown", None, None),
        ("This event is free; raffle $5.", "unknown", None, None),
    ],
)
def test_what_a_description_says_plainly(
    description: str, kind: str, low: int | None, high: int | None
) -> None:
    price, sure = read_description(lines_of(rich(description, limit=5_000)), country="US")
    assert (price.type, price.min, price.max) == (kind, low, high)
    assert sure == (0.0 if kind == "unknown" else 0.6)


@pytest.mark.parametrize(
    ("description", "high"),
    [
        ("A day of clay.<br>Rs 1500.", 1500), ("A day of clay. Rs. 1,500/-", 1500), ("A walk\n₹1.5k\nBring shoes", 1500),
        ("Tour of the mill. $15.", 15),
        ("Win big. Rs 5000.", None), ("Prizes for the best team!\nRs 10000", None), ("Coffee\n$4\nTea\n$3", None),
        ("The mill was bought for $90,000 then.", None),
    ],
)  # fmt: skip
def test_a_sum_that_stands_alone_is_the_price_where_it_is_the_only_one(
    description: str, high: int | None
) -> None:
    price, sure = read_description(lines_of(rich(description, limit=5_000)), country="IN")
    assert (price.max, sure) == (high, 0.5 if high else 0.0)


@pytest.mark.parametrize(
    ("description", "kind", "high"),
    [
        (
            "Open to the public | Museum Members: Free, Not-Yet-Members: $15 | Bar opens at six.",
            "variable",
            15,
        ),
        ("All are welcome. Bring $5 for the raffle.", "free", 0),
        (
            "Members are free to bring a guest and to stay for the whole of the long evening; parking costs $9.",
            "free",
            0,
        ),
    ],
)
def test_what_its_source_calls_free_may_be_so_for_some_only(description: str, kind: str, high: int) -> None:
    priced = price([cleaned(price_text="free", description=description)], context(), LOOKUPS)[0].event.price
    assert (priced.type, priced.max) == (kind, high)


def test_a_plus_behind_the_amount_leaves_the_end_open() -> None:
    found, _ = read_text("₹15,000+ (see event page)")
    assert (found.min, found.max, found.currency) == (15_000, None, "INR")


def test_a_title_says_so_of_an_event_without_a_description() -> None:
    (draft,) = price([timed(title="Winter Sounds (FREE)", description="")], context(), LOOKUPS)
    assert draft.event.price.type is PriceType.FREE


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Late Night Improv (FREE)", PriceType.FREE),
        ("Rooftop Party: Free with RSVP!", PriceType.FREE),
        ("Free Online Workshop: Soldering", PriceType.FREE),
        ("Open Mic - Free", PriceType.FREE),
        ("Free Jazz Night", PriceType.UNKNOWN),
        ("Smoke-free Social", PriceType.UNKNOWN),
        ("Freestyle Battle", PriceType.UNKNOWN),
    ],
)
def test_a_title_says_that_an_event_is_free_where_nothing_else_tells_a_price(
    title: str, kind: PriceType
) -> None:
    (draft,) = price([timed(title=title, description="An evening with friends.")], context(), LOOKUPS)
    assert draft.event.price.type is kind
