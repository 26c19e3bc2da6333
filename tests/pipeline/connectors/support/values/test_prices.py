"""What taking part costs, as fields of a record."""

from decimal import Decimal

import pytest

from pipeline.connectors.support.values import cost


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([Decimal(5), None, Decimal("12.50")], ("5", "12.50", None)),
        ([Decimal(0)], ("0", "0", True)),
        ([None], ("", "", None)),
    ],
)
def test_the_span_of_amounts_and_that_nothing_is_to_be_paid(amounts, expected):
    fields = cost(amounts, "EUR")
    assert (fields["price_min"], fields["price_max"], fields["is_free"]) == expected
    assert fields["price_currency"] == "EUR"
