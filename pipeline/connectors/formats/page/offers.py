"""What a schema.org event costs: Offer, AggregateOffer, PriceSpecification, isAccessibleForFree."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from price_parser import Price as ParsedPrice

from pipeline import patterns
from pipeline.connectors.formats.page.dom import absolute
from pipeline.connectors.formats.page.nodes import Graph, Node, local
from pipeline.connectors.support.values import amount, is_free_text
from pipeline.text.decoding import MAX_LINE

_CURRENCY: Final = patterns.compile(r"^[A-Za-z]{3}$")
#: Characters of a price that are looked at.
_LONGEST: Final = 40
_GONE: Final = frozenset({"SoldOut", "OutOfStock", "Discontinued"})


@dataclass(frozen=True, slots=True)
class Cost:
    """Amounts as decimal text. `text` is what could not be read as a number."""

    min: str = ""
    max: str = ""
    currency: str = ""
    text: str = ""
    is_free: bool | None = None
    sold_out: bool = False
    url: str = ""


def cost(graph: Graph, node: Node, base: str) -> Cost:
    """The span of all offers, their currency, the first offer's address, and sold out where every offer is
    gone."""
    offers = graph.nodes(node, "offers")
    amounts: list[Decimal] = []
    texts: list[str] = [v for v in graph.texts(node, "offers") if not offers]
    for text in (t for offer in offers for t in _prices(graph, offer)):
        number = amount(text)
        amounts.extend([] if number is None else [number])
        texts.extend([text] if number is None else [])
    states = [local(graph.text(offer, "availability")) for offer in offers]
    currency = next((c for offer in offers for c in _currencies(graph, offer)), "")
    return Cost(
        min=str(min(amounts)) if amounts else "",
        max=str(max(amounts)) if amounts else "",
        currency=currency,
        text="; ".join(dict.fromkeys(texts))[:MAX_LINE],
        is_free=_free(graph.text(node, "isAccessibleForFree", "free"), amounts, texts),
        sold_out=bool(states) and all(state in _GONE for state in states),
        url=next((url for offer in offers if (url := absolute(base, graph.text(offer, "url")))), ""),
    )


def _prices(graph: Graph, offer: Node) -> Iterator[str]:
    for holder in (offer, *graph.nodes(offer, "priceSpecification"), *graph.nodes(offer, "offers")):
        for name in ("price", "lowPrice", "highPrice", "minPrice", "maxPrice"):
            yield from graph.texts(holder, name)


def _currencies(graph: Graph, offer: Node) -> Iterator[str]:
    for holder in (offer, *graph.nodes(offer, "priceSpecification"), *graph.nodes(offer, "offers")):
        text = graph.text(holder, "priceCurrency")
        if _CURRENCY.match(text):
            yield text.upper()
    found = ParsedPrice.fromstring(graph.text(offer, "price", "lowPrice")[:_LONGEST]).currency
    if found:
        yield {"$": "", "€": "EUR", "£": "GBP", "₹": "INR"}.get(
            found, found if _CURRENCY.match(found) else ""
        )


def _free(said: str, amounts: list[Decimal], texts: list[str]) -> bool | None:
    if said.lower().rsplit("/", 1)[-1] in ("true", "yes", "1"):
        return True
    if amounts:
        return True if max(amounts) == 0 else None
    if texts and all(is_free_text(text) for text in texts):
        return True
    return False if said.lower().rsplit("/", 1)[-1] in ("false", "no", "0") and amounts else None
