"""What a source tells of its price, as the fields of a record."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pipeline.contract.enums import PriceType
from pipeline.money.amounts import MOST, amount
from pipeline.money.prices import read_text

#: Only so many values are read, and so many characters of their words kept.
_MOST_VALUES: Final = 50
_MAX_TEXT: Final = 1_000
#: Only so many characters of an offer's name are kept.
_MAX_NAME: Final = 60


def cost(values: Iterable[object], *, currency: str = "", free: bool | None = None) -> dict[str, Any]:
    """`price_min`, `price_max`, `price_currency`, `price_text` and `is_free` of a record.

    Numbers and texts that are an amount and nothing else give the span. Other words ("₹499 onwards", "Free
    (2,000 seats)") stay words, for the step `price`, as does a text with a currency sign. `free` is what the
    source states; without it, it is free where all amounts are zero, or all words say so.
    """
    amounts: list[Decimal] = []
    texts: dict[str, bool] = {}
    for value in list(values)[:_MOST_VALUES]:
        reported = "" if value is None or isinstance(value, bool) else str(value).strip()
        number = _number(reported)
        found = amount(reported) if number is None else number
        amounts += [found] if found is not None and found.is_finite() and 0 <= found < MOST else []
        if number is None and reported and isinstance(value, str):
            texts[reported] = found is None
    if free is None and (max(amounts) == 0 if amounts else texts and all(map(_is_free, texts))):
        free = True
    return {
        "price_min": str(min(amounts)) if amounts else "",
        # of "₹499 onwards" the words tell whether the only amount is the most too
        "price_max": str(max(amounts)) if len(amounts) > 1 or (amounts and not any(texts.values())) else "",
        "price_currency": currency,
        "price_text": "; ".join(texts)[:_MAX_TEXT],
        "is_free": free,
    }


def cost_of_offers(offers: Iterable[tuple[object, str]], *, free: bool | None = None) -> dict[str, Any]:
    """The cost of several offers, each as its price and the code of its currency, '' where it tells none.

    Prices in several currencies stay words, since they are no span.
    """
    reported = list(offers)
    codes = {code for _, code in reported if code}
    if len(codes) > 1:
        return cost(["; ".join(f"{price} {code}" for price, code in reported)], free=free)
    return cost([price for price, _ in reported], currency=next(iter(codes), ""), free=free)


def named_offers(offers: Iterable[tuple[str, Sequence[tuple[object, str]]]]) -> tuple[str, ...]:
    """Offers with their names as lines, "Adults: 20 USD", "Children: free"; () where fewer than two have both.

    Each is a name and its prices, as `cost_of_offers` takes them; one with several prices is left out.
    """
    lines = [_line(name, *prices[0]) for name, prices in offers if name.strip() and len(prices) == 1]
    return tuple(lines) if len(set(lines)) > 1 else ()


def _line(name: str, price: object, code: str) -> str:
    words = str(price).strip()[:_MAX_NAME]
    free = _number(words) == 0
    return f"{name.strip()[:_MAX_NAME]}: {'free' if free else f'{words} {code}'.strip()}"


def _number(reported: str) -> Decimal | None:
    try:
        return Decimal(reported)
    except InvalidOperation:
        return None


def _is_free(reported: str) -> bool:
    return read_text(reported)[0].type is PriceType.FREE
