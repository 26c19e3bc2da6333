"""What sources tell of their prices, as fields of a record."""

from decimal import Decimal
from typing import Any

import pytest

from pipeline.money.cost import cost, cost_of_offers


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ([Decimal(5), None, Decimal("12.50")], ("5", "12.50", "", None)),
        ([0], ("0", "0", "", True)),
        ([None], ("", "", "", None)),
        (["499", "₹499 onwards"], ("499", "", "₹499 onwards", None)),
        (["Free", "gratis"], ("", "", "Free; gratis", True)),
        (["Free (2,000 seats)"], ("", "", "Free (2,000 seats)", True)),
        (["$20", "members free"], ("20.00", "", "$20; members free", None)),
        ([True, "nan", 1e12], ("", "", "", None)),
    ],
)
def test_the_span_of_amounts_and_the_words_beside_them(values: list[Any], fields: tuple[Any, ...]) -> None:
    reported = cost(values, currency="EUR")
    assert (
        reported["price_min"],
        reported["price_max"],
        reported["price_text"],
        reported["is_free"],
    ) == fields
    assert reported["price_currency"] == "EUR"


def test_offers_in_two_currencies_are_no_span() -> None:
    reported = cost_of_offers([(149, "USD"), ("13400", "INR")])
    assert (reported["price_min"], reported["price_text"]) == ("", "149 USD; 13400 INR")
    assert cost_of_offers([(5, "EUR"), (9, "")])["price_currency"] == "EUR"
