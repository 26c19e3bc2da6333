"""Reads the price that a question asks for: "free", "under 1500", "below $20", "max 500 rupees"."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from pipeline import patterns
from pipeline.money.amounts import Sum, numbers

#: More of a question is not read.
MAX_TEXT: Final = 200
_FREE_WORDS: Final = (
    "free of charge|for free|free entry|free admission|no cover|free|kostenlos|kostenfrei|umsonst|gratis|gratuitement|gratuite?s?|entrée libre"
    "|entrada libre|entrada gratuita|gratuit[oa]s?|ingresso libero|grátis|gratuitos?|toegang vrij|मुफ्त|मुफ़्त|ಉಚಿತ"
)
#: Before "free" these tell what something is free of.
_FREE_OF: Final = "".join(
    rf"(?<!\b{of}\s)" for of in ("gluten", "sugar", "dairy", "alcohol", "smoke", "plastic", "cruelty")
)
_FREE: Final = patterns.compile(
    rf"(?<![\w-]){_FREE_OF}(?:{_FREE_WORDS})(?!\w|-)", patterns.IGNORECASE, longest=MAX_TEXT
)
_MOST_WORDS: Final = (
    "under|below|less than|cheaper than|not more than|no more than|up to|upto|maximum|max\\.?|at most|<=?|unter|bis zu|bis|höchstens"
    "|weniger als|moins de|jusqu'à|maximum de|au plus|menos de|hasta|máximo|como mucho|meno di|fino a|massimo|abaixo de|até|no máximo"
    "|minder dan|onder|hooguit"
)
#: The words before a price that is the most, and nothing but its sign between.
_MOST: Final = patterns.compile(
    rf"(?:^|(?<=[\s,(]))(?:{_MOST_WORDS})\s{{0,2}}(?:[^\W\d_]{{1,3}}\.?\s?|[$€£₹¥]\s?)?$",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedPrice:
    """What a question says about the price, in its characters `start` to `stop`.

    `free`, or `most` with the sign beside it (a code of ISO 4217, a shared sign such as "$", or '').
    """

    start: int
    stop: int
    is_free: bool = False
    most: Decimal | None = None
    sign: str = ""


def asked_price(text: str) -> AskedPrice | None:
    """The price that `text` asks for; None where it names none.

    A bare number is a price only behind a word such as "under"; an amount with a sign is one by itself.
    """
    text = text[:MAX_TEXT]
    for one in numbers(text):
        lead = _MOST.search(text[: one.start]) or _lead_before_sign(text, one)
        if lead:
            return AskedPrice(start=lead.start(), stop=one.end, most=one.amount, sign=one.sign)
        if one.sign and one.amount > 0:
            return AskedPrice(start=one.start, stop=one.end, most=one.amount, sign=one.sign)
    free = _FREE.search(text)
    return AskedPrice(start=free.start(), stop=free.end(), is_free=True) if free else None


def _lead_before_sign(text: str, one: Sum) -> patterns.Match[str] | None:
    begin = text.rfind(" ", 0, one.start)
    return _MOST.search(text[: begin + 1]) if one.sign and begin > 0 else None


@cache
def words_of_price() -> frozenset[str]:
    """The single words by which a price is asked for, for the correction of typing errors."""
    return frozenset({"free", "under", "below", "gratis", "kostenlos"})
