"""The price of a record: by its numbers, else by its words."""

from decimal import Decimal

from pipeline.contract.enums import PriceType
from pipeline.contract.normalized import Price
from pipeline.contract.raw import RawRecord
from pipeline.money import words
from pipeline.money.amounts import decimal
from pipeline.money.currencies import currency_of, settled
from pipeline.money.prices import read_text, sign_in, spanned

MAX_TEXT = 300


def read_price(raw: RawRecord, *, country: str = "") -> tuple[Price, float]:
    """The price of a record and the confidence in it (0 to 1)."""
    text = raw.price_text[:MAX_TEXT]
    sign = currency_of(raw.price_currency)
    reported = [decimal(raw.price_min), decimal(raw.price_max)]
    numbers = [number for number in reported if number is not None]
    currency = settled(sign or sign_in(text), country)
    if not any(numbers) and (raw.is_free or (numbers and raw.is_free is None)):
        return Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0), currency=currency), 0.9
    if not any(numbers):
        return read_text(text, currency=sign, country=country, is_free=raw.is_free)
    if words.DONATION.search(text):
        return Price(type=PriceType.DONATION, min=min(numbers), max=max(numbers), currency=currency), 0.9
    if min(numbers) == 0:
        return Price(type=PriceType.VARIABLE, min=min(numbers), max=max(numbers), currency=currency), 0.95
    if reported[0] is None:
        return Price(type=PriceType.PAID, max=max(numbers), currency=currency), 0.95
    return spanned(numbers, "" if raw.price_max else text, currency), 0.95
