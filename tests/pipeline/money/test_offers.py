"""Several prices keep whom they are for."""

import pytest

from pipeline.money.cost import named_offers
from pipeline.money.offers import offers_in


@pytest.mark.parametrize(
    ("words", "offers"),
    [
        ("$149 / ₹13,400 (Academic $49)", ("$149", "₹13,400", "Academic $49")),
        ("Adults $20, students $10, members free", ("Adults $20", "students $10", "members free")),
        ("Erwachsene 12,50 €, Kinder 8,00 €", ("Erwachsene 12,50 €", "Kinder 8,00 €")),
        ("Free for members, $10 others", ("Free for members", "$10 others")),
        ("General: $16; VIP: $30", ("General: $16", "VIP: $30")),
        ("Desde: $ 1,593; Hasta: $ 5,000", ()),
        ("$10-$20", ()),
        ("$1,000, $500", ()),
        ("$20 (plus a drink $5)", ()),
        ("7:30pm, ages 21+, $15", ()),
        ("Free", ()),
    ],
)
def test_offers_of_words(words: str, offers: tuple[str, ...]) -> None:
    assert offers_in(words) == offers


def test_offers_with_names_are_lines() -> None:
    reported = [("Adults", [("20", "USD")]), ("Children", [(0, "USD")]), ("", [("5", "USD")])]
    assert named_offers(reported) == ("Adults: 20 USD", "Children: free")
    assert named_offers(reported[:1]) == ()
    assert named_offers([("VIP", [("5", "USD"), ("9", "USD")]), *reported[:1]]) == ()
