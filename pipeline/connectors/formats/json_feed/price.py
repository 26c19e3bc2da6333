"""What it costs: a number, a text, an object with a span, or a list of these."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.formats.json_feed.names import NAMES
from pipeline.connectors.formats.json_feed.shape import squash
from pipeline.connectors.formats.json_feed.view import View
from pipeline.money.cost import cost_of_offers, named_offers
from pipeline.text.decoding import MAX_LINE

_CURRENCY: Final = patterns.compile(r"^[A-Za-z]{3}$")
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
_OFFER_NAMES: Final = ("name", "title", "label", "category", "audience")
_MAX_PRICES: Final = 50
#: A sign ("₹", "Rs.") in the place of a code; the step `price` says what it means.
_MAX_SIGN: Final = 20


def price(view: View) -> dict[str, Any]:
    """The fields of a record that tell of money (`cost`)."""
    offers = next(iter(view.all("price")), None)
    reported = [*view.all("price_min")[:1], *view.all("price_max")[:1]]
    holders = (offers if isinstance(offers, list) else [offers])[:_MAX_PRICES]
    kinds = {str(one.get("type", "")).lower() for one in holders if isinstance(one, Mapping)}
    free = view.flag("is_free")
    currency = _code(view.text("currency"))
    found = [(one, currency) for one in (*reported, *(kinds & {"donation"}))]
    priced = [(_name(one), [(value, code or currency) for value, code in _offer(one)]) for one in holders]
    found += [one for _, prices in priced for one in prices]
    told_free = True if free is None and "free" in kinds else free
    return cost_of_offers(found, free=told_free) | {"offers": named_offers(priced)}


def _name(one: Any) -> str:
    """Whom or what an offer is for; '' where it has no name."""
    plain = {squash(str(key)): value for key, value in one.items()} if isinstance(one, Mapping) else {}
    return next((plain[key] for key in _OFFER_NAMES if isinstance(plain.get(key), str)), "")


def _offer(one: Any) -> Iterator[tuple[Any, str]]:
    """The amounts and words of an offer, each with the code or sign of its currency."""
    if not isinstance(one, Mapping):
        if not _ADDRESS.fullmatch(str(one)):
            yield one, ""
        return
    plain = {squash(str(key)): value for key, value in one.items()}
    for key in _AMOUNTS:
        if isinstance(plain.get(key), str | int | float):
            yield (
                plain[key],
                _code(next((str(plain[name]) for name in NAMES["currency"] if plain.get(name)), "")),
            )


def _code(reported: str) -> str:
    return reported.upper() if _CURRENCY.match(reported) else reported[:_MAX_SIGN]
