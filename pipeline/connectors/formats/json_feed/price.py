"""What it costs: a number, a text, an object with a span, or a list of these."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.shape import squash
from pipeline.connectors.formats.json_feed.view import View
from pipeline.connectors.support.values import amount, is_free_text
from pipeline.text.decoding import MAX_LINE

_CURRENCY: Final = patterns.compile(r"^[A-Za-z]{3}$")
#: A number that says nothing beside itself; of "₹499 onwards" the words tell the currency, and that it is
#: only the least.
_BARE: Final = patterns.compile(r"\s*[\d.,]+\s*")
#: A text with words is read by the step `price` alone: "Free (2,000 seats)" is no sum.
_WORD: Final = patterns.compile(r"[^\W\d_]{4,}", longest=MAX_LINE)
_ONWARDS: Final = patterns.compile(
    r"\d\s*\+|\b(?:onwards?|from|starting|upwards?|and up|ab|desde)\b", patterns.IGNORECASE
)
#: A link in the place of a price: "tickets.example.org/gig".
_ADDRESS: Final = patterns.compile(r"(?:https?://|[\w-]+(?:\.[\w-]+)+/)\S*", longest=MAX_LINE)
_AMOUNTS: Final = (
    "min",
    "max",
    "price",
    "amount",
    "value",
    "low",
    "high",
    "lowprice",
    "highprice",
    "majorvalue",
    "cost",
    "lowestprice",
    "highestprice",
)
_MAX_PRICES: Final = 50
#: A sign ("₹", "Rs.") in the place of a code; the step `price` says what it means.
_MAX_SIGN: Final = 20


def price(view: View) -> dict[str, Any]:
    """The fields of a record that tell of money: `price_text`, `price_min`, `price_max`, `price_currency`,
    `is_free`."""
    amounts: list[Decimal] = []
    texts: list[str] = []
    for value in [
        *view.all("price_min")[:1],
        *view.all("price_max")[:1],
        *_flat(next(iter(view.all("price")), None)),
    ]:
        number = None if isinstance(value, str) and _WORD.search(value[:MAX_LINE]) else amount(str(value))
        amounts += [number] if number is not None else []
        texts += [value.strip()] if isinstance(value, str) and not _BARE.fullmatch(value) else []
    free = view.flag("is_free")
    kinds = {str(v.get("type", "")).lower() for v in view.all("price") if isinstance(v, Mapping)}
    if free is None and (
        "free" in kinds
        or (amounts and max(amounts) == 0)
        or (texts and not amounts and all(map(is_free_text, texts)))
    ):
        free = True
    if "donation" in kinds:
        texts.append("donation")
    return {
        "price_text": "; ".join(dict.fromkeys(texts))[:MAX_LINE],
        "price_min": str(min(amounts)) if amounts else "",
        "price_max": str(max(amounts))
        if amounts and not (len(amounts) == 1 and any(map(_ONWARDS.search, texts)))
        else "",
        "price_currency": _currency(view),
        "is_free": free,
    }


def _flat(value: Any) -> Iterator[Any]:
    """The amounts and words of a price, however it is wrapped."""
    for one in (value if isinstance(value, list) else [value])[:_MAX_PRICES]:
        if isinstance(one, Mapping):
            plain = {squash(str(k)): v for k, v in one.items()}
            yield from (
                plain[key]
                for key in _AMOUNTS
                if isinstance(plain.get(key), str | int | float) and not isinstance(plain[key], bool)
            )
        elif (
            isinstance(one, str | int | float)
            and not isinstance(one, bool)
            and not _ADDRESS.fullmatch(str(one))
        ):
            yield one


def _currency(view: View) -> str:
    holders = [
        v
        for value in view.all("price")
        for v in (value if isinstance(value, list) else [value])[:_MAX_PRICES]
        if isinstance(v, Mapping)
    ]
    told = [
        text for text in (view.text("currency"), *(str(v.get("currency") or "") for v in holders)) if text
    ]
    return next((text.upper() for text in told if _CURRENCY.match(text)), told[0][:_MAX_SIGN] if told else "")
