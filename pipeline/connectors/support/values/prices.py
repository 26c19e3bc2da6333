"""What taking part costs: amounts as decimals."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from price_parser import Price as ParsedPrice

from pipeline import patterns

#: Characters of a price that are looked at.
_LONGEST: Final = 40
_NUMBERS: Final = patterns.compile(r"\d[\d.,' ]*", longest=_LONGEST)
_FREE: Final = frozenset(
    {
        "free",
        "gratis",
        "kostenlos",
        "gratuit",
        "frei",
        "gratuito",
        "eintritt frei",
        "free entry",
        "free admission",
    }
)


def amount(text: str) -> Decimal | None:
    """The one number in a price such as "$35", "13,00 €" or "35.00"; None where there is none, or something
    besides a price."""
    clean = text.strip()[:_LONGEST]
    try:
        number: Any = Decimal(clean)
    except InvalidOperation:
        number = None if len(_NUMBERS.findall(clean)) != 1 else ParsedPrice.fromstring(clean).amount
    return number if number is not None and number.is_finite() and 0 <= number < 10_000_000 else None


def is_free_text(text: str) -> bool:
    """Whether the text says free and nothing else."""
    return text.strip().strip(".!").casefold() in _FREE


def price_span(amounts: Iterable[Decimal | float | None]) -> dict[str, str]:
    """`price_min` and `price_max` of a record, as decimal text; '' where no amount is known."""
    known = [amount for amount in amounts if amount is not None]
    return (
        {"price_min": str(min(known)), "price_max": str(max(known))}
        if known
        else {"price_min": "", "price_max": ""}
    )


def cost(amounts: Iterable[Decimal | float | None], currency: str = "") -> dict[str, Any]:
    """What taking part costs, as fields of a record: its span, the currency, and that it is free where every
    amount is zero."""
    known = [amount for amount in amounts if amount is not None]
    return {
        **price_span(known),
        "price_currency": currency,
        "is_free": True if known and max(known) == 0 else None,
    }
