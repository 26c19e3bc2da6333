"""The table of docs/prices.md, and what holds for every text."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.enums import PriceType
from pipeline.contract.normalized import Price
from pipeline.money.amounts import MOST, amount, sums
from pipeline.money.asked import asked_price
from pipeline.money.prices import is_free_by_title, read_description, read_text, stated

_LINES = Path("docs/prices.md").read_text(encoding="utf-8").splitlines()
CASES = [tuple(map(str.strip, line.strip("|").split("|"))) for line in _LINES if line.startswith("| ")][1:]
#: Pieces of which prices are made, and what stands around them.
_PIECES = st.sampled_from(
    ["$", "€", "₹", "Rs.", "kr", "USD", "10", "12,50", "20/15", "-", "to", "from", "free", "gratis", "members", "(30", "people)", ";", ":", "8pm"]
)  # fmt: skip
TEXTS = st.lists(_PIECES | st.text(max_size=6), max_size=14).map(" ".join)


def reported(price: Price) -> str:
    low, high = ("-" if one is None else f"{one:f}".removesuffix(".00") for one in (price.min, price.max))
    return f"{price.type} {low} to {high} {price.currency}".strip()


@pytest.mark.parametrize(("text", "country", "price"), CASES)
def test_each_line_of_the_table(text: str, country: str, price: str) -> None:
    assert reported(read_text(text, country=country)[0]) == price


@given(TEXTS, st.sampled_from(["", "US", "DE", "IN"]))
def test_a_price_is_a_span_of_what_the_text_holds(text: str, country: str) -> None:
    price, sure = read_text(text, country=country)
    assert (price.min or 0) <= (MOST if price.max is None else price.max) <= MOST
    assert (price.type is PriceType.UNKNOWN) == (sure == 0)
    assert price.type is not PriceType.FREE or price.max == 0
    assert {price.min, price.max} <= {None, Decimal(0), *(one.amount for one in sums(text))}


@given(TEXTS)
def test_running_text_is_no_surer_than_a_price_s_own_words(text: str) -> None:
    price, sure = read_description(text, country="US")
    assert sure <= 0.6
    assert price.type is not PriceType.PAID or any(one.sign for one in sums(text))


@given(
    st.decimals(min_value=1, max_value=99_999, places=2),
    st.sampled_from(["${}", "{} €", "USD {}", "{} INR", "£ {}"]),
)
def test_an_amount_is_read_as_it_is_written(number: Decimal, form: str) -> None:
    assert amount(form.format(number)) == amount(form.format(f"{number:,}")) == number


@given(
    st.integers(1, 900),
    st.integers(1, 900),
    st.sampled_from(["${}-{}", "${} / ${}", "{}/{} €", "₹{} to ₹{}", "${} adults, ${} kids"]),
)
def test_two_amounts_of_one_currency_are_a_range(one: int, other: int, form: str) -> None:
    price, _ = read_text(form.format(one, other))
    assert (price.min, price.max) == (min(one, other), max(one, other))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$35", 35),
        ("13,00 €", 13),
        ("35.00", 35),
        ("₹499 onwards", None),
        ("10 to 20", None),
        ("Room 12", None),
        ("NaN", None),
        ("-5", None),
    ],
)
def test_an_amount_is_a_text_that_is_nothing_else(text: str, number: int | None) -> None:
    assert amount(text) == number


@pytest.mark.parametrize(
    ("title", "free"),
    [
        ("FREE Breathwork for Stress Release", True), ("Breathwork – Free Session", True), ("Screenwriting Lab (Free in-person screenwriting workshop)", True),
        ("Free Online Boardgame Evening In English", True), ("Networking Event - Free with RSVP!", True), ("Open Mic (FREE)", True),
        ("Free Jazz Night", False), ("FREE JAZZ NIGHT", False), ("Smoke-free Social", False), ("Free Fallin' Tribute", False), ("Drug-Free Zone", False),
    ],
)  # fmt: skip
def test_a_title_says_that_its_event_is_free(title: str, free: bool) -> None:
    assert is_free_by_title(title) is free


@pytest.mark.parametrize(
    ("line", "price"),
    [
        ("Tickets: $10, beer $5", "$10"), ("Raffle $5, entry $10", "$10"), ("Eintritt: ab 12 €", "ab 12 €"), ("Rent $900 a month", ""),
        ("₹499/799 onwards at the gate", "₹499/799 onwards"), ("$10 - 8pm", "$10"), ("10€/8€ concessions", "10€/8€ concessions"), ("Parkhaus 20.30 €/Tag", ""),
        ("£25 incl. drink", "£25"), ("Biljett 250 kr", "250 kr"), ("40€/mes", ""), ("20% off, $5 beers", ""), ("by 11/24. $30", "$30"),
    ],
)  # fmt: skip
def test_other_costs_of_an_announcement_are_not_its_price(line: str, price: str) -> None:
    span = stated(line)
    assert (line[slice(*span)] if span else "") == price


@pytest.mark.parametrize("text", ["gluten free baking", "sugar free", "alcohol free bar"])
def test_a_question_for_what_is_free_of_something_asks_for_no_price(text):
    assert asked_price(text) is None
